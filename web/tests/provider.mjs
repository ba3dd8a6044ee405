// Signing in by way of a provider: `oidc-provider`, a certified one that others wrote, on this machine, with people and with
// tokens that are wrong in one way each.
//
//     node tests/provider.mjs PATH-OF-RELIGHT

import assert from 'node:assert/strict';
import { createSign, generateKeyPairSync } from 'node:crypto';
import Provider from 'oidc-provider';
import { end, test } from './harness.mjs';
import { freePort, PASSWORD, serve } from './server.mjs';

const [relight] = process.argv.slice(2);
if (!relight) {
  console.error('say where the program is: node tests/provider.mjs ../target/debug/relight');
  process.exit(2);
}

// It says what is right for its developers; what fails here is said by the tests.
console.warn = console.info = () => {};
const CLIENT = { client_id: 'relight', client_secret: 'a secret: of +two words' };
const issuer = `http://127.0.0.1:${await freePort()}`;
const { base, end: stop } = await serve(
  relight,
  `[oidc]\nissuer = "${issuer}"\nclient_id = "${CLIENT.client_id}"\nclient_secret = "${CLIENT.client_secret}"\nname = "The ministry"\n` +
    `claim = "groups"\nroles = [{ value = "grid", role = "grid_engineer" }]\n`,
);

const makeKey = () => generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;
const [key, stranger] = [makeKey(), makeKey()];
const part = (value) => Buffer.from(JSON.stringify(value)).toString('base64url');
const parsed = (text) => JSON.parse(Buffer.from(text, 'base64url'));
function signed(header, claims, by = key) {
  const text = `${part(header)}.${part(claims)}`;
  return `${text}.${createSign('RSA-SHA256').update(text).sign(by, 'base64url')}`;
}

const people = { olena: { groups: ['grid', 'all'] }, ion: { groups: ['all'] } };
const provider = new Provider(issuer, {
  clients: [{ ...CLIENT, redirect_uris: [`${base}/sign-in/return`] }],
  jwks: { keys: [{ ...key.export({ format: 'jwk' }), kid: 'one', use: 'sig', alg: 'RS256' }] },
  pkce: { required: () => true },
  conformIdTokenClaims: false,
  claims: { openid: ['sub', 'groups'], profile: ['preferred_username', 'name'], email: ['email'] },
  cookies: { keys: ['a test'] },
  findAccount: (_, id) => ({ accountId: id, claims: () => ({ sub: id, preferred_username: id, email: `${id}@relief.example`, ...people[id] }) }),
});
/** What is done to the next tokens on their way out. */
let twist;
const counts = { token: 0 };
provider.use(async (ctx, next) => {
  await next();
  if (ctx.path !== '/token') return;
  counts.token += 1;
  if (!twist || !ctx.body?.id_token) return;
  const [header, claims] = ctx.body.id_token.split('.').map((text, at) => (at < 2 ? parsed(text) : text));
  ctx.body = { ...ctx.body, id_token: twist(header, claims, ctx.body.id_token) };
});
const listening = provider.listen(Number(new URL(issuer).port), '127.0.0.1');

/** A browser: cookies by origin, addresses as they come. */
class Browser {
  jars = new Map();

  async ask(url, options = {}) {
    const { origin } = new URL(url);
    const jar = this.jars.get(origin) ?? new Map();
    this.jars.set(origin, jar);
    const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join('; ');
    const headers = { ...options.headers, cookie, 'x-forwarded-for': `192.0.2.${1 + Math.floor(Math.random() * 250)}` };
    const answer = await fetch(url, { ...options, headers, redirect: 'manual' });
    for (const line of answer.headers.getSetCookie()) {
      const [, name, value] = /^([^=]+)=([^;]*)/.exec(line);
      if (value && !/expires=Thu, 01 Jan 1970|max-age=0/i.test(line)) jar.set(name, value);
      else jar.delete(name);
    }
    const to = answer.headers.get('location');
    return { status: answer.status, to: to && new URL(to, url).href, answer };
  }

  /** Goes to the provider; gives the address there. */
  async leave() {
    const { status, to } = await this.ask(`${base}/sign-in`);
    assert.equal(status, 303);
    assert.ok(to.startsWith(`${issuer}/auth?`), to);
    return to;
  }

