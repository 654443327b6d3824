// What the tests have a page do, and Node for comparison.

/** @param library all of the module `chainrule` */
export function createJobs(library, datasets) {
  /** Trains; says what ran and how, the bits that came of it, and how often the asking thread was free meanwhile. */
  const trains = async (name, options) => {
    const heart = startHeart();
    let ticks = 0;
    try {
      const run = library.train(datasets[name](), options);
      run.onTick(() => (ticks += 1));
      const { model, history, engine, threads, note } = await run.result;
      const said = note === undefined ? {} : { note };
      return { engine, threads, ...said, hash: model.parametersHash, epochs: history.length, ticks, ...heart.stop() };
    } catch (error) {
      return { code: error.code, message: error.message, ...heart.stop() };
    }
  };

  /** Aborts a run that would take long, some milliseconds after its first sign of progress; `latency` is what it then took to end. */
  const aborts = async (options, milliseconds) => {
    const controller = new AbortController();
    const run = library.train(datasets.digits(), { hidden: [64, 48], epochs: 100_000, ...options, signal: controller.signal });
    await new Promise((resolve) => run.onTick(resolve));
    await new Promise((resolve) => setTimeout(resolve, milliseconds));
    const start = performance.now();
    controller.abort();
    const code = await run.result.then(
      () => "none",
      (error) => error.code,
    );
    return { code, latency: performance.now() - start };
  };

  /** Trains with checkpoints in the browser's database, and goes on from those that are there; aborted after an epoch where one is named. */
  const keeps = async (name, options, database, until) => {
    const store = library.indexedDbCheckpoints(database);
    const controller = new AbortController();
    const checkpoint = { store, everySteps: 7, resume: true };
    try {
      const run = library.train(datasets[name](), { ...options, checkpoint, signal: controller.signal });
      for await (const { epoch } of run) if (epoch === until) controller.abort();
      const { model, history, resumedFrom, note } = await run.result;
      return { hash: model.parametersHash, epochs: history.length, resumedFrom, note, steps: await store.steps() };
    } catch (error) {
      return { code: error.code, message: error.message, steps: await store.steps() };
    }
  };

  /** Trains on a table that is larger than the memory it may take. */
  const streams = async (options) => {
    const flats = Array.from({ length: 2000 }, (_, i) => ({
      size: i % 9 === 0 ? null : 40 + ((i * 37) % 50),
      town: ["Bern", "Genf", "Zug"][i % 3],
      rent: 500 + 12 * ((i * 37) % 50) + 200 * (i % 3),
    }));
    try {
      const { model, note, engine, test } = await library.train(flats, { target: "rent", memory: 64_000, epochs: 2, ...options }).result;
      return { hash: model.parametersHash, note, engine, rmse: test.rmse };
    } catch (error) {
      return { code: error.code, message: error.message };
    }
  };

  /** The steps whose checkpoints a database has, newest first. */
  const steps = (database) => library.indexedDbCheckpoints(database).steps();

  /** Alters a byte in the middle of the newest checkpoint of a database, and says which step it is of. */
  const damages = async (database) => {
    const store = library.indexedDbCheckpoints(database);
    const [step] = await store.steps();
    const bytes = await store.read(step);
    bytes[bytes.length >> 1] ^= 1;
    await store.write(step, bytes);
    return step;
  };

  return { trains, aborts, keeps, streams, steps, damages, capabilities: () => library.capabilities() };
}

/** Beats whenever the thread is free: how often, over how many milliseconds, and the longest time between two beats. */
function startHeart() {
  const { port1, port2 } = new MessageChannel();
  const start = performance.now();
  let [last, longest, beats] = [start, 0, 0];
  const rest = () => {
    const time = performance.now();
    longest = Math.max(longest, time - last);
    last = time;
    return time - start;
  };
  port1.onmessage = () => {
    rest();
    beats += 1;
    port2.postMessage(0);
  };
  port2.postMessage(0);
  return {
    stop: () => {
      port1.close();
      return { milliseconds: rest(), beats, longest };
    },
  };
}
