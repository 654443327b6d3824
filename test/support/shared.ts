import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { requires } from "./requires.js";

/** The folder of the project. */
export const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

/** A path in the folder `shared` beside the project, or in the one that CHAINRULE_SHARED names. It may not be there. */
export function sharedPath(...parts: string[]): string {
  return join(process.env["CHAINRULE_SHARED"] ?? join(root, "..", "shared"), ...parts);
}

export const mnistPath = sharedPath("data", "mnist");
export const tablesPath = sharedPath("data", "tables");

/** `mnist.suite(...)` and `mnist.test(...)` run where the four files of MNIST are there. */
export const mnist = requires(existsSync(mnistPath), "the four files of MNIST in ../shared/data/mnist (or $CHAINRULE_SHARED/data/mnist)");

export const tables = requires(existsSync(tablesPath), "the tables in ../shared/data/tables (or $CHAINRULE_SHARED/data/tables)");
