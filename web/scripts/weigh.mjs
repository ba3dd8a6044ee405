// What the console weighs on the wire, after compression. Everything but the map, which the first page alone of those who
// plan asks for, is held to a limit.

import { readdirSync, readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';

const MOST = 400_000;
const folder = new URL('../dist/assets/', import.meta.url);
let [all, scripts] = [0, 0];
for (const name of readdirSync(folder)) {
  const bytes = gzipSync(readFileSync(new URL(name, folder)), { level: 9 }).length;
  all += bytes;
  if (/\.(js|css)$/.test(name) && !/^GridMap|worker/.test(name)) scripts += bytes;
}
console.log(`console: ${scripts} bytes gzip without the map, ${all} with it`);
if (scripts > MOST) {
  console.error(`that is more than ${MOST}`);
  process.exit(1);
}
