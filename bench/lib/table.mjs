// What a person reads: aligned columns, a block for each workload.

const number = (value) => Math.round(value).toLocaleString("en-US");
const threads = (count) => `${count} ${count === 1 ? "thread" : "threads"}`;

/** Rows of cells, each column as wide as its widest cell; numbers stand on the right. */
export function align(rows, right = []) {
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => row[column].length)));
  const pad = (cell, column) => (right.includes(column) ? cell.padStart(widths[column]) : cell.padEnd(widths[column]));
  return rows.map((row) => row.map(pad).join("  ").trimEnd());
}

/** Labels and what belongs to them, one a line. */
export function header(entries) {
  return align(entries).join("\n");
}

/** One workload: a line for each program, then what has to be said about some of them. */
export function block(name, description, lines) {
  const ratios = lines.find((line) => line.ratios !== undefined)?.ratios ?? {};
  const cells = [["program", "how", "rows", "samples/s", "least .. best", Object.keys(ratios).length > 0 ? "chainrule is" : ""]];
  const remarks = [];
  for (const { contender, how, error, speed } of lines) {
    const { title, peer, remark } = contender;
    const rows = number(contender.rows);
    if (error !== undefined) cells.push([title, "failed", rows, "-", "-", ""]);
    else cells.push([title, way(contender, how), rows, number(speed.median), spread(speed), times(ratios[peer])]);
    const said = [error === undefined ? undefined : `failed: ${error.message}`, remark, how.note];
    remarks.push(...said.filter((text) => text !== undefined).map((text) => `  ${title}: ${text}`));
  }
  const table = align(cells, [2, 3]).map((line) => `  ${line}`);
  return [`${name}  ${description}`, ...table, ...remarks].join("\n");
}

function way({ engine, dense, peer }, how) {
  const parts = [how.engine ?? engine, threads(how.threads)];
  if (peer === "chainrule") parts.push(...(dense ? ["dense"] : []), ...(how.reproducible === false ? ["fast"] : []));
  return parts.join(", ");
}

/** "57,300 .. 61,200" */
const spread = ({ least, best }) => `${number(least)} .. ${number(best)}`;

/** "57.8 x  (54.3 .. 61.3)": the median of the pairs' ratios, the smallest and the largest. */
function times(ratio) {
  if (ratio === undefined) return "";
  const text = (value) => (value >= 100 ? value.toFixed(0) : value.toPrecision(3));
  return `${text(ratio.median)} x  (${text(ratio.least)} .. ${text(ratio.most)})`;
}
