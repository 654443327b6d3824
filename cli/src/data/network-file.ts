import { readFileSync } from "node:fs";
import { ChainruleError, type NetworkInput } from "chainrule";
import { reworded } from "../errors.js";

/**
 * Reads the file behind `--network`. The library checks the description; here it only has to be JSON.
 *
 * @throws ChainruleError `E_USAGE`
 */
export function readNetworkFile(path: string): NetworkInput {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const got = code === "ENOENT" ? "no file of that name" : code === "EISDIR" ? "a folder" : message;
    throw new ChainruleError("E_USAGE", { where: `--network ${path}`, expected: "a JSON file", got });
  }
  try {
    return JSON.parse(text) as NetworkInput;
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    throw new ChainruleError("E_USAGE", {
      where: path + lineOf(text, message),
      expected: "JSON",
      got: text.trim() === "" ? "an empty file" : message.replace(/ in JSON at position.*/, ""),
    });
  }
}

/** The engine's message names a position, people count lines. */
function lineOf(text: string, message: string): string {
  const position = /at position (\d+)/.exec(message)?.[1];
  return position === undefined ? "" : `, line ${text.slice(0, Number(position)).split("\n").length}`;
}

/**
 * What the library found wrong with the network, under the name of the file it stands in, or of the option that put it there.
 */
export function inNetworkFile(error: unknown, file: string | undefined): unknown {
  if (!(error instanceof ChainruleError)) return error;
  return reworded(error, (problem) => {
    const inside = /^network\b\.?(.*)$/.exec(problem.where)?.[1] ?? problem.where;
    const inFile = file !== undefined && inside === "cost" && !problem.expected.startsWith("nothing");
    const aboutNetwork = error.code === "E_DESCRIPTION" || inside !== problem.where || inside.startsWith("layers[") || inFile;
    if (!aboutNetwork) return problem;
    if (file !== undefined) return { ...problem, where: inside === "" ? file : `${file}, ${inside}` };
    if (inside === "layers" || inside.endsWith(".units")) return { ...problem, where: "--hidden" };
    if (inside.endsWith(".activation")) return { ...problem, where: "--output-activation" };
    return problem;
  });
}
