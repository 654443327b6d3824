import address from "worker-chunk:./reasons-worker.js";
import { effect, signal } from "@preact/signals";
import type { Label, TableRow } from "chainrule";
import type { Reasons } from "chainrule/explain";
import type { ReasonsAnswer, ReasonsCall } from "./reasons-worker.js";
import { shownCells } from "../../state/raw-rows.js";
import { passes, session } from "../../state/session.js";
import { outputLabels, type ShownModel } from "../../state/task.js";

/** The class or the target that is asked about, by its name; undefined: the class that is answered, the first target. */
export const asked = signal<Label | undefined>(undefined);
/** Why the row that is shown is answered so; undefined until that is worked out. */
export const found = signal<Reasons | undefined>(undefined);
export const problem = signal<string | undefined>(undefined);

interface Question {
  readonly model: ShownModel;
  readonly row: TableRow;
  readonly output: Label;
}

let worker: Worker | undefined;
let last = 0;
let isWorking = false;
/** The newest question while an older one is worked on. */
let waiting: Question | undefined;

/** Follows the row and the network that are shown, one question at a time, and ends when it is called. */
export function followReasons(): () => void {
  return effect(() => {
    const [open, row, pass] = [session.value, shownCells.value, passes.value];
    if (open === undefined || row === undefined || pass === undefined) return;
    const { model } = open;
    const wanted = asked.value;
    const output = wanted !== undefined && outputLabels(model).includes(wanted) ? wanted : answered(model, pass.forward.a.at(-1)!);
    ask({ model, row, output });
  });
}

/** The class that the network answers; of numbers the first. */
function answered({ task }: ShownModel, outputs: Float64Array): Label {
  if (task.kind === "regression") return task.targets[0]!;
  const { classes } = task;
  if (outputs.length < classes.length) return classes[Number(outputs[0]! >= 0.5)]!;
  return classes[outputs.indexOf(Math.max(...outputs))]!;
}

function ask(question: Question): void {
  if (isWorking) {
    waiting = question;
    return;
  }
  isWorking = true;
  worker ??= start();
  last += 1;
  worker.postMessage({ id: last, ...question } satisfies ReasonsCall);
}

function start(): Worker {
  const own = new Worker(address, { type: "module" });
  own.addEventListener("message", ({ data }: MessageEvent<ReasonsAnswer>) => {
    isWorking = false;
    found.value = "value" in data ? data.value : undefined;
    problem.value = "problem" in data ? data.problem : undefined;
    const next = waiting;
    waiting = undefined;
    if (next !== undefined) ask(next);
  });
  own.addEventListener("error", (event) => {
    event.preventDefault();
    isWorking = false;
    worker = undefined;
    found.value = undefined;
    problem.value = "What works this out did not start in this browser.";
  });
  return own;
}
