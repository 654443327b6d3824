import { computed, signal } from "@preact/signals";

/** Red, green and blue from 0 to 255. */
export type Colour = readonly [number, number, number];

const NAMES = ["negative", "positive", "back", "raised", "line", "text", "quiet", "accent", "good", "bad"] as const;
export type Palette = Readonly<Record<(typeof NAMES)[number], Colour>>;

const changes = signal(0);
const changed = (): void => {
  changes.value += 1;
};
new MutationObserver(changed).observe(document.documentElement, { attributeFilter: ["data-theme"] });
for (const query of ["(prefers-color-scheme: dark)", "(forced-colors: active)"]) matchMedia(query).addEventListener("change", changed);

/** The colours of the page's theme, read again whenever it changes. */
export const palette = computed((): Palette => {
  // Read, so that a change of it is a change of these.
  changes.valueOf();
  // An element says what a colour is, the system's own too.
  const probe = document.createElement("span");
  probe.hidden = true;
  document.body.append(probe);
  const colour = (name: string): Colour => {
    probe.style.color = `var(--${name})`;
    const [red, green, blue] = getComputedStyle(probe).color.match(/\d+/g)!.map(Number) as [number, number, number];
    return [red, green, blue];
  };
  const found = Object.fromEntries(NAMES.map((name) => [name, colour(name)])) as unknown as Palette;
  probe.remove();
  return found;
});

/** From one colour (0) to another (1). */
export function mix(from: Colour, to: Colour, share: number): Colour {
  const at = Math.min(Math.max(share, 0), 1);
  const part = (i: 0 | 1 | 2): number => Math.round(from[i] + (to[i] - from[i]) * at);
  return [part(0), part(1), part(2)];
}

export function css([red, green, blue]: Colour, alpha = 1): string {
  return `rgb(${red} ${green} ${blue} / ${alpha})`;
}

/** The colour of a signed number on a scale that ends at `most`. */
export function signColour(colours: Palette, value: number, most: number): Colour {
  const share = most > 0 ? Math.abs(value) / most : 0;
  return mix(colours.back, value < 0 ? colours.negative : colours.positive, share);
}
