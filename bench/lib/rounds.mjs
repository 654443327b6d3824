import { setTimeout as sleep } from "node:timers/promises";

/** Milliseconds until the system has taken back the memory of the program before, which takes as long as a short measurement. */
const SETTLE = 1500;

/**
 * Lets all contenders run in turn, round by round, so that whatever else the machine does touches them alike.
 *
 * @param contenders `measure()` resolves with the speeds of its epochs and how it ran
 * @param onTurn called before each turn
 * @returns for each contender its rounds, the speeds of the epochs in each, and how it ran; or the error that ended it
 */
export async function alternate(contenders, rounds, onTurn) {
  const results = contenders.map(() => ({ rounds: [], how: {}, error: undefined }));
  for (let round = 1; round <= rounds; round++) {
    for (const [index, contender] of contenders.entries()) {
      const result = results[index];
      if (result.error !== undefined) continue;
      onTurn(round, contender);
      await sleep(SETTLE);
      try {
        const { speeds, how } = await contender.measure();
        result.rounds.push(speeds);
        result.how = how;
      } catch (error) {
        // What failed once fails again, and a median of half the rounds would not be comparable.
        result.error = error;
      }
    }
  }
  return results;
}
