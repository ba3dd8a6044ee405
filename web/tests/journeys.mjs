// The console in a real browser: each role from signing in to a result, wide and narrow, in two languages; then every page
// with axe-core, light and dark.
//
//     node tests/journeys.mjs PATH-OF-RELIGHT [FOLDER-FOR-PICTURES]
//
// A message of the browser (a breach of the page's policy is one), a request to elsewhere, a page that scrolls sideways and a
// text that is missing in the catalogue fail the test. CHROMIUM names the browser.

import assert from 'node:assert/strict';
import { mkdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { chromium } from 'playwright-core';
import { end, test } from './harness.mjs';
import { PASSWORD, serve } from './server.mjs';

const [relight, pictures] = process.argv.slice(2);
if (!relight) {
  console.error('say where the program is: node tests/journeys.mjs ../target/debug/relight');
  process.exit(2);
}
if (pictures) mkdirSync(pictures, { recursive: true });
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

// The texts of the catalogue, for what a person would look for on the page.
const texts = {};
for (const language of ['en', 'uk', 'ro']) {
  const files = [`${language}.ftl`, `${language}.console.ftl`].map((f) => readFileSync(new URL(`../../crates/server/words/${f}`, import.meta.url), 'utf8'));
  texts[language] = Object.fromEntries(files.flatMap((text) => [...text.matchAll(/^([a-z][\w-]*) = ([^{\n]+)$/gm)]).map((m) => [m[1], m[2].trim()]));
}

const { base, end: stop } = await serve(relight);
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  // Machines without a graphics card draw the map too.
  args: ['--no-sandbox', '--use-angle=swiftshader', '--enable-unsafe-swiftshader'],
});

// Who has signed in once need not do so again: the server lets nobody try too often.
const cookies = {};
let visitors = 0;

/** A person at a browser. */
class Person {
  static async come(role, { language = 'en', width = 1280, scheme = 'light', bypassCSP = false, again = false } = {}) {
    const context = await browser.newContext({ viewport: { width, height: 900 }, locale: language, colorScheme: scheme, bypassCSP });
    // Each comes from an address of its own, as people do.
    visitors += 1;
    await context.setExtraHTTPHeaders({ 'x-forwarded-for': `192.0.2.${visitors}` });
    if (again && cookies[role]) await context.addCookies(cookies[role]);
    const person = new Person();
    Object.assign(person, { context, language, width, words: texts[language], faults: [], asked: [], page: await context.newPage() });
    person.page.setDefaultTimeout(30_000);
    // Who is not signed in is told so by a 401, which the browser writes down as an error.
    person.page.on('console', (m) => m.type() === 'error' && !/401/.test(m.text()) && person.faults.push(m.text()));
    person.page.on('pageerror', (error) => person.faults.push(error.message));
    person.page.on('request', (r) => {
      person.asked.push(r.url());
      if (!r.url().startsWith(base) && !/^(blob|data):/.test(r.url())) person.faults.push(`asks ${r.url()}`);
    });
    await person.page.goto(`${base}/console/`);
    if (role && !(again && cookies[role])) {
      await person.field('sign-in-name').fill(role.replace('_', '-'));
      await person.field('sign-in-password').fill(PASSWORD);
      await person.press('sign-in');
    }
    if (role) {
      await person.page.locator('nav').waitFor({ state: 'attached' });
      cookies[role] ??= await context.cookies();
    }
    return person;
  }

  /** The button with that text. */
  async press(key, within = this.page) {
    await within.getByRole('button', { name: this.words[key], exact: true }).first().click();
  }

  /** By the menu, as a person does; on a narrow screen it has to be opened. */
  async open(name) {
    const link = this.page.locator('nav').getByRole('link', { name: this.words[`page-${name}`], exact: true });
    if (!(await link.isVisible())) await this.press('con-menu');
    await link.click();
    await this.page.getByRole('heading', { level: 1, name: this.words[`page-${name}`], exact: true }).waitFor();
    await this.settle();
  }

