// One measurement of chainrule in a process of its own; bench/lib/child.mjs starts it with a job as JSON.
import { readFileSync } from "node:fs";
import * as library from "chainrule";
import { measure } from "./lib/measure.mjs";

const job = JSON.parse(process.argv[2]);
try {
  const { speeds, ...how } = await measure(library, job, readFileSync(job.images), readFileSync(job.labels));
  console.log(JSON.stringify({ ...how, node: process.versions.node }));
  for (const samplesPerSecond of speeds) console.log(JSON.stringify({ samplesPerSecond }));
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
}
