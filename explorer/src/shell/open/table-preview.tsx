import type { ColumnKind } from "./table-data.js";
import type { Table } from "./table-text.js";

const COLUMNS = 24;
const KINDS: readonly ColumnKind[] = ["numbers", "categories", "left out"];

interface Props {
  readonly table: Table;
  readonly label: number;
  readonly kinds: readonly ColumnKind[];
  /** Undefined where a model says what the columns are. */
  readonly onKind: ((column: number, kind: ColumnKind) => void) | undefined;
}

/** The first rows as they are written, and what becomes of each column. */
export function TablePreview({ table: { header, rows, lines }, label, kinds, onKind }: Props) {
  const columns = header.map((_, at) => at).filter((at) => at < COLUMNS || at === label);
  const more = header.length - columns.length;
  return (
    <>
      <div class="preview" role="region" aria-label="First rows" tabIndex={0}>
        <table>
          <caption>
            The first {rows.length} rows
            {more > 0 ? `; ${more} more columns are not shown, and are read as their cells say` : ""}
          </caption>
          <thead>
            <tr>
              <th scope="col">line</th>
              {columns.map((at) => (
                <th key={at} scope="col">
                  {header[at]}
                </th>
              ))}
            </tr>
            <tr>
              <th scope="row">as</th>
              {columns.map((at) => (
                <td key={at}>
                  {at === label ? (
                    <b>class</b>
                  ) : onKind === undefined ? (
                    "input"
                  ) : (
                    <select
                      aria-label={`${header[at]!} as`}
                      value={kinds[at]}
                      onChange={({ currentTarget }) => onKind(at, KINDS[currentTarget.selectedIndex]!)}
                    >
                      {KINDS.map((kind) => (
                        <option key={kind}>{kind}</option>
                      ))}
                    </select>
                  )}
                </td>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map((cells, row) => (
              <tr key={row}>
                <th scope="row">{lines[row]}</th>
                {columns.map((at) => (
                  <td key={at}>{cells[at]}</td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </>
  );
}
