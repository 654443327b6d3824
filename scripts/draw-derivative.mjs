// Draws docs/picture/derivative.svg, the README's picture, from the built library: node scripts/draw-derivative.mjs [file]
// It trains the network of the equations on the digits and shows one derivative of one test digit, as an equation with its
// numbers, beside its numeric check.
import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { examples, split, train } from "chainrule";
import { digits } from "chainrule/digits";
import { findParameter } from "chainrule/explain";
import { backward, centralDifference, forward } from "chainrule/reference";

const J = 3; // the output, and the class of the digit that is shown
const K = 7; // the neuron of layer 3
const SIDE = 8;

const data = digits();
const { model, test } = await train(data, { recipe: "equations", seed: 1 }).result;
const { network, split: drawn } = model;

// Of the test digits of class J that the network reads rightly, the one that would change w4[J,K] most.
const seen = [...split(data, drawn).test]
  .filter((row) => data.target.indices[row] === J)
  .map((row) => {
    const pixels = data.inputs.subarray(row * SIDE * SIDE, (row + 1) * SIDE * SIDE);
    const [{ x, y }] = examples(model, data, { rows: [row, row + 1] });
    const pass = forward(network, x);
    const slopes = backward(network, pass, y);
    return { row, pixels, x, y, pass, slopes, derivative: slopes.dCost_dw[4][J * network.layout.sizes[3] + K] };
  })
  .filter(({ pass }) => pass.a[4].indexOf(Math.max(...pass.a[4])) === J)
  .sort((one, other) => Math.abs(other.derivative) - Math.abs(one.derivative))[0];
const { row, pixels, x, y, pass, slopes, derivative } = seen;

const { index } = findParameter(network.layout, `w4[${J},${K}]`);
const numeric = centralDifference(network, [{ x, y }], index);
if (!(Math.abs(numeric - derivative) <= 1e-6 * Math.abs(derivative) + 1e-9)) throw new Error(`${numeric} is not ${derivative}`);

const a3 = pass.a[3][K];
const z4 = pass.z[4][J];
const a4 = pass.a[4][J];
const first = slopes.dCost_da[4][J];
const second = a4 * (1 - a4);
const minus = (text) => text.replaceAll("-", "\u2212");
const number = (value, decimals = 5) => minus(value.toFixed(decimals));

// --- the drawing ---------------------------------------------------------------------------------------------------------

const WIDTH = 820;
const HEIGHT = 472;
const out = [];
const add = (...lines) => out.push(...lines);
const round = (value) => Number(value.toFixed(2));
const text = (x, y, className, content) => add(`<text x="${round(x)}" y="${round(y)}" class="${className}">${content}</text>`);
const line = (x1, y1, x2, y2, className, more = "") =>
  add(`<line x1="${round(x1)}" y1="${round(y1)}" x2="${round(x2)}" y2="${round(y2)}" class="${className}"${more}/>`);

/** Symbols with an index below and a layer above: symbol("da", "j", 4). */
const symbol = (name, index, layer) =>
  `${name}<tspan class="small" dy="4">${index}</tspan><tspan class="small" dy="-10">(${layer})</tspan><tspan dy="6">&#8203;</tspan>`;

function fraction(x, y, above, below, width) {
  text(x, y - 7, "math middle", above);
  line(x - width / 2, y, x + width / 2, y, "bar");
  text(x, y + 19, "math middle", below);
}

// The picture of the path.
const MIDDLE = 128;
const CELL = 13;
const IMAGE = { x: 26, y: MIDDLE - 4 * CELL };
const DOTS = 8.4;
const dotY = (index, count) => MIDDLE + (index - (count - 1) / 2) * DOTS;
const LAYER_2 = 182;
const LAYER_3 = 242;
const NODES = { a3: 330, z4: 480, a4: 614, cost: 760 };
const RADIUS = 29;

text(26, 36, "title", "One derivative, with its numbers");
text(WIDTH - 26, 36, "note end", `trained network ${network.layout.sizes.slice(1).join("-")}; a test digit ${J} (row ${row})`);

