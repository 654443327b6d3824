import { numberText } from "chainrule/explain";
import { session } from "../../state/session.js";
import type { LayerSpread } from "../../analysis/messages.js";
import { openUnit } from "./go.js";
import { useRoving } from "./roving.js";
import { current } from "./state.js";
import { SIGNS, type UnitState, unitStates } from "./unit-states.js";
import { counted } from "../../widgets/counted.js";

/** Units of a layer beyond which only those are shown that something is wrong with. */
const MOST = 300;
const STATES = ["dead", "saturated", "constant", "duplicate"] as const;

/** Each hidden unit as a tile; those that the diagnosis names carry a sign. */
export function UnitsPanel() {
  const found = current.value;
  if (found?.diagnosis.kind !== "answer") return null;
  const { verdicts, sampled } = found.diagnosis.value;
  const states = unitStates(verdicts);
  const { sizes, depth } = session.value!.model.network.layout;
  const hidden = Array.from({ length: depth - 2 }, (_, at) => at + 2);
  if (hidden.length === 0) return <p class="dg-quiet">This network has no hidden layer.</p>;
  const spread = found.spread.kind === "answer" ? found.spread.value : undefined;
  return (
    <>
      <p class="dg-quiet">
        On {counted(sampled, "row")}:{" "}
        {STATES.map((state) => `${SIGNS[state]} ${state} ${[...states.values()].filter((one) => one === state).length}`).join(", ")}. A unit
        opens on the Network screen; arrow keys move along.
      </p>
      <div class="dg-strips">
        {hidden.map((layer) => (
          <Strip
            key={layer}
            layer={layer}
            units={sizes[layer]!}
            states={states}
            spread={spread?.layers.find((one) => one.layer === layer)}
          />
        ))}
      </div>
    </>
  );
}

interface StripProps {
  readonly layer: number;
  readonly units: number;
  readonly states: ReadonlyMap<string, UnitState>;
  readonly spread: LayerSpread | undefined;
}

function Strip({ layer, units, states, spread }: StripProps) {
  const { ref, onKeyDown, onFocusIn } = useRoving<HTMLDivElement>();
  const all = Array.from({ length: units }, (_, unit) => ({ unit, state: states.get(`a${layer}[${unit}]`) ?? ("fine" as const) }));
  const wrong = all.filter(({ state }) => state !== "fine");
  const shown = units <= MOST ? all : wrong;
  return (
    <div class="dg-strip" data-layer={layer}>
      <h4>
        Layer {layer}: {wrong.length === 0 ? `all ${counted(units, "unit")} take part` : `${wrong.length} of ${counted(units, "unit")}`}
      </h4>
      <div ref={ref} role="group" aria-label={`Units of layer ${layer}`} onKeyDown={onKeyDown} onFocusIn={onFocusIn}>
        {shown.map(({ unit, state }, at) => {
          const name = `a${layer}[${unit}]`;
          return (
            <button
              key={unit}
              type="button"
              class={`dg-unit ${state}`}
              data-at={`0,${at}`}
              data-unit={name}
              data-state={state}
              tabIndex={at === 0 ? 0 : -1}
              title={titleOf(name, state, spread, unit)}
              aria-label={titleOf(name, state, spread, unit)}
              onClick={() => openUnit(name)}
            >
              {SIGNS[state]}
            </button>
          );
        })}
      </div>
    </div>
  );
}

function titleOf(name: string, state: UnitState, spread: LayerSpread | undefined, unit: number): string {
  const [mean, deviation] = [spread?.mean[unit], spread?.unitDeviation[unit]];
  const numbers =
    mean === undefined || deviation === undefined ? "" : `, mean ${numberText(mean, 3)}, deviation ${numberText(deviation, 3)}`;
  return `${name}: ${state === "duplicate" ? "goes with another" : state}${numbers}`;
}
