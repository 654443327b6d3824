import { type ActivationName } from "../network/activations.js";
import { type TensorLayout, tensorValues } from "../network/layout.js";
import type { Network } from "../network/network.js";
import { encodedColumns, encodingName } from "../network/parts.js";
import type { Part } from "./part.js";
import { bracketed, float32, float64 } from "./text.js";

/** Parameters up to which they are written in decimals; more are base64, less than half as long. */
export const MOST_DECIMALS = 4096;

/** The steps from the scaled inputs, `x` of shape (inputs), to the last layer's `h`, and the numbers that they take. */
export function networkPart(network: Network): Part & { readonly output: string } {
  const { description, layout } = network;
  const constants: string[] = [];
  const helpers = new Set<string>(["dense"]);
  const constant = constantWriter(network, constants, helpers);
  const body: string[] = [];

  let below = "x";
  if (description.encodings !== undefined) {
    below = "h1";
    body.push(`const h1 = new Float32Array(${layout.sizes[1]!});`);
    encodingLines(network, constant, helpers, body);
  }
  for (let l = 2; l <= layout.depth; l++) {
    const { units, activation, normalisation, skip } = description.layers[l - 2]!;
    const { w, b, gamma, beta, mean, var: variance } = layout.layers[l]!;
    constants.push(`// Layer ${l}: ${layout.sizes[l - 1]!} inputs, ${units} units, ${activation}`);
    constant(`w${l}`, inputMajor(tensorValues(network.parameters, w), w));
    constant(`b${l}`, tensorValues(network.parameters, b));
    body.push(`const h${l} = dense(${below}, w${l}, b${l});`);
    if (normalisation !== undefined) {
      constant(`gamma${l}`, tensorValues(network.parameters, gamma!));
      constant(`beta${l}`, tensorValues(network.parameters, beta!));
      if (normalisation.kind === "layer-norm") {
        helpers.add("normaliseRow");
        body.push(`normaliseRow(h${l}, ${float64(normalisation.epsilon)}, gamma${l}, beta${l});`);
      } else {
        helpers.add("normaliseUnits");
        constant(`mean${l}`, tensorValues(network.parameters, mean!));
        // 1 / sqrt(variance + epsilon) of the running variance
        constant(
          `scale${l}`,
          tensorValues(network.parameters, variance!).map((v) => 1 / Math.sqrt(v + normalisation.epsilon)),
        );
        body.push(`normaliseUnits(h${l}, mean${l}, scale${l}, gamma${l}, beta${l});`);
      }
    }
    body.push(...activationLine(activation, `h${l}`, helpers));
    if (skip !== undefined) {
      helpers.add("add");
      body.push(`add(h${l}, ${skip === 1 && description.encodings === undefined ? "x" : `h${skip}`});`);
    }
    below = `h${l}`;
  }
  return { constants, helpers, body, output: below };
}

type ConstantWriter = (name: string, values: Float32Array) => void;

/** Writes tensors as constants: in decimals where the network has few parameters, otherwise as base64. */
function constantWriter({ layout }: Network, constants: string[], helpers: Set<string>): ConstantWriter {
  if (layout.length <= MOST_DECIMALS) {
    return (name, values) => {
      constants.push(bracketed(`const ${name} = /* @__PURE__ */ new Float32Array(`, Array.from(values, float32), ");", "numbers"));
    };
  }
  helpers.add("decode");
  return (name, values) => {
    constants.push(`const ${name} = /* @__PURE__ */ decode(\n  "${base64(values)}",\n  ${values.length},\n);`);
  };
}

/** Weights with a row for each input, as the engines have them. */
function inputMajor(w: Float32Array, { rows, columns }: TensorLayout): Float32Array {
  const turned = new Float32Array(w.length);
  for (let j = 0; j < rows; j++) for (let k = 0; k < columns; k++) turned[k * rows + j] = w[j * columns + k]!;
  return turned;
}

const DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/** Little-endian float32 as base64 without the padding, whatever the machine. */
function base64(values: Float32Array): string {
  const view = new DataView(new ArrayBuffer(4 * values.length));
  values.forEach((value, i) => view.setFloat32(4 * i, value, true));
  const pieces: string[] = [];
  for (let i = 0; i < view.byteLength; i += 3) {
    const byte = (k: number): number => (i + k < view.byteLength ? view.getUint8(i + k) : 0);
    const bits = (byte(0) << 16) | (byte(1) << 8) | byte(2);
    const quartet = [18, 12, 6, 0].map((shift) => DIGITS[(bits >> shift) & 63]!).join("");
    pieces.push(quartet.slice(0, Math.min(4, view.byteLength - i + 1)));
  }
  return pieces.join("");
}

/** a^(1) from x: runs of columns that enter as they are, rows of tables, sines and cosines. */
function encodingLines({ description, layout, parameters }: Network, constant: ConstantWriter, helpers: Set<string>, body: string[]): void {
  let run = { column: 0, at: 0, length: 0 };
  const endRun = (): void => {
    const { column, at, length } = run;
    if (length > 0) body.push(`h1.set(x.subarray(${column}, ${column + length}), ${at});`);
    run = { column: 0, at: 0, length: 0 };
  };
  for (const { column, at, width, encoding } of encodedColumns(description.inputs, description.encodings)) {
    if (encoding === undefined) {
      run = run.length === 0 ? { column, at, length: 1 } : { ...run, length: run.length + 1 };
      continue;
    }
    endRun();
    const tensor = layout.tensors.find(({ name }) => name === encodingName(encoding))!;
    const own = encoding.kind === "embedding" ? `table${column}` : `frequencies${column}`;
    constant(own, tensorValues(parameters, tensor));
    helpers.add(encoding.kind === "embedding" ? "embed" : "wave");
    body.push(
      encoding.kind === "embedding" ? `embed(x[${column}]«!», ${own}, ${width}, h1, ${at});` : `wave(x[${column}]«!», ${own}, h1, ${at});`,
    );
  }
  endRun();
}

function activationLine(activation: ActivationName, h: string, helpers: Set<string>): string[] {
  if (activation === "identity") return [];
  if (activation === "softmax") {
    helpers.add("softmax");
    return [`softmax(${h});`];
  }
  const name = activation.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase());
  helpers.add("each");
  helpers.add(name);
  return [`each(${h}, ${name});`];
}
