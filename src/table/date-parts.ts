import { monthOf } from "./calendar.js";

/** What of a day and its time may matter: days since 1970, month 1..12, weekday 0..6 from Sunday, hour 0..24 with its fraction. */
export const DATE_PARTS = ["day", "month", "weekday", "hour"] as const;
export type DatePart = (typeof DATE_PARTS)[number];

const SECONDS = 86_400;

/** A part of a moment, in seconds since 1970. */
export function datePart(part: DatePart, seconds: number): number {
  const day = Math.floor(seconds / SECONDS);
  switch (part) {
    case "day":
      return day;
    case "month":
      return monthOf(day);
    case "weekday":
      // 1970 began on a Thursday.
      return (((day + 4) % 7) + 7) % 7;
    case "hour":
      return (seconds - day * SECONDS) / 3600;
  }
}

/** The parts that are not the same in all moments. */
export function usefulParts(moments: Float64Array): DatePart[] {
  return DATE_PARTS.filter((part) => {
    const first = datePart(part, moments[0] ?? 0);
    return moments.some((seconds) => datePart(part, seconds) !== first);
  });
}
