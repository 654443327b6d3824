/**
 * Where checkpoints are kept. A store hands out what it was given, whole or not at all: `write` ends when the bytes are safe. A store is
 * for one run.
 */
export interface CheckpointStore {
  /** Keeps the bytes of a step, and may forget those of earlier ones but for the newest whole one. */
  readonly write: (step: number, bytes: Uint8Array<ArrayBuffer>) => Promise<void>;
  /** The steps that are kept, newest first. */
  readonly steps: () => Promise<readonly number[]>;
  /** The bytes of a step. */
  readonly read: (step: number) => Promise<Uint8Array>;
  /** Puts bytes aside that are no checkpoint, so that they are not looked at again; they are not lost. */
  readonly setAside: (step: number) => Promise<void>;
  /** Called before a run looks into the store, which it then has for itself; rejects where another program has it. More calls do no harm. */
  readonly open?: () => Promise<void>;
  /** Called when the run is over, however it ended. */
  readonly close?: () => Promise<void>;
}

/** Newest checkpoints that a store keeps at least. */
export const KEPT = 2;

/**
 * Checkpoints in this program's memory: for trying things out, and for going back.
 *
 * @example
 * ```ts
 * import { memoryCheckpoints, train } from "chainrule";
 * import { iris } from "chainrule/iris";
 *
 * const store = memoryCheckpoints();
 * const options = { epochs: 4, checkpoint: { store, everyEpochs: 1 } };
 * const { model } = await train(iris(), options).result;
 * const again = await train(iris(), { ...options, checkpoint: { store, resume: true } }).result;
 * console.log(again.resumedFrom?.step, again.model.parametersHash === model.parametersHash); // 16 true
 * ```
 */
export function memoryCheckpoints(): CheckpointStore {
  const kept = new Map<number, Uint8Array>();
  const newest = (): number[] => [...kept.keys()].sort((a, b) => b - a);
  return {
    write(step, bytes) {
      kept.set(step, bytes.slice());
      for (const old of newest().slice(KEPT)) kept.delete(old);
      return Promise.resolve();
    },
    steps: () => Promise.resolve(newest()),
    read(step) {
      const bytes = kept.get(step);
      return bytes === undefined ? Promise.reject(new Error(`no checkpoint of step ${step}`)) : Promise.resolve(bytes.slice());
    },
    setAside(step) {
      kept.delete(step);
      return Promise.resolve();
    },
  };
}

// The part of IndexedDB that is used; declared narrowly, so that the library type-checks without the DOM's types.
interface Request<T> {
  readonly result: T;
  readonly error: unknown;
  onsuccess: (() => void) | null;
  onerror: (() => void) | null;
}
interface Store {
  put(value: unknown, key: string): Request<unknown>;
  get(key: string): Request<unknown>;
  delete(key: string): Request<unknown>;
  getAllKeys(): Request<readonly unknown[]>;
}
interface Transaction {
  objectStore(name: string): Store;
  oncomplete: (() => void) | null;
  onerror: (() => void) | null;
  onabort: (() => void) | null;
  readonly error: unknown;
}
interface Database {
  createObjectStore(name: string): unknown;
  transaction(name: string, mode: "readonly" | "readwrite", options?: { durability: "strict" }): Transaction;
}
interface OpenRequest extends Request<Database> {
  onupgradeneeded: (() => void) | null;
}
declare const indexedDB: { open(name: string, version: number): OpenRequest };

const TABLE = "checkpoints";

/**
 * Checkpoints in a browser's own database, which outlives the page. A write is one transaction, so that it is whole or not at all.
 *
 * @param name of the run; another run needs another name
 * @example
 * ```ts
 * import { indexedDbCheckpoints, train } from "chainrule";
 * import { digits } from "chainrule/digits";
 *
 * // Called each time the page is opened.
 * async function goOn(): Promise<void> {
 *   const store = indexedDbCheckpoints("digits-1");
 *   const { model, resumedFrom } = await train(digits(), { checkpoint: { store, everyEpochs: 5, resume: true } }).result;
 *   console.log(model.parametersHash, resumedFrom);
 * }
 * console.log(typeof goOn);
 * ```
 */
export function indexedDbCheckpoints(name: string): CheckpointStore {
  let opened: Promise<Database> | undefined;
  const database = (): Promise<Database> => {
    opened ??= new Promise((resolve, reject) => {
      const request = indexedDB.open(`chainrule ${name}`, 1);
      request.onupgradeneeded = () => request.result.createObjectStore(TABLE);
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(asError(request.error));
    });
    return opened;
  };
  const ask = async <T>(mode: "readonly" | "readwrite", work: (store: Store) => Request<T>): Promise<T> => {
    const transaction = (await database()).transaction(TABLE, mode, { durability: "strict" });
    return new Promise((resolve, reject) => {
      const request = work(transaction.objectStore(TABLE));
      transaction.oncomplete = () => resolve(request.result);
      transaction.onerror = transaction.onabort = () => reject(asError(transaction.error));
    });
  };
  const steps = async (): Promise<number[]> =>
    (await ask("readonly", (store) => store.getAllKeys()))
      .filter((key): key is string => typeof key === "string" && /^\d+$/.test(key))
      .map(Number)
      .sort((a, b) => b - a);
  return {
    async write(step, bytes) {
      await ask("readwrite", (store) => store.put(bytes.slice(), String(step)));
      for (const old of (await steps()).slice(KEPT)) await ask("readwrite", (store) => store.delete(String(old)));
    },
    steps,
    async read(step) {
      const bytes = await ask("readonly", (store) => store.get(String(step)));
      if (bytes instanceof Uint8Array) return bytes;
      throw new Error(`no checkpoint of step ${step}`);
    },
    async setAside(step) {
      const bytes = await ask("readonly", (store) => store.get(String(step)));
      await ask("readwrite", (store) => store.put(bytes, `${step}.corrupt`));
      await ask("readwrite", (store) => store.delete(String(step)));
    },
  };
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}