  /** The field whose label begins with that text; a label that holds a list has the words of the list in it too. */
  field(key, within = this.page) {
    const exactly = new RegExp(`^\\s*${this.words[key].replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}\\s*$`);
    return within.locator('label', { has: this.page.locator('span', { hasText: exactly }) }).locator('input, select, textarea').first();
  }

  async choose(key, label) {
    await this.field(key).selectOption({ label });
    await this.settle();
  }

  async settle() {
    await this.page.waitForFunction((text) => ![...document.querySelectorAll('[role=status]')].some((e) => e.textContent === text), this.words['con-loading']);
    await this.page.waitForTimeout(100);
  }

  /** What is always wrong. */
  async look(where) {
    const found = await this.page.evaluate(() => ({
      wide: document.documentElement.scrollWidth - document.documentElement.clientWidth,
      language: document.documentElement.lang,
      text: document.body.innerText,
    }));
    assert.ok(found.wide <= 0, `${where}: ${found.wide} px too wide`);
    assert.equal(found.language, this.language);
    const missing = found.text.match(/\b(page|con|plan|intake|ledger|log|reconcile|situation|package|meeting|account|audit|check|verdict|stage|status|things|field|service|ac|kind)-[a-z_-]+\b/);
    assert.equal(missing, null, `${where}: ${missing?.[0]} has no text`);
    assert.deepEqual(this.faults, [], where);
  }

  async picture(name) {
    if (pictures) await this.page.screenshot({ path: `${pictures}/console-${name}.png` });
  }

  async leave(where) {
    await this.look(where);
    await this.context.close();
  }
}

const WIDE = { language: 'en', width: 1280 };
const NARROW = { language: 'uk', width: 360 };
const both = [WIDE, NARROW];
const label = ({ language, width }) => `${language}, ${width} px`;

// A plan of the storm for all that follows, made as a program would.
const program = await Person.come('grid_engineer');
const storm = await program.page.evaluate(async () => {
  const { csrf } = await (await fetch('/api/v1/session')).json();
  const headers = { 'content-type': 'application/json', 'x-csrf-token': csrf };
  const body = JSON.stringify({ scenario: 'winter-storm', seconds: 5 });
  return (await (await fetch('/api/v1/plans', { method: 'POST', headers, body })).json()).job.id;
});

await test('a wrong password is told, in words, and the right one lets in', async () => {
  const person = await Person.come('', NARROW);
  await person.field('sign-in-name').fill('reviewer');
  await person.field('sign-in-password').fill('no such words');
  await person.press('sign-in');
  await person.page.getByText(person.words['sign-in-wrong']).waitFor();
  await person.field('sign-in-password').fill(PASSWORD);
  await person.page.keyboard.press('Enter');
  await person.page.getByRole('heading', { level: 1, name: person.words['page-ledger'] }).waitFor();
  await person.leave('sign in');
});

await test('the plan of the storm is there', async () => {
  const state = await program.page.evaluate(async (id) => {
    for (;;) {
      const { job } = await (await fetch(`/api/v1/plans/${id}`)).json();
      if (!['waiting', 'running'].includes(job.state)) return job.state;
      await new Promise((resolve) => setTimeout(resolve, 500));
    }
  }, storm);
  assert.equal(state, 'done');
  await program.context.close();
});

