/** How the strips look: in light, in the dark, and on paper. */
export const STRIP_STYLE = `
.hw-stats { --ink: #1b1f24; --soft: #57606a; --bg: #ffffff; --band: #f6f8fa; --grid: #dde2e7; --dot: #0550ae; --edge: #ffffff; --median: #1b1f24; --p90: #a04100; }
@media (prefers-color-scheme: dark) {
  .hw-stats { --ink: #e6edf3; --soft: #a3adb8; --bg: #0d1117; --band: #161b22; --grid: #2b333c; --dot: #79b8ff; --edge: #0d1117; --median: #e6edf3; --p90: #f0a868; }
}
@media print {
  .hw-stats { --ink: #000; --soft: #333; --bg: #fff; --band: #fff; --grid: #ccc; --dot: #555; --edge: #fff; --median: #000; --p90: #000; }
}
.hw-stats text { font-family: system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "DejaVu Sans", sans-serif; font-size: 13px; fill: var(--ink); }
.hw-stats .bg { fill: var(--bg); }
.hw-stats .band { fill: var(--band); }
.hw-stats .title { font-size: 18px; font-weight: 600; }
.hw-stats .name { font-size: 15px; font-weight: 600; }
.hw-stats .small { font-size: 12px; fill: var(--soft); }
.hw-stats .mid { text-anchor: middle; }
.hw-stats .end { text-anchor: end; }
.hw-stats .value { font-weight: 600; }
.hw-stats .late { fill: var(--p90); }
.hw-stats .grid { stroke: var(--grid); stroke-width: 1; }
.hw-stats .dot { fill: var(--dot); stroke: var(--edge); stroke-width: 1; }
.hw-stats .range { stroke: var(--dot); stroke-width: 1.5; opacity: .45; }
.hw-stats .median { stroke: var(--median); stroke-width: 2; }
.hw-stats .p90 { stroke: var(--p90); stroke-width: 2; stroke-dasharray: 5 3; }
`
