import { expect, test } from "vitest";
import { endure } from "../cli/killing.js";
import { slow } from "../support/requires.js";
import { temporaryFolder } from "../support/temporary.js";

// What test/cli/resume.test.ts does a few times, many times: whoever is killed often enough meets every moment of a checkpoint.

slow.suite("a run that is killed fifty times", () => {
  test.skipIf(process.platform === "win32")("ends with the bits of one that was left in peace", { timeout: 600_000 }, async () => {
    const training = "digits --hidden 6 --epochs 110 --batch-size 40 --optimizer adam --schedule cosine --average 0.9 --patience 100";
    const reached = await endure(temporaryFolder(), training, 50, 9);
    expect(reached).toHaveLength(50);
    expect(reached.filter((step) => step > 0).length).toBeGreaterThan(40);
  });
});
