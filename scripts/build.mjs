// npm run build: compiles src/ to dist/ and cli/src/ to cli/dist/, and bundles the explorer into explorer/dist/.
import { build } from "./lib/build.mjs";

if (!(await build())) process.exitCode = 1;
