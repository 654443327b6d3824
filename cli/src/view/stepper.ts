import { emitKeypressEvents } from "node:readline";
import { stripVTControlCharacters } from "node:util";
import type { Tape } from "chainrule/explain";
import type { Terminal } from "../terminal.js";

/** What a key does: the number of the step that comes next, or undefined to leave. */
export function keyToStep(tape: Tape, index: number, key: string): number | undefined {
  const last = tape.length - 1;
  switch (key) {
    case "right":
    case "space":
    case "return":
      return Math.min(index + 1, last);
    case "left":
    case "backspace":
      return Math.max(index - 1, 0);
    case "down":
      return tape.next(index, "neuron");
    case "up":
      return tape.previous(index, "neuron");
    case "pagedown":
      return tape.next(index, "layer");
    case "pageup":
      return tape.previous(index, "layer");
    case "home":
      return 0;
    case "end":
      return last;
    case "q":
    case "escape":
      return undefined;
    default:
      return index;
  }
}

export const KEYS = "→ next  ← back  ↓ ↑ neuron  PgDn PgUp layer  Home End  q leaves";

/** Clears the screen from the top, so that each step stands at the same place. */
const TOP = "\u001b[H\u001b[J";
/** A screen of its own: what stood in the terminal before is there again afterwards. */
const ENTER = "\u001b[?1049h\u001b[?25l";
const LEAVE = "\u001b[?25h\u001b[?1049l";

/** Signals that end the program once the screen is as it was. */
const ENDINGS = ["SIGTERM", "SIGHUP"] as const;

/**
 * Walks a tape by keys until it is left.
 *
 * @param render the text of a step
 * @returns the number of the step at which it was left
 */
export async function walk(tape: Tape, start: number, render: (index: number) => string, { write }: Terminal): Promise<number> {
  const { stdin } = process;
  let index = start;
  let ended: NodeJS.Signals | undefined;
  const draw = (): void => {
    write(TOP + cut(render(index), process.stdout));
  };
  emitKeypressEvents(stdin);
  stdin.setRawMode(true);
  stdin.resume();
  write(ENTER);
  process.stdout.on("resize", draw);
  try {
    draw();
    const signal = await new Promise<NodeJS.Signals | undefined>((resolve) => {
      const onKey = (_text: string | undefined, { name = "", ctrl = false }: { name?: string; ctrl?: boolean }): void => {
        const next = ctrl ? (name === "c" || name === "d" ? undefined : index) : keyToStep(tape, index, name);
        if (next === undefined) {
          stdin.off("keypress", onKey);
          resolve(undefined);
        } else if (next !== index) {
          index = next;
          draw();
        }
      };
      stdin.on("keypress", onKey);
      stdin.once("end", () => resolve(undefined));
      // Without this the screen of its own would stay behind.
      for (const name of ENDINGS) process.once(name, resolve);
    });
    ended = signal;
  } finally {
    process.stdout.off("resize", draw);
    write(LEAVE);
    stdin.setRawMode(false);
    stdin.pause();
    for (const name of ENDINGS) process.removeAllListeners(name);
  }
  if (ended !== undefined) process.kill(process.pid, ended);
  return index;
}

/** What does not fit on the screen is cut, and said; the last line, with the keys, stays. Long lines take several rows. */
export function cut(text: string, { columns, rows }: { readonly columns: number; readonly rows: number }): string {
  const lines = text.split("\n");
  const rowsOf = (line: string): number => Math.max(1, Math.ceil(stripVTControlCharacters(line).length / columns));
  const tall = lines.map(rowsOf);
  if (tall.reduce((sum, own) => sum + own, 0) <= rows) return lines.join("\r\n");
  const keys = lines.at(-1)!;
  let left = rows - 1 - tall.at(-1)!;
  const shown = lines.slice(0, -1).filter((_line, at) => left >= 0 && (left -= tall[at]!) >= 0);
  return [...shown, `... ${lines.length - 1 - shown.length} more lines: a larger window shows them`, keys].join("\r\n");
}
