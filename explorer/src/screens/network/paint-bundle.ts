import type { Canvas } from "./canvas.js";
import { type Column, entryOf, exitOf, type Geometry } from "./geometry.js";
import { css } from "./palette.js";

/** Lines of all layers together. */
const MOST_LINES = 2000;
/** Below this a line cannot be seen any more. */
const FAINTEST = 0.04;

const known = new WeakMap<Geometry, readonly (Path2D | undefined)[]>();

/** All edges, as thin lines of one faint colour behind those that stand out; where they are too many, a few that stand for them. */
export function paintBundle({ context, geometry, picture, colours }: Canvas): void {
  if (picture.focused !== undefined) return;
  const { sizes } = picture.model.network.layout;
  let paths = known.get(geometry);
  if (paths === undefined) {
    paths = geometry.columns.map((to, layer) =>
      layer < 2 ? undefined : bundle(geometry.columns[layer - 1]!, to!, sizes[layer - 1]!, sizes[layer]!, MOST_LINES / (sizes.length - 2)),
    );
    known.set(geometry, paths);
  }
  context.setLineDash([]);
  context.lineWidth = 0.6;
  paths.forEach((path, layer) => {
    if (path === undefined) return;
    // The denser, the fainter each.
    const density = Math.min(sizes[layer - 1]! * sizes[layer]!, MOST_LINES / (sizes.length - 2)) / geometry.height;
    context.strokeStyle = css(colours.quiet, Math.max(FAINTEST, Math.min(0.22, 0.16 / density)));
    context.stroke(path);
  });
}

/** Lines from every unit of a layer to every unit of the next, or to as many of them as there are lines for. */
function bundle(from: Column, to: Column, units: number, nextUnits: number, most: number): Path2D {
  const path = new Path2D();
  const every = Math.max(1, Math.ceil((units * nextUnits) / most));
  for (let at = 0; at < units * nextUnits; at += every) {
    const [k, j] = [at % units, Math.floor(at / units)];
    path.moveTo(...exitOf(from, k));
    path.lineTo(...entryOf(to, j));
  }
  return path;
}
