import { expect, test } from "vitest";
import { train } from "../../src/index.js";
import { CATALOGUE } from "../../explorer/src/state/catalogue.js";

test.each(CATALOGUE.filter(({ id }) => id !== "digits-28").map(({ id }) => id))("%s learns", async (id) => {
  const { load, options } = CATALOGUE.find((e) => e.id === id)!;
  const t0 = performance.now();
  const { test: score } = await train(await load(), options).result;
  console.log(id, score?.accuracy, score?.rows, performance.now() - t0);
  expect(score!.accuracy).toBeGreaterThanOrEqual(0.9);
});
