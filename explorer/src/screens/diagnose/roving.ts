import { useRef } from "preact/hooks";

/** One stop of the keyboard for many buttons: arrows move among those marked `data-at="row,column"`, Home and End to the ends of the row. */
export function useRoving<T extends HTMLElement>() {
  const box = useRef<T>(null);
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const own = (event.target as HTMLElement).dataset["at"];
    if (own === undefined) return;
    const [row, column] = own.split(",").map(Number) as [number, number];
    const cells = Array.from(box.current!.querySelectorAll<HTMLElement>("[data-at]"));
    const at = (wanted: string): HTMLElement | undefined => cells.find((cell) => cell.dataset["at"] === wanted);
    const ofRow = cells.filter((cell) => cell.dataset["at"]!.startsWith(`${row},`));
    const index = cells.indexOf(event.target as HTMLElement);
    const moves: Readonly<Record<string, HTMLElement | undefined>> = {
      ArrowLeft: at(`${row},${column - 1}`) ?? cells[index - 1],
      ArrowRight: at(`${row},${column + 1}`) ?? cells[index + 1],
      ArrowUp: at(`${row - 1},${column}`),
      ArrowDown: at(`${row + 1},${column}`),
      Home: ofRow[0],
      End: ofRow.at(-1),
    };
    if (!(event.key in moves)) return;
    event.preventDefault();
    moves[event.key]?.focus();
  };
  // The one that was focused last is the one that the keyboard comes back to.
  const onFocusIn = (event: FocusEvent): void => {
    const cell = event.target as HTMLElement;
    if (cell.dataset["at"] === undefined) return;
    for (const one of box.current!.querySelectorAll<HTMLElement>("[data-at][tabindex='0']")) one.tabIndex = -1;
    cell.tabIndex = 0;
  };
  return { ref: box, onKeyDown, onFocusIn };
}
