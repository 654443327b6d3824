import type { Attribution } from "../attribution.js";
import { numberText } from "./number-text.js";

/** Negative and positive, told apart by everyone: see docs/explain.md. */
const NEGATIVE = "#b35806";
const POSITIVE = "#2166ac";
const PIXEL = 12;
const GAP = 24;
const LINE = 20;

/**
 * An attribution of image data as an SVG picture: the input, and beside it the derivative of each pixel, blue where a brighter
 * pixel raises the cost or the activation and orange where it lowers it; negative pixels carry a bar, so that colour is not
 * alone. The scale, the largest magnitude, stands below.
 *
 * @returns undefined where the inputs are no image
 * @example
 * ```ts
 * import { examples, train } from "chainrule";
 * import { attribute, attributionSvg } from "chainrule/explain";
 * import { digits } from "chainrule/digits";
 *
 * const { model } = await train(digits(), { recipe: "equations", epochs: 1 }).result;
 * const [example] = examples(model, digits(), { rows: [12, 13] });
 * if (example !== undefined) console.log(attributionSvg(attribute(model, example))?.slice(0, 4)); // <svg
 * ```
 */
export function attributionSvg({ of, derivatives, inputs, image }: Attribution): string | undefined {
  if (image === undefined) return undefined;
  const { height, width } = image;
  const scale = derivatives.reduce((largest, value) => Math.max(largest, Math.abs(value)), 0);
  const brightest = inputs.reduce((largest, value) => Math.max(largest, Math.abs(value)), 0);
  const right = GAP + width * PIXEL + GAP;
  const name = `d${of === "cost" ? "Cost" : of}/da1`;
  const squares = Array.from(derivatives, (value, t) => {
    const [x, y] = [(t % width) * PIXEL, Math.floor(t / width) * PIXEL];
    const ink = brightest === 0 ? 0 : Math.abs(inputs[t]!) / brightest;
    const strength = scale === 0 ? 0 : Math.abs(value) / scale;
    return (
      square(GAP + x, LINE + y, "#1f2328", ink) +
      square(right + x, LINE + y, value < 0 ? NEGATIVE : POSITIVE, strength) +
      (value < 0 && strength > 0.05 ? `<path d="M${right + x + 3} ${LINE + y + PIXEL / 2}h${PIXEL - 6}" stroke="#fff"/>` : "")
    );
  });
  const total = { width: right + width * PIXEL + GAP, height: LINE + height * PIXEL + 2 * LINE };
  const frame = (x: number): string =>
    `<rect x="${x - 0.5}" y="${LINE - 0.5}" width="${width * PIXEL + 1}" height="${height * PIXEL + 1}" fill="none" stroke="#d0d7de"/>`;
  const caption = (x: number, text: string): string => `<text x="${x}" y="${LINE + height * PIXEL + 18}">${text}</text>`;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${total.width} ${total.height}" width="${total.width}" height="${total.height}" role="img">
<title>The input, and ${name} of each pixel</title>
<style>text { font: 12px system-ui, sans-serif; fill: #59636e; }</style>
<rect width="100%" height="100%" fill="#fff"/>
${squares.filter((text) => text !== "").join("\n")}
${frame(GAP)}${frame(right)}
${caption(GAP, "input a1")}${caption(right, `${name}, up to ±${numberText(scale)}`)}
</svg>
`;
}

function square(x: number, y: number, fill: string, opacity: number): string {
  if (opacity < 0.004) return "";
  return `<rect x="${x}" y="${y}" width="${PIXEL}" height="${PIXEL}" fill="${fill}" fill-opacity="${opacity.toFixed(3)}"/>`;
}
