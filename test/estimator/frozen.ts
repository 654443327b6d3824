import { expect } from "vitest";

/** Freezes objects and lists, and what they hold. Typed arrays cannot be frozen: `untouched` compares them. */
export function frozen<T>(value: T): T {
  if (typeof value !== "object" || value === null || ArrayBuffer.isView(value) || Object.isFrozen(value)) return value;
  Object.freeze(value);
  Object.values(value).forEach(frozen);
  return value;
}

/** Does something with values that are frozen as far as they can be, and makes sure that nothing in them changed. */
export async function untouched<R>(values: readonly unknown[], work: () => R): Promise<Awaited<R>> {
  const copies = values.map((value) => structuredClone(value));
  values.forEach(frozen);
  const result = await work();
  values.forEach((value, k) => expect(value).toStrictEqual(copies[k]));
  return result;
}