for (let k = 0; k < 16; k++) line(IMAGE.x + SIDE * CELL + 5, MIDDLE, LAYER_2 - 5, dotY(k, 16), "faint");
for (let m = 0; m < 16; m++) line(LAYER_2 + 5, dotY(m, 16), LAYER_3 - 6, dotY(K, 16), "faint");
pixels.forEach((pixel, at) => {
  const [top, left] = [Math.floor(at / SIDE), at % SIDE];
  const place = `x="${IMAGE.x + left * CELL}" y="${IMAGE.y + top * CELL}" width="${CELL}" height="${CELL}"`;
  if (pixel > 0) add(`<rect ${place} class="ink" fill-opacity="${round(pixel / data.image.maximum)}"/>`);
});
add(`<rect x="${IMAGE.x}" y="${IMAGE.y}" width="${SIDE * CELL}" height="${SIDE * CELL}" class="frame"/>`);
for (const [x, values] of [
  [LAYER_2, pass.a[2]],
  [LAYER_3, pass.a[3]],
]) {
  values.forEach((value, index) => {
    add(`<circle cx="${x}" cy="${round(dotY(index, values.length))}" r="3.2" class="dot" fill-opacity="${round(value)}"/>`);
  });
}
add(`<circle cx="${LAYER_3}" cy="${round(dotY(K, 16))}" r="5.6" class="ring"/>`);
line(LAYER_3 + 7, dotY(K, 16), NODES.a3 - RADIUS - 2, MIDDLE, "forward dashed");
text(IMAGE.x + (SIDE * CELL) / 2, 218, "note middle", "layer 1");
text(LAYER_2, 218, "note middle", "layer 2");
text(LAYER_3, 218, "note middle", "layer 3");

const step = (from, to, label) => {
  line(from + RADIUS + 2, MIDDLE, to - RADIUS - 9, MIDDLE, "forward", ' marker-end="url(#ahead)"');
  text((from + to) / 2, MIDDLE - 10, "code middle", label);
};
step(NODES.a3, NODES.z4, `\u00d7 <tspan class="strong">w4[${J},${K}]</tspan>`);
step(NODES.z4, NODES.a4, "sigma");
step(NODES.a4, NODES.cost, "\u03a3(a\u2212y)\u00b2");
for (const [x, name, value] of [
  [NODES.a3, `a3[${K}]`, a3],
  [NODES.z4, `z4[${J}]`, z4],
  [NODES.a4, `a4[${J}]`, a4],
  [NODES.cost, "cost", slopes.cost],
]) {
  add(`<circle cx="${x}" cy="${MIDDLE}" r="${RADIUS}" class="node"/>`);
  text(x, MIDDLE + 4.5, "value middle", number(value, 4));
  text(x, MIDDLE - RADIUS - 9, "code middle", name);
}

/** An arrow back below the path, with the derivative of its step. */
const back = (from, to, toY, fromLetters, value) => {
  const y = MIDDLE + RADIUS + 6;
  const low = y + 26;
  add(`<path d="M${from - 6} ${y} C${from - 16} ${low} ${to + 24} ${low} ${to + 6} ${toY}" class="backward" marker-end="url(#back)"/>`);
  text((from + to) / 2, low + 13, "code slope middle", fromLetters);
  text((from + to) / 2, low + 30, "value slope middle", value);
};
back(NODES.cost, NODES.a4, MIDDLE + RADIUS + 8, "dCost/da", number(first));
back(NODES.a4, NODES.z4, MIDDLE + RADIUS + 8, "da/dz", number(second));
back(NODES.z4, (NODES.a3 + NODES.z4) / 2 - 8, MIDDLE + 9, "dz/dw", number(a3));

// The equation, factor by factor.
const COLUMNS = { left: 182, equals: 200, first: 322, times1: 436, second: 546, times2: 656, third: 722 };
const equation = (y, left, factors, className) => {
  if (left !== "") text(COLUMNS.left, y, `${className} end`, left);
  text(COLUMNS.equals, y, `${className} middle`, "=");
  const [one, two, three] = factors;
  text(COLUMNS.first, y, `${className} middle`, one);
  if (two === undefined) return;
  text(COLUMNS.times1, y, `${className} middle`, "\u00d7");
  text(COLUMNS.second, y, `${className} middle`, two);
  text(COLUMNS.times2, y, `${className} middle`, "\u00d7");
  text(COLUMNS.third, y, `${className} middle`, three);
};
line(26, 236, WIDTH - 26, 236, "rule");
const TOP = 276;
fraction(COLUMNS.left - 34, TOP, "dCost", symbol("dw", "jk", 4), 68);
fraction(COLUMNS.first, TOP, "dCost", symbol("da", "j", 4), 60);
fraction(COLUMNS.second, TOP, symbol("da", "j", 4), symbol("dz", "j", 4), 60);
fraction(COLUMNS.third, TOP, symbol("dz", "j", 4), symbol("dw", "jk", 4), 60);
text(COLUMNS.equals, TOP + 5, "math middle", "=");
text(COLUMNS.times1, TOP + 5, "math middle", "\u00d7");
text(COLUMNS.times2, TOP + 5, "math middle", "\u00d7");

