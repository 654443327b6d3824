import { useLayoutEffect, useRef } from "preact/hooks";
import { SignedBar } from "../../widgets/equation-bar.js";
import { Value } from "../../widgets/equation-number.js";
import { ScrollBox } from "../../widgets/equation-scroll.js";
import { inputNames } from "./input-name.js";
import { goTo, marked } from "./state.js";
import { type TreeRow, workedText } from "./tree-rows.js";
import { current, keyed, mark, rows, setOpen } from "./tree-state.js";
import { named } from "./words.js";
import { counted } from "../../widgets/counted.js";

/** The derivation as a tree whose visible rows always add up, or multiply, to their parent. */
export function Tree() {
  const visible = rows.value;
  const own = visible.find(({ id }) => id === current.value) ?? visible[0];
  const body = useRef<HTMLTableSectionElement>(null);
  const moved = useRef(false);
  useLayoutEffect(() => {
    if (!moved.current) return;
    moved.current = false;
    body.current?.querySelector<HTMLElement>('[tabindex="0"]')?.focus();
  });
  const onKeyDown = (event: KeyboardEvent): void => {
    if (own === undefined || event.altKey || event.ctrlKey || event.metaKey) return;
    const next = keyed(event.key, own);
    if (next === undefined) return;
    event.preventDefault();
    current.value = next;
    moved.current = event.key !== "Enter";
  };
  return (
    <section class="eq-tree" aria-labelledby="eq-tree-name">
      <h3 id="eq-tree-name">What it is made of</h3>
      <p class="eq-quiet" id="eq-tree-keys">
        Arrow keys move, open (right) and close (left); Enter goes to the quantity of a row.
      </p>
      <ScrollBox label="Tree of the derivation">
        <table role="treegrid" aria-labelledby="eq-tree-name" aria-describedby="eq-tree-keys">
          <thead role="rowgroup">
            <tr role="row">
              <th role="columnheader">Derivative</th>
              <th role="columnheader">Made of</th>
              <th role="columnheader">Value</th>
              <td aria-hidden="true" />
            </tr>
          </thead>
          <tbody role="rowgroup" ref={body} onKeyDown={onKeyDown}>
            {visible.map((row) => (
              <Row key={row.id} row={row} isCurrent={row === own} />
            ))}
          </tbody>
        </table>
      </ScrollBox>
    </section>
  );
}

function Row({ row, isCurrent }: { readonly row: TreeRow; readonly isCurrent: boolean }) {
  const { id, level, name, value, scale, canOpen, isOpen, target } = row;
  return (
    <tr
      role="row"
      aria-level={level}
      aria-expanded={canOpen ? isOpen : undefined}
      tabIndex={isCurrent ? 0 : -1}
      data-row={id}
      data-level={level}
      onFocus={() => {
        current.value = id;
        mark(row);
      }}
      onBlur={() => (marked.value = [])}
      onMouseEnter={() => mark(row)}
      onMouseLeave={() => (marked.value = [])}
    >
      <td role="gridcell">
        <span class="eq-name">
          <span class={`eq-indent level-${Math.min(level, 12)}`} />
          <button
            type="button"
            class="eq-toggle"
            tabIndex={-1}
            aria-label={`${isOpen ? "Close" : "Open"} ${name}`}
            disabled={!canOpen}
            onClick={() => setOpen(row, !isOpen)}
          >
            {canOpen ? (isOpen ? "▾" : "▸") : ""}
          </button>
          {target === undefined ? (
            <span class="eq-plain name">{name}</span>
          ) : (
            <button type="button" class="eq-link name" tabIndex={-1} title={`Go to ${target.quantity}`} onClick={() => goTo(target)}>
              {name}
            </button>
          )}
        </span>
      </td>
      <td role="gridcell" class="eq-made">
        <MadeOf row={row} />
      </td>
      <td role="gridcell" class="eq-value">
        <Value of={value} part={row.rest === undefined ? "value" : "rest"} />
      </td>
      <td aria-hidden="true" class="eq-bar-cell">
        <SignedBar value={value} scale={scale} />
      </td>
    </tr>
  );
}

/** The factors with their names, the number of terms, or how a value is worked out. */
function MadeOf({ row: { derivation, rest } }: { readonly row: TreeRow }) {
  if (derivation === undefined)
    return <span class="eq-quiet">{rest!.count === 1 ? "the smallest term" : "the smaller terms together"}</span>;
  if (derivation.kind === "sum") {
    const { length } = derivation.terms;
    return (
      <span class="eq-quiet">
        sum of {counted(length, "term")}
        {derivation.equation === undefined ? "" : `, equation ${derivation.equation}`}
      </span>
    );
  }
  if (derivation.kind === "value") {
    const input = inputNames(derivation.name);
    return <span class="name eq-quiet">{input ?? named(workedText(derivation))}</span>;
  }
  return (
    <span class="eq-chips">
      {derivation.factors.map((factor, at) => (
        <span key={at} class="eq-chip">
          {at > 0 && <span aria-hidden="true">·</span>}
          <span>
            <span class="eq-small name">{named(factor.name)}</span>
            <Value of={factor.value} part="row-factor" />
          </span>
        </span>
      ))}
    </span>
  );
}
