/** The lines on which rows begin. */
export interface Lines {
  /** Takes the rows in their order; again and again. */
  readonly note: (row: number, line: number) => void;
  readonly of: (row: number) => number;
}

/**
 * Keeps the lines of rows in few numbers: most rows stand one line below the one before, and only others are noted.
 *
 * @param first the line of row 0 where none is noted yet
 */
export function createLines(first: number): Lines {
  /** Rows from which on line - row is another one, ascending, and what it is. */
  const rows = [0];
  const distances = [first];
  let noted = 0;
  return {
    note(row, line) {
      if (row < noted) return;
      noted = row + 1;
      if (line - row === distances.at(-1)) return;
      if (row === 0) distances[0] = line;
      else {
        rows.push(row);
        distances.push(line - row);
      }
    },
    of(row) {
      let [low, high] = [0, rows.length];
      while (high - low > 1) {
        const middle = (low + high) >> 1;
        if (rows[middle]! <= row) low = middle;
        else high = middle;
      }
      return row + distances[low]!;
    },
  };
}