for (const how of both) {
  await test(`a grid engineer makes a plan and compares it with another (${label(how)})`, async () => {
    const person = await Person.come('grid_engineer', how);
    const { page, words } = person;
    await person.open('plan');
    await person.choose('con-scenario', 'five-bus');
    for (const seed of ['1', '2']) {
      await person.field('plan-seconds').fill('1');
      await person.field('plan-seed').fill(seed);
      await person.press('plan-start');
      // The stream of the server says that it is done: nobody has reloaded the page.
      await page.getByText(words['plan-running']).or(page.getByText(words['plan-waiting'])).first().waitFor({ state: 'detached' });
    }
    const other = person.field('plan-compare');
    await other.selectOption({ index: 1 });
    await page.getByRole('columnheader', { name: words['plan-difference'] }).waitFor();
    await page.getByText(words['ac-title']).waitFor();
    await page.getByText(words['gantt-table']).click();
    assert.ok((await page.locator('details table tbody tr').count()) > 2, 'jobs in the table');
    await person.leave('plan');
  });

  await test(`a grid engineer finds what fits a bay, with its margins (${label(how)})`, async () => {
    const person = await Person.come('grid_engineer', how);
    const { page, words } = person;
    await person.open('locate');
    await person.field('need-what').selectOption('transformer');
    await page.locator('tbody tr', { has: page.locator('.badge.good') }).first().getByRole('link').click();
    await page.locator('details.offer').first().waitFor();
    const first = page.locator('details.offer').first();
    if ((await first.getAttribute('open')) === null) await first.locator('summary').click();
    await first.getByRole('rowheader', { name: words['check-power'], exact: true }).waitFor();
    assert.match(await first.locator('tbody').innerText(), /\+[\d.,]+/, 'a margin');
    await person.leave('locate');
  });

  await test(`logistics sees what blocks which job, and what is on its way (${label(how)})`, async () => {
    const person = await Person.come('logistics', how);
    const { page, words } = person;
    await person.open('logistics');
    await person.choose('con-scenario', 'winter-storm');
    await page.getByText(words['log-waits']).waitFor();
    await page.getByText(words['log-blocks']).first().waitFor();
    await person.choose('con-operation', 'Winter storm (invented)');
    await page.getByText(words['log-late'], { exact: true }).or(page.getByText(words['stage-sent'], { exact: true })).first().waitFor();
    await person.leave('logistics');
  });

  await test(`the recipient's desk sees what is lacking, and puts a package together (${label(how)})`, async () => {
    const person = await Person.come('recipient_desk', how);
    const { page, words } = person;
    await person.open('needs');
    await page.getByText(words['needs-kinds']).waitFor();
    await person.open('packages');
    const title = `Transformers, ${how.language}`;
    await person.field('package-title').fill(title);
    await person.press('package-add-line');
    await person.press('package-make');
    await page.getByRole('heading', { name: title }).waitFor();
    await person.leave('packages');
  });

  await test(`a reviewer reads a text, files it, and decides on its drafts (${label(how)})`, async () => {
    const person = await Person.come('reviewer', how);
    const { page, words } = person;
    await person.open('intake');
    const n = how.language === 'en' ? 30 : 40;
    await person.field('intake-text').fill(`Germany will send ${n} generators to Ukraine, its foreign minister said on 3 December 2022. Lithuania delivered two power transformers on Monday.`);
    await person.field('intake-outlet').fill('a test');
    await person.press('intake-read');
    await page.locator('mark', { hasText: `${n}` }).first().waitFor();
    await person.press('intake-file');
    const drafts = page.locator('article');
    await drafts.first().waitFor();
    const before = await drafts.count();
    assert.ok(before >= 2);
    await person.press('intake-accept', drafts.first());
    await page.waitForFunction((count) => document.querySelectorAll('article').length === count, before - 1);
    await person.press('intake-edit', drafts.first());
    await person.field('field-quantity', drafts.first()).fill('3');
    await person.press('intake-save', drafts.first());
    await page.waitForFunction((count) => document.querySelectorAll('article').length === count, before - 2);
    await person.leave('intake');
  });

  await test(`a reviewer follows a pledge to its sources and history, and links two claims (${label(how)})`, async () => {
    const person = await Person.come('reviewer', how);
    const { page, words } = person;
    await person.open('ledger');
    await person.choose('con-operation', 'Winter aid 2022');
    const search = person.field('ledger-search');
    await search.fill('US-USAID');
    await page.locator('tbody a').first().click();
    await page.getByText(words['ledger-who-says']).waitFor();
    await page.locator('.said li').first().waitFor();
    await page.getByText(words.history).last().click();
    await page.getByText(words['act-record'], { exact: true }).last().waitFor();
    await page.getByText(words['release-title'], { exact: true }).click();
    const partners = person.field('release-to').locator('option');
    await partners.nth(1).waitFor({ state: 'attached' });
    await person.field('release-to').selectOption({ index: 1 });
    await page.getByText(words['release-sites']).waitFor();
    await person.press('release-propose');
    await page.getByText(words['release-proposed']).waitFor();
    await page.getByRole('link', { name: words['ledger-reconcile'] }).click();
    const pairs = page.locator('.pair', { has: page.getByRole('button', { name: words['reconcile-link'], exact: true }) });
    await pairs.first().waitFor();
    const many = await pairs.count();
    await person.press('reconcile-link', pairs.first());
    await person.settle();
    assert.equal(await page.locator('.problem').count(), 0);
    assert.ok(many > 0);
    await person.leave('ledger');
  });

  await test(`a second reviewer agrees to what one may not do alone (${label(how)})`, async () => {
    const person = await Person.come('second_reviewer', how);
    const { page, words } = person;
    await person.open('ledger');
    await person.choose('con-operation', 'Winter aid 2022');
    await page.getByRole('link', { name: words['ledger-reconcile'] }).click();
    await page.locator('.pair').first().waitFor();
    const confirm = page.getByRole('button', { name: words['reconcile-confirm'], exact: true });
    const many = await confirm.count();
    if (many > 0) {
      await confirm.first().click();
      await page.waitForFunction(([text, count]) => [...document.querySelectorAll('button')].filter((b) => b.textContent.trim() === text).length === count - 1, [words['reconcile-confirm'], many]);
    }
    const release = page.getByRole('button', { name: `${words['reconcile-confirm']} ${words['release-title']}` });
    const releases = await release.count();
    assert.ok(releases > 0, 'what the reviewer has proposed');
    await release.first().click();
    await page.waitForFunction(([text, count]) => [...document.querySelectorAll('button')].filter((b) => b.textContent.trim().endsWith(text)).length === 2 * (count - 1), [words['release-title'], releases]);
    assert.equal(await page.locator('.problem').count(), 0);
    await person.leave('second reviewer');
  });

  await test(`a donor sees what it gave and how far it has come, and no place (${label(how)})`, async () => {
    const person = await Person.come('donor', how);
    const { page, words } = person;
    await person.open('ledger');
    await person.choose('con-operation', 'Winter storm (invented)');
    await page.getByRole('link', { name: 'Northern Grid Reserve' }).first().click();
    await page.getByText(words['ledger-steps']).waitFor();
    const text = await page.locator('article').innerText();
    assert.doesNotMatch(text, /KILLEEN|AUSTIN|ROUND ROCK|→ [A-Z]{4,}/);
    assert.equal(await page.locator('nav').getByText(words['page-situation']).count(), 0, 'no map for a donor');
    await person.leave('donor');
  });

  await test(`an auditor reads the log with its hashes (${label(how)})`, async () => {
    const person = await Person.come('auditor', how);
    await person.open('log');
    assert.match(await person.page.locator('code').first().innerText(), /^[0-9a-f]{16}$/);
    await person.leave('log');
  });

  await test(`an administrator makes an account and closes it (${label(how)})`, async () => {
    const person = await Person.come('administrator', how);
    const { page, words } = person;
    await person.open('accounts');
    const name = `guest-${how.language}`;
    await person.field('sign-in-name', page.locator('form')).fill(name);
    await person.field('account-password').fill('another three words');
    await person.press('account-make');
    const row = page.locator('tr', { hasText: name });
    await row.getByRole('button').click();
    await row.getByText(words['account-closed'], { exact: true }).waitFor();
    const erasure = page.locator('section', { has: page.getByRole('heading', { name: words['erase-title'] }) });
    await person.field('erase-account', erasure).fill(name);
    await person.field('erase-reason', erasure).fill('asked for by the person');
    await person.press('erase-ask');
    await page.getByText(words['erase-waits'], { exact: true }).first().waitFor();
    assert.equal(await page.getByRole('button', { name: words['erase-agree'] }).count(), 0, 'nobody agrees with themselves');
    await person.leave('accounts');
  });
}

