import { useEffect } from "preact/hooks";
import { AnswerPanel } from "./answer-panel.js";
import { chosen } from "./chosen.js";
import { letterOf } from "./marks.js";
import { choosePair, followPair, pair, pairIds } from "./pair.js";
import { WeightPanel } from "./weight-panel.js";

/** Two of the chosen runs: what differs in their weights, and in their answers. */
export function PairPanel() {
  useEffect(followPair, []);
  const ids = pairIds.value;
  if (ids === undefined) return null;
  const found = pair.value;
  return (
    <>
      <p class="cp-tools">
        {([0, 1] as const).map((side) => (
          <label key={side}>
            {side === 0 ? "Compare" : "with"}{" "}
            <select value={ids[side]} onChange={({ currentTarget }) => choosePair(side, currentTarget.value)}>
              {chosen.value.map(({ run, place }) => (
                <option key={run.id} value={run.id}>
                  {letterOf(place)} {run.name}
                </option>
              ))}
            </select>
          </label>
        ))}
      </p>
      {found === undefined ? (
        <p class="cp-quiet">Reading the parameters.</p>
      ) : typeof found === "string" ? (
        <p>{found} Drop the model file beside the run, or train it here.</p>
      ) : (
        <>
          <h4>Weights</h4>
          <WeightPanel pair={found} />
          <h4>Answers</h4>
          <AnswerPanel pair={found} />
        </>
      )}
    </>
  );
}
