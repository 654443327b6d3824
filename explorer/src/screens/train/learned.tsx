import { effect, useSignal } from "@preact/signals";
import { useLayoutEffect, useRef } from "preact/hooks";
import { session } from "../../state/session.js";
import { Num } from "../../widgets/network-number.js";
import { Surface } from "../../widgets/surface.js";
import { palette } from "../network/palette.js";
import { largest, weightsOf } from "../network/quantities.js";
import { paintWeights, type Tiles } from "./paint-weights.js";
import { Heads } from "../../widgets/heads.js";

/** Units that are drawn at most. */
const MOST = 64;

/** The weights of layer 2, as images over the input where it is one, and as a matrix otherwise. */
export function Learned() {
  const canvas = useRef<HTMLCanvasElement>(null);
  const locked = useSignal<number | undefined>(undefined);
  useLayoutEffect(() => {
    const element = canvas.current!;
    const paint = (): void => paintWeights(element, palette.value, tilesOf(locked.value), element.parentElement!.clientWidth);
    const end = effect(paint);
    const watch = new ResizeObserver(paint);
    watch.observe(element.parentElement!);
    return () => {
      end();
      watch.disconnect();
    };
  }, []);
  const { model } = session.value!;
  const { image, network } = model;
  const most = locked.value ?? largest(weightsOf(network, 2));
  const units = network.layout.sizes[2]!;
  return (
    <section class="tr-learned" aria-labelledby="tr-learned-title">
      <h3 id="tr-learned-title">What it learned</h3>
      <Surface />
      <p class="tr-hint">
        {image === undefined
          ? `The weights of layer 2: a row for each of the ${units} units, a column for each input.`
          : `The weights of layer 2, an image over the input for each of the ${units} units.`}
        {units > MOST && ` The first ${MOST} of them.`}
      </p>
      <div class="tr-tiles">
        <canvas ref={canvas} aria-hidden="true" />
      </div>
      <p class="tr-tools">
        <span>
          <span class="tr-scale" aria-hidden="true" /> −<Num of={most} what="scale" digits={3} /> to +<Num of={most} digits={3} />
        </span>
        <button
          type="button"
          aria-pressed={locked.value !== undefined}
          onClick={() => (locked.value = locked.value === undefined ? most : undefined)}
        >
          Lock the colours
        </button>
      </p>
      <Numbers />
    </section>
  );
}

function tilesOf(most: number | undefined): Tiles {
  const { image, network, columns } = session.value!.model;
  const weights = weightsOf(network, 2);
  const count = Math.min(MOST, network.layout.sizes[2]!);
  const scale = most ?? largest(weights);
  return image === undefined
    ? { weights, count: 1, width: columns.length, height: count, most: scale }
    : { weights, count, width: image.width, height: image.height, most: scale };
}

/** The same for those who do not see the images. */
function Numbers() {
  const open = useSignal(false);
  return (
    <details open={open.value} onToggle={({ currentTarget }) => (open.value = currentTarget.open)}>
      <summary>In numbers</summary>
      {open.value && <Table />}
    </details>
  );
}

function Table() {
  const { network } = session.value!.model;
  const weights = weightsOf(network, 2);
  const [units, inputs] = [Math.min(MOST, network.layout.sizes[2]!), network.layout.sizes[1]!];
  return (
    <table class="tr-numbers">
      <Heads titles={["unit", "lowest", "highest", "root mean square"]} />
      <tbody>
        {Array.from({ length: units }, (_, j) => {
          const own = weights.subarray(j * inputs, (j + 1) * inputs);
          return (
            <tr key={j}>
              <th scope="row">{j}</th>
              <td>
                <Num of={own.reduce((least, value) => Math.min(least, value), Infinity)} />
              </td>
              <td>
                <Num of={own.reduce((highest, value) => Math.max(highest, value), -Infinity)} />
              </td>
              <td>
                <Num of={Math.sqrt(own.reduce((sum, value) => sum + value * value, 0) / inputs)} />
              </td>
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}
