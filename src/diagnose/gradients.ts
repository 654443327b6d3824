import { DIAGNOSIS_THRESHOLDS } from "./thresholds.js";
import { above, below, type Limits, type Verdict } from "./verdict.js";
import { layersText, shown } from "./words.js";

/** What is looked at of a layer: root mean squares over rows and weights, or rows and units. */
export interface LayerGradient {
  readonly layer: number;
  readonly dCost_dw: number;
  readonly dCost_da: number;
  /** Of what feeds the layer. */
  readonly input: number;
}

/** One layer's derivative over that of a later one. */
interface Ratio {
  readonly layer: number;
  readonly next: number;
  readonly ratio: number;
}

const { vanishing, vanishingOverall, exploding, explodingOverall, nothing, right, largeDerivative, silent, unscaled } =
  DIAGNOSIS_THRESHOLDS;

/**
 * Do derivatives reach every layer at about the same size?
 *
 * @param layers from layer 2 on
 * @param error root mean square of a - y over rows and outputs
 */
export function gradientVerdicts(layers: readonly LayerGradient[], error: number): Verdict[] {
  const last = layers.at(-1)!;
  const silentLayers = layers.filter(({ dCost_dw }) => dCost_dw < nothing).map(({ layer }) => layer);
  if (silentLayers.length > 0) return error < right ? [] : [nothingArrives(silentLayers), ...largeVerdicts(layers.slice(0, -1))];
  const ratios = layers
    .slice(0, -1)
    .map(({ layer, dCost_dw }, index): Ratio => ({ layer, next: layer + 1, ratio: dCost_dw / layers[index + 1]!.dCost_dw }));
  const overall: Ratio = { layer: layers[0]!.layer, next: last.layer, ratio: layers[0]!.dCost_dw / last.dCost_dw };
  const inputOf = (layer: number): number => layers.find((one) => one.layer === layer)!.input;
  const found = [
    ...smallVerdicts(ratios, overall, inputOf),
    ...greatVerdicts(ratios, overall, inputOf),
    ...largeVerdicts(layers.slice(0, -1)),
  ];
  return found.length > 0 || ratios.length === 0 ? found : [evenFlow(ratios)];
}

function nothingArrives(layers: readonly number[]): Verdict {
  return {
    kind: "vanishing-gradient",
    severity: "bad",
    where: { layers },
    value: 0,
    threshold: nothing,
    message: `dCost/dw is 0 for every weight of ${layersText(layers)} on every row: nothing there can learn.`,
    advice:
      "Draw new weights (he for relu, glorot for sigmoid and tanh) and train again at a lower rate; zeros and dead units stay as they are.",
  };
}

/** What crosses a limit, and the ratio that does so furthest; of neighbours before the whole depth where both are as bad. */
interface Crossed {
  readonly severity: "bad" | "warn";
  readonly threshold: number;
  readonly worst: Ratio;
  readonly layers: readonly number[];
}

function furthest(
  ratios: readonly Ratio[],
  overall: Ratio,
  cross: (ratio: number, limits: Limits) => Pick<Crossed, "severity" | "threshold"> | undefined,
  limits: { readonly neighbours: Limits; readonly overall: Limits },
): Crossed | undefined {
  const found = ratios
    .map((worst) => ({ worst, crossed: cross(worst.ratio, limits.neighbours) }))
    .filter(({ crossed }) => crossed !== undefined);
  const far = ({ ratio }: Ratio): number => Math.max(ratio, 1 / ratio);
  const neighbour = found.length === 0 ? undefined : found.reduce((p, q) => (far(q.worst) > far(p.worst) ? q : p));
  const whole = cross(overall.ratio, limits.overall);
  if (whole !== undefined && (neighbour === undefined || (whole.severity === "bad" && neighbour.crossed!.severity === "warn"))) {
    return { ...whole, worst: overall, layers: [overall.layer] };
  }
  return neighbour && { ...neighbour.crossed!, worst: neighbour.worst, layers: found.map(({ worst }) => worst.layer) };
}

function smallVerdicts(ratios: readonly Ratio[], overall: Ratio, inputOf: (layer: number) => number): Verdict[] {
  const crossed = furthest(ratios, overall, below, { neighbours: vanishing, overall: vanishingOverall });
  if (crossed === undefined) return [];
  const { severity, threshold, layers, worst } = crossed;
  const { layer, next, ratio } = worst;
  return [
    {
      kind: "vanishing-gradient",
      ...{ severity, threshold },
      where: { layers },
      value: ratio,
      message: `dCost/dw of layer ${layer} is ${shown(ratio)} of that of layer ${next}, below ${shown(threshold)}: layer ${layer} hardly learns.`,
      advice:
        inputOf(layer) < silent
          ? `What feeds layer ${layer} is small (root mean square ${shown(inputOf(layer))}): scale the inputs or draw larger weights.`
          : "Use relu or tanh in place of sigmoid in hidden layers, fewer layers, or an adaptive optimizer such as adam, and mend saturated and dead units.",
    },
  ];
}

function greatVerdicts(ratios: readonly Ratio[], overall: Ratio, inputOf: (layer: number) => number): Verdict[] {
  const crossed = furthest(ratios, overall, above, { neighbours: exploding, overall: explodingOverall });
  if (crossed === undefined) return [];
  const { severity, threshold, layers, worst } = crossed;
  const { layer, next, ratio } = worst;
  return [
    {
      kind: "exploding-gradient",
      ...{ severity, threshold },
      where: { layers },
      value: ratio,
      message: `dCost/dw of layer ${layer} is ${shown(ratio)} times that of layer ${next}, above ${shown(threshold)}: one rate cannot suit both.`,
      advice:
        inputOf(layer) > unscaled.warn
          ? `What feeds layer ${layer} is large (root mean square ${shown(inputOf(layer))}): scale the inputs.`
          : "Draw smaller weights (glorot or he), lower the learning rate, or clip the derivatives (clipNorm).",
    },
  ];
}

/** dCost/da of hidden layers by its own size; that of the output says how wrong it is, and of a cross-entropy has no bound. */
function largeVerdicts(hidden: readonly LayerGradient[]): Verdict[] {
  const found = hidden.filter(({ dCost_da }) => dCost_da > largeDerivative.warn);
  if (found.length === 0) return [];
  const worst = found.reduce((p, q) => (q.dCost_da > p.dCost_da ? q : p));
  const crossed = above(worst.dCost_da, largeDerivative)!;
  return [
    {
      kind: "exploding-gradient",
      ...crossed,
      where: { layers: found.map(({ layer }) => layer) },
      value: worst.dCost_da,
      message: `dCost/da of layer ${worst.layer} has a root mean square of ${shown(worst.dCost_da)}, above ${crossed.threshold}: weights or errors behind it are large.`,
      advice: "Scale the targets, draw smaller weights, lower the learning rate, or clip the derivatives (clipNorm).",
    },
  ];
}

function evenFlow(ratios: readonly Ratio[]): Verdict {
  const far = ({ ratio }: Ratio): number => Math.max(ratio, 1 / ratio);
  const worst = ratios.reduce((p, q) => (far(q) > far(p) ? q : p));
  return {
    kind: "gradient-flow",
    severity: "good",
    where: { layers: ratios.map(({ layer }) => layer) },
    value: worst.ratio,
    threshold: worst.ratio < 1 ? vanishing.warn : exploding.warn,
    message: `Derivatives reach every layer: dCost/dw of layer ${worst.layer} is ${shown(worst.ratio)} of that of layer ${worst.next}, and no two neighbours differ more.`,
    advice: "Nothing to do.",
  };
}
