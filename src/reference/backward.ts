import { activations } from "../network/activations.js";
import { activationOf, type NetworkDescription, outputRuleOf } from "../network/description.js";
import { type TensorLayout, tensorValues } from "../network/layout.js";
import { encodedColumns } from "../network/parts.js";
import { encodingTensor, type Forward, layerParameters, type ReferenceNetwork } from "./forward.js";

const NOTHING = new Float64Array(0);

/**
 * What the backward pass carries from layer to layer, for one example: `dCost_da[l]`, `dCost_du[l]` and `dCost_dz[l]`, shape (n_l), and
 * `dCost_dh[l]` of what a layer hands on. The index is the layer; where a layer has no such quantity the entry is empty. `dCost_da[1]` are
 * the derivatives of the inputs, after columns are encoded.
 */
export interface Carried {
  readonly cost: number;
  readonly dCost_dh: readonly Float64Array[];
  readonly dCost_da: readonly Float64Array[];
  readonly dCost_du: readonly Float64Array[];
  readonly dCost_dz: readonly Float64Array[];
}

/** Every derivative of one example: beside what is carried, `dCost_dw[l]` (n_l x n_(l-1)), row-major, and `dCost_db[l]` (n_l). */
export interface Backward extends Carried {
  readonly dCost_dw: readonly Float64Array[];
  readonly dCost_db: readonly Float64Array[];
  /** Of a normalised layer, (n_l); otherwise empty. */
  readonly dCost_dgamma: readonly Float64Array[];
  readonly dCost_dbeta: readonly Float64Array[];
  /** All of them in one vector, as the layout places them; those of running statistics are 0. */
  readonly gradient: Float64Array;
}

/**
 * The backward pass of one example: the forward pass reversed, from the output to the input.
 *
 * @param pass what `forward` returned for the example
 * @param y the target, shape (n_L)
 * @example
 * ```ts
 * import { createNetwork } from "chainrule";
 * import { backward, forward } from "chainrule/reference";
 *
 * const network = createNetwork({ inputs: 2, layers: [{ units: 1 }], w2: [[1, -1]], b2: [0] });
 * const { cost, dCost_dw } = backward(network, forward(network, [3, 1]), [1]);
 * console.log(cost, dCost_dw[2]); // (2a - 2) * a (1 - a) * 3 and * 1
 * ```
 */
export function backward(network: ReferenceNetwork, pass: Forward, y: ArrayLike<number>): Backward {
  return derivativesOf(network, pass, carryBack(network, pass, y));
}

/** The derivatives of a step of training, of each row of its batch: with batch normalisation rows depend on each other. */
export function backwardBatch(
  network: ReferenceNetwork,
  passes: readonly Forward[],
  targets: readonly ArrayLike<number>[],
  weights: readonly number[],
): Backward[] {
  const carried = carryBackBatch(network, passes, targets, weights);
  return passes.map((pass, row) => derivativesOf(network, pass, carried[row]!));
}

/** What `backwardBatch` carries from layer to layer, without the derivatives of parameters. */
export function carryBackBatch(
  network: ReferenceNetwork,
  passes: readonly Forward[],
  targets: readonly ArrayLike<number>[],
  weights: readonly number[],
): Carried[] {
  const starts = passes.map((pass, row) => outputDerivatives(network, pass, targets[row]!));
  const carried = carryTogether(
    network,
    passes,
    network.layout.depth,
    starts.map(({ dz }, row) => dz.map((d) => d * weights[row]!)),
  );
  return carried.map((own, row) => withOutputs(own, starts[row]!, weights[row]));
}

function derivativesOf(network: ReferenceNetwork, pass: Forward, carried: Carried): Backward {
  const { layout } = network;
  const { dCost_dz, dCost_du } = carried;
  const normalised = (l: number): boolean => layout.layers[l]?.gamma !== undefined;
  const dCost_dw = dCost_dz.map((d, l) => (l < 2 ? NOTHING : weightDerivatives(d, pass.h[l - 1]!)));
  // (2), (5), (8): dz_j/db_j = 1. The mean of a batch takes a bias out again: its z moves, and the mean with it.
  const takenOut = (l: number): boolean => pass.statistics?.[l] !== undefined;
  const dCost_db = dCost_dz.map((d, l) => (takenOut(l) ? new Float64Array(d.length) : d.slice()));
  const dCost_dgamma = dCost_du.map((d, l) => (normalised(l) ? d.map((value, k) => value * pass.zhat[l]![k]!) : NOTHING));
  const dCost_dbeta = dCost_du.map((d, l) => (normalised(l) ? d.slice() : NOTHING));
  const gradient = new Float64Array(layout.length);
  const set = (tensor: TensorLayout | undefined, values: Float64Array): void => {
    if (tensor !== undefined) gradient.set(values, tensor.offset);
  };
  encodingDerivatives(network, pass, carried.dCost_da[1]!, gradient);
  layout.layers.forEach(({ w, b, gamma, beta }, l) => {
    if (l < 2) return;
    set(w, dCost_dw[l]!);
    set(b, dCost_db[l]!);
    set(gamma, dCost_dgamma[l]!);
    set(beta, dCost_dbeta[l]!);
  });
  return { ...carried, dCost_dw, dCost_db, dCost_dgamma, dCost_dbeta, gradient };
}

