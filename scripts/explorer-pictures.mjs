// node scripts/explorer-pictures.mjs: takes the pictures of the explorer that the documents show, light and dark, into docs/picture. Needs the
// built page and Chromium (its path in CHAINRULE_CHROMIUM where it is not /usr/bin/chromium).
import { statSync } from "node:fs";
import { chromium } from "playwright-core";
import { preview } from "vite";
import { inRoot } from "./lib/root.mjs";

/** Wide enough for three columns, and read at half the width of a page. */
const VIEW = { width: 1280, height: 800 };

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
];

const server = await preview({
  root: inRoot("explorer"),
  configFile: inRoot("explorer", "vite.config.js"),
  preview: { port: 0, host: "127.0.0.1" },
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
      const path = inRoot("docs", "picture", `explorer-${name}-${colorScheme}.png`);
      await page.screenshot({ path });
      console.log(`${path}: ${Math.round(statSync(path).size / 1000)} KB`);
      await page.close();
    }
  }
} finally {
  await browser.close();
  await server.close();
}
