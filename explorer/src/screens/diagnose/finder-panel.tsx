import type { FoundRate } from "chainrule";
import { recipe } from "../../state/recipe.js";
import { screen } from "../../state/address.js";
import { spelledOut } from "../../state/start.js";
import { Num } from "../../widgets/network-number.js";
import { beginSearch, dataName, search, stopSearch, takeRate, used } from "./finder-state.js";
import { RateChart } from "./rate-chart.js";

/** One learning rate with its reason, found on copies of the network. */
export function FinderPanel() {
  const state = search.value;
  const { hidden, activation, optimizer } = spelledOut(recipe.value.options);
  const network = [hidden === undefined ? undefined : `hidden layers ${hidden.join(", ") || "none"}`, activation, optimizer?.kind];
  return (
    <>
      <p class="dg-quiet">
        Trains copies of the network that the Train screen describes
        {network.some((text) => text !== undefined) ? ` (${network.filter((text) => text !== undefined).join(", ")})` : ""} on{" "}
        {dataName.value.replace(/^file:/, "")}, with rates from small to large. Nothing else is changed.
      </p>
      <p class="dg-tools">
        {state.kind === "running" ? (
          <button type="button" onClick={stopSearch}>
            Stop the search
          </button>
        ) : (
          <button type="button" onClick={() => void beginSearch()}>
            {state.kind === "found" ? "Look again" : "Find a learning rate"}
          </button>
        )}
        <span role="status" data-search={state.kind}>
          {state.kind === "running" && "Training copies; some seconds."}
          {state.kind === "stopped" && "Stopped."}
          {state.kind === "found" && (state.found.learningRate === null ? "No rate was found." : `Found ${state.found.learningRate}.`)}
        </span>
      </p>
      {state.kind === "problem" && (
        <p class="dg-problem" role="alert">
          {state.message}
        </p>
      )}
      {state.kind === "found" && <Found found={state.found} />}
    </>
  );
}

function Found({ found }: { readonly found: FoundRate }) {
  const { learningRate, reason, trials } = found;
  const best = [...trials].sort((p, q) => (p.cost ?? Infinity) - (q.cost ?? Infinity))[0];
  return (
    <>
      {learningRate !== null && (
        <p class="dg-tools">
          <button type="button" class="primary" onClick={() => takeRate(learningRate)}>
            Use {learningRate}
          </button>
          {used.value !== undefined && recipe.value.options.optimizer?.learningRate === used.value && (
            <>
              <span role="status">The next run begins with {used.value}.</span>
              <button type="button" class="dg-link" onClick={() => (screen.value = "train")}>
                To the Train screen
              </button>
            </>
          )}
        </p>
      )}
      <p>
        {learningRate !== null && best !== undefined && best.rate > learningRate && (
          <>
            Rates that teach about as much: <Num of={learningRate} what="from" /> to <Num of={best.rate} what="to" />.{" "}
          </>
        )}
        {reason}
      </p>
      <RateChart found={found} />
      {trials.length > 0 && (
        <table class="dg-trials">
          <caption>Trials on fresh copies: mean cost of the second half of the steps</caption>
          <thead>
            <tr>
              <th scope="col">rate</th>
              <th scope="col">cost</th>
              <th scope="col" />
            </tr>
          </thead>
          <tbody>
            {trials.map(({ rate, cost }) => (
              <tr key={rate} aria-current={rate === learningRate ? "true" : undefined}>
                <th scope="row" class="number">
                  {rate}
                </th>
                <td>{cost === null ? "not finite" : <Num of={cost} what="trial" />}</td>
                <td>{rate === learningRate ? "← this one" : ""}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </>
  );
}
