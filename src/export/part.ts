/** A part of a module. What stands between « and » is TypeScript's alone. */
export interface Part {
  /** Lines of the function that the module is for. */
  readonly body: readonly string[];
  /** Top-level declarations of data. */
  readonly constants: readonly string[];
  /** Names of helpers that its code calls. */
  readonly helpers: ReadonlySet<string>;
}

/** A part with types and functions of its own. */
export interface TypedPart extends Part {
  /** Declarations that only TypeScript has. */
  readonly types: readonly string[];
  readonly functions: readonly string[];
}

/** From a raw row to `x`, the inputs of the network. */
export interface InputPart extends TypedPart {
  /** The type of a raw row. */
  readonly input: string;
  /** What each column holds, for people; free of what ends a comment. */
  readonly inputs: readonly string[];
}
