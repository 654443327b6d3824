// The browser's counterpart of bench/chainrule.mjs: the built library as it is, and the rows from the server.
import * as library from "../../dist/index.js";
import { measure } from "../lib/measure.mjs";

async function fetchBytes(path) {
  const response = await fetch(path);
  if (!response.ok) throw new Error(`${path}: ${response.status}`);
  return new Uint8Array(await response.arrayBuffer());
}

globalThis.measureJob = async (job) => {
  if (!globalThis.crossOriginIsolated) throw new Error("the page is not cross-origin isolated");
  const [images, labels] = await Promise.all([fetchBytes("/rows/images"), fetchBytes("/rows/labels")]);
  return measure(library, job, images, labels);
};
