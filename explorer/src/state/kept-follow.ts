import { effect } from "@preact/signals";
import { encodeModel } from "chainrule/formats";
import { Analyst } from "../analysis/analyst.js";
import { unedited } from "../screens/network/edits.js";
import { type KeptRun, type KeptSnapshot, packCosts, testScore, today } from "./kept-run.js";
import { isDeleted, keepRun, keptRuns } from "./kept-runs.js";
import { isFromKept } from "./kept-open.js";
import { recipeName } from "./kept-recipe.js";
import { thinCosts, thinList } from "./kept-thin.js";
import { onRunEnd, outcome, type Run, run, standing, status, version } from "./run.js";
import type { Session } from "./session.js";
import type { ShownData, ShownModel } from "./task.js";

// Keeps the run that the page trains: now and then while it trains, and whenever it stands.

/** Milliseconds between two times while it trains, and after it stands, when its last parameters are there. */
const WHILE_TRAINING = 5000;
const WHEN_STANDING = 200;
/** Points of the clock of a run. */
const TIMES = 200;

/** What is known of the run beside what run.ts has. */
interface Course {
  readonly id: string;
  /** Steps and seconds. */
  times: (readonly [number, number])[];
  seconds: number;
  /** When it was last seen training. */
  since: number | undefined;
  kept: number;
  /** Where the run before it stood: the page says so until the new one stands somewhere. */
  readonly stale: typeof standing.value | undefined;
}

let course: Course | undefined;
let timer: ReturnType<typeof setTimeout> | undefined;

export function followRun(): void {
  // Another run takes its place: what it came to is kept at once.
  onRunEnd(({ run: left, outcome: end, fault: found }) => {
    if (end === undefined && found === undefined) void keepNow(left, unedited.peek(), "paused");
  });
  let isFirst = true;
  effect(() => {
    // Read, so that it is called again when they change.
    version.valueOf();
    const [own, now, stand] = [run.value, status.value, standing.value];
    const open = unedited.value;
    const stale = isFirst ? undefined : stand;
    isFirst = false;
    if (own === undefined || now === "none") {
      course = undefined;
      clearTimeout(timer);
      return;
    }
    if (course?.id !== own.id) course = { id: own.id, times: [], seconds: 0, since: undefined, kept: -Infinity, stale };
    clearTimeout(timer);
    if (stand === course.stale) return;
    keepTime(course, stand.step, now === "training");
    const wait = now === "training" ? Math.max(0, course.kept + WHILE_TRAINING - performance.now()) : WHEN_STANDING;
    timer = setTimeout(() => void keepNow(own, open), wait);
  });
}

function keepTime(own: Course, step: number, isTraining: boolean): void {
  const at = performance.now();
  if (own.since !== undefined) own.seconds += (at - own.since) / 1000;
  own.since = isTraining ? at : undefined;
  // A run that was restored stands further back.
  while ((own.times.at(-1)?.[0] ?? -1) > step) own.times.pop();
  if (step > (own.times.at(-1)?.[0] ?? -1)) own.times.push([step, own.seconds]);
  if (own.times.length > 2 * TIMES) own.times = thinList(own.times, TIMES);
}

async function keepNow(own: Run, open: Session | undefined, now = status.peek()): Promise<void> {
  const { step, epoch, stepsPerEpoch, samplesPerSecond } = standing.peek();
  if (
    course?.id !== own.id ||
    standing.peek() === course.stale ||
    now === "none" ||
    run.peek()?.id !== own.id ||
    step === 0 ||
    isDeleted(own.id)
  )
    return;
  course.kept = performance.now();
  const end = now === "done" ? outcome.peek() : undefined;
  // A model that was opened beside the run is not its own.
  const model = end?.model ?? (open?.step === undefined || isFromKept(open) ? undefined : open.model);
  const kept: KeptRun = {
    id: own.id,
    name: recipeName(own.recipe),
    source: "page",
    status: now,
    started: own.started,
    updated: today(),
    recipe: own.recipe,
    costs: packCosts(thinCosts(own.costs)),
    // None of a run that stood already when the page began to follow it.
    clock: Float64Array.from(course.seconds > 0 ? course.times.flat() : []),
    records: thinList(own.records),
    events: [...own.events],
    steps: step,
    stepsPerEpoch,
    seconds: course.seconds,
    samplesPerSecond: end?.samplesPerSecond ?? samplesPerSecond,
    ...(model === undefined ? {} : { parameters: model.network.layout.trained, parametersHash: model.parametersHash }),
    ...(end?.test === undefined ? {} : { test: testScore(end.test) }),
  };
  const at = end === undefined ? { step: open?.step ?? step, epoch } : { step, epoch };
  const snapshot = model === undefined ? undefined : snapshotOf(own.id, model, at);
  await keepRun(kept, snapshot === undefined ? [] : [snapshot]);
  if (model !== undefined && open !== undefined && end !== undefined) await countVerdicts(kept, model, open.dataset);
}

/** Undefined of parameters that no file is made of: they are not finite. */
function snapshotOf(id: string, model: ShownModel, at: { readonly step: number; readonly epoch: number }): KeptSnapshot | undefined {
  try {
    return { run: id, ...at, file: encodeModel(model) };
  } catch {
    return undefined;
  }
}

/** What the diagnosis finds once the run is over, in a worker of its own that ends with it. */
async function countVerdicts(kept: KeptRun, model: ShownModel, dataset: ShownData): Promise<void> {
  if (counted.has(kept.id)) return;
  counted.add(kept.id);
  const analyst = new Analyst();
  const diagnosis = await analyst.ask("diagnosis", model, dataset);
  analyst.cancel();
  if (diagnosis.kind !== "answer") return;
  const verdicts = diagnosis.value.verdicts.filter(({ severity }) => severity === "warn" || severity === "bad").length;
  const before = keptRuns.peek().find(({ id }) => id === kept.id);
  if (before?.status === "done") await keepRun({ ...before, updated: today(), verdicts });
}

/** Runs whose findings were counted. */
const counted = new Set<string>();
