/**
 * How the picture looks by itself and inside a page: in light, in the dark and in black and white.
 * Outcomes differ by pattern, border and word; color comes on top.
 */
export const TIMELINE_STYLE = `
.hw { --ink: #1b1f24; --soft: #57606a; --bg: #ffffff; --band: #f6f8fa; --line: #d0d7de; --grid: #e4e8ec; --gap: #eef1f4; --ok: #1a7f37; --ok-bg: #dafbe1; --bad: #c0192b; --bad-bg: #ffe3e0; --odd: #8a5a00; --odd-bg: #fff3c4; --wait: #57606a; --wait-bg: #f0f2f5; --undo: #7a3fc0; --undo-bg: #f1e6ff; --note: #0550ae; --note-bg: #ddefff; }
@media (prefers-color-scheme: dark) {
  .hw { --ink: #e6edf3; --soft: #a3adb8; --bg: #0d1117; --band: #161b22; --line: #3a424c; --grid: #21282f; --gap: #1c232b; --ok: #56d364; --ok-bg: #12361f; --bad: #ff8078; --bad-bg: #4a1a1c; --odd: #e3b341; --odd-bg: #3c2f0c; --wait: #a3adb8; --wait-bg: #222a33; --undo: #cda4ff; --undo-bg: #33214e; --note: #79b8ff; --note-bg: #10294a; }
}
@media print {
  .hw { --ink: #000; --soft: #333; --bg: #fff; --band: #f4f4f4; --line: #999; --grid: #ddd; --gap: #eee; --ok: #000; --ok-bg: #fff; --bad: #000; --bad-bg: #fff; --odd: #000; --odd-bg: #fff; --wait: #444; --wait-bg: #fff; --undo: #000; --undo-bg: #fff; --note: #000; --note-bg: #fff; }
}
@media (prefers-contrast: more) { .hw { --soft: var(--ink); --line: var(--ink); --gap: var(--bg); } }
.hw text { font-family: system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "DejaVu Sans", sans-serif; font-size: 13px; fill: var(--ink); }
.hw .bg { fill: var(--bg); }
.hw .title { font-size: 16px; font-weight: 600; }
.hw .small { font-size: 12px; fill: var(--soft); }
.hw .lane-name { font-weight: 600; }
.hw .band { fill: var(--band); }
.hw .rule { stroke: var(--line); stroke-width: 1; }
.hw .grid { stroke: var(--grid); stroke-width: 1; }
.hw .midnight { stroke: var(--soft); stroke-width: 1; stroke-dasharray: 2 4; }
.hw .edge { stroke: var(--soft); stroke-width: 1; stroke-dasharray: 5 4; opacity: .55; }
.hw .gap { fill: var(--gap); }
.hw .tear { fill: none; stroke: var(--soft); stroke-width: 1.5; }
.hw .halo { paint-order: stroke; stroke: var(--bg); stroke-width: 4px; stroke-linejoin: round; }
.hw .inside { paint-order: stroke; stroke: var(--fill); stroke-width: 3px; stroke-linejoin: round; }
.hw .n { font-size: 11px; text-anchor: middle; paint-order: stroke; stroke: var(--fill); stroke-width: 3px; stroke-linejoin: round; }
.hw .mid { text-anchor: middle; }
.hw .end-anchor { text-anchor: end; }
.hw .shape { fill: var(--fill); stroke: var(--edge); stroke-width: 1.5; }
.hw .over { fill: none; stroke: var(--edge); stroke-width: 1.5; }
.hw .plain { --fill: var(--note-bg); --edge: var(--note); }
.hw .succeeded { --fill: var(--ok-bg); --edge: var(--ok); }
.hw .failed { --fill: var(--bad-bg); --edge: var(--bad); }
.hw .failed > .shape { stroke-width: 3; }
.hw .unknown, .hw .not-ended { --fill: var(--odd-bg); --edge: var(--odd); }
.hw .unknown > .shape, .hw .not-ended > .shape { stroke-dasharray: 5 3; }
.hw .waiting, .hw .skipped { --fill: var(--wait-bg); --edge: var(--wait); }
.hw .waiting > .shape { stroke-dasharray: 1 3; stroke-linecap: round; }
.hw .skipped > .shape { stroke-dasharray: 3 3; }
.hw .undo { --fill: var(--undo-bg); --edge: var(--undo); }
.hw .impact { --fill: var(--bad-bg); --edge: var(--bad); }
.hw .response { --fill: var(--note-bg); --edge: var(--note); }
.hw .phase { font-size: 12px; }
.hw .phase.halo { stroke: var(--fill); stroke-width: 3px; }
.hw .fuzzy { fill: none; stroke: var(--edge); stroke-width: 1.5; stroke-dasharray: 2 2; }
.hw .hatch { stroke: var(--edge); stroke-width: 1; opacity: .45; }
`
