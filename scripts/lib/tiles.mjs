// The innermost loops of the kernels, written out as AssemblyScript: assembly/generated/tiles.ts.
//
// They are written by a program because each is the same few lines repeated: for every width, and several steps in one turn
// of the loop. What was measured about V8 decides their form:
//
// - A tile keeps at most 8 sums. With 4 vectors of one side, the values of the other and a product that makes 15 registers,
//   and one more would be kept in memory.
// - A turn of a loop costs 8 instructions beside the 22 of a step (bounds, addresses, V8's look for interrupts), so several
//   steps share a turn: four are a quarter faster. But V8 moves loads of one basic block together, and those of four steps do not fit
//   the registers. So a condition stands between the steps, which a number of steps that is no multiple of 4 needs anyway.
// - Offsets are constants, which cost nothing in an address. So all rows of all panels are 64 bytes long, also where a panel
//   has fewer than 16 columns; V, its number of vectors of 4, only says how many take part.

/** Steps in one turn of a tile of several rows, where a turn is short of work, and of the other loops, where two are as good. */
const MANY = 4;
const FEW = 2;
const stepsOf = (rows) => (rows > 1 ? MANY : FEW);
/** Rows (or inputs) of a tile of V vectors, by V - 1: at most 8 sums. What does not fill a tile is done one by one. */
const ROWS = [4, 4, 2, 2];
const KINDS = ["Bytes", "Floats"];

const times = (count, write) => Array.from({ length: count }, (_, index) => write(index)).join("\n");
const sums = (R, V, write) => times(R, (r) => times(V, (v) => write(r, v, `c${r}${v}`)));

/** The text of assembly/generated/tiles.ts. */
export function tiles() {
  return [
    "// Written by scripts/lib/tiles.mjs, which says why it is as it is.",
    'import { BYTE_VALUES } from "../addresses";\nimport { madd, sumLanes, zero } from "../vectors";',
    ...ROWS.flatMap((R, index) => [R, 1].flatMap((count) => [forwardTile(count, index + 1), weightTile(count, index + 1)])),
    ...ROWS.flatMap((R, index) => [forwardRows(R, index + 1), weightInputs(R, index + 1)]),
    backwardTile(2),
    backwardTile(1),
    ...KINDS.flatMap((kind) => [1, 2, 3, 4].flatMap((V) => SPARSE.map((write) => write(kind, V)))),
    choose("forwardPanel", FORWARD, (V) => `forward${V}`),
    choose("weightDerivatives", WEIGHTS, (V) => `weights${V}`),
    chooseSparse("forwardEntries", FORWARD_ENTRIES),
    chooseSparse("sumLists", SUM_LISTS),
    chooseSparse("descendLists", DESCEND_LISTS),
    chooseSparse("scatter", SCATTER),
  ].join("\n\n");
}

const FORWARD = "x: usize, panel: usize, n: i32, from: i32, to: i32, w: usize, start: usize, next: usize, z: usize";
const WEIGHTS = "x: usize, n: i32, d: usize, rows: i32, out: usize";
const FORWARD_ENTRIES = "order: usize, starts: usize, parts: i32, entries: usize, from: i32, to: i32, w: usize, b: usize, z: usize";
const LISTS = "counts: usize, lists: usize, room: usize";
const SUM_LISTS = `${LISTS}, from: i32, to: i32, d: usize, out: usize`;
const DESCEND_LISTS = `${LISTS}, listed: usize, count: i32, d: usize, w: usize, rate: v128`;
const SCATTER = "order: usize, starts: usize, parts: i32, part: i32, entries: usize, rows: i32, d: usize, out: usize";

/** One function of a name that calls that of its width. */
function choose(name, parameters, of) {
  const args = parameters.replaceAll(/: \w+/g, "");
  return `export function ${name}(V: i32, ${parameters}): void {
${[4, 3, 2].map((V) => `  if (V == ${V}) return ${of(V)}(${args});`).join("\n")}
  ${of(1)}(${args});
}`;
}

function chooseSparse(name, parameters) {
  const args = parameters.replaceAll(/: \w+/g, "");
  return `export function ${name}(bytes: bool, V: i32, ${parameters}): void {
${KINDS.map((kind) => `  ${kind === "Bytes" ? "if (bytes)" : "else"} {\n${[4, 3, 2].map((V) => `    if (V == ${V}) return ${name}${kind}${V}(${args});`).join("\n")}\n    ${name}${kind}1(${args});\n  }`).join("\n")}
}`;
}

/** Steps of a loop with a condition between them. */
function turn(steps, step, more) {
  return times(steps, (u) => (u === 0 ? step(u) : `    if (!(${more(u)})) break;\n${step(u)}`));
}

