import { readFileSync } from "node:fs";
import { ChainruleError } from "chainrule";
import { type GivenGradients, readGradients } from "chainrule/explain";
import { decodeSafetensors } from "chainrule/formats";
import { reworded } from "../errors.js";

const EXPECTED = "derivatives as JSON, or a safetensors file";
const HINT = 'In Python: json.dump({ "w2": dw2.tolist(), "b2": db2.tolist() }, file).';

/** First bytes of what people save arrays as. */
const FOREIGN: readonly (readonly [name: string, bytes: readonly number[]])[] = [
  ["a pickle", [0x80]],
  ["a zip archive, as .npz and .pt are", [0x50, 0x4b, 3, 4]],
  ["a NumPy array, which has no names", [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59]],
  ["an HDF5 file", [0x89, 0x48, 0x44, 0x46]],
  ["a gzip file", [0x1f, 0x8b]],
];

/**
 * Reads the file behind `--against`: JSON or safetensors, told apart by what is in it.
 *
 * @throws ChainruleError `E_DATA` for a file that is neither, for JSON with a mistake and for what is no derivative in it;
 * `E_CORRUPT` for a damaged safetensors file
 */
export function readGradientFile(path: string): GivenGradients {
  const bytes = readBytes(path);
  try {
    return readGradients(isSafetensors(bytes) ? safetensorsContent(bytes, path) : jsonContent(bytes, path));
  } catch (error) {
    throw inGradientFile(error, path);
  }
}

/** What the library found wrong with the derivatives, under the name of their file. */
export function inGradientFile(error: unknown, path: string): unknown {
  if (!(error instanceof ChainruleError) || error.code !== "E_DATA") return error;
  return reworded(error, (problem) => {
    if (problem.where.startsWith(path)) return problem;
    return { ...problem, where: problem.where === "gradients" ? path : `${path}, ${problem.where}` };
  });
}

function readBytes(path: string): Uint8Array {
  try {
    return readFileSync(path);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const got = code === "ENOENT" ? "no file of that name" : code === "EISDIR" ? "a folder" : message;
    throw new ChainruleError("E_DATA", { where: `--against ${path}`, expected: EXPECTED, got });
  }
}

/** A header's length of 8 bytes, the last of them 0, then the header; no text has a zero byte. */
function isSafetensors(bytes: Uint8Array): boolean {
  return bytes[7] === 0 && bytes[8] === 0x7b;
}

function safetensorsContent(bytes: Uint8Array, path: string): unknown {
  const { tensors } = decodeSafetensors(bytes, path);
  return Object.fromEntries(tensors.map(({ name, shape, values }) => [name, { shape, values }]));
}

function jsonContent(bytes: Uint8Array, path: string): unknown {
  const refuse = (where: string, got: string): ChainruleError =>
    new ChainruleError("E_DATA", { where, expected: EXPECTED, got, hint: HINT });
  const foreign = FOREIGN.find(([, start]) => start.every((byte, at) => bytes[at] === byte));
  if (foreign !== undefined) throw refuse(path, foreign[0]);
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw refuse(path, "bytes that are no text in UTF-8");
  }
  if (text.trim() === "") throw refuse(path, "an empty file");
  try {
    return JSON.parse(text) as unknown;
  } catch {
    const { line, found } = firstMistake(text);
    if (!/^[[{]/.test(text.trim())) throw refuse(path, "another text");
    const isNumber = /^-?(NaN|Infinity)/.test(found);
    throw new ChainruleError("E_DATA", {
      where: `${path}, line ${line}`,
      expected: "JSON",
      got: found === "" ? "the end of the file" : `"${found}"`,
      ...(isNumber ? { hint: "JSON has finite numbers only: something went wrong in the computation." } : {}),
    });
  }
}

const TOKEN =
  /[ \t\r\n]*(?:("(?:[^"\\\p{Cc}]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*")|(-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?(?![\w.+-])|true\b|false\b|null\b)|([[\]{},:]))/uy;
type Token = "string" | "scalar" | "[" | "]" | "{" | "}" | "," | ":";
const VALUE: readonly Token[] = ["string", "scalar", "[", "{"];

/**
 * Where text that is not JSON goes wrong. The engine's own message has a position in some versions only, and people count lines.
 */
function firstMistake(text: string): { readonly line: number; readonly found: string } {
  const open: Token[] = [];
  let expected = VALUE;
  let end = 0;
  for (;;) {
    TOKEN.lastIndex = end;
    const match = TOKEN.exec(text);
    const token = (match?.[3] ?? (match?.[1] === undefined ? "scalar" : "string")) as Token;
    if (match === null || !expected.includes(token)) break;
    end = TOKEN.lastIndex;
    expected = behind(token, expected, open);
  }
  const rest = text.slice(end).trimStart();
  const before = text.slice(0, text.length - rest.length);
  const [found] = /^(?:[\w.+-]{1,40}|[^\n]?)/u.exec(rest)!;
  return { line: (rest === "" ? before.trimEnd() : before).split("\n").length, found };
}

/** What may come next; `open` are the lists and objects around it. */
function behind(token: Token, expected: readonly Token[], open: Token[]): readonly Token[] {
  if (token === "[" || token === "{") {
    open.push(token);
    return token === "[" ? [...VALUE, "]"] : ["string", "}"];
  }
  if (token === ":") return VALUE;
  const around = open.at(-1);
  if (token === ",") return around === "[" ? VALUE : ["string"];
  // A string where no other value may stand is a name.
  if (token === "string" && !expected.includes("scalar")) return [":"];
  if (token === "]" || token === "}") open.pop();
  const outer = open.at(-1);
  return outer === undefined ? [] : [",", outer === "[" ? "]" : "}"];
}
