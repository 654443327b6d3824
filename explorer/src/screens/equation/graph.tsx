import { useComputed } from "@preact/signals";
import { numberText } from "chainrule/explain";
import { selection, shown } from "../../state/session.js";
import { ScrollBox } from "../../widgets/equation-scroll.js";
import { type GraphEdge, type GraphNode, type PathGraph, pathGraph } from "./graph-data.js";
import { beyondKey } from "./marks.js";
import { attempt, goTo, marked } from "./state.js";
import { counted } from "../../widgets/counted.js";

const BOX = { width: 112, height: 24 };
const STEP = { x: 190, y: 30 };
/** Between two full columns. */
const MOST_SIGNS = 3;

/** The neurons on the way from the selection to the cost. The tree below says the same in text. */
export function Graph() {
  const graph = useComputed(() => attempt(pathGraph)).value;
  if (graph.value === undefined) return <p class="eq-quiet">No path graph: {graph.problem}</p>;
  const { columns, rows, nodes, edges } = graph.value;
  const lit = litParts(graph.value, marked.value);
  const width = (columns - 1) * STEP.x + BOX.width + 4;
  const height = rows * STEP.y + 4;
  const largest = Math.max(...edges.map(({ share }) => Math.abs(share)));
  const at = new Map(nodes.map((node) => [node.key, placeOf(node, nodes, rows)]));
  const signs = signPlaces(graph.value);
  return (
    <figure class="eq-graph">
      <ScrollBox label="Ways to the cost">
        <svg
          viewBox={`0 0 ${width} ${height}`}
          width={width}
          height={height}
          class={lit.size > 0 ? "has-lit" : ""}
          role="img"
          aria-label={spoken(graph.value)}
        >
          {edges.map((edge) => (
            <Edge
              key={edge.key}
              edge={edge}
              from={at.get(edge.from)!}
              to={at.get(edge.to)!}
              largest={largest}
              lit={lit.has(edge.key)}
              t={signs.get(edge.key)}
            />
          ))}
          {nodes.map((node) => (
            <Box key={node.key} node={node} at={at.get(node.key)!} lit={lit.has(node.key)} />
          ))}
        </svg>
      </ScrollBox>
      <figcaption class="eq-quiet">
        From {selection.value} to the cost of {shown.value!.name}: the largest neurons of each layer with their values. A line is as wide as
        what runs through it; dashed and − lowers the derivative, solid and + raises it.
      </figcaption>
    </figure>
  );
}

interface Point {
  readonly x: number;
  readonly y: number;
}

/** The upper left corner; a short column stands in the middle. */
function placeOf({ column, place }: GraphNode, nodes: readonly GraphNode[], rows: number): Point {
  const own = nodes.filter((node) => node.column === column).length;
  return { x: 2 + column * STEP.x, y: 4 + (place + (rows - own) / 2) * STEP.y };
}

function Edge({ edge, from, to, largest, lit, t }: EdgeProps) {
  const [x1, y1] = [from.x + BOX.width, from.y + BOX.height / 2];
  const [x2, y2] = [to.x, to.y + BOX.height / 2];
  const middle = (x1 + x2) / 2;
  const width = largest > 0 ? 0.75 + (4 * Math.abs(edge.share)) / largest : 0.75;
  const tone = edge.share < 0 ? "down" : edge.share > 0 ? "up" : "none";
  return (
    <g class={`eq-edge ${tone}${lit ? " lit" : ""}`}>
      <path d={`M${x1} ${y1}C${middle} ${y1} ${middle} ${y2} ${x2} ${y2}`} stroke-width={width} />
      {tone !== "none" && t !== undefined && (
        <text x={bezier(x1, middle, middle, x2, t)} y={bezier(y1, y1, y2, y2, t) + 4}>
          {tone === "up" ? "+" : "−"}
        </text>
      )}
    </g>
  );
}

interface EdgeProps {
  readonly edge: GraphEdge;
  readonly from: Point;
  readonly to: Point;
  readonly largest: number;
  readonly lit: boolean;
  /** How far along it its sign stands; undefined where it has none beside its dashes. */
  readonly t: number | undefined;
}

/** Where the sign of a line stands, by its key. Between two full columns only the widest have one, which would hide each other. */
function signPlaces({ nodes, edges }: PathGraph): Map<string, number> {
  const sizes = new Map<number, number>();
  for (const { column } of nodes) sizes.set(column, (sizes.get(column) ?? 0) + 1);
  const sizeAt = (key: string): number => sizes.get(nodes.find((node) => node.key === key)!.column)!;
  const places = new Map<string, number>();
  const crossing: GraphEdge[] = [];
  for (const edge of edges) {
    const [before, behind] = [sizeAt(edge.from), sizeAt(edge.to)];
    if (before > 1 && behind > 1) crossing.push(edge);
    // Lines are far apart where they leave many boxes, or come to many.
    else places.set(edge.key, before === behind ? 0.5 : before > 1 ? 0.36 : 0.64);
  }
  const widest = crossing.sort((p, q) => Math.abs(q.share) - Math.abs(p.share)).slice(0, MOST_SIGNS);
  widest.forEach(({ key }) => places.set(key, 0.36));
  return places;
}

function bezier(a: number, b: number, c: number, d: number, t: number): number {
  const s = 1 - t;
  return s * s * s * a + 3 * s * s * t * b + 3 * s * t * t * c + t * t * t * d;
}

/** With fewer digits where its power of ten would meet the label. */
function shortText(value: number, label: string): string {
  const text = numberText(value, 3);
  return text.length + label.length > 12 ? numberText(value, 2) : text;
}

function Box({ node, at, lit }: { readonly node: GraphNode; readonly at: Point; readonly lit: boolean }) {
  const { label, value, quantity } = node;
  const go = quantity === undefined ? undefined : () => goTo({ quantity, example: undefined });
  return (
    <g class={`eq-node${lit ? " lit" : ""}${go === undefined ? "" : " open"}`} onClick={go}>
      <rect x={at.x} y={at.y} width={BOX.width} height={BOX.height} rx="5" />
      <text x={at.x + 6} y={at.y + 16}>
        {label}
      </text>
      {value !== undefined && (
        <text class="value" x={at.x + BOX.width - 6} y={at.y + 16}>
          {shortText(value, label)}
        </text>
      )}
    </g>
  );
}

/** The drawn parts that are meant by marks: those of the others stand together. */
function litParts({ edges, drawn }: PathGraph, marks: readonly string[]): Set<string> {
  const keyOf = (key: string): string => drawn.get(key) ?? key;
  const lit = new Set(marks.map((mark) => (mark.includes(">") ? mark.split(">").map(keyOf).join(">") : keyOf(mark))));
  for (let size = -1; size !== lit.size;) {
    size = lit.size;
    for (const { key, from, to } of edges) {
      if (lit.has(beyondKey(from))) [key, to, beyondKey(to)].forEach((part) => lit.add(part));
    }
  }
  return lit;
}

function spoken({ nodes, columns }: PathGraph): string {
  const inColumn = (column: number): string =>
    nodes
      .filter((node) => node.column === column)
      .map(({ label }) => label)
      .join(", ");
  const ways = Array.from({ length: columns }, (_, column) => inColumn(column)).filter((names) => names !== "");
  return `The way from ${selection.value} to the cost in ${counted(ways.length, "column")}: ${ways.join("; then ")}. The tree has all values.`;
}
