import { computed } from "@preact/signals";
import { passes, type Passes, session, shown } from "../../state/session.js";
import { edgeValues, largest, shownBy, unitValues, weightsOf } from "./quantities.js";
import { type Edge, type Part, topEdges } from "./top-edges.js";
import { edgeLimit, edgesBy, type EdgeQuantity, focused, selected, type Target, unitsBy, type UnitQuantity } from "./view.js";
import type { ShownModel } from "../../state/task.js";

/** What is drawn of one layer. */
export interface LayerPicture {
  readonly layer: number;
  readonly by: UnitQuantity;
  /** Shape (n_l), and the largest |value| of them: the end of the layer's scale. */
  readonly values: Float64Array;
  readonly most: number;
  /** Of the edges that lead here, from layer 2 on: the largest |value| of all, and those that are drawn. */
  readonly mostOfEdges: number;
  readonly edges: readonly Edge[];
}

export interface Picture {
  readonly model: ShownModel;
  /** Raw inputs, shape (columns). */
  readonly inputs: Float64Array;
  /** The index is the layer; the first is left out. */
  readonly layers: readonly (LayerPicture | undefined)[];
  readonly focused: Target | undefined;
  readonly selected: Target | undefined;
  readonly edgesBy: EdgeQuantity;
}

/** The largest |value| of each layer's edges, which does not change with what is pointed at. */
const mostOfEdges = computed(() => {
  const [open, pass, by] = [session.value, passes.value, edgesBy.value];
  if (open === undefined || pass === undefined) return [];
  return open.model.network.layout.sizes.map((_, layer) => (layer < 2 ? 0 : mostOf(open.model, pass, by, layer)));
});

function mostOf({ network }: ShownModel, pass: Passes, by: EdgeQuantity, layer: number): number {
  if (by === "w") return largest(weightsOf(network, layer));
  if (by === "dCost/dw") return largest(pass.backward.dCost_dw[layer]!);
  const { rows, columns } = network.layout.layers[layer]!.w;
  const value = edgeValues(network, pass, by, layer);
  let most = 0;
  for (let jk = 0, j = 0; j < rows; j++) for (let k = 0; k < columns; k++, jk++) most = Math.max(most, Math.abs(value(jk, k)) || 0);
  return most;
}

export const picture = computed((): Picture | undefined => {
  const [open, pass, example] = [session.value, passes.value, shown.value];
  if (open === undefined || pass === undefined || example === undefined) return undefined;
  const { model } = open;
  const target = focused.value;
  const layers = model.network.layout.sizes.map((_, layer): LayerPicture | undefined => {
    if (layer === 0) return undefined;
    const values = unitValues(pass, unitsBy.value, layer);
    const edges = layer < 2 ? [] : edgesInto(model, pass, layer, target);
    return { layer, by: shownBy(unitsBy.value, layer), values, most: largest(values), mostOfEdges: mostOfEdges.value[layer] ?? 0, edges };
  });
  return { model, inputs: example.inputs, layers, focused: target, selected: selected.value, edgesBy: edgesBy.value };
});

/** Those with the largest |w a|, or the largest |dCost/dw| where that is shown; of a unit that stands out, its own. */
function edgesInto({ network }: ShownModel, pass: Passes, layer: number, target: Target | undefined): Edge[] {
  const part = partFor(layer, target);
  if (part === undefined) return [];
  const { rows, columns } = network.layout.layers[layer]!.w;
  const by = edgesBy.value;
  const value = edgeValues(network, pass, by, layer);
  const key = by === "w" ? edgeValues(network, pass, "w·a", layer) : value;
  return topEdges(layer, [rows, columns], edgeLimit.value, key, value, part);
}

function partFor(layer: number, target: Target | undefined): Part | undefined {
  if (target === undefined) return {};
  if (target.kind === "edge") return layer === target.layer ? { to: target.to, from: target.from } : undefined;
  if (layer === target.layer) return { to: target.unit };
  return layer === target.layer + 1 ? { from: target.unit } : undefined;
}
