import { css, type Palette, signColour } from "../network/palette.js";

/** One pixel a weight, from where it is enlarged; made when it is first needed. */
let small: CanvasRenderingContext2D | undefined;
/** Cells that are this large carry a dash where they are negative, by this share of the largest or more. */
const [DASHED, SEEN] = [6, 0.15];

export interface Tiles {
  /** Of all tiles, one after another, each row-major. */
  readonly weights: ArrayLike<number>;
  readonly count: number;
  readonly width: number;
  readonly height: number;
  /** The end of the colour scale, the same for all of them. */
  readonly most: number;
}

/** Tiles side by side, one image for all. Returns the height that they take, in CSS pixels. */
export function paintWeights(canvas: HTMLCanvasElement, colours: Palette, tiles: Tiles, available: number): void {
  const { weights, count, width, height, most } = tiles;
  const fitting = Math.max(1, Math.min(count, Math.floor(available / Math.max(48, width + 2))));
  const columns = evenColumns(count, fitting);
  const rows = Math.ceil(count / columns);
  // With a pixel between tiles and around them; cells are whole device pixels.
  const gap = count > 1 ? 1 : 0;
  const [across, down] = [columns * (width + gap) + gap, rows * (height + gap) + gap];
  const cell = Math.max(1, Math.floor((Math.min(available, (count > 1 ? 48 : 24) * width) * devicePixelRatio) / across));
  small ??= document.createElement("canvas").getContext("2d", { willReadFrequently: true })!;
  [small.canvas.width, small.canvas.height] = [across, down];
  const pixels = small.createImageData(across, down);
  const all = new Uint32Array(pixels.data.buffer).fill(pack(count > 1 && count % columns !== 0 ? colours.back : colours.line));
  for (let at = 0; at < count * width * height; at++) {
    all[place(at, tiles, columns, across)] = pack(signColour(colours, weights[at]!, most));
  }
  small.putImageData(pixels, 0, 0);
  [canvas.width, canvas.height] = [across * cell, down * cell];
  const context = canvas.getContext("2d")!;
  context.imageSmoothingEnabled = false;
  context.drawImage(small.canvas, 0, 0, across * cell, down * cell);
  if (cell < DASHED * devicePixelRatio) return;
  for (let at = 0; at < count * width * height; at++) {
    const value = weights[at]!;
    if (!(value < -SEEN * most)) continue;
    const to = place(at, tiles, columns, across);
    context.fillStyle = css(-value > 0.5 * most ? colours.back : colours.text);
    context.fillRect(((to % across) + 0.25) * cell, (Math.floor(to / across) + 0.5) * cell - 1, cell / 2, devicePixelRatio);
  }
}

/** So many columns that no place is left over, where that takes not many more rows. */
function evenColumns(count: number, most: number): number {
  for (let columns = most; columns > most / 2; columns--) if (count % columns === 0) return columns;
  return most;
}

/** The pixel of a weight. */
function place(at: number, { width, height, count }: Tiles, columns: number, across: number): number {
  const gap = count > 1 ? 1 : 0;
  const tile = Math.floor(at / (width * height));
  const inTile = at % (width * height);
  const x = gap + (tile % columns) * (width + gap) + (inTile % width);
  const y = gap + Math.floor(tile / columns) * (height + gap) + Math.floor(inTile / width);
  return y * across + x;
}

/** As four bytes of an image; every machine that browsers run on has the first byte last. */
function pack([red, green, blue]: readonly [number, number, number]): number {
  return ((255 << 24) | (blue << 16) | (green << 8) | red) >>> 0;
}
