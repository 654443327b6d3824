import { readFileSync } from "node:fs";
import { join } from "node:path";
import { codeBlocks } from "../docs/markdown.js";
import { root } from "../support/shared.js";
import type { Headers } from "../support/static-server.js";

/** The headers of docs/browser.md to be copied, from the block that begins with the one of this name. */
export function documentedHeaders(first: string): Headers {
  const blocks = codeBlocks(readFileSync(join(root, "docs", "browser.md"), "utf8"));
  const block = blocks.find(({ language, code }) => language === "text" && code.startsWith(`${first}: `));
  if (block === undefined) throw new Error(`docs/browser.md has no block that begins with ${first}`);
  return Object.fromEntries(block.code.split("\n").map((line) => line.split(": ") as [string, string]));
}
