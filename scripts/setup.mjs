// npm run setup: installs and builds. Costs next to nothing where nothing has changed.
import { setup } from "./lib/setup.mjs";

if (!(await setup())) process.exitCode = 1;
