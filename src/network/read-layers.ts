import { suggestion } from "../base/spelling.js";
import { ACTIVATION_NAMES } from "./activations.js";
import type { LayerDescription } from "./layers.js";
import { type Encoding, encodingName, type Normalisation, NORMALISATION_DEFAULTS, widthOfInputs } from "./parts.js";
import { checkKeys, isRecord, readName, readNumber, readWidth, type Report } from "./reading.js";

// A list of layers and parts becomes one list of dense layers, each with its own parts, and the encodings of columns.

const KINDS = ["dense", "dropout", "batch-norm", "layer-norm", "residual", "embedding", "periodic"];

interface Found {
  readonly layers: LayerDescription[];
  /** Where each of them was written. */
  readonly places: string[];
  readonly encodings: Encoding[];
  readonly report: Report;
  /** Whether parts may still follow: a dense layer was the last. */
  open: boolean;
}

/**
 * @param inputs number of columns
 * @param encodings what a description in its own form holds already
 */
export function readLayers(
  value: unknown,
  inputs: number,
  encodings: unknown,
  report: Report,
): { readonly layers: LayerDescription[]; readonly encodings: Encoding[] } {
  if (!Array.isArray(value) || value.length === 0) {
    report("layers", "a list of at least one layer", value);
    return { layers: [], encodings: [] };
  }
  const found: Found = { layers: [], places: [], encodings: [], report, open: false };
  if (Array.isArray(encodings)) encodings.forEach((part: unknown, index) => readEncoding(part, `encodings[${index}]`, found));
  else if (encodings !== undefined) report("encodings", "a list of embeddings and periodic columns", encodings);
  readList(value, "layers", found);
  checkEncodings(inputs, found);
  checkParts(inputs, found);
  return { layers: found.layers, encodings: found.encodings.sort((p, q) => p.column - q.column) };
}

function readList(list: readonly unknown[], where: string, found: Found): void {
  list.forEach((layer, index) => {
    const here = `${where}[${index}]`;
    if (isRecord(layer)) readLayer(layer, here, found);
    else {
      found.report(here, 'an object such as { "units": 16, "activation": "sigmoid" }', layer);
      add(found, { units: 1, activation: "sigmoid" }, here);
    }
  });
}

function add(found: Found, layer: LayerDescription, where: string): void {
  found.layers.push(layer);
  found.places.push(where);
  found.open = true;
}

function readLayer(layer: Record<string, unknown>, where: string, found: Found): void {
  const { report, layers } = found;
  switch (layer["kind"]) {
    case "dropout":
      checkKeys(layer, ["kind", "rate"], where, report);
      {
        attach(found, "dropout", readRate(layer["rate"], `${where}.rate`, report), where);
        return;
      }
    case "batch-norm":
    case "layer-norm": {
      attach(found, "normalisation", readNormalisation(layer, where, report), where);
      return;
    }
    case "residual": {
      checkKeys(layer, ["kind", "layers"], where, report);
      const from = layers.length + 1;
      found.open = false;
      if (Array.isArray(layer["layers"])) readList(layer["layers"] as unknown[], `${where}.layers`, found);
      const last = layers.at(-1);
      if (layers.length + 1 === from || last === undefined)
        report(`${where}.layers`, "a list of at least one dense layer", layer["layers"]);
      else if (last.skip !== undefined) report(where, "blocks that do not end at the same layer", "a block at the end of a block");
      else layers[layers.length - 1] = { ...last, skip: from };
      found.open = false;
      return;
    }
    case "embedding":
    case "periodic":
      if (layers.length > 0) report(where, "columns encoded in front of all layers", layer["kind"]);
      {
        readEncoding(layer, where, found);
        return;
      }
    default:
      add(found, readDense(layer, where, report), where);
  }
}

/** Gives a part to the layer before it. */
function attach<K extends "dropout" | "normalisation">(found: Found, name: K, part: LayerDescription[K], where: string): void {
  const { layers, report, open } = found;
  const before = layers.at(-1);
  if (before === undefined || !open || before[name] !== undefined) {
    const hint = before !== undefined && !open ? { hint: "Parts of the last layer of a block stand inside the block." } : {};
    report(where, `${name} behind a hidden layer, once`, name, hint);
  } else if (part !== 0) layers[layers.length - 1] = ordered({ ...before, [name]: part });
}

/** In one order of fields, so that equal networks are equal text. */
function ordered({ units, activation, normalisation, dropout, skip }: LayerDescription): LayerDescription {
  return {
    units,
    activation,
    ...(normalisation === undefined ? {} : { normalisation }),
    ...(dropout === undefined ? {} : { dropout }),
    ...(skip === undefined ? {} : { skip }),
  };
}

