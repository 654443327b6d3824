// The Gregorian calendar, counted in days since 1970-01-01; years of 400 repeat (H. Hinnant, "chrono-compatible low-level date algorithms", 2013).
// Own, since Date reads a clock and a zone.

const ERA = 146_097;

/** Days since 1970-01-01; NaN for a day that no month has. */
export function dayNumber(year: number, month: number, day: number): number {
  // Years begin in March, so that the leap day is their last.
  const y = year - Number(month <= 2);
  const era = Math.floor(y / 400);
  const ofEra = y - 400 * era;
  const ofYear = Math.floor((153 * ((month + 9) % 12) + 2) / 5) + day - 1;
  const days = ERA * era + 365 * ofEra + Math.floor(ofEra / 4) - Math.floor(ofEra / 100) + ofYear - 719_468;
  return month >= 1 && month <= 12 && day >= 1 && monthOf(days) === month ? days : NaN;
}

/** The month of a day, 1 to 12. */
export function monthOf(days: number): number {
  const shifted = days + 719_468;
  const ofEra = shifted - ERA * Math.floor(shifted / ERA);
  const year = Math.floor((ofEra - Math.floor(ofEra / 1460) + Math.floor(ofEra / 36_524) - Math.floor(ofEra / 146_096)) / 365);
  const ofYear = ofEra - (365 * year + Math.floor(year / 4) - Math.floor(year / 100));
  const march = Math.floor((5 * ofYear + 2) / 153);
  return march < 10 ? march + 3 : march - 9;
}
