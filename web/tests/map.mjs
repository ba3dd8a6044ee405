// How soon the map of 10,000 branches can be worked with, where nothing but the processor draws it (the slowest case).
//
//     node tests/map.mjs PATH-OF-RELIGHT
//
// The map is that of the winter storm, as often beside itself as it takes: lines, places and changes are those of a real
// plan. Prints the time from opening the page until the map is idle, and from a step of the slider until it is idle again.

import { chromium } from 'playwright-core';
import { PASSWORD, serve } from './server.mjs';

const LINES = 10_000;
const [relight] = process.argv.slice(2);
const { base, end } = await serve(relight);
const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: ['--no-sandbox', '--use-angle=swiftshader', '--enable-unsafe-swiftshader'] });

/** A map beside itself, `times` times: columns grow, and indices move along. */
function beside(map, times) {
  const grown = (columns, move) =>
    Object.fromEntries(Object.entries(columns).map(([name, list]) => [name, Array.from({ length: times }, (_, k) => list.map((value) => move(name, value, k))).flat()]));
  const sites = map.sites.id.length;
  const changes = ({ state, item, level }, count) => {
    const all = state.flatMap((s, i) => Array.from({ length: times }, (_, k) => [s, item[i] + k * count, level[i]]));
    return { state: all.map((c) => c[0]), item: all.map((c) => c[1]), level: all.map((c) => c[2]) };
  };
  const { states } = map;
  return {
    ...map,
    sites: grown(map.sites, (name, value, k) => (name === 'lon' && value !== null ? value + 14 * k : value)),
    lines: grown(map.lines, (name, value, k) => (name === 'from' || name === 'to' ? value + k * sites : value)),
    states: { ...states, sites: changes(states.sites, sites), lines: changes(states.lines, map.lines.branch.length), damage: changes(states.damage, sites) },
  };
}

const page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
page.setDefaultTimeout(120_000);
await page.goto(`${base}/console/`);
const map = await page.evaluate(async (password) => {
  const json = { 'content-type': 'application/json' };
  const sign = await fetch('/api/v1/session', { method: 'POST', headers: json, body: JSON.stringify({ name: 'grid-engineer', password }) });
  const headers = { ...json, 'x-csrf-token': (await sign.json()).csrf };
  const body = JSON.stringify({ scenario: 'winter-storm', iterations: 1 });
  const { job } = await (await fetch('/api/v1/plans', { method: 'POST', headers, body })).json();
  for (;;) {
    const { state } = (await (await fetch(`/api/v1/plans/${job.id}`)).json()).job;
    if (state === 'done') break;
    if (!['waiting', 'running'].includes(state)) throw new Error(`the plan is ${state}`);
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
  return (await fetch(`/api/v1/plans/${job.id}/map`)).json();
}, PASSWORD);
const large = beside(map, Math.ceil(LINES / map.lines.branch.length));
const body = JSON.stringify(large);
await page.route('**/api/v1/plans/*/map', (route) => route.fulfill({ contentType: 'application/json', body }));

const idle = (count) => page.waitForFunction((n) => Number(document.querySelector('.map')?.dataset.idle ?? 0) > n, count, { polling: 20 });
const times = () => page.evaluate(() => Number(document.querySelector('.map').dataset.idle ?? 0));
const opened = Date.now();
await page.goto(`${base}/console/#/situation`);
await page.reload();
await idle(0);
const first = Date.now() - opened;
await page.waitForTimeout(2000);
const asked = [];
page.on('request', (request) => asked.push(request.url()));
const steps = [];
for (let turn = 0; turn < 10; turn++) {
  const was = await times();
  const begun = Date.now();
  await page.getByRole('slider').press('ArrowRight');
  await idle(was);
  steps.push(Date.now() - begun);
}
steps.sort((a, b) => a - b);
console.log(`${large.lines.branch.length} branches, ${large.sites.id.length} places, ${large.states.from.length} states`);
console.log(`idle ${first} ms after opening (target 5000); a step of the slider ${steps[5]} ms (median), ${steps[9]} ms (most; target 500); requests by the slider: ${asked.length}`);
await browser.close();
await end();
if (asked.length) process.exitCode = 1;
