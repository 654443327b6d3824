import { signal } from "@preact/signals";

/** What went wrong, in a sentence for people; undefined while nothing has. */
export const failure = signal<string | undefined>(undefined);
