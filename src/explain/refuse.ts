import { ChainruleError } from "../base/errors.js";
import type { NetworkDescription } from "../network/description.js";
import type { Quantity, QuantityKind } from "../network/names.js";

/** What a network may have beside dense layers, by how a message calls it. */
const PARTS = {
  "batch normalisation": ({ layers }) => layers.some(({ normalisation }) => normalisation?.kind === "batch-norm"),
  "layer normalisation": ({ layers }) => layers.some(({ normalisation }) => normalisation?.kind === "layer-norm"),
  "residual connections": ({ layers }) => layers.some(({ skip }) => skip !== undefined),
  "encoded columns": ({ encodings }) => encodings !== undefined,
} as const satisfies Record<string, (description: NetworkDescription) => boolean>;

type PartName = keyof typeof PARTS;

/**
 * Refuses a network with parts that something cannot work out, rather than give a wrong number.
 *
 * @param what cannot: "the list of all paths"
 * @throws ChainruleError `E_USAGE`
 */
export function refuseParts(
  description: NetworkDescription,
  what: string,
  parts: readonly PartName[] = Object.keys(PARTS) as PartName[],
  hint = "explain takes any network apart.",
): void {
  const found = parts.filter((part) => PARTS[part](description));
  if (found.length === 0) return;
  throw new ChainruleError("E_USAGE", {
    where: "network",
    expected: `one without ${parts.join(", ").replace(/, ([^,]+)$/, " or $1")}, for ${what}`,
    got: `one with ${found.join(" and ")}`,
    hint,
  });
}

/**
 * Refuses a quantity of a kind that something cannot work out.
 *
 * @throws ChainruleError `E_USAGE`
 */
export function refuseKind({ kind, name }: Quantity, what: string, kinds: readonly QuantityKind[]): void {
  if (kinds.includes(kind)) return;
  throw new ChainruleError("E_USAGE", {
    where: name,
    expected: `a quantity of ${kinds.join(", ").replace(/, ([^,]+)$/, " or $1")}, for ${what}`,
    got: `"${name}"`,
  });
}
