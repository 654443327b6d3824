import { scoreText, type ThresholdTable as Thresholds } from "chainrule/report";
import { ScrollBox } from "../../widgets/equation-scroll.js";
import { Heads } from "../../widgets/heads.js";

const COUNTS = { truePositives: "true +", falsePositives: "false +", falseNegatives: "false −", trueNegatives: "true −" } as const;
const SHARES = { accuracy: "accuracy", precision: "precision", recall: "recall", f1: "F1" } as const;

const entries = Object.entries as <K extends string>(of: Readonly<Record<K, string>>) => [K, string][];

/** What would be right and wrong where the second class is said from each threshold on. */
export function ThresholdTable({ thresholds: { yes, rows } }: { readonly thresholds: Thresholds }) {
  const best = rows.reduce((a, b) => (b.f1 > a.f1 ? b : a));
  return (
    <>
      <h4>Thresholds</h4>
      <p class="dg-quiet">
        What is right and wrong where a row is said to be {String(yes)} from each share on. F1 is largest, {scoreText(best.f1, "share")}, at{" "}
        {best.threshold}. A threshold that is chosen here looks better than it is: choose it on the validation part.
      </p>
      <ScrollBox label="Thresholds">
        <table class="dg-thresholds">
          <caption>Rows said to be {String(yes)} from each threshold on</caption>
          <Heads titles={["from", ...Object.values({ ...COUNTS, ...SHARES })]} />
          <tbody>
            {rows.map((row) => (
              <tr key={row.threshold} data-threshold={row.threshold} class={row === best ? "best" : undefined}>
                <th scope="row">{row.threshold.toFixed(2)}</th>
                {entries(COUNTS).map(([name]) => (
                  <td key={name} class="number" data-what={name} data-value={row[name]}>
                    {row[name].toLocaleString("en-US")}
                  </td>
                ))}
                {entries(SHARES).map(([name]) => (
                  <td key={name} class="number" data-what={name} data-value={row[name]}>
                    {scoreText(row[name], "share")}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </ScrollBox>
    </>
  );
}
