export function packBinary(binary: Uint8Array): string;
