import { execFileSync } from "node:child_process";
import { existsSync, statSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { root } from "../support/shared.js";

/** Golden values that are compressed are the largest file. */
const MOST = 1_000_000;

test.skipIf(!existsSync(join(root, ".git")))("no file of the repository is larger than 1 MB", () => {
  const files = execFileSync("git", ["ls-files", "-z"], { cwd: root, encoding: "utf8" }).split("\0").filter(Boolean);
  expect(files).toContain("package.json");
  expect(files.filter((file) => existsSync(join(root, file)) && statSync(join(root, file)).size > MOST)).toEqual([]);
});
