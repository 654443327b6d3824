import address from "worker-chunk:./training.js";

// In the place of the library's own text of a worker (src/training/worker/generated): that text holds all of the engine, which the page has too.
// Messages that come before the module is there wait for it.
const text = `
const early = [];
const wait = ({ data }) => early.push(data);
addEventListener("message", wait);
import(${JSON.stringify(address)}).then(
  () => {
    removeEventListener("message", wait);
    for (const data of early) dispatchEvent(new MessageEvent("message", { data }));
  },
  (error) => setTimeout(() => { throw error; }),
);`;

export default text;
