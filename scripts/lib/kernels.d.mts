export function buildKernels(): Promise<boolean>;
export function compile(
  features: readonly string[],
  changes?: Readonly<Record<string, string>>,
  effort?: readonly string[],
): Promise<Uint8Array | undefined>;
