import { batch } from "@preact/signals";
import { type Snapshot, type Tick } from "chainrule";
import { findQuantity } from "chainrule/explain";
import { addPoint } from "./run-costs.js";
import type { Leg } from "./run-leg.js";
import { standing, version } from "./run-state.js";
import { openSession, row, selection, session } from "./session.js";
import type { ShownTarget } from "./task.js";

/** Observed steps that are kept of a run; then every second one is. */
const MOST_OBSERVED = 800;

/** Brings the whole page to where a run stood, at once: costs, counts, and the model that all screens show. */
export function show(leg: Leg, { step, epoch, model }: Snapshot<ShownTarget>, tick?: Tick): void {
  const { run, tally, stepsPerEpoch } = leg;
  // The step after such an update ends the run; nobody has to see it.
  if (!model.network.parameters.every(Number.isFinite)) return;
  batch(() => {
    for (const point of tally.take()) addPoint(run.costs, point);
    if (run.statistics.length > MOST_OBSERVED) run.statistics.splice(0, Infinity, ...run.statistics.filter((_, at) => at % 2 === 1));
    const { samplesPerSecond, secondsLeft, learningRate } = tick ?? standing.peek();
    standing.value = { step, epoch, stepsPerEpoch, samplesPerSecond, secondsLeft, learningRate };
    showModel(leg, model, step);
    version.value += 1;
  });
}

/** Row and selection stay, so far as the new network has them. */
function showModel({ dataset }: Leg, model: Snapshot<ShownTarget>["model"], step: number): void {
  const before = session.peek();
  const { sizes } = model.network.layout;
  const next = { model, dataset, title: `${dataset.name}, ${sizes.slice(1).join("-")}`, step };
  if (before?.dataset === dataset && before.model.network.layout.sizes.join() === sizes.join()) {
    session.value = next;
    return;
  }
  const [oldRow, name] = [row.peek(), selection.peek()];
  openSession(next);
  if (before?.dataset === dataset) row.value = oldRow;
  try {
    selection.value = findQuantity(model.network.layout, name).name;
  } catch {
    // This network has no such quantity: the new selection stays.
  }
}
