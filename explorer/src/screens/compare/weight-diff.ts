import { parameterName } from "chainrule";
import type { ShownModel } from "../../state/task.js";

/** Milliseconds of work between two returns to the page. */
const SLICE = 8;
/** Parameters between two looks at the clock. */
const BLOCK = 4096;
/** Cells of a picture in each direction; of larger layers a cell shows its largest difference. */
const CELLS = 256;
/** Differences that are listed. */
const LISTED = 12;

export interface LayerDiff {
  readonly layer: number;
  /** n_l and n_(l-1). */
  readonly shape: readonly [number, number];
  /** Differences to be drawn, shape (rows x columns). */
  readonly picture: Float32Array;
  readonly rows: number;
  readonly columns: number;
  readonly most: number;
  /** Root mean square of the differences, and of the weights of the first network. */
  readonly size: number;
  readonly weight: number;
}

export interface WeightDiff {
  readonly layers: readonly LayerDiff[];
  /** The largest differences, biases among them. */
  readonly largest: readonly { readonly name: string; readonly first: number; readonly second: number }[];
}

/** Whether two networks have the same tensors. */
export function haveSameShapes(one: ShownModel, other: ShownModel): boolean {
  const shapes = ({ network }: ShownModel): string => network.layout.tensors.map(({ name, shape }) => `${name} ${shape.join("x")}`).join();
  return shapes(one) === shapes(other);
}

/** The second network less the first one, a few milliseconds at a time. */
export async function weightDiff(first: ShownModel, second: ShownModel): Promise<WeightDiff> {
  const { layout, parameters: before } = first.network;
  const after = second.network.parameters;
  const rest = createRests();
  const layers: LayerDiff[] = [];
  for (const { w } of layout.layers.slice(2)) {
    const { offset, rows: n, columns: m, layer } = w;
    const [rows, columns] = [Math.min(n, CELLS), Math.min(m, CELLS)];
    const picture = new Float32Array(rows * columns);
    let [most, squares, weights] = [0, 0, 0];
    for (let i = 0; i < n * m; i++) {
      if (i % BLOCK === 0) await rest();
      const weight = before[offset + i]!;
      const difference = after[offset + i]! - weight;
      squares += difference * difference;
      weights += weight * weight;
      most = Math.max(most, Math.abs(difference));
      const cell = Math.floor((Math.floor(i / m) * rows) / n) * columns + Math.floor(((i % m) * columns) / m);
      if (!(Math.abs(difference) <= Math.abs(picture[cell]!))) picture[cell] = difference;
    }
    layers.push({
      layer,
      shape: [n, m],
      picture,
      rows,
      columns,
      most,
      size: Math.sqrt(squares / (n * m)),
      weight: Math.sqrt(weights / (n * m)),
    });
  }
  const largest: number[] = [];
  const size = (at: number): number => Math.abs(after[at]! - before[at]!);
  for (let i = 0; i < layout.trained; i++) {
    if (i % BLOCK === 0) await rest();
    if (size(i) === 0 || (largest.length === LISTED && size(i) <= size(largest[LISTED - 1]!))) continue;
    const at = largest.findIndex((other) => size(other) < size(i));
    largest.splice(at < 0 ? largest.length : at, 0, i);
    largest.length = Math.min(largest.length, LISTED);
  }
  return { layers, largest: largest.map((at) => ({ name: parameterName(layout, at), first: before[at]!, second: after[at]! })) };
}

/** Gives the page its turn whenever a slice is over. */
function createRests(): () => Promise<void> {
  let since = performance.now();
  return async () => {
    if (performance.now() - since < SLICE) return;
    await new Promise((resolve) => setTimeout(resolve));
    since = performance.now();
  };
}
