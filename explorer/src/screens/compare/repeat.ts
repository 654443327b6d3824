import { split } from "chainrule";
import { encodeModel } from "chainrule/formats";
import { dataOf } from "../../state/kept-open.js";
import { recipeName } from "../../state/kept-recipe.js";
import { type KeptRun, packCosts, testScore, today } from "../../state/kept-run.js";
import { keepRun } from "../../state/kept-runs.js";
import { thinCosts, thinList } from "../../state/kept-thin.js";
import type { CostPoint } from "../../state/run.js";
import type { Recipe } from "../../state/recipe.js";
import { chooseAll, said } from "./chosen.js";
import { cancelling, repeating, SEEDS } from "./repeat-state.js";

/** Trains a recipe with the next five seeds, one after the other, and chooses them. */
export async function repeatRun(of: KeptRun): Promise<void> {
  if (repeating.value !== undefined) return;
  const { signal: cancelled } = (cancelling.value = new AbortController());
  const ids: string[] = [];
  repeating.value = { of, done: 0, fraction: 0 };
  said.value = `Training "${of.name}" with ${SEEDS} further seeds.`;
  try {
    for (let done = 0; done < SEEDS; done++) {
      const { options } = of.recipe;
      const recipe = { ...of.recipe, options: { ...options, seed: (options.seed ?? 1) + 1 + done } };
      const progress = (share: number): void => void (repeating.value = { of, done, fraction: (done + share) / SEEDS });
      ids.push(await trainOnce(recipe, cancelled, progress));
    }
    chooseAll(ids);
    said.value = `${SEEDS} seeds are trained and chosen: the table has mean and standard deviation.`;
  } catch (error) {
    const reason = cancelled.aborted ? "was cancelled" : `ended: ${error instanceof Error ? error.message : String(error)}`;
    said.value = `The repetition ${reason}. ${ids.length === 0 ? "No run was finished." : `Finished runs are in the list: ${ids.length}.`}`;
  } finally {
    repeating.value = undefined;
  }
}

/** The id of the kept run. */
async function trainOnce(recipe: Recipe, cancelled: AbortSignal, onProgress: (share: number) => void): Promise<string> {
  const [{ train }, dataset] = await Promise.all([import("../../state/training.js"), dataOf(recipe)]);
  const started = today();
  const since = performance.now();
  const seconds = (): number => (performance.now() - since) / 1000;
  const [costs, times]: [CostPoint[], [number, number][]] = [[], []];
  const running = train(dataset, { ...recipe.options, signal: cancelled });
  let told = -Infinity;
  running.onTick(({ step, recent: { cost }, fraction }) => {
    costs.push({ step, least: cost, mean: cost, most: cost });
    times.push([step, seconds()]);
    // Ten times a second are enough to see it move.
    if (performance.now() - told < 100) return;
    told = performance.now();
    onProgress(fraction);
  });
  const { model, history, test, samplesPerSecond } = await running.result;
  const { seed = 1, test: testShare = 0, validation = 0 } = model.split ?? {};
  const rows = split(dataset, { seed, test: testShare, validation }).train.length;
  const stepsPerEpoch = Math.ceil(rows / (model.training?.batchSize ?? rows));
  const id = `${started.toString(36)}-seed-${seed}`;
  const steps = costs.at(-1)?.step ?? history.length * stepsPerEpoch;
  await keepRun(
    {
      id,
      name: recipeName(recipe),
      source: "repeat",
      status: "done",
      started,
      updated: today(),
      recipe,
      costs: packCosts(thinCosts(costs)),
      clock: Float64Array.from(thinList(times, 200).flat()),
      records: thinList(history),
      events: [],
      steps,
      stepsPerEpoch,
      seconds: seconds(),
      samplesPerSecond,
      parameters: model.network.layout.trained,
      parametersHash: model.parametersHash,
      ...(test === undefined ? {} : { test: testScore(test) }),
    },
    [{ run: id, step: steps, epoch: history.length, file: encodeModel(model) }],
  );
  return id;
}
