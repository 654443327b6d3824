import { digits } from "chainrule/digits";
import { type FormEvent, useState } from "react";
import { HistoryChart } from "./HistoryChart";
import { PredictPanel } from "./PredictPanel";
import { type Job, useTraining } from "./useTraining";

const dataset = digits();

const jobOf = (hidden: number, epochs: number, seed: number): Job<typeof dataset.target> => ({
  dataset,
  options: { hidden: [hidden], epochs, seed },
});

const percent = (share: number | undefined): string => (share === undefined ? "–" : `${(100 * share).toFixed(1)} %`);

export function Trainer() {
  // An object of its own for every run; the first one starts with the page.
  const [job, setJob] = useState<Job<typeof dataset.target> | null>(() => jobOf(32, 40, 1));
  const { state, history, fraction, result, error } = useTraining(job);
  const last = history.at(-1);

  const start = (event: FormEvent<HTMLFormElement>): void => {
    event.preventDefault();
    const field = (name: string): number => Number(new FormData(event.currentTarget).get(name));
    setJob(jobOf(field("hidden"), field("epochs"), field("seed")));
  };

  return (
    <>
      <form className="card controls" onSubmit={start}>
        <label>
          Hidden units <input name="hidden" type="number" min="1" max="512" defaultValue="32" required />
        </label>
        <label>
          Epochs <input name="epochs" type="number" min="1" max="100000" defaultValue="40" required />
        </label>
        <label>
          Seed <input name="seed" type="number" min="0" defaultValue="1" required />
        </label>
        {/* Keys, since a click on one button must not end on the other: it would submit the form. */}
        {state === "running" ? (
          <button key="stop" type="button" className="action stop" onClick={() => setJob(null)}>
            Stop
          </button>
        ) : (
          <button key="train" type="submit" className="action">
            Train
          </button>
        )}
        <progress value={fraction} max={1} aria-label="progress" />
      </form>

      <section className="card">
        <dl className="figures">
          <Figure name="Epoch" value={String(last?.epoch ?? "–")} />
          <Figure name="Cost" value={last === undefined ? "–" : last.cost.toFixed(4)} />
          <Figure name="Training accuracy" value={percent(last?.accuracy)} />
          <Figure name="Validation accuracy" value={percent(last?.validation?.accuracy)} />
          <Figure name="Test accuracy" value={percent(result?.test?.accuracy)} />
        </dl>
        <HistoryChart history={history} />
        <p role="status" className="status">
          {state === "failed" ? error?.message : state}
          {result !== undefined && `, ${Math.round(result.samplesPerSecond).toLocaleString("en")} rows a second`}
          {result?.note !== undefined && ` (${result.note})`}
        </p>
      </section>

      {result !== undefined && <PredictPanel dataset={dataset} model={result.model} />}
    </>
  );
}

function Figure({ name, value }: { readonly name: string; readonly value: string }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{value}</dd>
    </div>
  );
}
