import { type Baselines, type ReportScore, scoreText } from "chainrule/report";
import { ScrollBox } from "../../widgets/equation-scroll.js";
import { Heads } from "../../widgets/heads.js";

const MODELS = ["model", "constant", "linear"] as const;

/** Each number of the model, and what something simple reaches. */
export function ScoreTable({ scores, baselines }: { readonly scores: readonly ReportScore[]; readonly baselines: Baselines }) {
  const { constant, linear, withoutLinear } = baselines;
  const models = MODELS.filter((name) => name !== "linear" || linear !== null);
  return (
    <>
      <ScrollBox label="Metrics and baselines">
        <table class="dg-scores">
          <caption>Metrics and baselines</caption>
          <Heads titles={["metric", ...models, "better"]} />
          <tbody>
            {scores.map((score) => (
              <tr key={score.name} data-score={score.name}>
                <th scope="row">{score.title}</th>
                {models.map((name) => (
                  <td key={name} class="number" data-what={name} data-value={String(score[name])}>
                    {scoreText(score[name], score.unit)}
                  </td>
                ))}
                <td>{score.better}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </ScrollBox>
      <p class="dg-quiet">
        Constant: {constant}. {linear === null ? `No linear model: ${withoutLinear ?? ""}.` : `Linear: ${linear}.`}
      </p>
    </>
  );
}
