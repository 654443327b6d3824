// What every JavaScript runtime has and the language's own library does not declare. Declared here, narrowly, so that the
// library type-checks without the DOM's or Node's types, and so do its users.

/** The part of `AbortSignal` that is used; any runtime's signal fits. */
export interface AbortSignalLike {
  readonly aborted: boolean;
}

declare const performance: { now(): number };
declare const setInterval: (callback: () => void, milliseconds: number) => unknown;
declare const clearInterval: (timer: unknown) => void;
declare const setTimeout: (callback: () => void, milliseconds: number) => unknown;
declare const TextEncoder: new () => { encode(text: string): Uint8Array<ArrayBuffer> };
declare const TextDecoder: new (label: string, options: { fatal: boolean }) => { decode(bytes: Uint8Array): string };

/** Milliseconds since some fixed moment; for progress and speed only, never for a result. */
export function now(): number {
  return performance.now();
}

/** Lets the runtime handle timers, input and abort signals before the work goes on. */
export function pause(): Promise<void> {
  return new Promise((resolve) => {
    // setImmediate (Node) comes back at once; browsers clamp nested timers to 4 ms.
    const immediate = (globalThis as { setImmediate?: (callback: () => void) => unknown }).setImmediate;
    if (immediate !== undefined) immediate(resolve);
    else setTimeout(resolve, 0);
  });
}

/** Calls back again and again; returns what ends it. */
export function every(milliseconds: number, callback: () => void): () => void {
  const timer = setInterval(callback, milliseconds);
  return () => clearInterval(timer);
}

export function encodeText(text: string): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(text);
}

/** Throws a TypeError where the bytes are not UTF-8. */
export function decodeText(bytes: Uint8Array): string {
  return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
}
