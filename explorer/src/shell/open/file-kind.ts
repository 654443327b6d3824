export type FileKind = "model" | "network" | "idx" | "table";

/** What a file may unpack to: it has to fit into the memory of the page. */
const LARGEST = 2 ** 29;
/** Bytes in which the first two lines of rows are looked for. */
const LINES = 2 ** 18;
/** What begins files that people take for tables or pictures of digits. */
const OTHERS: readonly (readonly [begins: readonly number[], what: string])[] = [
  [[0x50, 0x4b], "a ZIP archive or a spreadsheet: save the sheet as CSV, unpack an archive"],
  [[0x89, 0x50, 0x4e, 0x47], "a PNG image"],
  [[0xff, 0xd8, 0xff], "a JPEG image"],
  [[0x25, 0x50, 0x44, 0x46], "a PDF"],
];

/** The bytes of a file, out of gzip where it is packed; its name then loses the ".gz". */
export async function unpacked(file: File): Promise<{ readonly name: string; readonly bytes: Uint8Array }> {
  if (file.size > LARGEST)
    throw new Error(`${file.name}: expected at most ${LARGEST / 2 ** 20} MiB, got ${Math.round(file.size / 2 ** 20)}.`);
  if (file.size === 0) throw new Error(`${file.name} is empty, or a folder.`);
  const bytes = new Uint8Array(await file.arrayBuffer());
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return { name: file.name, bytes };
  const name = file.name.replace(/\.gz$/i, "");
  const pieces: Uint8Array<ArrayBuffer>[] = [];
  let size = 0;
  try {
    const reader = file.stream().pipeThrough(new DecompressionStream("gzip")).getReader();
    for (let next = await reader.read(); !next.done; next = await reader.read()) {
      pieces.push(next.value);
      size += next.value.length;
      if (size <= LARGEST) continue;
      await reader.cancel();
      break;
    }
  } catch {
    throw new Error(`${file.name}: expected a gzip file, got one that does not unpack. Is the file whole?`);
  }
  if (size > LARGEST) throw new Error(`${file.name} unpacks to more than ${LARGEST / 2 ** 20} MiB.`);
  const whole = new Uint8Array(size);
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  return { name, bytes: whole };
}

/** What a file is, by its first bytes rather than by its name. */
export function kindOf(name: string, bytes: Uint8Array): FileKind {
  const other = OTHERS.find(([begins]) => begins.every((byte, at) => bytes[at] === byte));
  if (other !== undefined) throw new Error(`${name}: expected a model, a network, a table or IDX files, got ${other[1]}.`);
  if (bytes[0] === 0 && bytes[1] === 0) return "idx";
  // Eight bytes with the length of a JSON header, and then that.
  if (bytes[8] === 0x7b && bytes[7] === 0) return "model";
  if (/\.safetensors$/i.test(name)) return "model";
  const start = new TextDecoder().decode(bytes.subarray(0, 200)).trimStart();
  if (isJsonLines(name, bytes)) return "table";
  return start.startsWith("{") || /\.json$/i.test(name) ? "network" : "table";
}

/** Whether each line is a JSON object of its own, a row: by the name, or where a second object stands behind the first line. */
export function isJsonLines(name: string, bytes: Uint8Array): boolean {
  if (/\.(?:jsonl|ndjson)$/i.test(name)) return true;
  const [first = "", second = ""] = new TextDecoder().decode(bytes.subarray(0, LINES)).trimStart().split("\n", 2);
  if (!first.startsWith("{") || !second.trimStart().startsWith("{")) return false;
  try {
    JSON.parse(first);
    return true;
  } catch {
    return false;
  }
}
