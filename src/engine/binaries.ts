import { ChainruleError } from "../base/errors.js";
import plainBinary from "../kernels/wasm/generated/plain.js";
import { unpackBinary } from "../kernels/wasm/unpack.js";
import { hasRelaxed } from "./wasm-support.js";

let plain: Uint8Array | undefined;

/** The reproducible binary. */
export function plainKernels(): Uint8Array {
  return (plain ??= unpackBinary(plainBinary));
}

/**
 * The binary that may round a product and its sum once. It is loaded only when it is asked for.
 *
 * @throws ChainruleError `E_ENGINE_UNAVAILABLE` where the runtime has no relaxed SIMD
 */
export async function relaxedKernels(): Promise<Uint8Array> {
  if (hasRelaxed()) return unpackBinary((await import("../kernels/wasm/generated/relaxed.js")).default);
  throw new ChainruleError("E_ENGINE_UNAVAILABLE", {
    where: "reproducible: false",
    expected: "a runtime with relaxed SIMD (Node 22 or newer, Chrome 114, Firefox 146)",
    got: "none",
    hint: "reproducible: true runs here.",
  });
}