  /** Signs in at the provider; gives the address that leads back. */
  async sign(address, name) {
    let to = address;
    for (let step = 0; step < 12; step++) {
      if (to.startsWith(base)) return to;
      const { status, to: next, answer } = await this.ask(to);
      if (next) {
        to = next;
        continue;
      }
      const page = await answer.text();
      assert.equal(status, 200, page);
      const action = /action="([^"]+)"/.exec(page)[1];
      const prompt = /name="prompt" value="(\w+)"/.exec(page)[1];
      const body = new URLSearchParams({ prompt, login: name, password: 'any' });
      to = (await this.ask(new URL(action, to).href, { method: 'POST', body })).to;
    }
    throw new Error(`the provider does not lead back, but to ${to}`);
  }

  /** Comes back; gives where it is led. */
  async come(address) {
    const { status, to } = await this.ask(address);
    assert.equal(status, 303);
    return to.slice(base.length);
  }

  async who() {
    const { answer } = await this.ask(`${base}/api/v1/session`);
    return answer.ok ? answer.json() : null;
  }
}
const REFUSED = '/console/?sign-in=refused';

await test('the form names the provider', async () => {
  const { answer } = await new Browser().ask(`${base}/api/v1/session/ways`);
  assert.deepEqual(await answer.json(), { provider: 'The ministry' });
});

await test('who has the claim comes in with its role, and again as the same', async () => {
  const names = [];
  for (let turn = 0; turn < 2; turn++) {
    const browser = new Browser();
    const address = await browser.leave();
    const asked = new URL(address).searchParams;
    assert.equal(asked.get('code_challenge_method'), 'S256');
    assert.ok(asked.get('state').length >= 32 && asked.get('nonce').length >= 32);
    assert.equal(await browser.come(await browser.sign(address, 'olena')), '/console/');
    const who = await browser.who();
    assert.equal(who.role, 'grid_engineer');
    assert.ok(who.writes && who.csrf);
    names.push(who.name);
  }
  assert.equal(names[0], names[1]);
  assert.match(names[0], /^olena-[0-9a-f]{6}$/);
});

await test('who has none waits until an administrator gives a role, or the provider says so', async () => {
  const browser = new Browser();
  assert.equal(await browser.come(await browser.sign(await browser.leave(), 'ion')), '/console/?sign-in=waiting');
  assert.equal(await browser.who(), null);

  const admin = new Browser();
  const json = { 'content-type': 'application/json' };
  const { answer } = await admin.ask(`${base}/api/v1/session`, { method: 'POST', headers: json, body: JSON.stringify({ name: 'administrator', password: PASSWORD }) });
  const headers = { ...json, 'x-csrf-token': (await answer.json()).csrf };
  const { items } = await (await admin.ask(`${base}/api/v1/accounts`)).answer.json();
  const waits = items.find((account) => account.role === 'public');
  assert.match(waits.known_as, /^ion, ion@relief.example/);
  const give = (role) => admin.ask(`${base}/api/v1/accounts/${waits.name}/role`, { method: 'POST', headers, body: JSON.stringify({ role }) });
  assert.equal((await give('public')).status, 422);
  assert.equal((await give('reviewer')).status, 200);
  assert.equal((await give('administrator')).status, 409, 'it has a role');
  // Where claims are mapped the provider has the last word.
  assert.equal(await browser.come(await browser.sign(await browser.leave(), 'ion')), '/console/?sign-in=waiting');
  people.ion.groups.push('grid');
  const again = new Browser();
  assert.equal(await again.come(await again.sign(await again.leave(), 'ion')), '/console/');
  assert.equal((await again.who()).role, 'grid_engineer');
});

await test('a closed account stays closed', async () => {
  const browser = new Browser();
  await browser.come(await browser.sign(await browser.leave(), 'olena'));
  const { name } = await browser.who();
  const admin = new Browser();
  const json = { 'content-type': 'application/json' };
  const { answer } = await admin.ask(`${base}/api/v1/session`, { method: 'POST', headers: json, body: JSON.stringify({ name: 'administrator', password: PASSWORD }) });
  const headers = { ...json, 'x-csrf-token': (await answer.json()).csrf };
  const set = (active) => admin.ask(`${base}/api/v1/accounts/${name}/active`, { method: 'POST', headers, body: JSON.stringify({ active }) });
  assert.equal((await set(false)).status, 204);
  assert.equal(await browser.who(), null, 'the session ends with it');
  const again = new Browser();
  assert.equal(await again.come(await again.sign(await again.leave(), 'olena')), REFUSED);
  assert.equal((await set(true)).status, 204);
});

