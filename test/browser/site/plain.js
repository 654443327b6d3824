// A plain page: one module file as it was installed, and data beside it; nothing is bundled.
import * as library from "./node_modules/chainrule/dist/chainrule.min.js";
import { digits } from "./node_modules/chainrule/dist/digits.js";
import { iris } from "./node_modules/chainrule/dist/iris.js";
import { createJobs } from "./jobs.js";

globalThis.jobs = createJobs(library, { iris, digits });