equation(328, `dCost/dw4[${J},${K}]`, [`(2 a4[${J}] \u2212 2 y[${J}])`, `sigma'(z4[${J}])`, `a3[${K}]`], "code");
const blue = (value) => `<tspan class="blue">${value}</tspan>`;
equation(
  356,
  "",
  [`(2 \u00b7 ${blue(number(a4))} \u2212 2 \u00b7 ${blue(y[J])})`, `${blue(number(a4))} (1 \u2212 ${blue(number(a4))})`, blue(number(a3))],
  "code",
);
equation(
  384,
  "",
  [first, second, a3].map((value) => `<tspan class="orange">${number(value)}</tspan>`),
  "code",
);
line(26, 404, WIDTH - 26, 404, "rule");
text(COLUMNS.left, 430, "note end", "equation (1)");
text(COLUMNS.equals, 430, "code middle", "=");
text(COLUMNS.equals + 14, 430, "result", number(derivative, 14));
text(COLUMNS.left, 453, "note end", "numeric check");
text(COLUMNS.equals, 453, "code middle", "=");
text(COLUMNS.equals + 14, 453, "code", number(numeric, 14));
text(WIDTH - 26, 453, "note end", "(Cost(w + h) \u2212 Cost(w \u2212 h)) / 2h with h = 0.00001");

const says =
  `dCost/dw4[${J},${K}] = (2 a4[${J}] - 2 y[${J}]) * sigma'(z4[${J}]) * a3[${K}] = ` +
  `${[first, second, a3].map((value) => value.toFixed(5)).join(" * ")} = ${derivative.toFixed(11)}; numeric check ${numeric.toFixed(11)}`;
const svg = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" width="${WIDTH}" height="${HEIGHT}" role="img" aria-labelledby="t d">
<title id="t">One derivative of a trained network, with its numbers</title>
<desc id="d">The path of w4[${J},${K}] from a3[${K}] over z4[${J}] and a4[${J}] to the cost, for one handwritten digit ${J}. ${says}.</desc>
<!-- Made by scripts/draw-derivative.mjs -->
<style>
svg { --paper: #ffffff; --edge: #d0d7de; --text: #1f2328; --quiet: #59636e; --blue: #2166ac; --orange: #b35806; }
@media (prefers-color-scheme: dark) {
svg { --paper: #15191f; --edge: #3a424c; --text: #e6e9ed; --quiet: #9aa4af; --blue: #6fb1e0; --orange: #f6a04d; }
}
text { font: 13px system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif; fill: var(--text); }
.title { font-size: 16px; font-weight: 600; }
.note { font-size: 12.5px; fill: var(--quiet); }
.code, .value, .result { font-family: ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace; font-size: 13px; }
.value, .blue { fill: var(--blue); }
.slope, .orange, .result { fill: var(--orange); }
.result { font-weight: 700; }
.strong { font-weight: 700; }
.math { font-size: 16px; }
.small { font-size: 10.5px; }
.middle { text-anchor: middle; }
.end { text-anchor: end; }
.paper { fill: var(--paper); stroke: var(--edge); }
.ink, .dot { fill: var(--blue); }
.frame, .ring { fill: none; stroke: var(--edge); }
.ring { stroke: var(--blue); stroke-width: 1.5; }
.dot { stroke: var(--edge); stroke-width: 0.8; }
.node { fill: var(--paper); stroke: var(--blue); stroke-width: 1.6; }
.bar { stroke: var(--text); stroke-width: 1.1; }
.rule { stroke: var(--edge); }
.faint { stroke: var(--edge); stroke-width: 0.7; }
.forward { stroke: var(--blue); stroke-width: 1.6; fill: none; }
.dashed { stroke-dasharray: 3 3; }
.backward { stroke: var(--orange); stroke-width: 1.6; fill: none; }
.ahead { fill: var(--blue); }
.back { fill: var(--orange); }
</style>
<defs>
<marker id="ahead" viewBox="0 0 8 8" refX="1" refY="4" markerWidth="8" markerHeight="8" markerUnits="userSpaceOnUse" orient="auto"><path d="M0 0 8 4 0 8z" class="ahead"/></marker>
<marker id="back" viewBox="0 0 8 8" refX="6" refY="4" markerWidth="8" markerHeight="8" markerUnits="userSpaceOnUse" orient="auto"><path d="M0 0 8 4 0 8z" class="back"/></marker>
</defs>
<rect x="0.5" y="0.5" width="${WIDTH - 1}" height="${HEIGHT - 1}" rx="10" class="paper"/>
${out.join("\n")}
</svg>
`;
const file = process.argv[2] ?? fileURLToPath(new URL("../docs/picture/derivative.svg", import.meta.url));
writeFileSync(file, svg);
console.log(`${network.layout.sizes.slice(1).join("-")}, test accuracy ${test.accuracy}`);
console.log(says);
console.log(`wrote ${file}`);
