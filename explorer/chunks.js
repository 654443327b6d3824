import { relative, resolve } from "node:path";

// Few chunks, each for one moment. A file for every set of modules that the same screens share (what the bundler does by itself: ninety) costs
// a tenth more, since gzip finds nothing across files.

const ROOT = resolve(import.meta.dirname, "..");

/** What the first screen needs, beside the digits themselves; the helper is that of `import()`, which workers have too. */
const START = {
  library:
    /preload-helper|^explorer\/src\/state\/raw-cells|^src\/(base|data\/(?!iris|idx)|network|formats|reference|kernels\/[^/]+$|kernels\/portable\/(?!augment|update)|engine\/(?!portable\.|portable-step|sparse-rows|wasm|binaries|memory-plan|operations|create-engine)|explain(\.ts|\/render\/number-text)|table\/(column-types|curve|date-parts|preparation)|training\/(align|categories|examples|gradients|model|optimizers|rules|task)\.)/,
  page: /^explorer\/src\/(main|offline|share\/(hash-text|slots)|shell\/[^/]+$|shell\/open\/open-(button|state)|screens\/network\/(?!unit-state|reasons-worker)|widgets\/(network-number|step|surface|surface-fits)\.|state\/(address|demo|failure|like-model|opened|recipe|run|run-state|session|task)\.|style\/(theme|shell|controls))|node_modules\/(preact|@preact)\//,
};

/** A group of rolldown's `codeSplitting`: its chunk takes the modules that the pattern says, by their paths in the repository. */
const group = (name, priority, pattern) => ({ name, priority, test: (id) => pattern.test(relative(ROOT, id).replaceAll("\\", "/")) });

export const CHUNKS = [
  group("digits", 9, /^src\/(digits\.ts|data\/digits)/),
  group("charts", 9, /^node_modules\/uplot\//),
  // Workers load these: nothing of the page may be in them.
  group("start", 8, START.library),
  group("learn", 7, /^(src\/(engine|kernels|table|training|diagnose)\/|explorer\/src\/(analysis\/(?!analyst|.*worker)|state\/encoding))/),
  group("table", 7, /^explorer\/src\/shell\/open\/table-(client|data|reader|text)|node_modules\/csv-parse\//),
  group("explain", 7, /^src\/(?!iris|data\/iris|report(?!\/render\/words))/),
  group("report", 6, /^src\/report/),
  group("page", 6, START.page),
  group("equation", 5, /^explorer\/src\/(screens\/equation|exercise|style\/(equation|math)|widgets\/equation)/),
  group("screens", 4, /^explorer\/src\/(?!.*worker\.ts)/),
];
