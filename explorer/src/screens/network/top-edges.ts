/** One edge with the number that colours it. */
export interface Edge {
  readonly layer: number;
  readonly to: number;
  readonly from: number;
  readonly value: number;
}

/** A list of places in W^(l) that keeps the ones with the largest keys: a heap whose first is the smallest kept. */
class Largest {
  readonly #keys: Float64Array;
  readonly #places: Int32Array;
  #count = 0;

  constructor(limit: number) {
    this.#keys = new Float64Array(limit);
    this.#places = new Int32Array(limit);
  }

  offer(key: number, place: number): void {
    if (this.#count < this.#keys.length) this.#rise(this.#count++, key, place);
    else if (this.#count > 0 && key > this.#keys[0]!) this.#sink(key, place);
  }

  /** The smallest first. */
  places(): Int32Array {
    const order = Array.from({ length: this.#count }, (_, i) => i).sort((p, q) => this.#keys[p]! - this.#keys[q]!);
    return Int32Array.from(order, (i) => this.#places[i]!);
  }

  #rise(at: number, key: number, place: number): void {
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (this.#keys[parent]! <= key) break;
      this.#put(at, this.#keys[parent]!, this.#places[parent]!);
      at = parent;
    }
    this.#put(at, key, place);
  }

  #sink(key: number, place: number): void {
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= this.#count) break;
      if (child + 1 < this.#count && this.#keys[child + 1]! < this.#keys[child]!) child += 1;
      if (this.#keys[child]! >= key) break;
      this.#put(at, this.#keys[child]!, this.#places[child]!);
      at = child;
    }
    this.#put(at, key, place);
  }

  #put(at: number, key: number, place: number): void {
    this.#keys[at] = key;
    this.#places[at] = place;
  }
}

/** Rows and columns of W^(l) that are looked at; all of them where left out. */
export interface Part {
  readonly to?: number | undefined;
  readonly from?: number | undefined;
}

/**
 * The edges of a layer with the largest |key|, the smallest of them first so that the largest are drawn on top.
 *
 * @param shape n_l and n_(l-1)
 */
export function topEdges(
  layer: number,
  [rows, columns]: readonly [number, number],
  limit: number,
  key: (jk: number, k: number) => number,
  value: (jk: number, k: number) => number,
  { to, from }: Part = {},
): Edge[] {
  const kept = new Largest(limit);
  for (let j = to ?? 0; j < (to === undefined ? rows : to + 1); j++) {
    for (let k = from ?? 0; k < (from === undefined ? columns : from + 1); k++) {
      const jk = j * columns + k;
      const size = Math.abs(key(jk, k));
      if (size > 0) kept.offer(size, jk);
    }
  }
  return Array.from(kept.places(), (jk) => {
    const k = jk % columns;
    return { layer, to: Math.floor(jk / columns), from: k, value: value(jk, k) };
  });
}
