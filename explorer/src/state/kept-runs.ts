import { signal } from "@preact/signals";
import type { KeptRun, KeptSnapshot } from "./kept-run.js";
import { openRunStore, type RunStore, storageSentence } from "./kept-store.js";
import { MOST_SNAPSHOTS, thinSnapshots } from "./kept-thin.js";

// The runs of this browser, the newest first. What the page shows is this list; the store follows it as far as the browser lets it.

/** Runs that are kept; older ones give way. */
export const MOST_RUNS = 50;

export const keptRuns = signal<readonly KeptRun[]>([]);
/** True once the store has been read, or has refused. */
export const areLoaded = signal(false);
/** Why runs are not kept beyond this visit; undefined where they are. */
export const storageProblem = signal<string | undefined>(undefined);

/** A run that was taken out of the list, for "Undo". */
export interface Removed {
  readonly run: KeptRun;
  readonly snapshots: readonly KeptSnapshot[];
}

/** Runs that the store has not taken, or not yet, with their parameters. */
const unwritten = new Map<string, readonly KeptSnapshot[]>();
const deleted = new Set<string>();
let store: RunStore | undefined;
/** Writes follow each other. */
let last: Promise<void> = Promise.resolve();
let channel: BroadcastChannel | undefined;

/** Whether somebody has deleted a run: one that still trains does not come back. */
export function isDeleted(id: string): boolean {
  return deleted.has(id);
}

/** Reads what was kept; called once. */
export async function openKeptRuns(): Promise<void> {
  try {
    store = await openRunStore(() => {
      store = undefined;
      storageProblem.value = "A newer version of this page was opened in another tab: load this one again to keep further runs.";
    });
    channel = new BroadcastChannel("chainrule-runs");
    channel.onmessage = () => void reload();
    await reload();
  } catch (error) {
    storageProblem.value = storageSentence(error);
  }
  areLoaded.value = true;
}

async function reload(): Promise<void> {
  if (store === undefined) return;
  await last;
  const { runs, unreadable } = await store.load();
  const own = keptRuns.peek().filter(({ id }) => unwritten.has(id) && !runs.some((run) => run.id === id));
  keptRuns.value = sorted([...runs, ...own]);
  if (unreadable > 0) storageProblem.value = `${unreadable} of the runs that were kept here cannot be read by this version of the page.`;
}

/**
 * Keeps a run, or what is new of it. Where it has a name already, that stays.
 *
 * @param snapshot its parameters now; those of other steps stay, five in all
 */
export async function keepRun(run: KeptRun, snapshots: readonly KeptSnapshot[] = []): Promise<void> {
  const before = keptRuns.value.find(({ id }) => id === run.id);
  const kept = before === undefined ? run : { ...run, name: before.name };
  const list = sorted([...keptRuns.value.filter(({ id }) => id !== run.id), kept]);
  const old = list.slice(MOST_RUNS).map(({ id }) => id);
  const next = merged(unwritten.get(run.id) ?? [], snapshots);
  unwritten.set(run.id, next);
  const writing = write(async (to) => {
    const all = next.length === 0 ? undefined : merged(await to.snapshots(run.id), next);
    await to.put(kept, all);
    unwritten.delete(run.id);
    if (old.length > 0) await to.remove(old);
  });
  // After the writing has begun: who follows the list waits for its end.
  keptRuns.value = list.slice(0, MOST_RUNS);
  await writing.catch(say);
}

function say(error: unknown): void {
  // Without a store the reason was said when it went.
  if (store !== undefined) storageProblem.value = storageSentence(error);
}

function merged(before: readonly KeptSnapshot[], next: readonly KeptSnapshot[]): KeptSnapshot[] {
  const others = before.filter(({ step }) => !next.some((one) => one.step === step));
  return thinSnapshots([...others, ...next], MOST_SNAPSHOTS);
}

export async function renameRun(id: string, name: string): Promise<void> {
  const run = keptRuns.value.find((one) => one.id === id);
  if (run === undefined || name.trim() === "") return;
  const renamed = { ...run, name: name.trim() };
  keptRuns.value = keptRuns.value.map((one) => (one.id === id ? renamed : one));
  await write((to) => to.put(renamed)).catch(say);
}

/** Takes runs out, and returns them with their parameters. */
export async function removeRuns(ids: readonly string[]): Promise<Removed[]> {
  const runs = keptRuns.value.filter(({ id }) => ids.includes(id));
  const removed = await Promise.all(runs.map(async (run): Promise<Removed> => ({ run, snapshots: await snapshotsOf(run.id) })));
  for (const id of ids) {
    deleted.add(id);
    unwritten.delete(id);
  }
  keptRuns.value = keptRuns.value.filter(({ id }) => !ids.includes(id));
  await write((to) => to.remove(ids)).catch(() => undefined);
  return removed;
}

/** Puts back what was taken out. */
export async function putBack(removed: readonly Removed[]): Promise<void> {
  for (const { run, snapshots } of removed) {
    deleted.delete(run.id);
    await keepRun(run, snapshots);
  }
}

/** Parameters of a run in the order of their steps; the last are the newest. */
export async function snapshotsOf(id: string): Promise<readonly KeptSnapshot[]> {
  await last;
  const own = unwritten.get(id) ?? [];
  if (own.length > 0 || store === undefined) return own;
  return store.snapshots(id).catch(() => []);
}

async function write(work: (to: RunStore) => Promise<void>): Promise<void> {
  if (store === undefined) throw new Error("no store");
  const to = store;
  const next = last.then(() => work(to));
  last = next.catch(() => undefined);
  await next;
  channel?.postMessage("changed");
}

function sorted(runs: readonly KeptRun[]): KeptRun[] {
  return [...runs].sort((left, right) => right.started - left.started || (left.id < right.id ? -1 : 1));
}
