// Worker threads, the same way in Node and in browsers. Workers are started from source text, which needs neither a file
// beside the library nor a bundler that knows what to do with one.

import { nodeModule } from "./platform.js";

/** A thread that was started. */
export interface WorkerThread {
  /** Buffers of `moved` are handed over and not copied. */
  post(message: unknown, moved?: readonly ArrayBufferLike[]): void;
  onMessage(listener: (message: unknown) => void): void;
  /** It ended by itself or could not start; not called after `terminate`. */
  onEnd(listener: (reason: string) => void): void;
  terminate(): Promise<void>;
}

/** The other end, inside a thread. */
export interface OwnPort {
  post(message: unknown): void;
  onMessage(listener: (message: unknown) => void): void;
}

interface NodeWorker {
  postMessage(message: unknown, moved?: readonly ArrayBufferLike[]): void;
  on(event: string, listener: (value: unknown) => void): void;
  removeAllListeners(): void;
  terminate(): Promise<unknown>;
}
interface NodeThreads {
  readonly Worker: new (source: string, options: object) => NodeWorker;
  readonly parentPort: { postMessage(message: unknown): void; on(event: string, listener: (message: unknown) => void): void } | null;
}
interface NodeSystem {
  availableParallelism(): number;
}
interface WebWorker {
  postMessage(message: unknown, moved?: readonly ArrayBufferLike[]): void;
  addEventListener(event: string, listener: (event: { readonly data?: unknown; readonly message?: string }) => void): void;
  terminate(): void;
}
interface Scope {
  readonly Worker?: new (url: string) => WebWorker;
  readonly Blob?: new (parts: readonly string[], options: { readonly type: string }) => unknown;
  readonly URL?: { createObjectURL(blob: unknown): string; revokeObjectURL(url: string): void };
  readonly navigator?: { readonly hardwareConcurrency?: number };
  readonly crossOriginIsolated?: boolean;
  readonly SharedArrayBuffer?: unknown;
}

const scope = globalThis as unknown as Scope;

/** Processors that this program may use at once; 1 where nobody says. */
export function processors(): number {
  return (nodeModule("node:os") as NodeSystem | undefined)?.availableParallelism() ?? scope.navigator?.hardwareConcurrency ?? 1;
}

/** Milliseconds until a new worker works, roughly: Node starts a whole runtime, a browser hardly more than a thread. */
export function workerStart(): number {
  return nodeModule("node:worker_threads") === undefined ? 0 : 40;
}

/** Whether memory can be shared between threads: always in Node, in a page that is cross-origin isolated. */
export function canShareMemory(): boolean {
  if (scope.SharedArrayBuffer === undefined) return false;
  return nodeModule("node:worker_threads") !== undefined || scope.crossOriginIsolated === true;
}

/** What keeps threads from being started, found out by starting one, since a page's policy may forbid it; undefined where nothing does. */
export function whyNoWorker(): Promise<string | undefined> {
  return new Promise((resolve) => {
    try {
      const worker = startWorker(
        "(globalThis.process?.getBuiltinModule?.('node:worker_threads')?.parentPort ?? globalThis).postMessage(0)",
      );
      const found = (reason?: string): void => void worker.terminate().then(() => resolve(reason));
      worker.onMessage(() => found());
      worker.onEnd(found);
    } catch (error) {
      resolve(String(error));
    }
  });
}

/** A browser tells a page nothing more of a worker that its policy refuses. */
const REFUSED = "it could not be started; a content security policy has to allow worker-src blob:";

/** @throws an error where there are no workers, or where a page's policy forbids this one */
export function startWorker(source: string): WorkerThread {
  const threads = nodeModule("node:worker_threads") as NodeThreads | undefined;
  if (threads !== undefined) return startNodeWorker(threads, source);
  if (scope.Worker === undefined || scope.Blob === undefined || scope.URL === undefined) throw new Error("there are no workers here");
  const url = scope.URL.createObjectURL(new scope.Blob([source], { type: "text/javascript" }));
  const worker = new scope.Worker(url);
  return {
    post: (message, moved = []) => worker.postMessage(message, moved),
    onMessage: (listener) => worker.addEventListener("message", ({ data }) => listener(data)),
    onEnd: (listener) => worker.addEventListener("error", ({ message }) => listener(message ?? REFUSED)),
    terminate: () => {
      scope.URL!.revokeObjectURL(url);
      worker.terminate();
      return Promise.resolve();
    },
  };
}

function startNodeWorker({ Worker }: NodeThreads, source: string): WorkerThread {
  // Flags of the program itself (a loader, an inspector) are none of the worker's business.
  const worker = new Worker(source, { eval: true, execArgv: [] });
  return {
    post: (message, moved = []) => worker.postMessage(message, moved),
    onMessage: (listener) => worker.on("message", listener),
    onEnd: (listener) => {
      worker.on("error", (error) => listener(String(error)));
      worker.on("exit", (code) => listener(`it ended with code ${String(code)}`));
    },
    terminate: async () => {
      worker.removeAllListeners();
      // An error on the way out is nobody's any more.
      worker.on("error", () => undefined);
      await worker.terminate();
    },
  };
}

/** Inside a worker: the port to the thread that started it. */
export function ownPort(): OwnPort {
  const port = (nodeModule("node:worker_threads") as NodeThreads | undefined)?.parentPort;
  if (port !== undefined && port !== null) {
    return { post: (message) => port.postMessage(message), onMessage: (listener) => port.on("message", listener) };
  }
  const self = globalThis as unknown as WebWorker;
  return {
    post: (message) => self.postMessage(message),
    onMessage: (listener) => self.addEventListener("message", ({ data }) => listener(data)),
  };
}
