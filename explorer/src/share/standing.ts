import type { Recipe } from "../state/recipe.js";
import type { RateChange } from "./link.js";

/** A network as something that can be made again: what was trained, how far, and what was changed on the way. */
export interface Standing {
  readonly recipe: Recipe;
  readonly changes: readonly RateChange[];
  /** Steps done. */
  readonly at: number;
  /** True where the run is over: its last step is done, and the best epoch is chosen where that was asked for. */
  readonly over: boolean;
}
