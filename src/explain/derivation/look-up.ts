import type { DerivativeExpression, Index, LookUp, ValueExpression } from "./expression.js";
import { carryOf, encodingOf, entryOf, type ExamplePass, frequencySlope, maskOf, slopeOf, stretchOf, vectorOf, weightOf } from "./pass.js";

/** What the names of bound expressions stand for in this example; in a batch whose rows depend on each other, in the row of the name. */
export function lookUpIn(pass: ExamplePass): LookUp {
  return (name) => (name.kind === "value" ? valueIn(pass, name) : derivativeIn(pass, name));
}

/** The pass of a row by its number. */
function rowOf(pass: ExamplePass, row: Index | undefined): ExamplePass {
  return row === undefined || pass.number === row ? pass : pass.batch!.find(({ number }) => number === row)!;
}

function valueIn(pass: ExamplePass, { of, layer, indices, part, row }: ValueExpression): number {
  const [first, second = first] = indices as [number, number?];
  const own = rowOf(pass, row);
  switch (of) {
    case "w":
      return weightOf(pass, layer, first, second);
    case "b":
    case "gamma":
    case "beta":
      return vectorOf(pass, of, layer, first);
    case "mean":
    case "var":
      return statisticIn(own, of, layer, first);
    case "e":
    case "f":
      return encodingOf(pass, of, part!, indices as number[]);
    case "p":
      return own.a[layer]![first]!;
    case "z":
    case "zhat":
    case "u":
    case "a":
    case "h":
      return own[of][layer]![first]!;
    case "y":
      return own.y[first]!;
    case "x":
      return own.x[first]!;
    case "mask":
      return maskOf(own, layer, first);
  }
}

/** Those that z is normalised by: of the units of the row, of the rows of the batch, or the running ones. */
function statisticIn(pass: ExamplePass, of: "mean" | "var", layer: number, k: number | undefined): number {
  if (k === undefined) {
    const z = pass.z[layer]!;
    const mean = z.reduce((sum, value) => sum + value / z.length, 0);
    return of === "mean" ? mean : z.reduce((sum, value) => sum + (value - mean) ** 2 / z.length, 0);
  }
  const own = pass.statistics?.[layer];
  if (own === undefined) return vectorOf(pass, of, layer, k);
  return (of === "mean" ? own.mean : own.variance)[k]!;
}

function derivativeIn(pass: ExamplePass, { of, by }: DerivativeExpression): number {
  const { layer } = by;
  const [first, second = first] = by.indices as [number, number?];
  const own = rowOf(pass, by.row);
  if (of.kind === "cost") {
    const whole = costDerivativeIn(own, by);
    // Of one row's own cost, where derivatives are those of the batch's.
    return of.example !== undefined && pass.batch !== undefined ? whole * pass.batch.length : whole;
  }
  const outer = rowOf(pass, of.row);
  const at = of.indices[0] as number;
  switch (of.of) {
    case "a":
      if (by.of === "e") return entryOf(outer, by.part!, by.indices as number[], at);
      if (by.of === "f") return frequencySlope(outer, by.part!, first, at);
      return slopeOf(outer, of.layer, at, first);
    case "h":
      return by.of === "a" ? maskOf(own, layer, first) : 1;
    case "u":
      switch (by.of) {
        case "z":
          return pass.notation.parts[layer]!.normalisation === "fixed"
            ? stretchOf(own, layer, first)
            : carryOf(outer, own, layer, at, first);
        case "zhat":
          return vectorOf(pass, "gamma", layer, first);
        case "gamma":
          return outer.zhat[layer]![first]!;
        case "beta":
          return 1;
        default:
          return statisticSlope(pass, by.of as "mean" | "var", layer, first);
      }
    default:
      if (by.of === "a" || by.of === "h") return weightOf(pass, of.layer, at, first);
      return by.of === "w" ? outer.h[layer - 1]![second]! : 1;
  }
}

/** du_k/dmean_k or du_k/dvar_k of given statistics. */
export function statisticSlope(pass: ExamplePass, by: "mean" | "var", layer: number, k: number): number {
  const stretch = stretchOf(pass, layer, k);
  return by === "mean" ? -stretch : (-stretch * pass.zhat[layer]![k]! * pass.scale[layer]![k]!) / 2;
}

function costDerivativeIn(pass: ExamplePass, { of, layer, indices }: ValueExpression): number {
  const [first, second = first] = indices as [number, number?];
  switch (of) {
    case "a":
      return pass.dCost_da[layer]![first]!;
    case "h":
      return pass.dCost_dh[layer]![first]!;
    case "u":
      return pass.dCost_du[layer]![first]!;
    default:
      return pass.dCost_dz[layer]![first]! * (of === "w" ? pass.h[layer - 1]![second]! : 1);
  }
}
