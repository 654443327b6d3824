import { useState } from "react";
import { Trainer } from "./Trainer";

const PAGES = ["Train", "How it works"] as const;

export function App() {
  const [page, setPage] = useState<(typeof PAGES)[number]>("Train");
  return (
    <main>
      <header>
        <h1>Handwritten digits</h1>
        <nav>
          {PAGES.map((name) => (
            <button key={name} className="tab" aria-current={name === page} onClick={() => setPage(name)}>
              {name}
            </button>
          ))}
        </nav>
      </header>
      {page === "Train" ? <Trainer /> : <Explanation />}
    </main>
  );
}

function Explanation() {
  return (
    <section className="card">
      <h2>How it works</h2>
      <p>
        The network is trained in a worker of this page, so that the page stays free. <code>useTraining</code> starts the run, keeps its
        progress in the state of the component, and cancels it when the component goes: leaving the page “Train” ends the run and its
        worker.
      </p>
      <p>The same seed gives the same network, bit for bit, here and on a server.</p>
    </section>
  );
}