/** Sums of R * V vectors: c += x_r * w_v. `x` and `w` give the address and offset of step u. */
function product(R, V, u, x, w) {
  return [
    times(V, (v) => `    const w${u}${v} = v128.load(${w[0]}, ${w[1] + 16 * v});`),
    times(R, (r) => {
      const load = `    const x${u}${r} = v128.load32_splat(${x[0]}, ${x[1] + x[2] * r});\n`;
      return load + times(V, (v) => `    c${r}${v} = madd(c${r}${v}, x${u}${r}, w${u}${v});`);
    }),
  ].join("\n");
}

const forwardTile = (R, V) => `/**
 * z = start + W a of ${R} rows and ${V} vectors of outputs. x: the rows in panels; n inputs; w: (n x 16); start: sums to go on from,
 * \`next\` bytes further for each row.
 */
// @ts-ignore: decorator
@inline
function forward${R}x${V}(x: usize, panel: usize, n: i32, w: usize, start: usize, next: usize, z: usize): void {
${sums(R, V, (r, v, c) => `  let ${c} = v128.load(start + ${r} * next, ${16 * v});`)}
  let left = n << 2;
  do {
    let a = x;
    const end = x + min(64, left);
    // The last panel alone has a number of inputs that is no multiple of ${stepsOf(R)}, and after it nobody needs w.
    do {
${turn(
  stepsOf(R),
  (u) => product(R, V, u, ["a", 4 * u, 64], ["w", 64 * u]),
  (u) => `a + ${4 * u} < end`,
)}
    a += ${4 * stepsOf(R)};
    w += ${64 * stepsOf(R)};
    } while (a < end);
    x += panel;
    left -= 64;
  } while (left > 0);
${sums(R, V, (r, v, c) => `  v128.store(z, ${c}, ${64 * r + 16 * v});`)}
}`;

const weightTile = (
  K,
  V,
) => `/** dCost/dw of ${K} inputs and ${V} vectors of outputs: sums over the rows, in order. x, d: columns of panels. */
// @ts-ignore: decorator
@inline
function weights${K}x${V}(x: usize, d: usize, rows: i32, out: usize): void {
${sums(K, V, (_r, _v, c) => `  let ${c} = zero();`)}
  const end = d + (<usize>rows << 6);
  do {
${turn(
  stepsOf(K),
  (u) => product(K, V, u, ["x", 64 * u, 4], ["d", 64 * u]),
  (u) => `d + ${64 * u} < end`,
)}
    x += ${64 * stepsOf(K)};
    d += ${64 * stepsOf(K)};
  } while (d < end);
${times(K, (k) => times(4, (v) => `  v128.store(out, ${v < V ? `c${k}${v}` : "zero()"}, ${64 * k + 16 * v});`))}
}`;

/** The rows of a batch, R at a time and then one by one. */
const forwardRows = (R, V) => `function forward${V}(${FORWARD}): void {
  let row = from;
  for (; row + ${R} <= to; row += ${R}) {
    const offset = <usize>row << 6;
    forward${R}x${V}(x + offset, panel, n, w, start + row * next, next, z + offset);
  }
  for (; row < to; row++) {
    const offset = <usize>row << 6;
    forward1x${V}(x + offset, panel, n, w, start + row * next, next, z + offset);
  }
}`;

/** The inputs of one panel, K at a time and then one by one. */
const weightInputs = (K, V) => `function weights${V}(${WEIGHTS}): void {
  let k = 0;
  for (; k + ${K} <= n; k += ${K}) weights${K}x${V}(x + (<usize>k << 2), d, rows, out + (<usize>k << 6));
  for (; k < n; k++) weights1x${V}(x + (<usize>k << 2), d, rows, out + (<usize>k << 6));
}`;

const backwardTile = (R) => `/**
 * dCost/da of 4 inputs and ${R} rows over \`n\` vectors of outputs, 4 in a panel: four lane sums each, one reduction at the end.
 * Added to what \`out\` holds unless this is the first block of outputs.
 */
// @ts-ignore: decorator
@inline
export function backward${R}(x: usize, panel: usize, w: usize, weightPanel: usize, n: i32, first: bool, out: usize): void {
${sums(R, 4, (_r, _k, c) => `  let ${c} = zero();`)}
  do {
    do {
${times(4, (v) =>
  [
    v === 0 ? "" : `    if (n <= ${v}) break;`,
    times(4, (k) => `    const w${v}${k} = v128.load(w, ${64 * k + 16 * v});`),
    times(
      R,
      (r) =>
        `    const x${v}${r} = v128.load(x, ${64 * r + 16 * v});\n${times(4, (k) => `    c${r}${k} = madd(c${r}${k}, x${v}${r}, w${v}${k});`)}`,
    ),
  ].join("\n"),
)}
    } while (false);
    x += panel;
    w += weightPanel;
    n -= 4;
  } while (n > 0);
${times(R, (r) => `  const sum${r} = sumLanes(c${r}0, c${r}1, c${r}2, c${r}3);\n  v128.store(out, first ? sum${r} : f32x4.add(v128.load(out, ${64 * r}), sum${r}), ${64 * r});`)}
}`;

