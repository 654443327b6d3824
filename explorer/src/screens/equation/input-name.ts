import { session } from "../../state/session.js";
import { inputName } from "../network/names.js";

/** What the inputs of a text are called, such as `w2[3,1]` or `a1[1]`: "a1[1] is town=Bern"; undefined where it names none, or pixels. */
export function inputNames(text: string): string | undefined {
  const { model } = session.value!;
  if (model.image !== undefined) return undefined;
  const found = new Set([...text.matchAll(/a1\[(\d+)\]|w2\[\d+,(\d+)\]/g)].map(([, input, from]) => Number(input ?? from)));
  return found.size === 0 ? undefined : [...found].map((input) => `a1[${input}] is ${inputName(model, input)!}`).join(", ");
}
