import { emitKeypressEvents } from "node:readline";
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

/**
 * Walks a tape by keys until it is left.
 *
 * @param render the text of a step
 * @returns the number of the step at which it was left
 */
export async function walk(tape: Tape, start: number, render: (index: number) => string, { write }: Terminal): Promise<number> {
  const { stdin } = process;
  let index = start;
  const draw = (): void => {
    write(TOP + cut(render(index)));
  };
  emitKeypressEvents(stdin);
  stdin.setRawMode(true);
  stdin.resume();
  write(ENTER);
  process.stdout.on("resize", draw);
  try {
    draw();
    await new Promise<void>((resolve) => {
      const onKey = (_text: string | undefined, { name = "", ctrl = false }: { name?: string; ctrl?: boolean }): void => {
        const next = ctrl ? (name === "c" || name === "d" ? undefined : index) : keyToStep(tape, index, name);
        if (next === undefined) {
          stdin.off("keypress", onKey);
          resolve();
        } else if (next !== index) {
          index = next;
          draw();
        }
      };
      stdin.on("keypress", onKey);
      stdin.once("end", resolve);
    });
  } finally {
    process.stdout.off("resize", draw);
    write(LEAVE);
    stdin.setRawMode(false);
    stdin.pause();
  }
  return index;
}

/** What does not fit on the screen is cut, and said; the last line, with the keys, stays. */
function cut(text: string): string {
  const { rows } = process.stdout;
  const lines = text.split("\n");
  if (lines.length <= rows) return lines.join("\r\n");
  const keys = lines.at(-1)!;
  return [...lines.slice(0, rows - 2), `... ${lines.length - rows + 1} more lines: a taller window shows them`, keys].join("\r\n");
}
