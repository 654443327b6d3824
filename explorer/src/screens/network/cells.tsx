import { useSignal } from "@preact/signals";
import type { Cell, ColumnPreparation, TableRow } from "chainrule";
import { keepTyped, shownCells } from "../../state/raw-rows.js";
import { drawing, row, session } from "../../state/session.js";
import { MeantChoice } from "./meant.js";

/** Cells of a table's row as its file has them: each can be changed, and the network then gets what becomes of it. */
export function Cells() {
  const { preparation } = session.value!.model;
  const cells = shownCells.value!;
  const problem = useSignal<string | undefined>(undefined);
  const set = async (name: string, cell: Cell): Promise<void> => {
    const changed: TableRow = { ...cells, [name]: cell };
    const open = session.peek();
    try {
      const { encodeTable } = await import("../../state/encoding.js");
      const { inputs } = await encodeTable(preparation!, [changed]);
      if (session.peek() !== open) return;
      const own = Float64Array.from(inputs);
      keepTyped(own, changed);
      problem.value = undefined;
      drawing.value = own;
    } catch (error) {
      problem.value = (error instanceof Error ? error.message : String(error)).replace(/^row 0, /, "");
    }
  };
  return (
    <section class="columns cells" aria-labelledby="columns-title">
      <h3 id="columns-title">Input</h3>
      <p class="problem" role="status">
        {problem.value}
      </p>
      <div class="list" role="region" aria-label="Cells" tabIndex={0}>
        <ul>
          {preparation!.columns.map((column, at) => (
            <li key={column.name}>
              <label for={`cell-${at}`}>{column.name}</label>
              <CellField id={`cell-${at}`} column={column} cell={cells[column.name]} onCell={(cell) => void set(column.name, cell)} />
            </li>
          ))}
        </ul>
      </div>
      <button
        type="button"
        disabled={drawing.value === undefined}
        onClick={() => {
          problem.value = undefined;
          drawing.value = undefined;
        }}
      >
        Back to row {row.value}
      </button>
      <MeantChoice />
    </section>
  );
}

interface FieldProps {
  readonly id: string;
  readonly column: ColumnPreparation;
  readonly cell: Cell;
  readonly onCell: (cell: Cell) => void;
}

function CellField({ id, column, cell, onCell }: FieldProps) {
  const text = cell === null || cell === undefined ? "" : String(cell);
  if (column.kind !== "categorical") {
    return (
      <input
        id={id}
        type="text"
        value={text}
        autocomplete="off"
        spellcheck={false}
        onChange={({ currentTarget }) => onCell(currentTarget.value)}
      />
    );
  }
  const { categories } = column;
  const all = text === "" || categories.includes(text) ? categories : [text, ...categories];
  return (
    <select id={id} value={text} onChange={({ currentTarget }) => onCell(currentTarget.value)}>
      <option value="">– (missing)</option>
      {all.map((category) => (
        <option key={category} value={category}>
          {category}
        </option>
      ))}
    </select>
  );
}
