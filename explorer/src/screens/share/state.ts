import { signal } from "@preact/signals";

/** What the screen says last, such as that something was copied. */
export const said = signal("");

/** Says it again even where it is the same. */
export function say(text: string): void {
  said.value = "";
  said.value = text;
}
