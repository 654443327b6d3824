import { findLearningRate, type FindRateOptions, type FoundRate } from "chainrule";
import type { RecipeOptions } from "../../state/recipe.js";
import type { ShownData } from "../../state/task.js";

// Loaded when a rate is first looked for: training is a good part of the whole page.

/** Looks for a rate with fresh copies of the network that a recipe describes. */
export function findRate(dataset: ShownData, options: RecipeOptions, signal: AbortSignal): Promise<FoundRate> {
  return findLearningRate(dataset, { ...withoutCourse(options), signal });
}

/** Without what a recipe says of the course of the training, which is not what is looked for here. */
function withoutCourse({
  epochs: _epochs,
  schedule: _schedule,
  metric: _metric,
  patience: _patience,
  leastGain: _leastGain,
  stopAt: _stopAt,
  timeLimit: _timeLimit,
  keep: _keep,
  ...rest
}: RecipeOptions): FindRateOptions {
  return rest;
}
