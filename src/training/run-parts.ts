// What a run needs beside its plan: loaded when it starts, so that a page that may train later does not wait for it. The one file for pages
// has all of it inside (scripts/lib/one-file.mjs writes the imports of this file as static ones).

/** The reproducible kernels. */
export async function loadPlain(): Promise<Uint8Array> {
  const plain = (await import("../engine/binaries.js")).plainKernels;
  return plain();
}

/** @throws ChainruleError `E_ENGINE_UNAVAILABLE` where the runtime has no relaxed SIMD */
export async function loadRelaxed(): Promise<Uint8Array> {
  const relaxed = (await import("../engine/binaries.js")).relaxedKernels;
  return relaxed();
}

/** What trains in slices of this thread. */
export const loadRunHere = async () => (await import("./run-here.js")).runHere;

/** What measures a new model on its test rows. */
export const loadMeasureTest = async () => (await import("./measure-test.js")).measureTest;

/** The text of a worker. */
export const loadWorkerSource = async () => (await import("./worker/generated/source.js")).default;
