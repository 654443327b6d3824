import { existsSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { expect, test } from "vitest";
import { requires } from "../support/requires.js";
import { runNode } from "../support/run.js";
import { root } from "../support/shared.js";
import { temporaryFolder } from "../support/temporary.js";

// In a process of its own on the built library: only so is the memory that it takes its own.

const built = requires(existsSync(join(root, "dist", "tables.js")), "the built library: npm run build");
const url = (...path: readonly string[]): string => JSON.stringify(pathToFileURL(join(root, ...path)).href);

/** 120,000 rows of some 240 inputs, 115 MB as float32: in memory they take 500 MB, as table, inputs and what the engine has of them. */
const program = (memory: number): string => `
  import { createReadStream } from "node:fs";
  import { prepareTable, train } from ${url("dist", "index.js")};
  import { csvTable } from ${url("dist", "tables.js")};
  import { writeLargeTable } from ${url("scripts", "large-table.mjs")};
  writeLargeTable("large.csv", 120_000);
  const { source } = await csvTable(() => createReadStream("large.csv"));
  const options = { target: "y", memory: ${memory}, epochs: 1, hidden: [8], batchSize: 256, threads: 1 };
  const { note, test } = await train(source, options).result;
  console.log(JSON.stringify({ note, rows: test.rows, r2: test.r2, resident: process.resourceUsage().maxRSS * 1024 }));
`;

built.suite("a table that is larger than the memory allowed", () => {
  test("is trained on in little more than that", { timeout: 300_000 }, async () => {
    const { code, stdout, stderr } = await runNode(["--input-type=module", "--eval", program(32e6)], { cwd: temporaryFolder() });
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    const { note, rows, r2, resident } = JSON.parse(stdout) as { note: string; rows: number; r2: number; resident: number };
    expect(note).toContain("120,000 rows of");
    expect(rows).toBe(24_000);
    expect(r2).toBeGreaterThan(0.5);
    expect({ resident, little: resident < 300e6 }).toMatchObject({ little: true });
  });
});