function readDense(layer: Record<string, unknown>, where: string, report: Report): LayerDescription {
  const { kind, units: width, activation: name = "sigmoid", dropout, normalisation, skip } = layer;
  if (kind !== undefined && kind !== "dense") report(`${where}.kind`, KINDS.join(", "), kind, suggestion(kind, KINDS));
  else checkKeys(layer, ["kind", "units", "activation", "normalisation", "dropout", "skip"], where, report);
  const units = readWidth(width, `${where}.units`, report);
  const activation = readName(name, `${where}.activation`, ACTIVATION_NAMES, report);
  const rate = dropout === undefined ? 0 : readRate(dropout, `${where}.dropout`, report);
  if (skip !== undefined && !Number.isInteger(skip)) report(`${where}.skip`, "the number of an earlier layer", skip);
  return {
    units,
    activation,
    ...(normalisation === undefined ? {} : { normalisation: readNormalisation(normalisation, `${where}.normalisation`, report) }),
    ...(rate > 0 ? { dropout: rate } : {}),
    ...(Number.isInteger(skip) ? { skip: skip as number } : {}),
  };
}

function readRate(value: unknown, where: string, report: Report): number {
  if (typeof value === "number" && value >= 0 && value < 1) return value;
  report(where, "a share of at least 0 and below 1", value);
  return 0;
}

/** Settings stay within what float32 tells from 0. */
const EPSILON = { expected: "a number above 1e-30", accepts: (value: number) => value > 1e-30 };
const MOMENTUM = { expected: "a share above 0 and at most 1", accepts: (value: number) => value > 0 && value <= 1 };

function readNormalisation(part: unknown, where: string, report: Report): Normalisation {
  const given = isRecord(part) ? part : { kind: part };
  const kind = readName(given["kind"], `${where}.kind`, ["batch-norm", "layer-norm"], report);
  const { epsilon: usual, momentum: share } = NORMALISATION_DEFAULTS;
  checkKeys(given, kind === "batch-norm" ? ["kind", "epsilon", "momentum"] : ["kind", "epsilon"], where, report);
  const epsilon = readNumber(given["epsilon"], `${where}.epsilon`, { usual, ...EPSILON }, report);
  if (kind === "layer-norm") return { kind, epsilon };
  return { kind, epsilon, momentum: readNumber(given["momentum"], `${where}.momentum`, { usual: share, ...MOMENTUM }, report) };
}

function readEncoding(part: unknown, where: string, { encodings, report }: Found): void {
  if (!isRecord(part)) {
    report(where, "an embedding or a periodic column", part);
    return;
  }
  const kind = readName(part["kind"], `${where}.kind`, ["embedding", "periodic"], report);
  const own = kind === "embedding" ? ["categories", "width"] : ["frequencies", "sigma"];
  checkKeys(part, ["kind", "column", ...own, "name"], where, report);
  const { column, name } = part;
  if (!(Number.isInteger(column) && (column as number) >= 0)) {
    report(`${where}.column`, "the number of a column, from 0", column);
    return;
  }
  if (name !== undefined && !(typeof name === "string" && /^[^\s.[\]]+$/.test(name))) {
    report(`${where}.name`, "a name without spaces, dots and brackets", name);
    return;
  }
  const about = { column: column as number, ...(name === undefined ? {} : { name }) };
  const width = (key: string): number => readWidth(part[key], `${where}.${key}`, report);
  if (kind === "embedding") encodings.push({ kind, categories: width("categories"), width: width("width"), ...about });
  else {
    const positive = { usual: 1, expected: "a number above 0", accepts: (value: number) => value > 0 };
    const sigma = readNumber(part["sigma"], `${where}.sigma`, positive, report);
    encodings.push({ kind, frequencies: width("frequencies"), sigma, ...about });
  }
}

function checkEncodings(inputs: number, { encodings, report }: Found): void {
  encodings.forEach((encoding, index) => {
    const where = `encoding of column ${encoding.column}`;
    if (encoding.column >= inputs) report(where, `one of the columns 0..${inputs}`, encoding.column);
    const same = encodings.findIndex((other) => other.column === encoding.column || encodingName(other) === encodingName(encoding));
    if (same < index) report(where, "one encoding a column, each of its own name", encodingName(encoding));
  });
}

/** What a part asks of its layer, which is known once all layers are. */
function checkParts(inputs: number, { layers, places, encodings, report }: Found): void {
  const widths = [0, widthOfInputs(inputs, encodings), ...layers.map(({ units }) => units)];
  layers.forEach(({ units, activation, normalisation, dropout, skip }, index) => {
    const where = places[index]!;
    const isOutput = index === layers.length - 1;
    if (activation === "softmax" && !isOutput) {
      report(`${where}.activation`, "an activation of hidden layers (softmax stands at the output only)", activation);
    }
    if (isOutput && dropout !== undefined) report(`${where}.dropout`, "nothing, since the output is never dropped", dropout);
    if (isOutput && normalisation !== undefined) {
      report(`${where}.normalisation`, "nothing, since the output is never normalised", normalisation.kind);
    }
    if (skip === undefined) return;
    if (isOutput) report(`${where}.skip`, "a hidden layer behind the block, since nothing is added to the output", skip);
    else if (!(skip >= 1 && skip < index + 2)) report(`${where}.skip`, `an earlier layer, 1..${index + 2}`, skip);
    else if (widths[skip] !== units) {
      report(`${where}.units`, `${widths[skip]!}, as many as layer ${skip} has, which is added`, units);
    }
  });
}
