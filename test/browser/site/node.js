// Node does one job, named with its arguments in JSON, and prints what came of it.
import "./installed.js";

const [job, ...parameters] = JSON.parse(process.argv[2]);
console.log(JSON.stringify(await globalThis.jobs[job](...parameters)));