await test('the map is drawn, and a step of the slider asks for nothing', async () => {
  const person = await Person.come('grid_engineer', { ...WIDE, again: true });
  const { page } = person;
  const idle = (count) => page.waitForFunction((n) => Number(document.querySelector('.map')?.dataset.idle ?? 0) > n, count, { polling: 20 });
  const times = () => page.evaluate(() => Number(document.querySelector('.map').dataset.idle ?? 0));
  const opened = Date.now();
  await person.open('situation');
  await person.choose('con-scenario', 'winter-storm');
  await idle(0);
  const first = Date.now() - opened;
  await page.waitForTimeout(1000);
  const figure = page.locator('.figure.power dd');
  const before = await figure.innerText();
  person.asked.length = 0;
  const steps = [];
  for (let turn = 0; turn < 8; turn++) {
    const was = await times();
    const begun = Date.now();
    await page.getByRole('slider').press('ArrowRight');
    await idle(was);
    steps.push(Date.now() - begun);
  }
  // No branch, no place, nothing at all: what a step draws was told with the first answer.
  assert.deepEqual(person.asked, [], 'the slider asks the server');
  const regions = await page.locator('table.regions tbody tr').count();
  assert.ok(regions > 0 && (await page.locator('table.regions thead th').count()) >= 4, 'people without power, heat and water by region');
  assert.notEqual(await figure.innerText(), before, 'people come back');
  steps.sort((a, b) => a - b);
  console.log(`     map idle after ${first} ms; a step of the slider after ${steps[4]} ms (median), ${steps[7]} ms (most)`);
  // The targets are 5 s and 0.5 s on a machine at rest; tests run beside others.
  assert.ok(first < 30_000 && (steps[4] ?? 0) < 5_000);
  await person.leave('map');
});

