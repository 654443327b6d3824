import { ScrollBox } from "../../widgets/equation-scroll.js";
import { chosen, marked } from "./chosen.js";
import { configDiff } from "./config-diff.js";
import { Mark } from "./marks.js";

/** The settings that differ, and no others. */
export function DiffTable() {
  const runs = chosen.value;
  if (runs.length < 2) return <p class="cp-quiet">Choose two runs or more to see in what they differ.</p>;
  const rows = configDiff(runs.map(({ run }) => run));
  if (rows.length === 0) return <p>All settings are the same.</p>;
  return (
    <ScrollBox label="Settings that differ">
      <table class="cp-diff">
        <thead>
          <tr>
            <th scope="col">setting</th>
            {runs.map(({ run, place }) => (
              <th key={run.id} scope="col" class={marked.value === run.id ? "marked" : undefined} title={run.name}>
                <Mark place={place} />
                <span class="hidden"> {run.name}</span>
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map(({ key, values }) => (
            <tr key={key} data-key={key}>
              <th scope="row">
                <span class="name">{key}</span>
              </th>
              {values.map((value, at) => (
                <td key={runs[at]!.run.id}>
                  {value === undefined ? <span class="cp-quiet">not said</span> : <span class="name">{value}</span>}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </ScrollBox>
  );
}