await test('a state that was made up, is missing, or belongs to another browser is refused', async () => {
  const browser = new Browser();
  const back = new URL(await browser.sign(await browser.leave(), 'olena'));
  const before = counts.token;
  const other = new Browser();
  await other.leave();
  assert.equal(await other.come(back.href), REFUSED, 'from another browser');
  for (const state of ['0'.repeat(64), '', 'x']) {
    const address = new URL(back);
    address.searchParams.set('state', state);
    const one = new Browser();
    await one.leave();
    assert.equal(await one.come(address.href), REFUSED, state);
  }
  assert.equal(counts.token, before, 'the code went nowhere');
  // Whoever tried it from elsewhere has used it up: better once more than twice.
  assert.equal(await browser.come(back.href), REFUSED);
});

await test('nothing comes back twice', async () => {
  const browser = new Browser();
  const back = await browser.sign(await browser.leave(), 'olena');
  const jar = new Map(browser.jars.get(base));
  assert.equal(await browser.come(back), '/console/');
  const thief = new Browser();
  thief.jars.set(base, jar);
  assert.equal(await thief.come(back), REFUSED, 'with the cookie, too');
  assert.equal(await thief.who(), null);
  // The code alone, in a visit of one's own: the provider knows that it was used, and for whom it was.
  const mine = await thief.leave();
  const address = new URL(back);
  address.searchParams.set('state', new URL(mine).searchParams.get('state'));
  assert.equal(await thief.come(address.href), REFUSED);
});

await test('a code of another visit is refused: the verifier does not fit', async () => {
  const victim = new Browser();
  const back = new URL(await victim.sign(await victim.leave(), 'olena'));
  const thief = new Browser();
  back.searchParams.set('state', new URL(await thief.leave()).searchParams.get('state'));
  assert.equal(await thief.come(back.href), REFUSED);
});

await test('a token with another nonce is refused', async () => {
  const browser = new Browser();
  const address = new URL(await browser.leave());
  address.searchParams.set('nonce', 'another');
  assert.equal(await browser.come(await browser.sign(address.href, 'olena')), REFUSED);
});

await test('what the provider refuses is refused', async () => {
  const browser = new Browser();
  const state = new URL(await browser.leave()).searchParams.get('state');
  assert.equal(await browser.come(`${base}/sign-in/return?error=access_denied&state=${state}`), REFUSED);
});

await test('an answer in the name of another provider is refused', async () => {
  const browser = new Browser();
  const back = new URL(await browser.sign(await browser.leave(), 'olena'));
  assert.equal(back.searchParams.get('iss'), issuer);
  back.searchParams.set('iss', 'https://other.example');
  assert.equal(await browser.come(back.href), REFUSED);
});

const now = () => Math.floor(Date.now() / 1000);
const twists = {
  'for another audience': (header, claims) => signed(header, { ...claims, aud: 'another' }),
  'for another audience as well': (header, claims) => signed(header, { ...claims, aud: [CLIENT.client_id, 'another'] }),
  'of another issuer': (header, claims) => signed(header, { ...claims, iss: 'https://other.example' }),
  'that has expired': (header, claims) => signed(header, { ...claims, exp: now() - 120, iat: now() - 300 }),
  'made an hour ago': (header, claims) => signed(header, { ...claims, iat: now() - 3600 }),
  'without a nonce': (header, { nonce, ...claims }) => signed(header, claims),
  'signed by a stranger': (header, claims) => signed(header, claims, stranger),
  'that was changed': (header, claims, text) => [text.split('.')[0], part({ ...claims, sub: 'administrator' }), text.split('.')[2]].join('.'),
  'without a signature': (header, claims) => `${part({ alg: 'none' })}.${part(claims)}.`,
  'for another access token': (header, claims) => signed(header, { ...claims, at_hash: 'AAAAAAAAAAAAAAAAAAAAAA' }),
};
for (const [what, how] of Object.entries(twists)) {
  await test(`a token ${what} is refused`, async () => {
    const browser = new Browser();
    const back = await browser.sign(await browser.leave(), 'olena');
    twist = how;
    try {
      assert.equal(await browser.come(back), REFUSED);
      assert.equal(await browser.who(), null);
    } finally {
      twist = undefined;
    }
  });
}

await test('the same way with a token that is only signed anew leads in', async () => {
  const browser = new Browser();
  const back = await browser.sign(await browser.leave(), 'olena');
  twist = (header, claims) => signed(header, claims);
  assert.equal(await browser.come(back), '/console/');
  twist = undefined;
});

listening.close();
await stop();
end();
