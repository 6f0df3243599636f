/** How a report looks: on a screen of any width, light and dark, and on paper. */
export const PAGE_STYLE = `
:root { color-scheme: light dark; --ink: #1b1f24; --soft: #57606a; --paper: #ffffff; --panel: #f6f8fa; --line: #d0d7de; --link: #0550ae; --mark: #9a6700; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #e6edf3; --soft: #9aa4af; --paper: #0d1117; --panel: #161b22; --line: #3a424c; --link: #79b8ff; --mark: #e3b341; }
}
@media (prefers-contrast: more) { :root { --soft: var(--ink); --line: var(--ink); } }
* { box-sizing: border-box; }
html { scroll-padding-top: 1rem; -webkit-text-size-adjust: 100%; }
body { margin: 0; color: var(--ink); background: var(--paper); font: 1rem/1.55 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "DejaVu Sans", sans-serif; overflow-wrap: anywhere; }
a { color: var(--link); }
a:focus-visible, .scroll:focus-visible, summary:focus-visible { outline: 3px solid var(--link); outline-offset: 2px; border-radius: 2px; }
main:focus { outline: none; }
.skip { position: absolute; left: -999rem; top: 0; padding: .5rem 1rem; background: var(--paper); z-index: 1; }
.skip:focus { left: 0; }
main { max-width: 64rem; margin: 0 auto; padding: 1rem 1rem 4rem; }
nav { padding: 1rem 1rem 0; max-width: 64rem; margin: 0 auto; }
nav h2 { font-size: .85rem; margin: 0 0 .4rem; color: var(--soft); text-transform: uppercase; letter-spacing: .05em; border: 0; padding: 0; }
nav ul { list-style: none; margin: 0; padding: 0; font-size: .9rem; line-height: 1.3; }
nav li { padding: .22rem 0; }
nav .level-3 { padding-left: 1rem; }
nav a { text-decoration: none; }
nav a:hover { text-decoration: underline; }
@media (max-width: 75.99rem) { nav .level-3 { display: none; } }
h1 { font-size: 1.7rem; line-height: 1.2; margin: .5rem 0 1rem; }
h2 { font-size: 1.3rem; line-height: 1.25; margin: 2.2rem 0 .8rem; padding-bottom: .3rem; border-bottom: 1px solid var(--line); }
h3 { font-size: 1.08rem; margin: 1.6rem 0 .6rem; }
h4, h5, h6 { font-size: 1rem; margin: 1.3rem 0 .5rem; }
p, ul, ol, pre, blockquote, .scroll, details { margin: 0 0 1rem; }
li { margin: .15rem 0; }
li.task { list-style: none; margin-left: -1.4rem; }
blockquote { padding: .6rem 1rem; border-left: 4px solid var(--mark); background: var(--panel); }
blockquote > :last-child { margin-bottom: 0; }
code, pre { font-family: ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace; font-size: .88em; }
code { background: var(--panel); padding: .1em .3em; border-radius: 3px; }
pre { background: var(--panel); border: 1px solid var(--line); border-radius: 4px; padding: .7rem .9rem; white-space: pre-wrap; font-size: .85rem; line-height: 1.45; }
pre code { background: none; padding: 0; font-size: inherit; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; font-size: .9rem; line-height: 1.4; }
th, td { border: 1px solid var(--line); padding: .35rem .6rem; text-align: left; vertical-align: top; overflow-wrap: break-word; }
td { max-width: 34rem; }
.whole { white-space: nowrap; }
.when { min-width: 7.6em; }
.lane { min-width: 9em; }
@media (max-width: 48rem) {
  table { font-size: .82rem; }
  th, td { padding: .3rem .4rem; }
  table:has(th:nth-child(5)) { min-width: 38rem; }
}
th { background: var(--panel); }
.right { text-align: right; }
.center { text-align: center; }
.cite { font-size: .72em; line-height: 0; white-space: nowrap; }
.cite a { text-decoration: none; }
.cite + .cite { margin-left: .15em; }
.sources ul { padding-left: 0; list-style: none; font-size: .85rem; }
.sources li { padding-left: 4rem; text-indent: -4rem; margin: .3rem 0; }
.sources li > p { display: inline; }
.sources li > * { text-indent: 0; }
.sources .back { padding: .3rem .25rem; }
.sources .mark { display: inline-block; min-width: 3.4rem; margin-right: .3rem; font-weight: 600; color: var(--soft); text-indent: 0; }
li:target, :target { background: color-mix(in srgb, var(--mark) 22%, transparent); }
.image { color: var(--soft); }
summary { cursor: pointer; margin-bottom: .6rem; }
hr { border: 0; border-top: 1px solid var(--line); margin: 2rem 0; }
.picture svg[role] { display: block; width: 100%; height: auto; }
.wide svg[role] { min-width: 48rem; }
.upright { display: none; max-width: 30rem; margin: 0 0 1rem; }
@media screen and (max-width: 50rem) {
  /* Not "display": the patterns of both are in it. */
  .wide { height: 0; margin: 0; overflow: hidden; visibility: hidden; }
  .wide pattern { visibility: visible; }
  .upright { display: block; }
}
@media (min-width: 76rem) {
  body { display: grid; grid-template-columns: 15rem minmax(0, 1fr); max-width: 84rem; margin: 0 auto; }
  nav { position: sticky; top: 0; align-self: start; height: 100vh; overflow-y: auto; margin: 0; padding: 1.6rem 0 1rem 1rem; }
  main { margin: 0; padding: 1rem 1.5rem 4rem 2rem; max-width: none; }
}
@media print {
  @page { size: A4; margin: 14mm 12mm 16mm; @bottom-right { content: counter(page) " / " counter(pages); font: 8pt system-ui, sans-serif; color: #333; } }
  :root { color-scheme: light; font-size: 10pt; --ink: #000; --soft: #333; --paper: #fff; --panel: #f2f2f2; --line: #888; --link: #000; --mark: #555; }
  body { display: block; line-height: 1.45; max-width: none; }
  .skip, nav, .back { display: none; }
  main { max-width: none; padding: 0; }
  h1, h2, h3, h4, h5, h6 { break-after: avoid; }
  h1 { font-size: 17pt; } h2 { font-size: 13pt; margin-top: 1.4rem; } h3 { font-size: 11pt; }
  tr, pre, blockquote, li { break-inside: avoid; }
  p { orphans: 3; widows: 3; }
  p:has(+ .scroll), p:has(+ pre), summary, thead tr, tbody tr:first-child:not(:last-child), tr:nth-last-child(2) { break-after: avoid; }
  thead { display: table-header-group; }
  .scroll { overflow: visible; padding-right: 1px; }
  table { font-size: 8.5pt; width: 100%; }
  .sources ul { font-size: .8rem; }
  .when { white-space: nowrap; }
  td { max-width: none; }
  th, td { padding: 1.2mm 1.6mm; }
  table:has(th:nth-child(5)) { min-width: 0; }
  .wide svg[role] { min-width: 0; max-height: 225mm; break-inside: avoid; }
  details::details-content { content-visibility: visible; }
  summary { list-style: none; font-weight: 600; }
  main a[href^="http"]:not(.image, .bare)::after { content: " (" attr(href) ")"; font-size: .85em; }
}
`
