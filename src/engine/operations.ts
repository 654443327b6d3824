import type { StepRules } from "../kernels/contract.js";
import * as at from "../kernels/wasm/generated/addresses.js";

// The order of work of a step, and where threads have to meet. An operation is written down with what it reads and writes
// and how that is divided between threads; a barrier is put in front of it where a thread would otherwise touch what another
// one has written, or still reads, since the last barrier.

/** How the threads divide something: all of it by everyone, by rows of the batch, by the panels of a layer, ... */
type Share = "all" | "rows" | "first thread" | "encodings" | `panels ${number}` | `inputs ${number}` | "parts";

interface Access {
  readonly what: string;
  readonly share: Share;
  readonly writes: boolean;
}

interface Operation {
  readonly code: number;
  readonly accesses: readonly Access[];
}

/** A layer with weights as the planner sees it; index 0 is layer 2 of the equations. */
export interface PlannedLayer {
  /** Threads own panels of outputs; otherwise rows of the batch. */
  readonly byPanels: boolean;
  readonly norm?: "batch-norm" | "layer-norm" | undefined;
  /** The index of the layer whose values are added, -1 of the input. */
  readonly skip?: number | undefined;
}

const code = (operation: number, layer = 0): number => operation | (layer << 8);
const reads = (what: string, share: Share): Access => ({ what, share, writes: false });
const writes = (what: string, share: Share): Access => ({ what, share, writes: true });

/** What the first layer takes. */
export interface PlannedRows {
  /** Entries that are not 0, in place of whole rows. */
  readonly sparse: boolean;
  /** Each batch is made anew from images that are changed. */
  readonly changed: boolean;
  /** How many columns enter encoded, and the records of these among all columns. */
  readonly encoded: readonly number[];
}

export function forwardOperations(layers: readonly PlannedLayer[], threads: number, rows: PlannedRows): number[] {
  const top = layers.length - 1;
  return schedule(
    [
      ...loading(layers, rows, false),
      ...upward(layers, rows),
      { code: code(at.OUTPUT, top), accesses: [reads(`a ${top}`, "rows"), writes("outputs", "rows")] },
      { code: code(at.SUM), accesses: [reads("costs", "all"), writes("results", "first thread")] },
    ],
    threads,
  );
}

/** @param weighted rows have weights */
export function trainOperations(
  layers: readonly PlannedLayer[],
  threads: number,
  rows: PlannedRows,
  rules: StepRules = {},
  weighted = false,
): number[] {
  const top = layers.length - 1;
  const weigh = { code: code(at.WEIGH, top), accesses: [`d ${top}`, "costs"].map((what) => writes(what, "rows")) };
  return schedule(
    [
      ...loading(layers, rows, true),
      ...upward(layers, rows),
      ...(weighted ? [weigh] : []),
      ...downward(layers, rows),
      { code: code(at.CHECK), accesses: [reads("costs", "all"), writes("step", "first thread"), writes("results", "first thread")] },
      ...updating(layers, rows, rules.clipNorm !== undefined),
      ...(rules.maxNorm === undefined ? [] : byUnits(layers, at.LIMIT)),
      ...(rules.average === undefined ? [] : [...byUnits(layers, at.AVERAGE), ...encodings(rows, at.ENCODE_AVERAGE)]),
    ],
    threads,
  );
}

function loading([first]: readonly PlannedLayer[], { sparse, changed, encoded }: PlannedRows, train: boolean): Operation[] {
  if (encoded.length > 0) return [{ code: code(at.ENCODE), accesses: [reads("encodings", "all"), writes("x", "rows")] }];
  const touch: Operation = { code: code(at.TOUCH), accesses: [] };
  const made = (operation: number): Operation => ({ code: code(operation), accesses: [writes("x", "rows")] });
  const lists: Operation = { code: code(at.LISTS), accesses: [...(changed ? [reads("x", "all")] : []), writes("lists", "parts")] };
  return [
    touch,
    ...(changed ? [made(at.AUGMENT)] : sparse ? [] : [made(at.GATHER)]),
    ...(sparse && train && first!.byPanels ? [lists] : []),
  ];
}

