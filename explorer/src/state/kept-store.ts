import { isKeptRun, type KeptRun, type KeptSnapshot } from "./kept-run.js";

// Runs in IndexedDB: two stores, so that a list is read without the parameters.

export const DATABASE = "chainrule-runs";

/** What brings the database from each version to the next one; the version of the page is their number. */
const UPGRADES: readonly ((database: IDBDatabase) => void)[] = [
  (database) => {
    database.createObjectStore("runs", { keyPath: "id" });
    database.createObjectStore("snapshots", { keyPath: ["run", "step"] }).createIndex("run", "run");
  },
];

export interface RunStore {
  /** All of them, and how many this version of the page cannot read. */
  readonly load: () => Promise<{ readonly runs: KeptRun[]; readonly unreadable: number }>;
  /** Keeps a run; with snapshots, these and no others. */
  readonly put: (run: KeptRun, snapshots?: readonly KeptSnapshot[]) => Promise<void>;
  readonly remove: (ids: readonly string[]) => Promise<void>;
  readonly snapshots: (id: string) => Promise<KeptSnapshot[]>;
}

/**
 * Opens the store.
 *
 * @param onClosed called where another tab with a newer page needs it
 */
export async function openRunStore(onClosed: () => void): Promise<RunStore> {
  const database = await openDatabase();
  database.onversionchange = () => {
    database.close();
    onClosed();
  };
  const change = (work: (runs: IDBObjectStore, snapshots: IDBObjectStore) => void): Promise<void> =>
    new Promise((resolve, reject) => {
      const transaction = database.transaction(["runs", "snapshots"], "readwrite");
      transaction.oncomplete = () => resolve();
      transaction.onabort = () => reject(transaction.error ?? new Error("The browser ended the writing."));
      work(transaction.objectStore("runs"), transaction.objectStore("snapshots"));
    });
  const removeSnapshots = (snapshots: IDBObjectStore, id: string): void => {
    snapshots.delete(IDBKeyRange.bound([id, -Infinity], [id, Infinity]));
  };
  return {
    async load() {
      const found = await answerOf<unknown[]>(database.transaction("runs").objectStore("runs").getAll());
      const runs = found.filter(isKeptRun);
      return { runs, unreadable: found.length - runs.length };
    },
    put: (run, kept) =>
      change((runs, snapshots) => {
        runs.put(run);
        if (kept === undefined) return;
        removeSnapshots(snapshots, run.id);
        for (const snapshot of kept) snapshots.put(snapshot);
      }),
    remove: (ids) =>
      change((runs, snapshots) => {
        for (const id of ids) {
          runs.delete(id);
          removeSnapshots(snapshots, id);
        }
      }),
    snapshots: (id) =>
      answerOf(database.transaction("snapshots").objectStore("snapshots").index("run").getAll(id) as IDBRequest<KeptSnapshot[]>),
  };
}

function openDatabase(): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(DATABASE, UPGRADES.length);
    request.onupgradeneeded = ({ oldVersion }) => {
      for (const upgrade of UPGRADES.slice(oldVersion)) upgrade(request.result);
    };
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error!);
    request.onblocked = () => reject(new Error("Another tab with an older version of this page holds the runs: close it."));
  });
}

function answerOf<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error!);
  });
}

/** Why runs are not kept, as a sentence for people. */
export function storageSentence(error: unknown): string {
  const { name, message } = error instanceof Error || error instanceof DOMException ? error : { name: "", message: String(error) };
  const until = "Runs are kept only until this page is closed.";
  if (name === "QuotaExceededError") return `The browser's storage is full: delete old runs to make room. ${until}`;
  if (name === "VersionError")
    return `A newer version of this page has kept runs here, which this one cannot read: load the page again. ${until}`;
  return `The browser lets the page keep nothing${message === "" ? "" : ` (${message.replace(/\.$/, "")})`}: a private window, or its settings. ${until}`;
}
