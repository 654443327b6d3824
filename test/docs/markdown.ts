export interface Block {
  readonly language: string;
  /** The word after the language in the opening line, a file's name. */
  readonly name: string | undefined;
  readonly code: string;
  /** Line of the opening fence, counted from 1. */
  readonly line: number;
}

/** The fenced code blocks of a Markdown text, in their order. */
export function codeBlocks(text: string): Block[] {
  const blocks: Block[] = [];
  const lines = text.split(/\r?\n/);
  for (let i = 0; i < lines.length; i++) {
    const [, indent, fence, info] = /^(\s*)(`{3,}|~{3,})(.*)$/.exec(lines[i]!) ?? [];
    if (indent === undefined || fence === undefined) continue;
    const line = i + 1;
    const code: string[] = [];
    for (i++; i < lines.length && lines[i]!.trim() !== fence; i++) {
      code.push(lines[i]!.startsWith(indent) ? lines[i]!.slice(indent.length) : lines[i]!);
    }
    const [language = "", name] = (info ?? "").trim().split(/\s+/);
    blocks.push({ language, name, code: code.join("\n"), line });
  }
  return blocks;
}

/** One line of a shell block: the arguments of the command `chainrule`, or "elsewhere" for what other tests run. */
export interface ShellLine {
  readonly text: string;
  readonly run: readonly string[] | "elsewhere";
}

/** Set-up, start and tests have tests of their own, or are what is running right now. */
const ELSEWHERE = /^(npm (start|test|ci|install|i|run (setup|build|test:full|bench))\b|git clone\b|cd\b)/;

/** The commands of a shell block; a line that ends in a backslash goes on in the next. Throws for any command that no test covers. */
export function shellLines(code: string): ShellLine[] {
  return code
    .replace(/\\\n\s*/g, "")
    .split("\n")
    .map((line) => line.replace(/(^|\s)#.*$/, "").trim())
    .filter((line) => line !== "")
    .map((text) => {
      if (ELSEWHERE.test(text)) return { text, run: "elsewhere" };
      const [, command] = /^(?:npx )?chainrule\b(.*)$/.exec(text) ?? [];
      if (command === undefined || /[|<>;&$`]/.test(command)) throw new Error(`no test can run this line of a shell block: ${text}`);
      return { text, run: words(command) };
    });
}

/** Splits at spaces that are not in quotes. */
function words(text: string): string[] {
  return Array.from(text.matchAll(/"([^"]*)"|'([^']*)'|(\S+)/g), ([, double, single, plain]) => double ?? single ?? plain ?? "");
}
