import {
  type AugmentationSettings,
  ChainruleError,
  COST_NAMES,
  type CostDescription,
  type CostName,
  type RowRange,
  type ScheduleSettings,
} from "chainrule";
import { suggest } from "./suggest.js";

// Readers of option values. Each says what it expected and what it got; commander only hands the text over.

function refuse(option: string, expected: string, got: string): ChainruleError {
  return new ChainruleError("E_USAGE", { where: option, expected, got: `"${got}"` });
}

/** Strict: "1e-3" and ".5" are numbers; "", "0x10" and "1,5" are not. */
export function parseNumber(text: string): number | undefined {
  return /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text) ? Number(text) : undefined;
}

export function numberOption(option: string): (text: string) => number {
  return (text) => {
    const value = parseNumber(text);
    if (value === undefined || !Number.isFinite(value)) throw refuse(option, "a number", text);
    return value;
  };
}

export function wholeOption(option: string, least: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (!/^\d+$/.test(text) || !Number.isSafeInteger(value) || value < least)
      throw refuse(option, `a whole number of at least ${least}`, text);
    return value;
  };
}

/** How often a run is saved. */
export interface Every {
  readonly everyEpochs?: number;
  readonly everySteps?: number;
}

/** "5 epochs" or "100 steps"; "5" means epochs. */
export function everyOption(text: string): Every {
  const match = /^([1-9]\d*)\s*(epochs?|steps?)?$/.exec(text.trim());
  if (match === null) throw refuse("--checkpoint-every", "a whole number above 0 of epochs or steps, such as 5 epochs", text);
  return match[2]?.startsWith("step") === true ? { everySteps: Number(match[1]) } : { everyEpochs: Number(match[1]) };
}

/** "cosine", or "step:every=5,factor=0.3"; the library knows the names, and what they take. */
export function scheduleOption(text: string): ScheduleSettings {
  const [, kind = "", rest] = /^([^:]*)(?::(.*))?$/.exec(text) ?? [];
  const settings = rest === undefined ? {} : settingsOf(rest);
  if (settings === undefined) throw refuse("--schedule", "settings such as every=5,factor=0.3 behind the colon", text);
  return { kind, ...settings } as ScheduleSettings;
}

/** "shift=1.5,rotation=12,alpha=34,sigma=4": how images are changed; alpha and sigma are those of the elastic distortion. */
export function augmentOption(text: string): AugmentationSettings {
  const numbers = settingsOf(text);
  if (numbers === undefined) throw refuse("--augment", "settings such as shift=1.5,rotation=12,alpha=34,sigma=4", text);
  const { alpha, sigma, ...others } = numbers;
  if (alpha === undefined && sigma === undefined) return others;
  if (alpha === undefined || sigma === undefined) throw refuse("--augment", "alpha and sigma together", text);
  return { ...others, elastic: { alpha, sigma } };
}

/** "a=1,b-c=2" as { a: 1, bC: 2 }; undefined for anything else. */
function settingsOf(text: string): Record<string, number> | undefined {
  const entries = text.split(",").map((part) => {
    const [name = "", value = "", ...more] = part.split("=");
    return [
      name.trim().replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase()),
      more.length === 0 ? parseNumber(value.trim()) : undefined,
    ];
  });
  return entries.some(([, value]) => value === undefined) ? undefined : (Object.fromEntries(entries) as Record<string, number>);
}

/** "balanced", or "yes=3,no=1": how much rows of a class count. */
export function classWeightsOption(text: string): "balanced" | Record<string, number> {
  if (text === "balanced") return text;
  const entries = text.split(",").map((part) => {
    const at = part.lastIndexOf("=");
    return [part.slice(0, at).trim(), at < 1 ? undefined : parseNumber(part.slice(at + 1).trim())] as const;
  });
  if (entries.some(([, value]) => value === undefined))
    throw refuse("--class-weights", "balanced, or numbers by label such as yes=3,no=1", text);
  return Object.fromEntries(entries) as Record<string, number>;
}

/** "auto", or a whole number above 0. */
export function threadsOption(text: string): number | "auto" {
  if (text === "auto") return text;
  if (/^[1-9]\d*$/.test(text)) return Number(text);
  throw refuse("--threads", "auto or a whole number above 0", text);
}

/** The number that may stand behind a cost. */
const COST_SETTINGS: Readonly<Partial<Record<CostName, string>>> = { huber: "delta", quantile: "quantile" };

/** "poisson", "huber:2", "quantile:0.9"; the library knows which numbers will do. */
export function costOption(text: string): CostDescription {
  const [name = "", ...rest] = text.split(":");
  const kind = nameOption("--cost", COST_NAMES)(name);
  if (rest.length === 0) return kind;
  const setting = COST_SETTINGS[kind];
  const value = parseNumber(rest.join(":"));
  if (setting === undefined || value === undefined) throw refuse("--cost", "a name, or with its setting huber:2 or quantile:0.9", text);
  return { kind, [setting]: value } as unknown as CostDescription;
}

/** "16,16" gives [16, 16]; "none" gives no hidden layer. */
export function widthsOption(option: string): (text: string) => number[] {
  return (text) => {
    if (text === "none") return [];
    const parts = text.split(",").map((part) => part.trim());
    if (!parts.every((part) => /^[1-9]\d*$/.test(part))) {
      throw refuse(option, "whole numbers above 0 with commas between them, such as 16,16 (or none)", text);
    }
    return parts.map(Number);
  };
}

/** "0..32" gives [0, 32], half-open; "12" gives [12, 13]. */
export function rangeOption(option: string): (text: string) => RowRange {
  return (text) => {
    const match = /^(\d+)(?:\.\.(\d+))?$/.exec(text);
    if (match === null) throw refuse(option, "a row such as 12 or a half-open range such as 0..32", text);
    const from = Number(match[1]);
    return [from, match[2] === undefined ? from + 1 : Number(match[2])];
  };
}

/** A step size: a number above 0. */
export function rateOption(option: string): (text: string) => number {
  const read = numberOption(option);
  return (text) => {
    const value = read(text);
    if (value > 0) return value;
    throw refuse(option, "a number above 0", text);
  };
}

/** "6" gives 6 significant digits, "full" all that a number has. */
export function digitsOption(option: string): (text: string) => number | "full" {
  return (text) => {
    const value = Number(text);
    if (text === "full" || (/^\d+$/.test(text) && value >= 1 && value <= 17)) return text === "full" ? text : value;
    throw refuse(option, "a whole number from 1 to 17, or full", text);
  };
}

/** One of a list of names; the library knows them, and its error suggests the nearest. */
export function nameOption<N extends string>(option: string, names: readonly N[]): (text: string) => N {
  return (text) => {
    const found = names.find((name) => name === text);
    if (found !== undefined) return found;
    throw new ChainruleError("E_USAGE", {
      where: option,
      expected: `one of ${names.join(", ")}`,
      got: `"${text}"`,
      ...suggest(text, names),
    });
  };
}

const UNITS: Readonly<Record<string, number>> = { "": 1, k: 1e3, kb: 1e3, m: 1e6, mb: 1e6, g: 1e9, gb: 1e9 };

/** "512MB", "2GB", or bytes. */
export function memoryOption(text: string): number {
  const [, digits = "", unit = ""] = /^(\d+(?:\.\d+)?)\s*([a-z]*)$/i.exec(text.trim()) ?? [];
  const size = UNITS[unit.toLowerCase()];
  if (digits !== "" && size !== undefined) return Math.round(Number(digits) * size);
  throw new ChainruleError("E_USAGE", { where: "--memory", expected: "a size such as 512MB or 2GB", got: `"${text}"` });
}
