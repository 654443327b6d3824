import { allPaths, findQuantity, type PathList, type Quantity } from "chainrule/explain";
import { passes, selection, session, shown } from "../../state/session.js";
import { COST_KEY, edgeKey, neuronKey } from "./marks.js";

/** Neurons of a column that are drawn; the others stand together as one. */
const SHOWN = 5;

export interface GraphNode {
  readonly key: string;
  readonly column: number;
  /** From the top of its column. */
  readonly place: number;
  readonly label: string;
  readonly value: number | undefined;
  /** The quantity that it stands for; undefined of several together. */
  readonly quantity: string | undefined;
}

export interface GraphEdge {
  readonly key: string;
  readonly from: string;
  readonly to: string;
  /** The sum of all paths through it. */
  readonly share: number;
}

export interface PathGraph {
  readonly columns: number;
  readonly rows: number;
  readonly nodes: readonly GraphNode[];
  readonly edges: readonly GraphEdge[];
  /** The drawn key of each neuron: its own, or that of the others. */
  readonly drawn: ReadonlyMap<string, string>;
}

/** The ways from the selection to the cost, as neurons in columns. The last factor of a weight is left out, so that a silent input shows ways. */
export function pathGraph(): PathGraph {
  const { model } = session.value!;
  const found = findQuantity(model.network.layout, selection.value, model.network.description);
  const through = found.kind === "w" || found.kind === "b" ? `z${found.layer}[${found.indices[0]!}]` : found.name;
  return drawnGraph(found, allPaths(model, shown.value!.example, through));
}

function drawnGraph(found: Quantity, { paths, value }: PathList): PathGraph {
  const shares = new Map<string, Map<string, number>>();
  const add = (from: string, to: string, by: number): void => {
    const own = shares.get(from) ?? new Map<string, number>();
    shares.set(from, own.set(to, (own.get(to) ?? 0) + by));
  };
  const ways = paths.map((path) => ({ share: path.value, places: path.neurons.map(placeOf) }));
  const nodes: GraphNode[] = [];
  const drawn = new Map<string, string>();
  const end = ways[0]!.places.at(-1)!;
  const source = sourceOf(found, end);
  const columns = columnsOf(ways);
  columns.forEach((column, at) => {
    const order = [...column.values()].sort((p, q) => Math.abs(q.share) - Math.abs(p.share));
    const cut = order.length <= SHOWN + 1 ? order.length : SHOWN;
    const others = `${order[0]!.place.at}[others]`;
    order.forEach(({ place }, from) => drawn.set(place.key, from < cut ? place.key : others));
    const behind = at + (source === undefined ? 0 : 1);
    order.slice(0, cut).forEach(({ place }, from) => nodes.push({ ...nodeOf(place), column: behind, place: from }));
    if (cut < order.length) {
      const label = `${order.length - cut} others`;
      nodes.push({ key: others, column: behind, place: cut, label, value: undefined, quantity: undefined });
    }
  });
  for (const { share, places } of ways) {
    const keys = [COST_KEY, ...places.map(({ key }) => drawn.get(key)!)];
    keys.slice(1).forEach((key, at) => add(key, keys[at]!, share));
  }
  if (source !== undefined) {
    nodes.push(source);
    add(source.key, end.key, value);
  }
  const last = columns.length + (source === undefined ? 0 : 1);
  nodes.push({ key: COST_KEY, column: last, place: 0, label: "Cost", value: passes.value!.backward.cost, quantity: undefined });
  const edges = [...shares].flatMap(([from, to]) => [...to].map(([key, share]) => ({ key: edgeKey(from, key), from, to: key, share })));
  return { columns: last + 1, rows: Math.max(...nodes.map(({ place }) => place)) + 1, nodes, edges, drawn };
}

/** A neuron on a path; `at` orders the columns, z before what its layer hands on. */
interface Place {
  readonly name: string;
  readonly key: string;
  readonly at: number;
}

/** `a4[3]`, `h4[3]`, or `z4[3]` where a layer has ways between its own neurons. */
function placeOf(name: string): Place {
  const [, kind, layer, neuron] = /^([a-z]+)(\d+)\[(\d+)\]$/.exec(name)!;
  const own = neuronKey(Number(layer), Number(neuron));
  return { name, key: kind === "z" ? `z${own}` : own, at: 2 * Number(layer) - (kind === "z" ? 1 : 0) };
}

/** The neurons of each column by their keys, from the selection to the output, with the sum of the paths through them. */
function columnsOf(ways: readonly { readonly share: number; readonly places: readonly Place[] }[]) {
  const columns = new Map<number, Map<string, { readonly place: Place; readonly share: number }>>();
  for (const { share, places } of ways) {
    for (const place of places) {
      const column = columns.get(place.at) ?? new Map<string, { readonly place: Place; readonly share: number }>();
      columns.set(place.at, column.set(place.key, { place, share: (column.get(place.key)?.share ?? 0) + share }));
    }
  }
  return [...columns].sort(([p], [q]) => p - q).map(([, column]) => column);
}

function nodeOf({ name, key }: Place): Omit<GraphNode, "column" | "place"> {
  const [, kind, layer, neuron] = /^([a-z]+)(\d+)\[(\d+)\]$/.exec(name)!;
  const { a, h, z } = passes.value!.forward;
  const values = (kind === "z" ? z : kind === "h" ? h : a)[Number(layer)];
  return { key, label: name, value: values?.[Number(neuron)], quantity: name };
}

/** What stands before a neuron: the input of a weight, a bias, its own weighted sum. */
function sourceOf({ kind, layer, indices, name }: Quantity, end: Place): GraphNode | undefined {
  const { network } = session.value!.model;
  if (kind === "w") {
    const handed = network.description.layers[layer - 3]?.skip === undefined ? "a" : "h";
    return { ...nodeOf(placeOf(`${handed}${layer - 1}[${indices[1]!}]`)), column: 0, place: 0 };
  }
  const before = { key: "b", column: 0, place: 0, label: name, quantity: name };
  if (kind === "z") return end.name === name ? undefined : { ...before, value: passes.value!.forward.z[layer]![indices[0]!] };
  if (kind !== "b") return undefined;
  const tensor = network.layout.tensors.find((one) => one.kind === "bias" && one.layer === layer);
  return { ...before, value: tensor === undefined ? undefined : network.parameters[tensor.offset + indices[0]!] };
}