/** Of the row of a table that stands for the category, and of frequencies: da/df = 2 pi x cos(..) of a sine, -2 pi x sin(..) of a cosine. */
function encodingDerivatives(network: ReferenceNetwork, { x, a }: Forward, d: Float64Array, gradient: Float64Array): void {
  const { description } = network;
  for (const { column, at, width, encoding } of encodedColumns(description.inputs, description.encodings)) {
    if (encoding === undefined) continue;
    const own = tensorValues(gradient, encodingTensor(network, encoding));
    const value = x[column]!;
    if (encoding.kind === "embedding") own.set(d.subarray(at, at + width), value * width);
    else {
      const inputs = a[1]!;
      own.forEach((_, i) => {
        const [sine, cosine] = [at + i, at + own.length + i];
        own[i] = 2 * Math.PI * value * (d[sine]! * inputs[cosine]! - d[cosine]! * inputs[sine]!);
      });
    }
  }
}

/**
 * dCost/da and dCost/dz of every layer, from the output to the input: all that the derivative of any parameter is made of,
 * at the cost of one number a neuron.
 *
 * @param pass what `forward` returned for the example
 * @param y the target, shape (n_L)
 * @example
 * ```ts
 * import { createNetwork } from "chainrule";
 * import { carryBack, forward } from "chainrule/reference";
 *
 * const network = createNetwork({ inputs: 2, layers: [{ units: 1 }], w2: [[1, -1]], b2: [0] });
 * const pass = forward(network, [3, 1]);
 * const { dCost_dz } = carryBack(network, pass, [1]);
 * console.log((dCost_dz[2]?.[0] ?? 0) * 3); // dCost/dw2[0,0]: dz/dw is the input, 3
 * ```
 */
export function carryBack(network: ReferenceNetwork, pass: Forward, y: ArrayLike<number>): Carried {
  const start = outputDerivatives(network, pass, y);
  return withOutputs(carryFrom(network, pass, network.layout.depth, start.dz), start);
}

interface Outputs {
  readonly cost: number;
  readonly da: Float64Array;
  readonly dz: Float64Array;
}

/** Cost, dCost/da and dCost/dz of the output layer. */
export function outputDerivatives({ description, layout }: ReferenceNetwork, pass: Forward, y: ArrayLike<number>): Outputs {
  const L = layout.depth;
  const z = pass.z[L]!;
  const a = pass.a[L]!;
  const target = Float64Array.from(y);
  const rule = outputRuleOf(description);
  // 2 a_j - 2 y_j for the sum of squares; (1) and (2), first factor
  const da = a.map((_, j) => rule.dCost_da(a, target, j));
  return { cost: rule.cost(z, a, target), da, dz: rule.dCost_dz(da, z, a, target) };
}

function withOutputs({ d_dh, d_da, d_du, d_dz }: CarriedFrom, { cost, da }: Outputs, weight = 1): Carried {
  const own = weight === 1 ? da : da.map((d) => d * weight);
  const last = d_da.length - 1;
  const topped = (layers: readonly Float64Array[], top: Float64Array): Float64Array[] => [...layers.slice(0, last), top];
  return {
    cost: weight * cost,
    dCost_dh: topped(d_dh, own),
    dCost_da: topped(d_da, own),
    dCost_du: topped(d_du, d_dz[last]!),
    dCost_dz: d_dz,
  };
}

/** By layer; what lies at or above the one that was begun with is empty, but for its own `d_dz`. */
export interface CarriedFrom {
  readonly d_dh: Float64Array[];
  readonly d_da: Float64Array[];
  readonly d_du: Float64Array[];
  readonly d_dz: Float64Array[];
}

/**
 * Carries derivatives by z^(l) back to the input: of the cost, or of anything else that depends on z^(l).
 *
 * @param derivatives by z^(l), shape (n_l)
 * @returns by layer: `d_dz` of l, l-1, .., 2 and `d_dh`, `d_da` of l-1, .., 1
 */
export function carryFrom(network: ReferenceNetwork, pass: Forward, layer: number, derivatives: Float64Array): CarriedFrom {
  return carryTogether(network, [pass], layer, [derivatives])[0]!;
}

