// What a worker of the library runs, as a module of the page's build; source.ts starts it.
import { serve } from "../../src/training/worker/worker.js";

serve();
