import { describe, expect, test } from "vitest";
import { codeBlocks, shellLines } from "./markdown.js";

describe("codeBlocks", () => {
  test("finds language, file name, code and line, in lists too", () => {
    const text = ["Text", "```csv houses.csv", "a,b", "```", "- item", "  ~~~ts", "  if (x) {", "    y();", "  }", "  ~~~", "end"].join(
      "\n",
    );
    expect(codeBlocks(text)).toEqual([
      { language: "csv", name: "houses.csv", code: "a,b", line: 2 },
      { language: "ts", name: undefined, code: "if (x) {\n  y();\n}", line: 6 },
    ]);
  });
});

describe("shellLines", () => {
  test("splits commands as a shell does", () => {
    const code =
      "npm install chainrule # once\n\n# comment\nnpx chainrule train 'my data.csv' \\\n  --target price\nchainrule info m.safetensors";
    expect(shellLines(code)).toEqual([
      { text: "npm install chainrule", run: "elsewhere" },
      { text: "npx chainrule train 'my data.csv' --target price", run: ["train", "my data.csv", "--target", "price"] },
      { text: "chainrule info m.safetensors", run: ["info", "m.safetensors"] },
    ]);
  });

  test.each(["rm -rf /", "chainrule train iris > log.txt", "curl example.org", "npx other", "chainrulex"])("refuses %s", (line) => {
    expect(() => shellLines(line)).toThrow("no test can run this line");
  });
});
