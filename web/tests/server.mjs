// A server over the ledgers of the examples, with an account for each role; it ends with the test.

import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const PASSWORD = 'three plain words';
export const ROLES = ['recipient_desk', 'grid_engineer', 'logistics', 'donor', 'reviewer', 'second_reviewer', 'auditor', 'administrator'];
const examples = fileURLToPath(new URL('../../examples/', import.meta.url));

export const freePort = () =>
  new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });

/** `extra`: settings of a test's own. */
export async function serve(relight, extra = '') {
  const folder = mkdtempSync(join(tmpdir(), 'relight-console-'));
  const config = join(folder, 'relight.toml');
  const base = `http://127.0.0.1:${await freePort()}`;
  const text = (path) => JSON.stringify(path);
  writeFileSync(
    config,
    `[server]\nlisten = "${base.slice(7)}"\npublic_url = "${base}"\nbehind_proxy = true\n` +
      `[store]\nledger = ${text(join(folder, 'ledger.db'))}\ndesk = ${text(join(folder, 'desk.db'))}\n` +
      `[plans]\nscenarios = ${text(examples)}\nfolder = ${text(join(folder, 'plans'))}\nseconds = 10\n` +
      '[log]\nformat = "text"\nlevel = "error"\n' +
      `${extra}[[operation]]\nslug = "winter-aid-2022"\n[[operation]]\nslug = "winter-storm"\n`,
  );
  const run = (args, input) => {
    const done = spawnSync(relight, args, { input, encoding: 'utf8' });
    if (done.status !== 0) throw new Error(`relight ${args.join(' ')}: ${done.stderr}`);
  };
  const ledger = ['--ledger', join(folder, 'ledger.db')];
  run(['ledger', 'init', '--quiet', ...ledger]);
  for (const events of ['winter-aid-2022/events.jsonl', 'winter-storm/ledger/events.jsonl']) run(['ledger', 'append', join(examples, events), ...ledger]);
  const storm = readFileSync(join(examples, 'winter-storm/ledger/events.jsonl'), 'utf8');
  const donor = /"record":\{"record":"(\w{26})","content":\{"party":\{"name":"Northern Grid Reserve"/.exec(storm)[1];
  for (const role of ROLES) {
    const party = role === 'donor' ? ['--party', donor] : [];
    run(['account', 'add', role.replace('_', '-'), '--role', role, '--quiet', ...party, '--config', config], `${PASSWORD}\n`);
  }
  const child = spawn(relight, ['serve', '--config', config], { stdio: ['ignore', 'ignore', 'inherit'] });
  for (let tries = 0; ; tries++) {
    const there = await fetch(`${base}/readyz`).then((r) => r.ok, () => false);
    if (there) break;
    if (tries > 150 || child.exitCode !== null) throw new Error('the server does not answer');
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  const end = async () => {
    child.kill('SIGTERM');
    await new Promise((resolve) => (child.exitCode === null ? child.once('exit', resolve) : resolve()));
    rmSync(folder, { recursive: true, force: true });
  };
  return { base, end };
}
