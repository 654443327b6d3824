import { ChainruleError, type Problem } from "chainrule";

/** The same error with other words in its problems; code and stack stay. */
export function reworded(error: ChainruleError, reword: (problem: Problem) => Problem): ChainruleError {
  if (error.problems.length === 0) return error;
  const copy = new ChainruleError(error.code, error.problems.map(reword));
  if (error.stack !== undefined) copy.stack = error.stack;
  return copy;
}

/** The library speaks of `learningRate` and `schedule.every`; who typed `--learning-rate` or `--schedule` is told of that. */
export function inOptions(error: unknown, options: readonly string[]): unknown {
  if (!(error instanceof ChainruleError) || error.code !== "E_USAGE") return error;
  return reworded(error, (problem) => {
    const [name = "", ...inside] = problem.where.split(".");
    const option = `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
    const where = inside.length === 0 ? option : `${option}, ${inside.join(".")}`;
    return options.includes(option) ? { ...problem, where } : problem;
  });
}

/** An array that no memory could hold is the network's size, not a mistake in the program. */
export function outOfMemory(error: unknown): unknown {
  if (!(error instanceof RangeError) || !/array length|allocation failed/i.test(error.message)) return error;
  return new ChainruleError("E_ENVIRONMENT", {
    where: "memory",
    expected: "room for the network and the data",
    got: error.message,
    hint: "Fewer units in a layer need less.",
  });
}