const tour = {
  recipient_desk: ['situation', 'needs', 'plan', 'logistics', 'packages'],
  grid_engineer: ['locate'],
  reviewer: ['ledger', 'intake', 'meetings'],
  auditor: ['log'],
  administrator: ['accounts'],
};
for (const [language, width, scheme] of [['en', 1280, 'light'], ['en', 1280, 'dark'], ['ro', 360, 'light'], ['uk', 360, 'dark']]) {
  for (const [role, pages] of Object.entries(tour)) {
    const person = await Person.come(role, { language, width, scheme, bypassCSP: true, again: true });
    for (const name of pages) {
      await test(`axe-core finds nothing serious: ${name} (${language}, ${width} px, ${scheme})`, async () => {
        await person.open(name);
        if (name === 'situation') await person.page.locator('[data-idle]').waitFor();
        if (name === 'locate') await person.page.locator('tbody a').nth(6).click().then(() => person.settle());
        if (name === 'ledger') await person.page.locator('tbody a').first().waitFor();
        await person.page.evaluate(axe);
        const { violations } = await person.page.evaluate(() => window.axe.run());
        const serious = violations.filter((v) => ['serious', 'critical'].includes(v.impact));
        assert.deepEqual(serious.map((v) => `${v.id}: ${v.nodes[0].html} ${v.nodes[0].failureSummary}`), []);
        await person.look(name);
        await person.picture(`${name}-${language}-${width}-${scheme}`);
      });
    }
    await person.context.close();
  }
}

await browser.close();
await stop();
end();
