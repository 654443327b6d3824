import type { FromWorker, Lookers, Subject, ToWorker } from "./messages.js";
import type { ShownData } from "../state/task.js";

/** What of a worker's scope is used; the page's types know none. */
interface Scope {
  postMessage(message: FromWorker): void;
  onmessage: ((event: { readonly data: ToWorker }) => void) | null;
}

/** Answers the questions of the page about some subjects; called in a worker. */
export function serve<S extends Subject>(lookers: Lookers<S>): void {
  const scope = globalThis as unknown as Scope;
  let dataset: ShownData | undefined;

  scope.onmessage = ({ data: message }) => {
    if (message.kind === "data") dataset = message.dataset;
    else void answer(message, dataset!);
  };

  const answer = async ({ id, subject, model, details }: Extract<ToWorker, { kind: "ask" }>, asked: ShownData): Promise<void> => {
    const since = performance.now();
    try {
      // The page asks each worker about its subjects only, with their details.
      const value = await lookers[subject as S](model, asked, details as never);
      scope.postMessage({ kind: "answer", id, value, milliseconds: performance.now() - since });
    } catch (error) {
      scope.postMessage({ kind: "problem", id, message: error instanceof Error ? error.message : String(error) });
    }
  };

  scope.postMessage({ kind: "ready" });
}
