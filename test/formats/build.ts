/** Bytes of a safetensors file from a header as text or value, and data; nothing is checked. */
export function buildFile(header: unknown, data: Uint8Array | number = 0, options: { readonly length?: bigint } = {}): Uint8Array {
  const text =
    header instanceof Uint8Array ? header : new TextEncoder().encode(typeof header === "string" ? header : JSON.stringify(header));
  const body = typeof data === "number" ? new Uint8Array(data) : data;
  const file = new Uint8Array(8 + text.length + body.length);
  new DataView(file.buffer).setBigUint64(0, options.length ?? BigInt(text.length), true);
  file.set(text, 8);
  file.set(body, 8 + text.length);
  return file;
}

/** The header of a safetensors file, as text and as the position where the data begin. */
export function headerOf(file: Uint8Array): { readonly text: string; readonly dataStart: number } {
  const dataStart = 8 + Number(new DataView(file.buffer, file.byteOffset).getBigUint64(0, true));
  return { text: new TextDecoder().decode(file.subarray(8, dataStart)), dataStart };
}

/** The same file with another header. */
export function withHeader(file: Uint8Array, change: (header: Record<string, unknown>) => unknown): Uint8Array {
  const { text, dataStart } = headerOf(file);
  const header = JSON.parse(text) as Record<string, unknown>;
  return buildFile(change(header) ?? header, file.slice(dataStart));
}

/** The same model file with another description. */
export function withDescription(file: Uint8Array, change: (description: Record<string, unknown>) => unknown): Uint8Array {
  return withHeader(file, (header) => {
    const metadata = header["__metadata__"] as Record<string, string>;
    const description = JSON.parse(metadata["chainrule"]!) as Record<string, unknown>;
    const changed = change(description) ?? description;
    metadata["chainrule"] = typeof changed === "string" ? changed : JSON.stringify(changed);
  });
}
