/** The style of a page; its hash stands in the page's policy, so that no other one is obeyed. */
export const STYLE = `
:root { color-scheme: light dark; --paper: #fff; --ink: #1f2328; --soft: #57606a; --rule: #d0d7de; --one: #0b5cad; --two: #a84300; --three: #5b6570; --heat: #0b5cad; }
@media (prefers-color-scheme: dark) { :root { --paper: #14171c; --ink: #e6e9ee; --soft: #a3adb9; --rule: #3a424d; --one: #6cb2ff; --two: #ffa657; --three: #b4bdc8; --heat: #6cb2ff; } }
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 1.5rem 1rem 4rem; max-width: 60rem; background: var(--paper); color: var(--ink); font: 1rem/1.55 system-ui, sans-serif; overflow-wrap: anywhere; }
h1 { font-size: 1.6rem; line-height: 1.25; margin: 0 0 1rem; }
h2 { font-size: 1.25rem; margin: 2.75rem 0 0.75rem; padding-top: 0.75rem; border-top: 1px solid var(--rule); }
h3 { font-size: 1.05rem; margin: 1.75rem 0 0.5rem; }
p, ul { margin: 0.5rem 0; max-width: 44rem; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: 0.25rem 1.25rem; margin: 1rem 0; }
dt { color: var(--soft); }
dd { margin: 0; }
.scroll { overflow-x: auto; margin: 0 0 1rem; }
.scroll:focus-visible { outline: 2px solid var(--one); }
table { border-collapse: collapse; font-size: 0.9rem; font-variant-numeric: tabular-nums; }
.caption { color: var(--soft); font-size: 0.9rem; margin: 0.75rem 0 0.15rem; }
th, td { padding: 0.25rem 0.75rem; border-bottom: 1px solid var(--rule); text-align: left; vertical-align: top; overflow-wrap: break-word; }
th:first-child, td:first-child { padding-left: 0; }
th { font-weight: 600; }
tbody th { font-weight: 400; min-width: 4rem; max-width: 22rem; }
.n { text-align: right; white-space: nowrap; }
.shaded .n { padding: 0.25rem 0.5rem; }
${Array.from({ length: 9 }, (_, i) => `.h${i + 1} { background: color-mix(in srgb, var(--heat) ${4 + 4 * i}%, transparent); }`).join("\n")}
.pictures { display: flex; flex-wrap: wrap; gap: 1rem 2rem; margin: 1rem 0; }
figure { margin: 0; flex: 1 1 18rem; max-width: 27rem; }
figcaption { color: var(--soft); font-size: 0.9rem; }
svg { display: block; width: 100%; height: auto; }
svg text { font: 11px system-ui, sans-serif; fill: var(--soft); }
.grid { stroke: var(--rule); stroke-width: 1; fill: none; }
.line { fill: none; stroke-width: 2; stroke-linejoin: round; }
.first { stroke: var(--one); }
.second { stroke: var(--two); stroke-dasharray: 6 3; }
.third { stroke: var(--three); stroke-dasharray: 2 3; }
.ideal { stroke: var(--soft); stroke-width: 1; stroke-dasharray: 4 4; }
.dot { fill: var(--one); fill-opacity: 0.75; }
.point { fill: var(--one); fill-opacity: 0.35; }
.bar { fill: var(--one); fill-opacity: 0.8; }
.whisker { stroke: var(--ink); stroke-width: 1.5; }
.back { fill: var(--paper); fill-opacity: 0.85; }
.heat { fill: var(--heat); }
.ink { fill: var(--ink); }
.frame { fill: none; stroke: var(--rule); }
.cards { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 26rem), 1fr)); gap: 0.5rem 2rem; }
.cards section { min-width: 0; }
.small figure { max-width: 10.5rem; flex-basis: 8rem; }
footer { margin-top: 3rem; color: var(--soft); font-size: 0.9rem; }
@media (max-width: 30rem) { dl { grid-template-columns: 1fr; gap: 0; } dd { margin-bottom: 0.5rem; } th, td { padding: 0.25rem 0.45rem; } }
@media print { body { max-width: none; padding: 0; font-size: 10pt; } h2, h3 { break-after: avoid; } figure, tr, section { break-inside: avoid; } .scroll { overflow: visible; } }
`;
