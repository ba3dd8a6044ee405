// Looks at the public pages in a real browser, in each language, wide and narrow, light and dark.
//
//     npm ci
//     node look.mjs http://127.0.0.1:8080 [FOLDER]
//
// Fails on anything serious that axe-core finds, on a page that scrolls sideways, on a message of the console, on a request
// to elsewhere, and on a script. With a folder, pictures are kept there. CHROMIUM names the browser; /usr/bin/chromium where
// it is not set.

import { readFileSync, mkdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { chromium } from 'playwright-core';

const [base, folder] = process.argv.slice(2);
if (!base) {
  console.error('say where the server is: node look.mjs http://127.0.0.1:8080 [FOLDER]');
  process.exit(2);
}
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const pages = [
  ['situation', 'winter-aid-2022/'],
  ['storm', 'winter-storm/'],
  ['claims', 'winter-aid-2022/claims/1/'],
  ['start', ''],
];
const widths = [1280, 360, 320];
const wrong = [];
let looked = 0;

if (folder) mkdirSync(folder, { recursive: true });
const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: ['--no-sandbox'] });
for (const language of ['en', 'uk', 'ro']) {
  for (const scheme of ['light', 'dark']) {
    for (const width of widths) {
      // A page's own policy keeps scripts out: axe is put in past it, and the page itself is watched for any.
      const context = await browser.newContext({ viewport: { width, height: 900 }, colorScheme: scheme, bypassCSP: true });
      for (const [name, path] of pages) {
        const page = await context.newPage();
        const where = `${language} ${name} ${width} ${scheme}`;
        page.on('console', (message) => message.type() === 'error' && wrong.push(`${where}: ${message.text()}`));
        page.on('request', (request) => request.url().startsWith(base) || wrong.push(`${where}: asks ${request.url()}`));
        const answer = await page.goto(`${base}/${language}/${path}`, { waitUntil: 'load' });
        if (answer.status() !== 200) wrong.push(`${where}: ${answer.status()}`);
        const found = await page.evaluate(() => ({
          wide: document.documentElement.scrollWidth - document.documentElement.clientWidth,
          scripts: [...document.scripts].filter((s) => s.type !== 'application/ld+json').length,
          language: document.documentElement.lang,
        }));
        if (found.wide > 0) wrong.push(`${where}: ${found.wide} px too wide`);
        if (found.scripts > 0) wrong.push(`${where}: has a script`);
        if (found.language !== language) wrong.push(`${where}: says that it is in ${found.language}`);
        if (folder && width !== 320) {
          await page.screenshot({ path: `${folder}/public-${name}-${language}-${width}-${scheme}.png`, fullPage: false });
        }
        if (width !== 320) {
          await page.addScriptTag({ content: axe });
          const result = await page.evaluate(() => window.axe.run());
          for (const violation of result.violations) {
            const first = violation.nodes[0];
            const line = `${where}: ${violation.impact} ${violation.id}: ${first.html} ${first.failureSummary}`;
            if (['serious', 'critical'].includes(violation.impact)) wrong.push(line);
            else console.log(line);
          }
        }
        looked += 1;
        await page.close();
      }
      await context.close();
    }
  }
}
await browser.close();
for (const line of wrong) console.error(line);
console.log(`${looked} pages looked at, ${wrong.length} faults`);
process.exit(wrong.length > 0 ? 1 : 0);
