import type { Geometry } from "./geometry.js";
import type { Palette } from "./palette.js";
import type { Picture } from "./picture.js";

/** Everything that a part of the picture is painted with. */
export interface Canvas {
  readonly context: CanvasRenderingContext2D;
  readonly geometry: Geometry;
  readonly picture: Picture;
  readonly colours: Palette;
  /** How much of a unit's colour is left: less where something else stands out. */
  readonly strength: (layer: number, unit: number) => number;
}
