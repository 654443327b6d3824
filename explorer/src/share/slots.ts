import { signal } from "@preact/signals";
import type { ComponentType } from "preact";

// What a link may bring onto the page. Both come with the link alone, and so not with a first visit.

/** A line above the screen: what becomes of the link. */
export const banner = signal<ComponentType | undefined>(undefined);

/** An exercise, in the place of the screens; they are closed while it is open. */
export const lesson = signal<ComponentType | undefined>(undefined);

/** Keys of the address that no longer say what the page shows. */
export const stale = signal<readonly string[]>([]);
