import { defineConfig, globalIgnores } from "eslint/config";
import tseslint from "typescript-eslint";

// What results depend on must come from arguments: a seed, never the clock or a hidden generator.
const HIDDEN_INPUTS = [
  { object: "Math", property: "random", message: "Take a seed: src/base/random.ts." },
  { object: "Date", property: "now", message: "now() of src/base/platform.ts measures time; no result may depend on it." },
];
const NEW_DATE = { selector: "NewExpression[callee.name='Date']", message: "No result may depend on the clock." };

// Their last bits differ between engines and versions, so that the same seed would not give the same bits everywhere.
const INEXACT = "acos acosh asin asinh atan atan2 atanh cbrt cos cosh exp expm1 hypot log log10 log1p log2 pow sin sinh tan tanh".split(
  " ",
);
const INEXACT_MATH = INEXACT.map((property) => ({
  object: "Math",
  property,
  message: "Its last bits differ between engines; write it from + - * / and Math.sqrt.",
}));
const INEXACT_POWER = {
  selector: "BinaryExpression[operator='**']:not([left.value=2])",
  message: "Its last bits differ between engines; only powers of 2 are exact.",
};

export default defineConfig(
  globalIgnores([
    "**/dist/",
    "cli/explorer/",
    "coverage/",
    "src/data/*-values.ts",
    "src/**/generated/",
    "scripts/**/*.d.mts",
    "assembly/",
    "test/fixtures/",
  ]),
  { linterOptions: { reportUnusedDisableDirectives: "error" } },
  tseslint.configs.strictTypeChecked,
  tseslint.configs.stylisticTypeChecked,
  {
    languageOptions: {
      parserOptions: { projectService: { allowDefaultProject: ["*.js", "vitest.config.ts"] }, tsconfigRootDir: import.meta.dirname },
    },
    rules: {
      eqeqeq: "error",
      "no-console": "error",
      "@typescript-eslint/consistent-type-imports": "error",
      "@typescript-eslint/consistent-type-exports": "error",
      // Loops run over indices that are inside by construction, and `noUncheckedIndexedAccess` cannot know that.
      "@typescript-eslint/no-non-null-assertion": "off",
      // Numbers in messages are the point of a library of numbers.
      "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true, allowBoolean: true }],
      // Several arrays are walked side by side by one index.
      "@typescript-eslint/prefer-for-of": "off",
      // An arrow function that only calls another one is clear.
      "@typescript-eslint/no-confusing-void-expression": ["error", { ignoreArrowShorthand: true }],
      // Callers in plain JavaScript hand over what the types forbid, and messages have to show it.
      "@typescript-eslint/no-unnecessary-type-conversion": "off",
      "@typescript-eslint/no-unused-vars": ["error", { argsIgnorePattern: "^_", varsIgnorePattern: "^_", ignoreRestSiblings: true }],
      // `noPropertyAccessFromIndexSignature` asks for the brackets.
      "@typescript-eslint/dot-notation": ["error", { allowIndexSignaturePropertyAccess: true }],
    },
  },
  {
    files: ["src/**/*.ts"],
    rules: {
      "no-restricted-properties": ["error", ...HIDDEN_INPUTS],
      "no-restricted-syntax": ["error", NEW_DATE],
    },
  },
  {
    files: ["src/**/*.ts"],
    ignores: ["src/node/**"],
    rules: {
      "no-restricted-imports": [
        "error",
        { patterns: [{ group: ["node:*"], message: "Only src/node may; the rest runs in a browser too." }] },
      ],
    },
  },
  {
    files: ["src/base/**/*.ts", "src/data/**/*.ts", "src/kernels/**/*.ts"],
    rules: {
      "no-restricted-properties": ["error", ...HIDDEN_INPUTS, ...INEXACT_MATH],
      "no-restricted-syntax": ["error", NEW_DATE, INEXACT_POWER],
    },
  },
  {
    files: ["cli/**", "scripts/**", "bench/**", "examples/**", "test/**"],
    rules: { "no-console": "off" },
  },
  // The packages that the examples need are installed by their tests only, which check the types too.
  { files: ["**/*.js", "**/*.mjs", "examples/**/*.{ts,tsx}"], extends: [tseslint.configs.disableTypeChecked] },
);
