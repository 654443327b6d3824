import { rateOf, type Run } from "./run.js";

/** Between two steps: what is asked of the run from outside is done, and where it is to stand it stands. */
export function attend(run: Run, save: () => Promise<void>): Promise<void> {
  const { control, course, engine } = run;
  return control.attend({
    stand: () => ({ step: course.step, epoch: course.epoch, learningRate: rateOf(run, course.step), parameters: engine.parameters() }),
    save,
    changeRate: (rate) => (course.learningRate = rate),
  });
}