/** The same for the rows of a batch side by side, which batch normalisation couples. */
function carryTogether(
  network: ReferenceNetwork,
  passes: readonly Forward[],
  layer: number,
  derivatives: readonly Float64Array[],
): CarriedFrom[] {
  const { description, layout } = network;
  const empty = (): Float64Array[] => Array.from({ length: layout.depth + 1 }, () => NOTHING);
  const rows = passes.map((_, row) => {
    const own: CarriedFrom = { d_dh: empty(), d_da: empty(), d_du: empty(), d_dz: empty() };
    own.d_dz[layer] = derivatives[row]!;
    return own;
  });
  for (let l = layer; l >= 2; l--) {
    if (l < layer) {
      passes.forEach((pass, row) => {
        const own = rows[row]!;
        own.d_du[l] = throughActivation(description, l, own.d_da[l]!, pass.u[l]!, pass.a[l]!);
      });
      const dz = throughNormalisation(
        network,
        passes,
        l,
        rows.map(({ d_du }) => d_du[l]!),
      );
      rows.forEach((own, row) => (own.d_dz[l] = dz[row]!));
    }
    passes.forEach((pass, row) => {
      const own = rows[row]!;
      const { w } = layerParameters(network, l);
      const h = handedBack(own.d_dz[l]!, w, pass.h[l - 1]!.length);
      // Whatever a layer above adds this layer's values to hands its own derivatives back unchanged.
      for (let above = layer - 1; above >= l; above--) {
        if (description.layers[above - 2]!.skip === l - 1) own.d_dh[above]!.forEach((d, k) => (h[k]! += d));
      }
      const mask = pass.masks?.[l - 1];
      own.d_dh[l - 1] = h;
      own.d_da[l - 1] = mask === undefined ? h : h.map((d, k) => d * mask[k]!);
    });
  }
  return rows;
}

/**
 * dCost/dz from dCost/du, of the rows of a batch. With g_k = dCost/du_k gamma_k and s = 1 / sqrt(variance + epsilon):
 *
 * - fixed statistics: dCost/dz_k = g_k s_k
 * - over a batch of B rows, for each unit: s (g - mean of g - zhat * mean of (g zhat)), means over the rows
 * - over the units of a row: the same, with means over the units
 */
function throughNormalisation(
  { description, layout, parameters }: ReferenceNetwork,
  passes: readonly Forward[],
  l: number,
  d_du: readonly Float64Array[],
): readonly Float64Array[] {
  const { normalisation } = description.layers[l - 2]!;
  if (normalisation === undefined) return d_du;
  const gamma = tensorValues(parameters, layout.layers[l]!.gamma!);
  const g = d_du.map((d) => d.map((value, k) => value * gamma[k]!));
  if (normalisation.kind === "layer-norm") {
    return g.map((own, row) => {
      const { zhat, scale } = { zhat: passes[row]!.zhat[l]!, scale: passes[row]!.scale[l]! };
      const mean = own.reduce((sum, value) => sum + value, 0) / own.length;
      const along = own.reduce((sum, value, k) => sum + value * zhat[k]!, 0) / own.length;
      return own.map((value, k) => scale[k]! * (value - mean - zhat[k]! * along));
    });
  }
  if (passes[0]!.statistics === undefined) return g.map((own, row) => own.map((value, k) => value * passes[row]!.scale[l]![k]!));
  const mean = new Float64Array(gamma.length);
  const along = new Float64Array(gamma.length);
  g.forEach((own, row) => {
    own.forEach((value, k) => {
      mean[k]! += value / g.length;
      along[k]! += (value * passes[row]!.zhat[l]![k]!) / g.length;
    });
  });
  return g.map((own, row) =>
    own.map((value, k) => passes[row]!.scale[l]![k]! * (value - mean[k]! - passes[row]!.zhat[l]![k]! * along[k]!)),
  );
}

/** dCost/du_k = dCost/da_k * da_k/du_k, where nothing is normalised the first two factors of (4), (5), (7) and (8). */
function throughActivation(
  description: NetworkDescription,
  l: number,
  dCost_da: Float64Array,
  u: Float64Array,
  a: Float64Array,
): Float64Array {
  const name = activationOf(description, l);
  if (name === "softmax") throw new TypeError("softmax stands at the output only");
  const { derivative } = activations[name];
  return dCost_da.map((d, k) => d * derivative(u[k]!, a[k]!));
}

/** (1), (4), (7): dCost/dw_jk = dCost/da_j * da_j/dz_j * a_k */
function weightDerivatives(dCost_dz: Float64Array, a: Float64Array): Float64Array {
  const dw = new Float64Array(dCost_dz.length * a.length);
  for (let j = 0, jk = 0; j < dCost_dz.length; j++) {
    for (let k = 0; k < a.length; k++, jk++) dw[jk] = dCost_dz[j]! * a[k]!;
  }
  return dw;
}

/** (3), (6): dCost/da_k = sum_j ( dCost/da_j * da_j/dz_j * w_jk ) */
function handedBack(dCost_dz: Float64Array, w: Float32Array | Float64Array, width: number): Float64Array {
  const da = new Float64Array(width);
  for (let j = 0; j < dCost_dz.length; j++) {
    const d = dCost_dz[j]!;
    for (let k = 0, jk = j * width; k < width; k++, jk++) da[k]! += d * w[jk]!;
  }
  return da;
}
