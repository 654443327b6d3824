import { type Layout, tensorValues } from "../network/layout.js";
import type { LayerPass } from "./passes.js";
import { groupsBy, similarGroups } from "./similar.js";
import { DIAGNOSIS_THRESHOLDS } from "./thresholds.js";
import type { Verdict } from "./verdict.js";
import { count, groupText, listed, plural } from "./words.js";

const { similarUnits, duplicateUnits } = DIAGNOSIS_THRESHOLDS;

/** Groups of units of one layer that are one unit several times. */
export interface Duplicates {
  readonly layer: number;
  readonly units: number;
  readonly groups: readonly (readonly number[])[];
  readonly by: "weights" | "correlation";
}

/** Hidden units with the same weights and bias. */
export function equalUnits(layout: Layout, parameters: Float32Array, layer: number): Duplicates {
  const own = layout.tensors.filter((tensor) => tensor.layer === layer);
  const units = layout.sizes[layer]!;
  const textOf = (j: number): string =>
    own
      .map((tensor) =>
        tensorValues(parameters, tensor)
          .subarray(j * tensor.columns, (j + 1) * tensor.columns)
          .join(),
      )
      .join(";");
  return {
    layer,
    units,
    groups: groupsBy(
      Array.from({ length: units }, (_, j) => j),
      textOf,
    ),
    by: "weights",
  };
}

/** Hidden units whose activations go together on all rows. */
export function correlatedUnits({ layer, units, kept }: LayerPass): Duplicates {
  return { layer, units, groups: similarGroups(kept, units, similarUnits), by: "correlation" };
}

export function duplicateVerdict({ layer, units, groups, by }: Duplicates): Verdict[] {
  const copies = groups.reduce((sum, group) => sum + group.length - 1, 0);
  if (copies === 0) return [];
  const share = copies / units;
  const many = share >= duplicateUnits;
  const names = groups.map((group) => groupText(group.map((j) => `a${layer}[${j}]`)));
  return [
    {
      kind: "duplicate-units",
      severity: by === "weights" ? (many ? "bad" : "warn") : many ? "warn" : "info",
      where: { layers: [layer], units: groups.flat().map((j) => `a${layer}[${j}]`) },
      value: share,
      threshold: duplicateUnits,
      message:
        by === "weights"
          ? `${count(copies)} of ${plural(units, "unit")} of layer ${layer} ${copies === 1 ? "has" : "have"} the weights of another: ${listed(names, 3)}.`
          : `${count(copies)} of ${plural(units, "unit")} of layer ${layer} ${copies === 1 ? "goes" : "go"} with another on every row (correlation above ${similarUnits}): ${listed(names, 3)}.`,
      advice:
        by === "weights"
          ? "Draw new weights: units that begin alike get the same derivatives and stay alike."
          : many
            ? "Try fewer units in this layer; it uses no more of them."
            : "A few do no harm; the layer could be a little narrower.",
    },
  ];
}