function shareOf({ byPanels }: PlannedLayer, index: number): Share {
  return byPanels ? `panels ${index}` : "rows";
}

function upward(layers: readonly PlannedLayer[], { sparse, changed }: PlannedRows): Operation[] {
  return layers.flatMap((layer, l): Operation[] => {
    const share = shareOf(layer, l);
    const below = l > 0 ? `a ${l - 1}` : "x";
    const input = l === 0 && sparse && !changed ? [] : [reads(below, layer.byPanels ? "all" : "rows")];
    const sums = layer.norm === undefined ? "a" : "z";
    const forward: Operation = {
      code: code(at.FORWARD, l),
      accesses: [...input, reads(`w ${l}`, layer.byPanels ? share : "all"), writes(`${sums} ${l}`, share)],
    };
    const added = layer.skip === undefined ? [] : [layer.skip < 0 ? reads("x", "all") : reads(`a ${layer.skip}`, share)];
    if (l < layers.length - 1) {
      return [forward, ...normalising(layer, l), { code: code(at.ACTIVATE, l), accesses: [...added, writes(`a ${l}`, share)] }];
    }
    const own = [`a ${l}`, `d ${l}`, "costs"].map((what) => writes(what, "rows"));
    return [forward, { code: code(at.LOSS, l), accesses: own }];
  });
}

/** Whose units: those of panels over a batch, those of a row. */
function normShare({ norm }: PlannedLayer, l: number): Share {
  return norm === "batch-norm" ? `panels ${l}` : "rows";
}

function normalising(layer: PlannedLayer, l: number): Operation[] {
  if (layer.norm === undefined) return [];
  const share = normShare(layer, l);
  const parameters = reads(`w ${l}`, layer.norm === "batch-norm" ? share : "all");
  const accesses = [reads(`z ${l}`, share), parameters, writes(`a ${l}`, share), writes(`statistics ${l}`, share)];
  return [{ code: code(at.NORM, l), accesses }];
}

/** From dCost/du to dCost/dz, and the derivatives of gamma and beta. */
function normalisingBack(layer: PlannedLayer, l: number): Operation[] {
  if (layer.norm === undefined) return [];
  const panels: Share = `panels ${l}`;
  const whole = [reads(`z ${l}`, panels), reads(`statistics ${l}`, layer.norm === "batch-norm" ? panels : "all")];
  const sums = { code: code(at.NORM_SUMS, l), accesses: [...whole, reads(`w ${l}`, panels), writes(`norm ${l}`, panels)] };
  if (layer.norm === "batch-norm") return [{ ...sums, accesses: [...sums.accesses, writes(`d ${l}`, panels)] }];
  const own = [reads(`z ${l}`, "rows"), reads(`statistics ${l}`, "rows"), reads(`w ${l}`, "all"), writes(`d ${l}`, "rows")];
  return [
    { ...sums, accesses: [...sums.accesses, reads(`d ${l}`, panels)] },
    { code: code(at.NORM_ROWS, l), accesses: own },
  ];
}

function downward(layers: readonly PlannedLayer[], { encoded }: PlannedRows): Operation[] {
  const operations: Operation[] = [];
  for (let l = layers.length - 1; l > 0; l--) {
    const below = layers[l - 1]!;
    const share = shareOf(below, l - 1);
    operations.push(
      {
        code: code(at.BACKWARD, l),
        accesses: [
          reads(`d ${l}`, share === "rows" ? "rows" : "all"),
          reads(`w ${l}`, "all"),
          reads(`a ${l - 1}`, share),
          reads(`pending ${l - 1}`, share),
          writes(`d ${l - 1}`, share),
          ...(below.skip === undefined ? [] : [writes(`pending ${below.skip}`, share)]),
        ],
      },
      ...normalisingBack(below, l - 1),
    );
  }
  if (encoded.length === 0) return operations;
  const first = [reads("d 0", "rows"), reads("w 0", "all"), reads("pending -1", "rows"), writes("dx", "rows")];
  return [...operations, { code: code(at.BACKWARD, 0), accesses: first }];
}

