import { ScrollBox } from "../../widgets/equation-scroll.js";
import { Value } from "../../widgets/equation-number.js";
import { shown } from "../../state/session.js";
import { Lines } from "./headline.js";
import { goTo } from "./state.js";
import { here, stepTo, walk } from "./stepper-state.js";
import { targetOf } from "./target.js";
import { named } from "./words.js";

const PHASES = { forward: "Forward", cost: "Cost", backward: "Backward" } as const;

/** The walk through the example: forward, the cost, and back, one number at a time. */
export function Stepper() {
  const { value: tape, problem } = walk.value;
  const step = here.value;
  if (tape === undefined || step === undefined) return <p class="eq-quiet">{problem}</p>;
  const { index, phase, layer, neuron, derivation } = step;
  const last = tape.length - 1;
  const moves: Readonly<Record<string, number>> = {
    ArrowRight: index + 1,
    ArrowLeft: index - 1,
    ArrowDown: tape.next(index, "neuron"),
    ArrowUp: tape.previous(index, "neuron"),
    PageDown: tape.next(index, "layer"),
    PageUp: tape.previous(index, "layer"),
    Home: 0,
    End: last,
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const to = moves[event.key];
    if (to === undefined || event.target instanceof HTMLInputElement) return;
    event.preventDefault();
    stepTo(to);
  };
  const target = targetOf(derivation);
  return (
    <div class="eq-stepper" onKeyDown={onKeyDown}>
      <div class="eq-moves" role="group" aria-label="Steps">
        <Move label="First step" text="⇤" to={0} off={index === 0} />
        <Move label="Layer back" text="≪" to={moves["PageUp"]!} off={index === 0} />
        <Move label="Neuron back" text="‹‹" to={moves["ArrowUp"]!} off={index === 0} />
        <Move label="One step back" text="‹" to={index - 1} off={index === 0} />
        <label>
          <span class="hidden">Step</span>
          <input
            type="number"
            min={0}
            max={last}
            value={index}
            onChange={({ currentTarget }) => {
              const wanted = Number(currentTarget.value);
              if (Number.isInteger(wanted)) stepTo(wanted);
              currentTarget.value = String(here.value!.index);
            }}
          />
        </label>
        <Move label="One step on" text="›" to={index + 1} off={index === last} />
        <Move label="Neuron on" text="››" to={moves["ArrowDown"]!} off={index === last} />
        <Move label="Layer on" text="≫" to={moves["PageDown"]!} off={index === last} />
        <Move label="Last step" text="⇥" to={last} off={index === last} />
      </div>
      <div class="eq-step" data-at={index} aria-live="polite">
        <p>
          {PHASES[phase]}, step {index} of {last}, {phase === "cost" ? `output ${neuron}` : `layer ${layer}, neuron ${neuron}`},{" "}
          {shown.value!.name}: <span class="name">{named(derivation.name)}</span> = <Value of={derivation.value} part="step" />
        </p>
        <ScrollBox label="The step" class="eq-lines">
          <Lines derivation={derivation} />
        </ScrollBox>
        {derivation.note !== undefined && <p class="eq-quiet">{derivation.note}</p>}
      </div>
      {target !== undefined && phase === "backward" && (
        <button type="button" onClick={() => goTo(target)}>
          Go to <span class="name">{target.quantity}</span>
        </button>
      )}
      <p class="eq-quiet">Arrow keys: one step left and right, one neuron up and down; Page Up and Page Down: one layer; Home, End.</p>
    </div>
  );
}

function Move({ label, text, to, off }: { readonly label: string; readonly text: string; readonly to: number; readonly off: boolean }) {
  // A button that goes off under the finger would lose the keyboard's place.
  return (
    <button type="button" class="icon" aria-label={label} aria-disabled={off} onClick={() => stepTo(to)}>
      <span aria-hidden="true">{text}</span>
    </button>
  );
}
