// Writes a binary of WebAssembly as text of which gzip, a server's or npm's, makes the least: the instructions without their
// numbers stand together, so that repeats show, and the numbers apart, by kind. src/kernels/wasm/unpack.ts reads it.

/** The kinds of numbers, in the order of their texts: single bytes, 16 bytes at once, and three in LEB128. */
const KINDS = ["byte", "sixteen", "local", "constant", "offset"];

/** A number that takes so many bytes at an instruction, all places together, is written as part of it. Local variables never are. */
const OFTEN = 30;

/** What follows an operation, from one to another: numbers of a kind, or what is written as part of it, in LEB128 or so many bytes. */
const FOLLOWS = [
  [0x02, 0x04, [1]],
  [0x0c, 0x0d, ["leb"]],
  [0x10, 0x10, ["offset"]],
  [0x20, 0x22, ["local"]],
  [0x23, 0x24, ["offset"]],
  [0x28, 0x3e, ["leb", "offset"]],
  [0x3f, 0x40, [1]],
  [0x41, 0x42, ["constant"]],
  [0x43, 0x43, Array(4).fill("byte")],
  [0x44, 0x44, Array(8).fill("byte")],
  // Behind a prefix: its thousandfold and the number that follows it.
  [252_010, 252_010, [2]],
  [252_011, 252_011, [1]],
  [253_000, 253_011, ["leb", "offset"]],
  [253_012, 253_013, ["sixteen"]],
  [253_021, 253_034, ["byte"]],
  [253_084, 253_091, ["leb", "offset", "byte"]],
  [253_092, 253_093, ["leb", "offset"]],
  [254_000, 254_002, ["leb", "offset"]],
  [254_003, 254_003, [1]],
  [254_016, 254_078, ["leb", "offset"]],
];
const JUMP_TABLE = 0x0e;
/** The section of the functions' bodies. */
const CODE = 10;

/** The text: the binary's length, the order of the instructions, the instructions, and the numbers of each kind. */
export function packBinary(binary, often = OFTEN) {
  const pieces = withFrequent(piecesOf(binary), often);
  const counts = new Map();
  for (const piece of pieces) counts.set(spell(piece), (counts.get(spell(piece)) ?? 0) + 1);
  const words = [...counts].sort(([, a], [, b]) => b - a).map(([word]) => word);
  if (words.length > VALUES) return packBinary(binary, often * 2);
  const places = new Map(words.map((word, place) => [word, digits(place)]));
  const order = pieces.map((piece) => places.get(spell(piece)));
  const numbers = KINDS.map((kind) => pieces.filter((piece) => piece.kind === kind).flatMap(({ number }) => number.map(digits)));
  return [[binary.length], order, words, ...numbers].map((part) => part.join("")).join(" ");
}

/** How many bytes, these bytes, and the kind of number behind them; 0 is none. */
const spell = ({ bytes, kind }) => [bytes.length, ...bytes, KINDS.indexOf(kind) + 1].map(digits).join("");

/** So many values have digits. */
const VALUES = 257;
/** 0 to 88 are "#" to "|" without the backslash; what is more, up to 256, is "}" or "~" and one of them. */
function digits(value) {
  if (value > 88) return String.fromCharCode(125 + Math.floor((value - 89) / 84)) + digits((value - 89) % 84);
  return String.fromCharCode(value + (value > 56 ? 36 : 35));
}

function withFrequent(pieces, least) {
  const key = ({ bytes, number }) => `${bytes} ${number}`;
  const counts = new Map();
  for (const piece of pieces) counts.set(key(piece), (counts.get(key(piece)) ?? 0) + 1);
  return pieces.map((piece) => {
    const { bytes, kind, number } = piece;
    const often = bytes.length > 0 && kind !== undefined && kind !== "local" && number.length * counts.get(key(piece)) >= least;
    return often ? { bytes: [...bytes, ...number] } : piece;
  });
}

/** The binary in pieces: bytes that make an instruction what it is, or none, and a number behind them, or none. */
function piecesOf(binary) {
  const pieces = [];
  let at = 0;
  const take = (count) => [...binary.subarray(at, (at += count))];
  const takeLeb = () => {
    const from = at;
    while (binary[at] > 127) at++;
    return [...binary.subarray(from, ++at)];
  };
  const takeValue = () => takeLeb().reduce((sum, byte, i) => sum + (byte % 128) * 128 ** i, 0);
  const takeNumber = (kind) => (kind === "byte" ? take(1) : kind === "sixteen" ? take(16) : takeLeb());
  const addBytes = (from) => binary.subarray(from, at).forEach((byte) => pieces.push({ bytes: [], kind: "byte", number: [byte] }));

  function addInstruction() {
    const bytes = take(1);
    let [operation] = bytes;
    if (operation > 251) {
      const from = at;
      operation = operation * 1000 + takeValue();
      bytes.push(...binary.subarray(from, at));
    }
    const [, , follows = []] = FOLLOWS.find(([first, last]) => operation >= first && operation <= last) ?? [];
    const kinds = [];
    for (const what of follows) {
      if (what === "leb") bytes.push(...takeLeb());
      else if (typeof what === "number") bytes.push(...take(what));
      else kinds.push(what);
    }
    if (kinds.length === 0) pieces.push({ bytes });
    for (const [i, kind] of kinds.entries()) pieces.push({ bytes: i === 0 ? bytes : [], kind, number: takeNumber(kind) });
    if (operation === JUMP_TABLE) {
      const from = at;
      for (let left = takeValue(); left >= 0; left--) takeLeb();
      addBytes(from);
    }
  }

  function addFunction() {
    const from = at;
    const length = takeValue();
    const end = at + length;
    for (let groups = takeValue(); groups > 0; groups--) {
      takeLeb();
      take(1);
    }
    addBytes(from);
    while (at < end) addInstruction();
    if (at !== end) throw new Error("scripts/lib/pack.mjs does not know an instruction of the kernels");
  }

  take(8);
  addBytes(0);
  while (at < binary.length) {
    const from = at;
    const [section] = take(1);
    const length = takeValue();
    if (section === CODE) {
      let functions = takeValue();
      addBytes(from);
      for (; functions > 0; functions--) addFunction();
    } else {
      at += length;
      addBytes(from);
    }
  }
  return pieces;
}
