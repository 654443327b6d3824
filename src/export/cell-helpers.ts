import { type DecimalMark, MARKS, NUMBERS } from "../table/cell.js";
import { EXPECTED } from "../table/wrong-cell.js";
import type { Helpers } from "./helper.js";

// The functions that read a raw cell of a table, as source text: what src/table does with it.

/** @param mark what stands before the fraction of numbers that are written as text */
export function cellHelpers(mark: DecimalMark): Helpers {
  return {
    cellAt: {
      needs: ["refuse"],
      text: String.raw`
/** The cell of a column, which has to be there. */
function cellAt(row«: Row», name«: string»)«: unknown» {
  if (!Object.hasOwn(row, name)) {
    const expected = "a cell, null where there is none";
    refuse(name, expected, "no column of that name");
  }
  const cells = row« as unknown as Readonly<Record<string, unknown>>»;
  return cells[name];
}`,
    },
    isMissing: {
      text: String.raw`
/** Whether a cell says that there is nothing. */
function isMissing(cell«: unknown»)«: boolean» {
  if (cell === null || cell === undefined) return true;
  if (typeof cell === "string") return /^(?:|\?|na|n\/a|nan|null|#n\/a|<na>)$/i.test(cell);
  return Number.isNaN(cell instanceof Date ? cell.getTime() : cell);
}`,
    },
    numberAt: {
      needs: ["cellAt", "isMissing", "numberOf", "refuse", "show"],
      text: String.raw`
/** The number of a column, NaN where there is none. */
function numberAt(row«: Row», name«: string»)«: number» {
  const cell = cellAt(row, name);
  if (isMissing(cell)) return NaN;
  const value = numberOf(cell);
  if (!Number.isFinite(value)) {
    refuse(name, "${EXPECTED.numeric}", show(cell));
  }
  return value;
}`,
    },
    numberOf: {
      text: String.raw`
/** A number, or text that is one: marks between thousands and signs of currencies are passed over. */
function numberOf(cell«: unknown»)«: number» {
  if (typeof cell !== "string") {
    const isNumber = ["number", "bigint", "boolean"].includes(typeof cell);
    return isNumber ? Number(cell) : NaN;
  }
  const number =
    ${String(NUMBERS[mark])};
  const bare = cell
    .replace(/^([+-]?)[$€£¥₹][ \u00a0]?/, "$1")
    .replace(/[ \u00a0]?[%$€£¥₹]$/, "");
  if (!number.test(bare) || !/\d/.test(bare)) return NaN;
  return Number(bare.replace(${String(MARKS[mark])}, "").replace(",", "."));
}`,
    },
    truthAt: {
      needs: ["cellAt", "isMissing", "refuse", "show"],
      text: String.raw`
/** 1 for true, -1 for false, 0 where there is neither. */
function truthAt(row«: Row», name«: string»)«: number» {
  const cell = cellAt(row, name);
  if (isMissing(cell)) return 0;
  if (typeof cell === "boolean") return cell ? 1 : -1;
  if (typeof cell === "string") {
    if (/^(?:true|yes|y|t)$/i.test(cell)) return 1;
    if (/^(?:false|no|n|f)$/i.test(cell)) return -1;
  }
  return refuse(name, "${EXPECTED.boolean}", show(cell));
}`,
    },
    momentAt: {
      needs: ["cellAt", "isMissing", "momentOf", "refuse", "show"],
      text: String.raw`
/** Seconds since 1970 of the day and time of a column, NaN where there is none. */
function momentAt(row«: Row», name«: string», monthFirst«?: boolean»)«: number» {
  const cell = cellAt(row, name);
  if (isMissing(cell)) return NaN;
  const seconds = momentOf(cell, monthFirst);
  if (!Number.isFinite(seconds)) {
    const [days, months] = ["${EXPECTED["date:dmy"]}", "${EXPECTED["date:mdy"]}"];
    const ordered = monthFirst ? months : days;
    refuse(name, monthFirst === undefined ? "${EXPECTED.date}" : ordered, show(cell));
  }
  return seconds;
}`,
    },
    writtenDay: {
      needs: ["dayNumber", "timeOf"],
      text: String.raw`
/** Of day, month and year with a mark between them; undefined for other text. Without an order the mark is a dot. */
function writtenDay(text«: string», monthFirst«?: boolean»)«: number | undefined» {
  const found =
    /^(\d{1,2})([./-])(\d{1,2})\2(\d{4})(?:[T ](\d{1,2}):(\d\d)(?::(\d\d)(?:\.\d+)?)?(?: ?([ap])m)?)?$/i.exec(
      text,
    );
  if (!found || (monthFirst === undefined && found[2] !== ".")) return undefined;
  const [first, second] = [Number(found[1]), Number(found[3])];
  const [month, day] = monthFirst ? [first, second] : [second, first];
  const days = dayNumber(Number(found[4]), month, day);
  return 86400 * days + timeOf(found[5], found[6], found[7], found[8]);
}`,
    },
    timeOf: {
      text: String.raw`
/** Seconds of a day; NaN for a time that no day has. */
function timeOf(hour«: string | undefined», minute«: string | undefined», second«: string | undefined», half«?: string»)«: number» {
  const [h, m, s] = [Number(hour ?? 0), Number(minute ?? 0), Number(second ?? 0)];
  if (m > 59 || s > 60) return NaN;
  if (!half) return h > 23 ? NaN : 3600 * h + 60 * m + s;
  const later = /p/i.test(half) ? 12 : 0;
  return h < 1 || h > 12 ? NaN : 3600 * ((h % 12) + later) + 60 * m + s;
}`,
    },
    momentOf: {
      needs: ["dayNumber", "timeOf", "writtenDay"],
      text: String.raw`
/** Seconds since 1970, as if every time of day were UTC; NaN for other text. */
function momentOf(cell«: unknown», monthFirst«?: boolean»)«: number» {
  if (cell instanceof Date) return Math.floor(cell.getTime() / 1000);
  if (typeof cell !== "string") return NaN;
  const iso =
    /^(\d{4})(?:-(?=\d\d-)|\/(?=\d\d\/))(\d\d)[-/](\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d)(?:\.\d+)?)?(?:Z|[+-]\d\d:?\d\d)?)?$/.exec(
      cell,
    );
  if (!iso) return writtenDay(cell, monthFirst) ?? NaN;
  const days = dayNumber(Number(iso[1]), Number(iso[2]), Number(iso[3]));
  return 86400 * days + timeOf(iso[4], iso[5], iso[6]);
}`,
    },
    dayNumber: {
      needs: ["month"],
      text: String.raw`
/** Days since 1970-01-01; NaN for a day that no month has. */
function dayNumber(year«: number», month«: number», day«: number»)«: number» {
  // Years begin in March, so that the leap day is their last.
  const y = year - Number(month <= 2);
  const era = Math.floor(y / 400);
  const ofEra = y - 400 * era;
  const ofYear = Math.floor((153 * ((month + 9) % 12) + 2) / 5) + day - 1;
  const leaps = Math.floor(ofEra / 4) - Math.floor(ofEra / 100);
  const days = 146097 * era + 365 * ofEra + leaps + ofYear - 719468;
  const isDay = month >= 1 && month <= 12 && day >= 1;
  return isDay && monthOf(86400 * days) === month ? days : NaN;
}`,
    },
    month: {
      text: String.raw`
/** 1 to 12, of seconds since 1970. */
function monthOf(seconds«: number»)«: number» {
  const shifted = Math.floor(seconds / 86400) + 719468;
  const ofEra = shifted - 146097 * Math.floor(shifted / 146097);
  const leaps =
    Math.floor(ofEra / 1460) -
    Math.floor(ofEra / 36524) +
    Math.floor(ofEra / 146096);
  const year = Math.floor((ofEra - leaps) / 365);
  const ofYear =
    ofEra - (365 * year + Math.floor(year / 4) - Math.floor(year / 100));
  const march = Math.floor((5 * ofYear + 2) / 153);
  return march < 10 ? march + 3 : march - 9;
}`,
    },
    day: {
      text: String.raw`
/** Days since 1970. */
function dayOf(seconds«: number»)«: number» {
  return Math.floor(seconds / 86400);
}`,
    },
    weekday: {
      text: String.raw`
/** 0 to 6 from Sunday; 1970 began on a Thursday. */
function weekdayOf(seconds«: number»)«: number» {
  return (((Math.floor(seconds / 86400) + 4) % 7) + 7) % 7;
}`,
    },
    hour: {
      text: String.raw`
/** 0 to 24, with its fraction. */
function hourOf(seconds«: number»)«: number» {
  return (seconds - 86400 * Math.floor(seconds / 86400)) / 3600;
}`,
    },
    placeAt: {
      needs: ["cellAt", "isMissing"],
      text: String.raw`
/** The place of a column's category; of one that is not known, and of none. */
function placeAt(
  row«: Row»,
  name«: string»,
  categories«: readonly string[]»,
  first«: number»,
  other«: number»,
  missing«: number»,
)«: number» {
  const cell = cellAt(row, name);
  if (isMissing(cell)) return missing;
  const category = cell instanceof Date ? cell.toISOString() : String(cell);
  const k = categories.indexOf(category);
  return k < 0 ? other : first + k;
}`,
    },
    onCurve: {
      text: String.raw`
/** Straight between the knots (x, score); beyond them the outermost score. */
function onCurve(
  value«: number»,
  x«: readonly number[]»,
  score«: readonly number[]»,
)«: number» {
  let low = 0;
  let high = x.length - 1;
  if (value <= x[low]«!») return score[low]«!»;
  if (value >= x[high]«!») return score[high]«!»;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (x[middle]«!» <= value) low = middle;
    else high = middle;
  }
  const share = (value - x[low]«!») / (x[high]«!» - x[low]«!»);
  return score[low]«!» + share * (score[high]«!» - score[low]«!»);
}`,
    },
  };
}
