import { diagnose } from "chainrule/diagnose";
import { answersOf } from "./answers.js";
import type { FromWorker, Subject, Subjects, ToWorker } from "./messages.js";
import { spreadOf } from "./spread.js";
import type { ShownData, ShownModel } from "../state/task.js";

// A thread of the page that looks at models, so that the page never waits: diagnosis, every row's answer, spreads.

/** What of a worker's scope is used; the page's types know none. */
interface Scope {
  postMessage(message: FromWorker): void;
  onmessage: ((event: { readonly data: ToWorker }) => void) | null;
}
const scope = globalThis as unknown as Scope;

const LOOKERS: { readonly [S in Subject]: (model: ShownModel, dataset: ShownData) => Subjects[S] } = {
  diagnosis: (model, dataset) => diagnose(model, dataset),
  answers: answersOf,
  spread: spreadOf,
  pastAnswers: answersOf,
  pastSpread: spreadOf,
};

let dataset: ShownData | undefined;

scope.onmessage = ({ data: message }) => {
  if (message.kind === "data") {
    dataset = message.dataset;
    return;
  }
  const { id, subject, model } = message;
  const since = performance.now();
  try {
    const value = LOOKERS[subject](model, dataset!);
    scope.postMessage({ kind: "answer", id, value, milliseconds: performance.now() - since });
  } catch (error) {
    scope.postMessage({ kind: "problem", id, message: error instanceof Error ? error.message : String(error) });
  }
};

scope.postMessage({ kind: "ready" });
