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

interface Pauses {
  readonly setImmediate?: (callback: () => void) => unknown;
  readonly MessageChannel?: new () => { readonly port1: Port; readonly port2: Port };
}
interface Port {
  onmessage: (() => void) | null;
  postMessage(message: unknown): void;
  close(): void;
}

/** Lets the runtime handle timers, input and abort signals before the work goes on. */
export function pause(): Promise<void> {
  return new Promise((resolve) => {
    // setImmediate (Node) comes back at once, and so does a message; browsers clamp nested timers to 4 ms, and to a second in
    // a page that is not seen.
    const { setImmediate, MessageChannel } = globalThis as Pauses;
    if (setImmediate !== undefined) return void setImmediate(resolve);
    if (MessageChannel === undefined) return void setTimeout(resolve, 0);
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(0);
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

/** Node's own modules without an import, which a bundler for browsers would trip over; undefined elsewhere. */
export function nodeModule(name: string): unknown {
  return (globalThis as { readonly process?: { getBuiltinModule?: (name: string) => unknown } }).process?.getBuiltinModule?.(name);
}
