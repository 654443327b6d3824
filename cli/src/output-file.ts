import { accessSync, constants, realpathSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { ChainruleError, type ErrorCode } from "chainrule";

/**
 * Looks at `--out`, or another option that names a file to write, before the work begins: a result that cannot be written should not be waited for.
 *
 * @param inputs files that the command reads, which it must not overwrite
 * @throws ChainruleError `E_USAGE` for a name that cannot be meant, `E_ENVIRONMENT` for a folder that cannot be written to
 */
export function checkOut(out: string, inputs: readonly (string | undefined)[], option = "--out"): void {
  const refuse = (code: ErrorCode, expected: string, got: string, hint: string): ChainruleError =>
    new ChainruleError(code, { where: option, expected, got, hint });
  if (out === "") throw refuse("E_USAGE", "a file name", '""', `Write ${option} result.file, for example.`);
  const found = statSync(out, { throwIfNoEntry: false });
  if (found?.isDirectory() === true)
    throw refuse("E_USAGE", "a file", `the folder "${out}"`, `Write ${option} "${join(out, "name")}", for example.`);
  if (found?.isFile() === true && inputs.some((input) => input !== undefined && isSameFile(input, out))) {
    throw refuse("E_USAGE", "another file than those that are read", `"${out}"`, "It would be overwritten.");
  }
  // A device or a pipe is written in place.
  if (found !== undefined && !found.isFile()) return;
  const folder = dirname(out);
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory() !== true) {
    throw refuse("E_ENVIRONMENT", "a file in a folder that is there", `"${out}"`, `Make the folder "${folder}" first.`);
  }
  try {
    accessSync(folder, constants.W_OK);
  } catch {
    throw refuse("E_ENVIRONMENT", "a folder that can be written to", `"${folder}"`, "You have no permission there.");
  }
}

function isSameFile(input: string, out: string): boolean {
  return statSync(input, { throwIfNoEntry: false })?.isFile() === true && realpathSync(input) === realpathSync(out);
}
