import type { KeptRun } from "../../state/kept-run.js";
import { Count, Num } from "../../widgets/network-number.js";
import { ScrollBox } from "../../widgets/equation-scroll.js";
import { chosen, marked } from "./chosen.js";
import { seedGroups } from "./config-diff.js";
import { letterOf, Mark } from "./marks.js";
import { type ResultName, resultsOf, spreadOf } from "./results.js";
import { counted } from "../../widgets/counted.js";

const ALL: readonly (readonly [ResultName, string])[] = [
  ["bestValidation", "best validation cost"],
  ["finalCost", "final cost"],
  ["testAccuracy", "test accuracy"],
  ["testRmse", "test RMSE"],
  ["testR2", "test R²"],
  ["testCost", "test cost"],
  ["seconds", "seconds"],
  ["samplesPerSecond", "rows/s"],
];

/** Shown where one of the runs has it. */
const OF_TASK: readonly ResultName[] = ["testAccuracy", "testRmse", "testR2"];

/** What each run came to; of runs that differ in the seed alone, mean and standard deviation too. */
export function ResultsTable() {
  const runs = chosen.value;
  // Of classes there are no errors in units, of numbers no accuracy.
  const columns = ALL.filter(([name]) => !OF_TASK.includes(name) || runs.some(({ run }) => resultsOf(run)[name] !== undefined));
  const groups = seedGroups(runs.map(({ run }) => run));
  const letters = (group: readonly KeptRun[]): string =>
    runs
      .filter(({ run }) => group.includes(run))
      .map(({ place }) => letterOf(place))
      .join(" ");
  return (
    <ScrollBox label="Results">
      <table class="cp-results">
        <thead>
          <tr>
            <th scope="col">run</th>
            {columns.map(([name, title]) => (
              <th key={name} scope="col">
                {title}
              </th>
            ))}
            <th scope="col">parameters</th>
            <th scope="col">findings</th>
            <th scope="col">hash</th>
          </tr>
        </thead>
        <tbody>
          {runs.map(({ run, place }) => {
            const results = resultsOf(run);
            return (
              <tr key={run.id} data-run={run.id} class={marked.value === run.id ? "marked" : undefined}>
                <th scope="row">
                  <Mark place={place} /> {run.name}
                </th>
                {columns.map(([name]) => (
                  <td key={name}>
                    {name === "samplesPerSecond" ? <Count of={results[name]} what={name} /> : <Num of={results[name]} what={name} />}
                    {name === "bestValidation" && results.bestEpoch !== undefined && (
                      <span class="cp-quiet"> epoch {results.bestEpoch}</span>
                    )}
                  </td>
                ))}
                <td>
                  <span class="number" data-value={run.parameters} data-what="parameters">
                    {run.parameters?.toLocaleString("en-US") ?? "–"}
                  </span>
                </td>
                <td>
                  <span class="number" data-value={run.verdicts}>
                    {run.verdicts ?? "–"}
                  </span>
                </td>
                <td>
                  <span class="name" title={run.parametersHash}>
                    {run.parametersHash?.slice(0, 8) ?? "–"}
                  </span>
                </td>
              </tr>
            );
          })}
          {groups.map((group) => {
            const results = group.map(resultsOf);
            return (
              <tr key={group[0]!.id} class="cp-seeds" data-seeds={group.length}>
                <th scope="row">
                  {counted(group.length, "seed")}: {letters(group)}
                </th>
                {columns.map(([name]) => {
                  const spread = spreadOf(results.map((one) => one[name]));
                  return (
                    <td key={name}>
                      {spread === undefined ? (
                        "–"
                      ) : (
                        <>
                          {name === "samplesPerSecond" ? (
                            <>
                              <Count of={spread.mean} what={`${name}-mean`} />
                              <br />± <Count of={spread.deviation} what={`${name}-deviation`} />
                            </>
                          ) : (
                            <>
                              <Num of={spread.mean} what={`${name}-mean`} />
                              <br />± <Num of={spread.deviation} what={`${name}-deviation`} digits={2} />
                            </>
                          )}
                        </>
                      )}
                    </td>
                  );
                })}
                <td colSpan={3} />
              </tr>
            );
          })}
        </tbody>
      </table>
      <p class="cp-quiet">
        Final cost: mean of the last epoch's training rows. Findings: what Diagnose marked as bad or as a warning when the run was over.
        {groups.length > 0 && " Seeds: mean ± standard deviation of the sample."}
      </p>
    </ScrollBox>
  );
}
