// Each run that is compared has a letter, a colour and a dash of its own: one of them is enough to know it again.

export const LETTERS = ["A", "B", "C", "D", "E", "F"] as const;
/** Lengths of stroke and gap in pixels. */
export const DASHES: readonly (readonly number[])[] = [[], [9, 4], [2, 3], [10, 3, 2, 3], [5, 5], [16, 4]];

export function letterOf(place: number): string {
  return LETTERS[place]!;
}

/** The colours of the theme in the order of the letters: compare.css has them. */
export function runColours(): string[] {
  const style = getComputedStyle(document.documentElement);
  return LETTERS.map((letter) => style.getPropertyValue(`--run-${letter.toLowerCase()}`).trim());
}

/** The letter with a piece of its line. */
export function Mark({ place }: { readonly place: number }) {
  return (
    <span class={`cp-mark run-${letterOf(place).toLowerCase()}`}>
      <svg viewBox="0 0 28 8" width="28" height="8" aria-hidden="true">
        <line x1="0" x2="28" y1="4" y2="4" stroke-dasharray={DASHES[place]!.join(" ")} />
      </svg>
      <b>{letterOf(place)}</b>
    </span>
  );
}
