import type { NetworkDescription } from "../../network/description.js";

/** Under which conditions a network is looked at: as it predicts, or as a step of training sees it. */
export type Mode = "inference" | "training";

/** What stands around z and a of one layer, in one mode. */
export interface LayerParts {
  /** What z is normalised by: statistics that are given, those of the units of the row, those of the rows of the batch. */
  readonly normalisation: "fixed" | "units" | "rows" | undefined;
  readonly epsilon: number;
  /** Whether dropout multiplies its activations. */
  readonly masked: boolean;
  /** The layer whose values are added to what this one hands on. */
  readonly skip: number | undefined;
  /** The layers that add what this one hands on. */
  readonly addedTo: readonly number[];
  /** What the activation is given, and what the layer hands on: u and h have names only where they differ from z and a. */
  readonly given: "z" | "u";
  readonly handed: "a" | "h";
}

const PLAIN: LayerParts = {
  normalisation: undefined,
  epsilon: 0,
  masked: false,
  skip: undefined,
  addedTo: [],
  given: "z",
  handed: "a",
};

/** By layer; the input has none but `addedTo`. */
export function layerParts({ layers }: NetworkDescription, mode: Mode): readonly LayerParts[] {
  const addedTo = (layer: number): number[] => layers.flatMap(({ skip }, index) => (skip === layer ? [index + 2] : []));
  const own = layers.map(({ normalisation, dropout = 0, skip }, index): LayerParts => {
    const masked = mode === "training" && dropout > 0;
    return {
      normalisation:
        normalisation === undefined ? undefined : normalisation.kind === "layer-norm" ? "units" : mode === "training" ? "rows" : "fixed",
      epsilon: normalisation?.epsilon ?? 0,
      masked,
      skip,
      addedTo: addedTo(index + 2),
      given: normalisation === undefined ? "z" : "u",
      handed: masked || skip !== undefined ? "h" : "a",
    };
  });
  return [PLAIN, { ...PLAIN, addedTo: addedTo(1) }, ...own];
}

/** True where every z of a layer, or of a batch, moves every u: dCost/dz is a sum then. */
export function isCarried({ normalisation }: LayerParts): boolean {
  return normalisation === "units" || normalisation === "rows";
}
