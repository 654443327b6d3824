import { useSignal } from "@preact/signals";
import { type LayerSpread, QUANTILE_SHARES } from "../../analysis/messages.js";
import { Num } from "../../widgets/network-number.js";
import { ScrollBox } from "../../widgets/equation-scroll.js";
import { BandChart } from "./band-chart.js";
import { course } from "./course.js";
import { current, ownRun } from "./state.js";
import { counted } from "../../widgets/counted.js";

const SUBJECTS = ["weights", "activations"] as const;
const HEAD = QUANTILE_SHARES.map((share) => (share === 0 ? "least" : share === 1 ? "most" : `${100 * share} %`));

/** Where the values of a layer lie: quantiles of its weights or activations, over the epochs of a run. */
export function BandsPanel() {
  const subject = useSignal<(typeof SUBJECTS)[number]>("weights");
  const found = current.value;
  if (found?.spread.kind !== "answer") return null;
  const now = found.spread.value;
  // The model of the page may be ahead of the last epoch that was kept.
  const moments = [
    ...(ownRun.value === undefined ? [] : course.value).flatMap(({ step, spread }) =>
      spread.value === undefined || step >= (found.session.step ?? 0) ? [] : [{ step, spread: spread.value }],
    ),
    { step: found.session.step ?? 0, spread: now },
  ];
  // How the layers began tells whether the initial weights suit them.
  const first = moments.length > 1 ? moments[0] : undefined;
  const ofLayer = (layers: readonly LayerSpread[], layer: number): LayerSpread | undefined => layers.find((one) => one.layer === layer);
  return (
    <>
      <p class="dg-tools" role="group" aria-label="Values">
        {SUBJECTS.map((name) => (
          <button key={name} type="button" aria-pressed={subject.value === name} onClick={() => (subject.value = name)}>
            {name}
          </button>
        ))}
      </p>
      <p class="dg-quiet">
        From the lightest: all values, 5 to 95 %, a quarter to three quarters, and the median as a line
        {subject.value === "activations" ? `; of ${counted(now.rows, "row")}` : ""}. Layers have scales of their own.
      </p>
      <div class="dg-bands">
        {now.layers.map(({ layer }) => (
          <BandChart
            key={layer}
            title={`Layer ${layer}`}
            points={moments.flatMap(({ step, spread }) => {
              const one = ofLayer(spread.layers, layer);
              return one === undefined ? [] : [{ step, quantiles: one[subject.value] }];
            })}
          />
        ))}
      </div>
      <ScrollBox label={`Quantiles of ${subject.value}`}>
        <table>
          <thead>
            <tr>
              <th scope="col">layer</th>
              {HEAD.map((title) => (
                <th key={title} scope="col">
                  {title}
                </th>
              ))}
              {subject.value === "activations" && <th scope="col">deviation</th>}
              {subject.value === "activations" && first !== undefined && <th scope="col">at step {first.step.toLocaleString("en-US")}</th>}
            </tr>
          </thead>
          <tbody>
            {now.layers.map((one) => (
              <tr key={one.layer} data-layer={one.layer}>
                <th scope="row">{one.layer}</th>
                {one[subject.value].map((value, at) => (
                  <td key={at}>
                    <Num of={value} what={HEAD[at]!} />
                  </td>
                ))}
                {subject.value === "activations" && (
                  <td>
                    <Num of={one.deviation} what="deviation" />
                  </td>
                )}
                {subject.value === "activations" && first !== undefined && (
                  <td>
                    <Num of={ofLayer(first.spread.layers, one.layer)?.deviation} what="first deviation" />
                  </td>
                )}
              </tr>
            ))}
          </tbody>
        </table>
      </ScrollBox>
    </>
  );
}
