import { signal } from "@preact/signals";
import type { ComponentType } from "preact";
import { failure } from "../state/failure.js";
import { session } from "../state/session.js";
import { hasSurface } from "./surface-fits.js";

const plane = signal<ComponentType | undefined>(undefined);
let isAsked = false;

/** It comes with the first network that it is for. */
function ask(): void {
  if (isAsked) return;
  isAsked = true;
  import("./surface-plane.js").then(
    ({ Plane }) => (plane.value = Plane),
    () => {
      isAsked = false;
      failure.value = "The picture of the plane did not come; is the page still there? Load it again.";
    },
  );
}

/**
 * What a network of two inputs answers everywhere in the plane, with the rows of the data; nothing of other networks. It follows the network
 * while that trains, once a frame at most.
 */
export function Surface() {
  if (session.value === undefined || !hasSurface(session.value)) return null;
  ask();
  const Plane = plane.value;
  return Plane === undefined ? null : <Plane />;
}
