// What the application is built from besides its own sources: the types of the API, out of its OpenAPI document, and the
// map that lies under the grid, out of a package. Both are made anew with each build, and neither is kept.

import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import openapi, { astToString } from 'openapi-typescript';
import { basemap } from './basemap.mjs';

const made = new URL('../src/made/', import.meta.url);
mkdirSync(made, { recursive: true });

const document = JSON.parse(readFileSync(new URL('../openapi.json', import.meta.url), 'utf8'));
writeFileSync(new URL('schema.d.ts', made), astToString(await openapi(document)));

for (const [name, value] of Object.entries(basemap())) {
  writeFileSync(new URL(`${name}.json`, made), JSON.stringify(value));
}
