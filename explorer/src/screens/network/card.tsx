import { useComputed } from "@preact/signals";
import { session } from "../../state/session.js";
import { EdgeCard } from "./edge-card.js";
import { UnitCard } from "./unit-card.js";
import { focused, selected, type Target } from "./view.js";

/** The numbers of the unit or edge that is pointed at, and while none is those of the selection. */
export function Card() {
  const target = useComputed(
    (): Target => focused.value ?? selected.value ?? { kind: "unit", layer: session.value!.model.network.layout.depth, unit: 0 },
  );
  const { value } = target;
  return (
    <section class="card" aria-label="Looked at">
      {value.kind === "edge" ? <EdgeCard {...value} /> : <UnitCard {...value} />}
    </section>
  );
}
