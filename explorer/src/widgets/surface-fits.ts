import type { Session } from "../state/session.js";

/** Whether a network is one whose answers can be shown in the plane. */
export function hasSurface({ model, dataset }: Session): boolean {
  return model.columns.length === 2 && dataset.columns.length === 2 && model.preparation === undefined;
}
