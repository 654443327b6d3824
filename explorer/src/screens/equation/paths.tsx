import { useComputed, useSignal } from "@preact/signals";
import { allPaths, numberText } from "chainrule/explain";
import { selection, session } from "../../state/session.js";
import { Value } from "../../widgets/equation-number.js";
import { ScrollBox } from "../../widgets/equation-scroll.js";
import { attempt, looked } from "./state.js";
import { Heads } from "../../widgets/heads.js";
import { counted } from "../../widgets/counted.js";

/** Listed before anything is asked for, and listed at most. */
const [FEW, MOST] = [8, 500];

/** Every way to the cost at once: how many push up and down, what cancels, the largest ones. */
export function Paths() {
  const all = useSignal(false);
  const found = useComputed(() => {
    const top = all.value ? MOST : FEW;
    return attempt(() => allPaths(session.value!.model, looked.value, selection.value, { top }));
  }).value;
  if (found.value === undefined) return <p class="eq-quiet">{found.problem}</p>;
  const { count, up, down, zero, cancelled, paths, rest, value } = found.value;
  return (
    <>
      <p data-count={count}>
        {counted(count, "path")}: {counted(up, "pushes", "push")} up, {counted(down, "pushes", "push")} down
        {zero > 0 ? `, ${counted(zero, "is", "are")} 0` : ""}. {numberText(100 * cancelled, 3)} % of their size cancels.
      </p>
      <ScrollBox label="Paths">
        <table class="eq-paths">
          <Heads titles={["From the cost back", "Product"]} />
          <tbody>
            {paths.map((path, at) => (
              <tr key={at} data-path={path.neurons.join(" ")}>
                <td>
                  <span class="name">{[...(path.row === undefined ? [] : [`row ${path.row}`]), ...path.neurons].join(" ← ")}</span>
                  <span class="eq-small number">{path.factors.map((factor) => numberText(factor.value, 3)).join(" · ")}</span>
                </td>
                <td>
                  <Value of={path.value} part="path" signed />
                </td>
              </tr>
            ))}
            {rest.count > 0 && (
              <tr>
                <td>other {rest.count.toLocaleString("en-US")}</td>
                <td>
                  <Value of={rest.value} part="rest" signed />
                </td>
              </tr>
            )}
          </tbody>
          <tfoot>
            <tr>
              <th scope="row">sum</th>
              <td>
                <Value of={value} part="sum" signed />
              </td>
            </tr>
          </tfoot>
        </table>
      </ScrollBox>
      {count > FEW && (
        <button type="button" onClick={() => (all.value = !all.value)}>
          {all.value ? `List the largest ${FEW}` : `List ${count <= MOST ? `all ${count}` : `the largest ${MOST}`}`}
        </button>
      )}
    </>
  );
}
