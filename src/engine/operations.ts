import type { StepRules } from "../kernels/contract.js";
import * as at from "../kernels/wasm/generated/addresses.js";

// The order of work of a step, and where threads have to meet. An operation is written down with what it reads and writes
// and how that is divided between threads; a barrier is put in front of it where a thread would otherwise touch what another
// one has written, or still reads, since the last barrier.

/** How the threads divide something: all of it by everyone, by rows of the batch, by the panels of a layer, ... */
type Share = "all" | "rows" | "first thread" | `panels ${number}` | `inputs ${number}` | "parts";

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
      ...downward(layers),
      { code: code(at.CHECK), accesses: [reads("costs", "all"), writes("step", "first thread"), writes("results", "first thread")] },
      ...updating(layers, rows, rules.clipNorm !== undefined),
      ...(rules.maxNorm === undefined ? [] : byUnits(layers, at.LIMIT)),
      ...(rules.average === undefined ? [] : byUnits(layers, at.AVERAGE)),
    ],
    threads,
  );
}

function loading([first]: readonly PlannedLayer[], { sparse, changed }: PlannedRows, train: boolean): Operation[] {
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
    const forward: Operation = {
      code: code(at.FORWARD, l),
      accesses: [...input, reads(`w ${l}`, layer.byPanels ? share : "all"), writes(`a ${l}`, share)],
    };
    if (l < layers.length - 1) return [forward, { code: code(at.ACTIVATE, l), accesses: [writes(`a ${l}`, share)] }];
    const own = [`a ${l}`, `d ${l}`, "costs"].map((what) => writes(what, "rows"));
    return [forward, { code: code(at.LOSS, l), accesses: own }];
  });
}

function downward(layers: readonly PlannedLayer[]): Operation[] {
  const operations: Operation[] = [];
  for (let l = layers.length - 1; l > 0; l--) {
    const share = shareOf(layers[l - 1]!, l - 1);
    operations.push({
      code: code(at.BACKWARD, l),
      accesses: [
        reads(`d ${l}`, share === "rows" ? "rows" : "all"),
        reads(`w ${l}`, "all"),
        reads(`a ${l - 1}`, share),
        writes(`d ${l - 1}`, share),
      ],
    });
  }
  return operations;
}

/** @param held derivatives are kept until all of them are known, and only then applied */
function updating(layers: readonly PlannedLayer[], { sparse, changed }: PlannedRows, held: boolean): Operation[] {
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
          writes(`${held ? "g" : "w"} ${l}`, share),
        ],
      };
    })
    .reverse();
  if (!held) return derivatives;
  return [
    ...derivatives,
    ...layers.map((_, l) => ({
      code: code(at.SQUARES, l),
      accesses: [reads(`g ${l}`, `panels ${l}`), writes(`sums ${l}`, `panels ${l}`)],
    })),
    { code: code(at.CLIP, layers.length), accesses: [...layers.map((_, l) => reads(`sums ${l}`, "all")), writes("norm", "first thread")] },
    ...layers.map((layer, l) => ({
      code: code(at.UPDATE, l),
      accesses: [reads("norm", "all"), reads(`g ${l}`, own(layer, l)), writes(`w ${l}`, own(layer, l))],
    })),
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