const entryBytes = (kind) => (kind === "Bytes" ? 4 : 8);
/** log2 of that. */
const entrySize = (kind) => (kind === "Bytes" ? 2 : 3);

/** Reads entry u: its value, and the address of the row of \`matrix\` that it names. */
function readEntry(kind, u, matrix) {
  const value = kind === "Bytes" ? `<usize>(word${u} & 1023), BYTE_VALUES` : `entry, ${8 * u + 4}`;
  return `    const word${u} = load<u32>(entry, ${entryBytes(kind) * u});
    const x${u} = v128.load32_splat(${value});
    const at${u} = ${matrix} + ((word${u} >>> 4) & ~63);`;
}

/** The loop over entries [entry, end): c += value * row of the matrix. */
function sumOfEntries(kind, V, matrix) {
  const size = entryBytes(kind);
  const step = (u) => `${readEntry(kind, u, matrix)}\n${times(V, (v) => `    c${v} = madd(c${v}, x${u}, v128.load(at${u}, ${16 * v}));`)}`;
  return `do {
${turn(FEW, step, (u) => `entry + ${size * u} < end`)}
    entry += ${size * FEW};
  } while (entry < end);`;
}

const forwardEntries = (kind, V) => `/** z = b + W a of rows [from, to) of entries and one panel of ${V} vectors. */
function forwardEntries${kind}${V}(${FORWARD_ENTRIES}): void {
  for (let row = from; row < to; row++) {
    const start = starts + ((load<u32>(order + (<usize>row << 2)) * parts) << 2);
    let entry = entries + (<usize>load<u32>(start) << ${entrySize(kind)});
    const end = entries + (<usize>load<u32>(start + (<usize>parts << 2)) << ${entrySize(kind)});
${times(V, (v) => `    let c${v} = v128.load(b, ${16 * v});`)}
    if (entry < end) ${sumOfEntries(kind, V, "w")}
    const offset = <usize>row << 6;
${times(V, (v) => `    v128.store(z + offset, c${v}, ${16 * v});`)}
  }
}`;

const sumLists = (kind, V) => `/** dCost/dw of inputs [from, to) by the list of each; ${V} vectors of outputs. out: (inputs x 16). */
function sumLists${kind}${V}(${SUM_LISTS}): void {
  for (let k = from; k < to; k++) {
    let entry = lists + k * room;
    const end = entry + (<usize>load<u32>(counts + (<usize>k << 2)) << ${entrySize(kind)});
${times(V, (v) => `    let c${v} = zero();`)}
    if (entry < end) ${sumOfEntries(kind, V, "d")}
${times(4, (v) => `    v128.store(out, ${v < V ? `c${v}` : "zero()"}, ${16 * v});`)}
    out += 64;
  }
}`;

const descendLists = (
  kind,
  V,
) => `/** w - rate * dCost/dw of the listed inputs in place of w; each of them has an entry. ${V} vectors of outputs. */
function descendLists${kind}${V}(${DESCEND_LISTS}): void {
  for (const last = listed + (<usize>count << 2); listed < last; listed += 4) {
    const k = <usize>load<u32>(listed);
    let entry = lists + k * room;
    const end = entry + (<usize>load<u32>(counts + (k << 2)) << ${entrySize(kind)});
${times(V, (v) => `    let c${v} = zero();`)}
    ${sumOfEntries(kind, V, "d")}
    const row = w + (k << 6);
${times(V, (v) => `    v128.store(row, f32x4.sub(v128.load(row, ${16 * v}), f32x4.mul(rate, c${v})), ${16 * v});`)}
  }
}`;

const scatter = (kind, V) => `/** dCost/dw += a * dCost/dz of part \`part\` of each row, ${V} vectors of outputs; out: (n x 16). */
function scatter${kind}${V}(${SCATTER}): void {
  for (let row = 0; row < rows; row++) {
    const start = starts + ((load<u32>(order + (<usize>row << 2)) * parts + part) << 2);
    let entry = entries + (<usize>load<u32>(start) << ${entrySize(kind)});
    const end = entries + (<usize>load<u32>(start, 4) << ${entrySize(kind)});
${times(V, (v) => `    const d${v} = v128.load(d, ${16 * v});`)}
    if (entry < end) do {
${turn(
  FEW,
  (u) =>
    `${readEntry(kind, u, "out")}\n${times(V, (v) => `    v128.store(at${u}, madd(v128.load(at${u}, ${16 * v}), x${u}, d${v}), ${16 * v});`)}`,
  (u) => `entry + ${entryBytes(kind) * u} < end`,
)}
    entry += ${entryBytes(kind) * FEW};
    } while (entry < end);
    d += 64;
  }
}`;

/** What is written for each kind of entries and each width; down here, where all of them are known. */
const SPARSE = [forwardEntries, sumLists, descendLists, scatter];
