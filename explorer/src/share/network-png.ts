import { layOut } from "../screens/network/geometry.js";
import { classNames } from "../screens/network/names.js";
import { short } from "../screens/network/paint-texts.js";
import { paintNetwork } from "../screens/network/paint.js";
import { css, palette } from "../screens/network/palette.js";
import { picture } from "../screens/network/picture.js";

/** Pixels of the page, and how many of the file stand for one. */
const WIDTH = 1200;
const SCALE = 2;

/** The picture of the Network screen as it is set there, in the colours of the page. */
export async function networkPng(): Promise<Blob> {
  const [shown, colours] = [picture.value!, palette.value];
  const canvas = document.createElement("canvas");
  const context = canvas.getContext("2d")!;
  context.font = "12px system-ui, sans-serif";
  const names = classNames(shown.model).map((name) => context.measureText(short(name)).width);
  const geometry = layOut(shown.model.network.layout.sizes, shown.model.image, WIDTH, Math.max(...names) + 12);
  [canvas.width, canvas.height] = [Math.round(geometry.width * SCALE), Math.round(geometry.height * SCALE)];
  context.setTransform(SCALE, 0, 0, SCALE, 0, 0);
  paintNetwork(context, geometry, { ...shown, focused: undefined }, colours);
  context.globalCompositeOperation = "destination-over";
  context.fillStyle = css(colours.back);
  context.fillRect(0, 0, geometry.width, geometry.height);
  return pngOf(canvas);
}

/** An SVG file as pixels. */
export async function svgPng(svg: string): Promise<Blob> {
  const image = new Image();
  image.src = `data:image/svg+xml,${encodeURIComponent(svg)}`;
  await image.decode();
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [image.width * SCALE, image.height * SCALE];
  canvas.getContext("2d")!.drawImage(image, 0, 0, canvas.width, canvas.height);
  return pngOf(canvas);
}

function pngOf(canvas: HTMLCanvasElement): Promise<Blob> {
  return new Promise((resolve, reject) =>
    canvas.toBlob((blob) => (blob === null ? reject(new Error("The browser did not make a PNG of it.")) : resolve(blob)), "image/png"),
  );
}
