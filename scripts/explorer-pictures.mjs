// node scripts/explorer-pictures.mjs: takes the pictures of the explorer that the documents show, light and dark, into docs/picture. Needs the
// built page and Chromium (its path in CHAINRULE_CHROMIUM where it is not /usr/bin/chromium).
import { writeFileSync } from "node:fs";
import { chromium } from "playwright-core";
import { preview } from "vite";
import { inRoot } from "./lib/root.mjs";

/** Wide enough for three columns, and read at half the width of a page. */
const VIEW = { width: 1360, height: 860 };

const PICTURES = [
  { name: "network", hash: "#screen=network&row=12&of=a2[5]" },
  {
    name: "equation",
    hash: "#screen=equation&row=12&of=w3[2,5]",
    async before(page) {
      await page.locator("#eq-why summary").click();
      await page.locator("#eq-paths summary").click();
      await page.evaluate('document.fonts.load("16px \\"chainrule math\\"")');
    },
  },
  {
    name: "train",
    hash: "#screen=train&row=12",
    async before(page) {
      // Epoch by epoch: the course at full speed is over before the page has looked often.
      const stand = (step) => page.locator(".context", { hasText: `step ${step.toLocaleString("en-US")}` }).waitFor();
      await page.getByRole("button", { name: /^One batch/ }).click();
      await stand(1);
      for (let epoch = 1; epoch <= 16; epoch++) {
        await page.getByRole("button", { name: /^One epoch/ }).click();
        await stand(41 * epoch);
      }
      await page.waitForFunction(() => document.querySelectorAll(".tr-chart canvas").length > 1);
    },
  },
];

const server = await preview({
  root: inRoot("explorer"),
  configFile: inRoot("explorer", "vite.config.js"),
  preview: { port: 0, host: "127.0.0.1" },
  ...(process.env.EXPLORER_DIST === undefined ? {} : { build: { outDir: process.env.EXPLORER_DIST } }),
});
const { port } = server.httpServer.address();
const browser = await chromium.launch({ executablePath: process.env.CHAINRULE_CHROMIUM ?? "/usr/bin/chromium" });
try {
  for (const { name, hash, before } of PICTURES) {
    for (const colorScheme of ["light", "dark"]) {
      const page = await browser.newPage({ viewport: VIEW, colorScheme, serviceWorkers: "block" });
      await page.goto(`http://127.0.0.1:${port}/${hash}`);
      await page.waitForSelector("main#screen > *");
      await before?.(page);
      // Pictures are painted with the next frame.
      await page.waitForTimeout(500);
      const file = `explorer-${name}-${colorScheme}.webp`;
      const content = await webp(await page.screenshot());
      writeFileSync(inRoot("docs", "picture", file), content);
      console.log(`${file}: ${Math.round(content.length / 1000)} KB`);
      await page.close();
    }
  }
} finally {
  await browser.close();
  await server.close();
}

/** A picture of hundreds of lines has five times as many bytes as PNG; the browser knows how to write the other. */
async function webp(png) {
  const page = await browser.newPage();
  const text = await page.evaluate(async (data) => {
    const picture = new Image();
    picture.src = `data:image/png;base64,${data}`;
    await picture.decode();
    const canvas = document.createElement("canvas");
    [canvas.width, canvas.height] = [picture.width, picture.height];
    canvas.getContext("2d").drawImage(picture, 0, 0);
    return canvas.toDataURL("image/webp", 0.8);
  }, png.toString("base64"));
  await page.close();
  return Buffer.from(text.split(",")[1], "base64");
}
