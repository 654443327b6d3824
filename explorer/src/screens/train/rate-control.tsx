import { numberText } from "chainrule/explain";
import { recipe } from "../../state/recipe.js";
import { changeRate, rate, status } from "../../state/run.js";
import { attempt, said } from "./control-state.js";

/** Powers of ten at the ends of the slider, and its steps in each. */
const [LOW, HIGH, STEPS] = [-5, 1, 20];

/** The learning rate, while it trains too: each change stands among the events. */
export function RateControl() {
  const isRun = status.value === "training" || status.value === "paused";
  const now = (isRun ? rate.value : recipe.value.options.optimizer?.learningRate) ?? 0.01;
  const set = (next: number): void => {
    if (next !== now) void attempt(() => changeRate(next));
  };
  return (
    <span class="tr-rate">
      <label for="tr-rate-slider">Learning rate</label>
      <input
        id="tr-rate-slider"
        type="range"
        min={LOW}
        max={HIGH}
        step={1 / STEPS}
        value={Math.log10(now)}
        aria-valuetext={numberText(now, 3)}
        onChange={({ currentTarget }) => set(Number((10 ** Number(currentTarget.value)).toPrecision(2)))}
      />
      <input
        aria-label="Learning rate as a number"
        inputMode="decimal"
        value={String(now)}
        autocomplete="off"
        onChange={({ currentTarget }) => {
          const next = Number(currentTarget.value.replace(",", "."));
          if (next > 0 && Number.isFinite(next)) set(next);
          else {
            said.value = `The learning rate has to be a number above 0, and "${currentTarget.value}" is none.`;
            currentTarget.value = String(now);
          }
        }}
      />
    </span>
  );
}
