import { numberText } from "chainrule/explain";
import { type Headline, type Importance, importanceText } from "chainrule/report";
import { ScrollBox } from "../../widgets/equation-scroll.js";
import { counted } from "../../widgets/counted.js";

/** Columns that are listed; the report's file has more of them. */
const MOST = 20;
interface Props {
  readonly importance: Importance;
  readonly image: Headline["image"];
}

/** How much worse the answers get where the cells of a column are shuffled: a bar for each column, with its deviation. */
export function ImportanceTable({ importance, image }: Props) {
  const { metric, columns } = importance;
  const factor = metric === "rmse" ? 1 : 100;
  const moves = columns.some(({ values }) => values.some((value) => value !== 0));
  const shown = columns.slice(0, moves ? MOST : 0);
  const most = Math.max(...shown.map(({ mean, deviation }) => mean + deviation), 0) || 1;
  const least = Math.min(...shown.map(({ mean, deviation }) => mean - deviation), 0);
  const x = (value: number): number => Number(((100 * (value - least)) / (most - least)).toFixed(2));
  return (
    <>
      <h4>What matters</h4>
      <p class="dg-quiet">{importanceText(importance)}</p>
      {!moves && <p>No column alone changes it.</p>}
      {moves && image !== null && <PixelMap columns={columns} {...image} />}
      {moves && (
        <ScrollBox label="Permutation importance">
          <table class="dg-importance">
            <caption>Permutation importance</caption>
            <thead>
              <tr>
                {["column", "bar", "mean", "deviation"].map((title) => (
                  <th key={title} scope="col">
                    {title === "bar" ? <span class="hidden">{title}</span> : title}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {shown.map(({ column, index, mean, deviation }) => (
                <tr key={index} data-column={column}>
                  <th scope="row">{column}</th>
                  <td class="dg-bar">
                    <svg viewBox="0 0 100 16" preserveAspectRatio="none" aria-hidden="true">
                      <rect x={Math.min(x(0), x(mean))} y="2" width={Math.abs(x(mean) - x(0))} height="12" />
                      <path class="zero" d={`M${x(0)} 0V16`} />
                      <path class="whisker" d={`M${x(mean - deviation)} 8H${x(mean + deviation)}`} />
                    </svg>
                  </td>
                  <td class="number" data-what="mean" data-value={mean}>
                    {mean < 0 ? "" : "+"}
                    {numberText(factor * mean)}
                  </td>
                  <td class="number" data-what="deviation" data-value={deviation}>
                    {numberText(factor * deviation)}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </ScrollBox>
      )}
      {moves && columns.length > MOST && <p class="dg-quiet">And {counted(columns.length - MOST, "more column")}, which matter no more.</p>}
    </>
  );
}

/** The same of each pixel, where columns are those of a picture. */
function PixelMap({ columns, height, width }: Pick<Importance, "columns"> & NonNullable<Headline["image"]>) {
  const most = Math.max(...columns.map(({ mean }) => mean), 0) || 1;
  const [first] = columns;
  return (
    <svg
      class="dg-pixels"
      viewBox={`0 0 ${width} ${height}`}
      role="img"
      aria-label={`Importance of each pixel: more colour is more; the most, ${first?.column ?? ""}`}
    >
      {columns.map(
        ({ index, mean }) =>
          mean > 0 && (
            <rect
              key={index}
              x={index % width}
              y={Math.floor(index / width)}
              width="1"
              height="1"
              fill-opacity={(mean / most).toFixed(3)}
            />
          ),
      )}
    </svg>
  );
}
