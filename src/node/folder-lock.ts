import { randomBytes } from "node:crypto";
import { closeSync, openSync, readFileSync, readlinkSync, rmSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { ChainruleError } from "chainrule";

/** In the folder; there while a program holds it, and after a program that was killed until another one comes. */
const NAME = "run.lock";

/** Milliseconds. */
export interface Pace {
  /** From one sign of life of a lock's holder to the next. */
  readonly beat: number;
  /** Without a sign of life for so long a holder that cannot be looked at is taken for dead. */
  readonly patience: number;
}

const PACE: Pace = { beat: 2_000, patience: 15_000 };

/** Who holds a folder, as its lock says. */
interface Holder {
  readonly host: string;
  readonly process: number;
  /** Where that number means a process: a machine since its last start, or a container on it. */
  readonly place: string;
  /** When the process began, since its number may be another's one day; "" where the system does not say. */
  readonly start: string;
  /** Of this very lock. */
  readonly token: string;
}

/** A folder that is held. */
export interface FolderLock {
  /** @throws ChainruleError `E_ENVIRONMENT` where another program has taken the folder, as it may where this one seemed dead */
  readonly check: () => void;
  readonly release: () => void;
}

/**
 * Holds a folder against other programs by a lock file with the name of its holder. What a program left that was killed is taken over: at
 * once where its process can be looked at, which is on the same machine; elsewhere when the lock has shown no sign of life for a while.
 * Undefined where the folder cannot be written to: nothing that needs a lock can be done there.
 *
 * @throws ChainruleError `E_ENVIRONMENT` where a program holds it that is alive
 */
export async function holdFolder(folder: string, pace = PACE): Promise<FolderLock | undefined> {
  const path = join(folder, NAME);
  const start = startOf(process.pid) ?? "";
  const token = randomBytes(8).toString("hex");
  const own = JSON.stringify({ host: hostname(), process: process.pid, place: placeOf(), start, token } satisfies Holder);
  for (;;) {
    const created = create(path, `${own}\n`);
    if (created !== "there is one") return created === "made" ? held(folder, path, `${own}\n`, pace) : undefined;
    const found = look(path);
    if (found === undefined) continue;
    if (!(await isDead(path, found, pace))) throw taken(folder, found.text);
    if (look(path)?.text === found.text) rmSync(path, { force: true });
  }
}

function create(path: string, text: string): "made" | "there is one" | "cannot be made" {
  let file: number;
  try {
    file = openSync(path, "wx");
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EEXIST" ? "there is one" : "cannot be made";
  }
  try {
    writeFileSync(file, text);
    return "made";
  } catch {
    rmSync(path, { force: true });
    return "cannot be made";
  } finally {
    closeSync(file);
  }
}

function held(folder: string, path: string, own: string, { beat }: Pace): FolderLock {
  const isOwn = (): boolean => look(path)?.text === own;
  const timer = setInterval(() => {
    // In seconds since 1970; all that counts is that it is another than before.
    const time = (performance.timeOrigin + performance.now()) / 1000;
    try {
      utimesSync(path, time, time);
    } catch {
      // Who is not sure whether this program is alive will be when it checks its lock.
    }
  }, beat);
  // It keeps no program from ending.
  timer.unref();
  return {
    check: () => {
      if (!isOwn()) throw taken(folder, look(path)?.text ?? "");
    },
    release: () => {
      clearInterval(timer);
      if (isOwn()) rmSync(path, { force: true });
    },
  };
}

interface Seen {
  readonly text: string;
  /** When it was last written to; milliseconds. */
  readonly changed: number;
}

/** It is opened first, since that is when a network's file system asks its server. */
function look(path: string): Seen | undefined {
  const text = orNothing(() => readFileSync(path, "utf8"));
  const status = statSync(path, { throwIfNoEntry: false });
  return status && { text, changed: status.mtimeMs };
}

async function isDead(path: string, found: Seen, { beat, patience }: Pace): Promise<boolean> {
  const alive = isAlive(holderOf(found.text));
  if (alive !== undefined) return !alive;
  for (let waited = 0; waited < patience; waited += beat / 4) {
    await wait(beat / 4);
    const now = look(path);
    if (now === undefined) return true;
    if (now.text !== found.text || now.changed !== found.changed) return false;
  }
  return true;
}

/** Whether a holder is alive, where that can be told at once. */
function isAlive(holder: Holder | undefined): boolean | undefined {
  if (holder?.place !== placeOf()) return undefined;
  const start = startOf(holder.process);
  if (start === undefined) return false;
  return start === "" || holder.start === "" ? undefined : start === holder.start;
}

function holderOf(text: string): Holder | undefined {
  try {
    const holder = JSON.parse(text) as Holder | null;
    return Number.isSafeInteger(holder?.process) && holder!.process > 0 ? holder! : undefined;
  } catch {
    return undefined;
  }
}

/** The machine, its last start (Linux), and the container whose numbers of processes are meant (Linux). */
function placeOf(): string {
  return [
    hostname(),
    orNothing(() => readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim()),
    orNothing(() => readlinkSync("/proc/self/ns/pid")),
  ].join(" ");
}

/** When a process began; "" where the system does not say; undefined where there is none of that number. */
function startOf(number: number): string | undefined {
  const text = orNothing(() => readFileSync(`/proc/${number}/stat`, "utf8"));
  // proc(5): the name, in brackets, is followed by the state (field 3), and by the start in ticks of the clock since the machine's (22).
  const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
  // A process that has ended stays as Z until its parent asks for its exit code.
  if (text !== "") return fields[0] === "Z" || fields[0] === "X" ? undefined : (fields[19] ?? "");
  try {
    process.kill(number, 0);
    return "";
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM" ? "" : undefined;
  }
}

function orNothing(read: () => string): string {
  try {
    return read();
  } catch {
    return "";
  }
}

function taken(folder: string, text: string): ChainruleError {
  const holder = holderOf(text);
  return new ChainruleError("E_ENVIRONMENT", {
    where: folder,
    expected: "a folder of checkpoints that no other run writes to",
    got: holder === undefined ? `none of one's own: ${NAME} has changed` : `one that process ${holder.process} on ${holder.host} writes to`,
    hint: "Wait until it is done, or end it.",
  });
}
