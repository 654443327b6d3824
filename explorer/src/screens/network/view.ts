import { computed, signal } from "@preact/signals";
import { findQuantity } from "chainrule/explain";
import { selection, session } from "../../state/session.js";

// How the network is looked at: what colours its units and edges, and which of them is pointed at.

export const UNIT_QUANTITIES = ["a", "z", "dCost/da", "dCost/dz"] as const;
export type UnitQuantity = (typeof UNIT_QUANTITIES)[number];
export const EDGE_QUANTITIES = ["w", "w·a", "dCost/dw"] as const;
export type EdgeQuantity = (typeof EDGE_QUANTITIES)[number];

/** Two directions of the same picture. */
export const DIRECTIONS = {
  Forward: { units: "a", edges: "w·a" },
  Blame: { units: "dCost/dz", edges: "dCost/dw" },
} as const satisfies Readonly<Record<string, { readonly units: UnitQuantity; readonly edges: EdgeQuantity }>>;

export const unitsBy = signal<UnitQuantity>("a");
export const edgesBy = signal<EdgeQuantity>("w·a");

/** How many edges are drawn between two layers. */
export const edgeLimit = signal(60);
export const MOST_EDGES = 2000;

/** Neuron `unit` of a layer; layer 1 is the input. */
export interface UnitTarget {
  readonly kind: "unit";
  readonly layer: number;
  readonly unit: number;
}

/** The edge of w_jk^(l): from neuron k of layer l-1 to neuron j of layer l. */
export interface EdgeTarget {
  readonly kind: "edge";
  readonly layer: number;
  readonly to: number;
  readonly from: number;
}

export type Target = UnitTarget | EdgeTarget;

/** What the pointer is on. */
export const hovered = signal<Target | undefined>(undefined);
/** Where the keyboard is; it counts while the picture has the focus. */
export const cursor = signal<Target>({ kind: "unit", layer: 2, unit: 0 });
export const hasFocus = signal(false);

/** What stands out while all else is dimmed. */
export const focused = computed((): Target | undefined => {
  const target = hovered.value ?? (hasFocus.value ? cursor.value : undefined);
  return target !== undefined && exists(target) ? target : undefined;
});

/** The unit or the edge of the selection. */
export const selected = computed((): Target | undefined => {
  const open = session.value;
  if (open === undefined) return undefined;
  try {
    const { kind, layer, indices } = findQuantity(open.model.network.layout, selection.value);
    const [j, k] = indices as [number, number];
    if (kind === "w") return { kind: "edge", layer, to: j, from: k };
    return kind === "e" || kind === "f" ? undefined : { kind: "unit", layer, unit: j };
  } catch {
    return undefined;
  }
});

function exists(target: Target): boolean {
  const sizes = session.value?.model.network.layout.sizes;
  const within = (layer: number, unit: number): boolean => unit < (sizes?.[layer] ?? 0);
  if (target.kind === "unit") return within(target.layer, target.unit);
  return within(target.layer, target.to) && within(target.layer - 1, target.from);
}

/** The name of what a click selects: `w3[2,5]`; of a unit its z where the colours show z, otherwise its a. */
export function nameOf(target: Target): string {
  if (target.kind === "edge") return `w${target.layer}[${target.to},${target.from}]`;
  const letter = target.layer > 1 && unitsBy.value.endsWith("z") ? "z" : "a";
  return `${letter}${target.layer}[${target.unit}]`;
}

export function isSame(p: Target | undefined, q: Target | undefined): boolean {
  if (p === undefined || q === undefined) return p === q;
  if (p.kind === "unit") return q.kind === "unit" && p.layer === q.layer && p.unit === q.unit;
  return q.kind === "edge" && p.layer === q.layer && p.to === q.to && p.from === q.from;
}
