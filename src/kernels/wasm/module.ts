import { ChainruleError } from "../../base/errors.js";

// From text to a running instance. Declared here, narrowly, because the library type-checks without the DOM's types.

/** Memory that WebAssembly works on; its buffer never grows. */
export interface KernelMemory {
  readonly buffer: ArrayBufferLike;
}

/** A compiled binary; workers are sent it as it is. */
export interface KernelModule {
  readonly compiled: "WebAssembly.Module";
}

interface WebAssemblyNamespace {
  readonly Module: new (bytes: Uint8Array) => KernelModule;
  readonly Instance: new (module: KernelModule, imports: object) => { readonly exports: unknown };
  readonly Memory: new (limits: { initial: number; maximum: number; shared: boolean }) => KernelMemory;
  readonly validate: (bytes: Uint8Array) => boolean;
}

const webAssembly = (globalThis as unknown as { readonly WebAssembly?: WebAssemblyNamespace }).WebAssembly;

/** What the kernels export; see assembly/index.ts. */
export interface Kernels {
  writeConstants(): void;
  run(ask: boolean | number, from: number, to: number): number;
  operate(operation: number, position: number, rows: number, thread: number, train: boolean | number): number;
  measureLayer(layer: number, rows: number): void;
  help(thread: number, seen: number): number;
  leave(): void;
}

export const PAGE = 65_536;

/**
 * What keeps this machine from running a binary, and undefined where nothing does: an engine without one of its features
 * finds it invalid, and a policy that forbids compiling is met only by compiling, here a module with nothing in it.
 */
export function whyNot(binary: Uint8Array): string | undefined {
  if (webAssembly === undefined) return "no WebAssembly";
  if (!webAssembly.validate(binary)) return "WebAssembly without its SIMD";
  try {
    new webAssembly.Module(Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0));
    return undefined;
  } catch (error) {
    return `WebAssembly refused (${String(error)})`;
  }
}

/**
 * The binary for a memory that is not shared. Only one flag of the imported memory's type differs: the kernels of one thread
 * never wait, and the other atomic instructions work on any memory.
 */
export function unshared(binary: Uint8Array): Uint8Array {
  // "env" "memory", kind 2 (memory), flags 3 (shared, with a maximum).
  const name = [3, 0x65, 0x6e, 0x76, 6, 0x6d, 0x65, 0x6d, 0x6f, 0x72, 0x79, 2];
  const at = binary.findIndex((_, start) => name.every((byte, i) => binary[start + i] === byte)) + name.length;
  const copy = binary.slice();
  copy[at] = 1;
  return copy;
}

/** @throws ChainruleError `E_ENGINE_UNAVAILABLE` where compiling is refused, as under a content security policy */
export function compile(binary: Uint8Array): KernelModule {
  try {
    return new webAssembly!.Module(binary);
  } catch (error) {
    throw new ChainruleError("E_ENGINE_UNAVAILABLE", {
      where: 'engine "wasm"',
      expected: "a runtime that compiles WebAssembly with SIMD",
      got: String(error),
      hint: 'engine: "portable" runs everywhere.',
    });
  }
}

/** @throws ChainruleError `E_MEMORY` where the machine does not give so much */
export function allocate(bytes: number, shared: boolean): KernelMemory {
  const pages = Math.ceil(bytes / PAGE);
  try {
    return new webAssembly!.Memory({ initial: pages, maximum: pages, shared });
  } catch (error) {
    throw new ChainruleError("E_MEMORY", {
      where: "the memory of the run",
      expected: `${(pages * PAGE).toLocaleString("en-US")} bytes`,
      got: String(error),
      hint: "Smaller layers or batches need less.",
    });
  }
}

export function instantiate(module: KernelModule, memory: KernelMemory): Kernels {
  return new webAssembly!.Instance(module, { env: { memory } }).exports as Kernels;
}