/** What is done to what encodes columns; each belongs to one thread. */
function encodings({ encoded }: PlannedRows, operation: number, ...accesses: readonly Access[]): Operation[] {
  return encoded.map((record) => ({
    code: code(operation, record),
    accesses: [reads("step", "all"), ...accesses, writes("encodings", "encodings")],
  }));
}

/** @param held derivatives are kept until all of them are known, and only then applied */
function updating(layers: readonly PlannedLayer[], rows: PlannedRows, held: boolean): Operation[] {
  const { sparse, changed } = rows;
  const own = (layer: PlannedLayer, l: number): Share => (layer.byPanels ? `panels ${l}` : `inputs ${l}`);
  const derivatives = layers
    .map((layer, l): Operation => {
      const entries = layer.byPanels ? [reads("lists", "all")] : changed ? [reads("x", "all")] : [];
      const below = l > 0 ? [reads(`a ${l - 1}`, "all")] : sparse ? entries : [reads("x", "all")];
      const share = own(layer, l);
      return {
        code: code(at.WEIGHTS, l),
        accesses: [
          ...below,
          reads("step", "all"),
          reads(`d ${l}`, layer.byPanels ? share : "all"),
          reads(`norm ${l}`, layer.byPanels ? share : "all"),
          reads(`statistics ${l}`, layer.byPanels ? share : "all"),
          writes(`${held ? "g" : "w"} ${l}`, share),
        ],
      };
    })
    .reverse();
  const back = encodings(rows, at.ENCODE_BACK, reads("x", "all"), reads("dx", "all"));
  if (!held) return [...derivatives, ...back];
  return [
    ...derivatives,
    ...back,
    ...layers.map((_, l) => ({
      code: code(at.SQUARES, l),
      accesses: [reads(`g ${l}`, `panels ${l}`), reads(`norm ${l}`, `panels ${l}`), writes(`sums ${l}`, `panels ${l}`)],
    })),
    {
      code: code(at.CLIP, layers.length),
      accesses: [...layers.map((_, l) => reads(`sums ${l}`, "all")), reads("encodings", "all"), writes("norm", "first thread")],
    },
    ...layers.map((layer, l) => ({
      code: code(at.UPDATE, l),
      accesses: [
        reads("norm", "all"),
        reads(`g ${l}`, own(layer, l)),
        reads(`norm ${l}`, layer.byPanels ? own(layer, l) : "all"),
        reads(`statistics ${l}`, layer.byPanels ? own(layer, l) : "all"),
        writes(`w ${l}`, own(layer, l)),
      ],
    })),
    ...encodings(rows, at.ENCODE_UPDATE, reads("norm", "all")),
  ];
}

/** What is done to the parameters of whole units. */
function byUnits(layers: readonly PlannedLayer[], operation: number): Operation[] {
  return layers.map((_, l) => ({
    code: code(operation, l),
    accesses: [reads("step", "all"), writes(`sums ${l}`, `panels ${l}`), writes(`w ${l}`, `panels ${l}`)],
  }));
}

/** The operations with barriers between them, ended by END. The list is run again and again, so that its end meets its start. */
function schedule(operations: readonly Operation[], threads: number): number[] {
  const codes = operations.map((operation) => operation.code);
  if (threads === 1) return [...codes, at.END];
  const barriers = new Set<number>();
  let open: Access[] = [];
  for (let pass = 0; pass < 2; pass++) {
    operations.forEach(({ accesses }, index) => {
      if (barriers.has(index) || accesses.some((access) => open.some((earlier) => collide(earlier, access)))) {
        barriers.add(index);
        open = [];
      }
      open.push(...accesses);
    });
  }
  return [...codes.flatMap((operation, index) => (barriers.has(index) ? [at.BARRIER, operation] : [operation])), at.END];
}

/** Whether two threads may touch the same thing, at least one of them writing. */
function collide(a: Access, b: Access): boolean {
  return a.what === b.what && (a.writes || b.writes) && (a.share !== b.share || a.share === "all");
}
