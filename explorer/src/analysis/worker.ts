import { diagnose } from "chainrule/diagnose";
import { answersOf } from "./answers.js";
import { serve } from "./serve.js";
import { spreadOf } from "./spread.js";

// A thread of the page that looks at models, so that the page never waits: diagnosis, every row's answer, spreads.

serve({
  diagnosis: (model, dataset) => diagnose(model, dataset),
  answers: answersOf,
  spread: spreadOf,
  pastAnswers: answersOf,
  pastSpread: spreadOf,
});
