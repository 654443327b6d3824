import { computed } from "@preact/signals";
import { session } from "../state/session.js";

/** Training steps of the network that every number on the page belongs to, for `data-step`; empty where they are not known. */
export const modelStep = computed((): string => String(session.value?.step ?? ""));
