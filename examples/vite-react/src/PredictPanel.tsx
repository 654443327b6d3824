import { type ClassificationModel, type Dataset, type InputValues, predict } from "chainrule";
import type { Digit } from "chainrule/digits";
import { useEffect, useMemo, useRef, useState } from "react";

interface Props {
  readonly dataset: Dataset;
  readonly model: ClassificationModel<Digit>;
}

/** One picture of the data set, and what the model says of it. */
export function PredictPanel({ dataset, model }: Props) {
  const [row, setRow] = useState(0);
  const width = dataset.columns.length;
  const pixels = useMemo(() => dataset.inputs.slice(row * width, (row + 1) * width), [dataset, row, width]);
  const { label, probabilities = [] } = useMemo(() => predict(model, pixels), [model, pixels]);
  return (
    <section className="card predict">
      <div>
        <h2>Prediction</h2>
        <Picture pixels={pixels} />
        <button className="action" onClick={() => setRow((row + 97) % dataset.rowCount)}>
          Another digit
        </button>
      </div>
      <ol aria-label={`the model says ${label}`}>
        {probabilities.map((probability, digit) => (
          <li key={digit} className={digit === label ? "bar best" : "bar"}>
            <span>{digit}</span>
            <meter value={probability} max={1} />
            <span>{(100 * probability).toFixed(1)} %</span>
          </li>
        ))}
      </ol>
    </section>
  );
}

/** 8 x 8 pixels from 0 to 16. */
function Picture({ pixels }: { readonly pixels: InputValues }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    const context = canvas.current!.getContext("2d")!;
    pixels.forEach((value, at) => {
      const grey = 255 - Math.round((value / 16) * 225);
      context.fillStyle = `rgb(${grey} ${grey} ${grey})`;
      context.fillRect(at % 8, Math.floor(at / 8), 1, 1);
    });
  }, [pixels]);
  return <canvas ref={canvas} width={8} height={8} className="picture" />;
}
