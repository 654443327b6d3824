import usual from "worker-chunk:./worker.js";
import type { Details, FromWorker, Subject, Subjects, ToWorker } from "./messages.js";
import type { ShownData, ShownModel } from "../state/task.js";

/** An answer, or why there is none; `none` where a newer question took its place or it was cancelled. */
export type Reply<S extends Subject> =
  | { readonly kind: "answer"; readonly value: Subjects[S]; readonly milliseconds: number }
  | { readonly kind: "problem"; readonly message: string }
  | { readonly kind: "none" };

interface Question {
  readonly model: ShownModel;
  readonly dataset: ShownData;
  readonly details: unknown;
  readonly resolve: (reply: Reply<Subject>) => void;
}

const NOT_STARTED =
  "The analysis did not start: this browser, or the policy of this host, lets the page start no module worker. The other screens work without it.";

/**
 * The page's side of the analysis worker. Of each subject one question is under way and one waits; a newer one takes the place of the one
 * that waits.
 */
export class Analyst {
  readonly #address: string;
  #worker: Worker | undefined;
  #isReady = false;
  #dataset: ShownData | undefined;
  #last = 0;
  readonly #asked = new Map<number, Question & { readonly subject: Subject }>();
  readonly #waiting = new Map<Subject, Question>();

  /** @param address of the worker that answers */
  constructor(address = usual) {
    this.#address = address;
  }

  ask<S extends Subject>(subject: S, model: ShownModel, dataset: ShownData, details?: Details<S>): Promise<Reply<S>> {
    return new Promise((resolve) => {
      this.#waiting.get(subject)?.resolve({ kind: "none" });
      // Questions and answers of one subject are of one type.
      this.#waiting.set(subject, { model, dataset, details, resolve: resolve as Question["resolve"] });
      this.#send();
    });
  }

  /** Ends what is under way at once; the next question begins anew. */
  cancel(): void {
    this.#end({ kind: "none" });
  }

  #send(): void {
    for (const [subject, question] of this.#waiting) {
      if ([...this.#asked.values()].some((one) => one.subject === subject)) continue;
      const worker = this.#start();
      if (worker === undefined) {
        this.#end({ kind: "problem", message: NOT_STARTED });
        return;
      }
      this.#waiting.delete(subject);
      const { model, dataset, details } = question;
      if (dataset !== this.#dataset) this.#post({ kind: "data", dataset });
      this.#dataset = dataset;
      this.#asked.set(++this.#last, { ...question, subject });
      this.#post({ kind: "ask", id: this.#last, subject, model, details });
    }
  }

  #post(message: ToWorker): void {
    this.#worker!.postMessage(message);
  }

  #start(): Worker | undefined {
    if (this.#worker !== undefined) return this.#worker;
    try {
      const worker = new Worker(this.#address, { type: "module" });
      worker.addEventListener("message", ({ data }: MessageEvent<FromWorker>) => this.#take(data));
      worker.addEventListener("error", (event) => {
        event.preventDefault();
        this.#end({ kind: "problem", message: this.#isReady ? `The analysis ended: ${event.message}` : NOT_STARTED });
      });
      this.#worker = worker;
      return worker;
    } catch {
      return undefined;
    }
  }

  #take(message: FromWorker): void {
    if (message.kind === "ready") {
      this.#isReady = true;
      return;
    }
    const { id, ...reply } = message;
    this.#asked.get(id)?.resolve(reply);
    this.#asked.delete(id);
    this.#send();
  }

  #end(reply: Reply<Subject>): void {
    this.#worker?.terminate();
    this.#worker = undefined;
    this.#dataset = undefined;
    this.#isReady = false;
    const open = [...this.#asked.values(), ...this.#waiting.values()];
    this.#asked.clear();
    this.#waiting.clear();
    for (const { resolve } of open) resolve(reply);
  }
}
