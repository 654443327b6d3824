// What the file side of tables takes from the runtime, declared narrowly: see src/base/platform.ts.

/** The part of a `ReadableStream<Uint8Array>` that is used; any runtime's fits. */
export interface ByteStream {
  getReader(): ByteReader;
}

export interface ByteReader {
  read(): Promise<{ readonly done: boolean; readonly value?: Uint8Array | undefined }>;
  cancel(reason?: unknown): Promise<void>;
}

interface ByteWriter {
  write(bytes: Uint8Array): Promise<void>;
  close(): Promise<void>;
  abort(reason: unknown): Promise<void>;
}

declare const DecompressionStream: new (format: "gzip") => {
  readonly readable: { getReader(): ByteReader };
  readonly writable: { getWriter(): ByteWriter };
};
declare const TextDecoder: new (label: string, options: { fatal: boolean; ignoreBOM?: boolean }) => StreamDecoder;

export interface StreamDecoder {
  decode(bytes?: Uint8Array, options?: { stream: boolean }): string;
}

export function createDecoder(label: string, fatal: boolean): StreamDecoder {
  return new TextDecoder(label, { fatal });
}

export function createGunzip(): { readonly reader: ByteReader; readonly writer: ByteWriter } {
  const { readable, writable } = new DecompressionStream("gzip");
  return { reader: readable.getReader(), writer: writable.getWriter() };
}
