// npm run build: compiles src/ to dist/ and cli/src/ to cli/dist/.
import { build } from "./lib/build.mjs";

if (!(await build())) process.exitCode = 1;
