// The packages by their names, for bundlers.
import * as library from "chainrule";
import { digits } from "chainrule/digits";
import { iris } from "chainrule/iris";
import { createJobs } from "./jobs.js";

globalThis.jobs = createJobs(library, { iris, digits });
