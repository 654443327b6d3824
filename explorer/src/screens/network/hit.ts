import { type Column, entryOf, exitOf, type Geometry } from "./geometry.js";
import type { Picture } from "./picture.js";
import type { Edge } from "./top-edges.js";
import type { Target } from "./view.js";

/** Pixels within which an edge is meant. */
const NEAR = 6;

/** What lies at a point of the picture: a unit, else the nearest of the edges that are drawn. */
export function targetAt({ columns }: Geometry, { layers, model }: Picture, x: number, y: number): Target | undefined {
  for (const column of columns) {
    if (column === undefined) continue;
    const unit = unitAt(column, model.network.layout.sizes[column.layer]!, x, y);
    if (unit !== undefined) return { kind: "unit", layer: column.layer, unit };
  }
  let best: Edge | undefined;
  let nearest = NEAR;
  for (const layer of layers) {
    for (const edge of layer?.edges ?? []) {
      const distance = distanceTo(exitOf(columns[edge.layer - 1]!, edge.from), entryOf(columns[edge.layer]!, edge.to), x, y);
      if (!(distance < nearest)) continue;
      nearest = distance;
      best = edge;
    }
  }
  return best === undefined ? undefined : { kind: "edge", layer: best.layer, to: best.to, from: best.from };
}

function unitAt(column: Column, size: number, x: number, y: number): number | undefined {
  const margin = column.kind === "circles" ? Math.max(12 - column.radius, 0) : 0;
  if (x < column.x - margin || x > column.x + column.width + margin || y < column.y || y >= column.y + column.height) return undefined;
  const across = column.kind === "circles" ? 0 : Math.min(Math.max(Math.floor((x - column.x) / column.pitch), 0), column.across - 1);
  const unit = Math.floor((y - column.y) / column.pitch) * column.across + across;
  return unit < size ? unit : undefined;
}

/** From a point to a line between two others. */
function distanceTo([ax, ay]: readonly [number, number], [bx, by]: readonly [number, number], x: number, y: number): number {
  const [dx, dy] = [bx - ax, by - ay];
  const length = dx * dx + dy * dy;
  const along = length === 0 ? 0 : Math.min(Math.max(((x - ax) * dx + (y - ay) * dy) / length, 0), 1);
  return Math.hypot(ax + along * dx - x, ay + along * dy - y);
}
