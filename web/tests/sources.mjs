// What needs no browser: the borders of the map, and that the catalogue says what the pages ask it.

import assert from 'node:assert/strict';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { geoContains } from 'd3-geo';
import { feature } from 'topojson-client';
import { atlas, basemap } from '../scripts/basemap.mjs';
import { end, test } from './harness.mjs';

await test('the map draws the borders that the United Nations recognises', () => {
  const world = atlas();
  const countries = feature(world, world.objects.countries).features;
  const holding = (place) => countries.filter((c) => geoContains(c, place)).map((c) => c.properties.name);
  const places = {
    Simferopol: [34.1, 44.95], Sevastopol: [33.53, 44.6], Kerch: [36.4, 45.34], Donetsk: [37.8, 48], Luhansk: [39.3, 48.57], Kyiv: [30.52, 50.45],
  };
  for (const [name, place] of Object.entries(places)) assert.deepEqual(holding(place), ['Ukraine'], name);
  assert.deepEqual(holding([29.63, 46.84]), ['Moldova'], 'Tiraspol');
  assert.deepEqual(holding([39.7, 47.23]), ['Russia'], 'Rostov');
});

const lines = Object.fromEntries(basemap().borders.features.map((f) => [f.properties.class, f.geometry.coordinates.flat()]));
const within = ([lon, lat], [west, south, east, north]) => lon > west && lon < east && lat > south && lat < north;
const drawn = (kind, box) => lines[kind].filter((point) => within(point, box)).length;

await test('the line of Kosovo has dashes as on maps of the United Nations, and its other sides are borders', () => {
  assert.deepEqual(Object.keys(lines), ['international', 'undetermined']);
  // North and east of it lies the rest of Serbia; south of it Albania and North Macedonia.
  assert.ok(drawn('undetermined', [20.6, 42.9, 21.5, 43.3]) > 0, 'towards Raška and Kuršumlija');
  assert.equal(drawn('international', [20.6, 42.9, 21.5, 43.3]), 0);
  assert.ok(drawn('international', [20.5, 41.8, 21.2, 42.25]) > 0, 'towards Albania and North Macedonia');
  assert.equal(drawn('undetermined', [20.5, 41.8, 21.2, 42.15]), 0);
  assert.ok(drawn('undetermined', [24, 8, 34, 13]) > 0, 'between the two Sudans');
  // Nothing else is: no border of Ukraine, Moldova or Romania.
  assert.equal(drawn('undetermined', [21.9, 43.5, 45, 53]), 0);
});

await test('no border crosses the isthmus of Crimea, nor an island of one country', () => {
  const inside = (box) => drawn('international', box) + drawn('undetermined', box);
  assert.equal(inside([33.2, 45.6, 34.9, 46.3]), 0, 'Perekop');
  assert.equal(inside([32.5, 34.7, 34, 35.5]), 0, 'Cyprus');
  assert.ok(inside([22, 47.5, 24, 48.5]) > 0, 'there are borders where there are some');
});

const words = new URL('../../crates/server/words/', import.meta.url);
const said = (file) => [...readFileSync(new URL(file, words), 'utf8').matchAll(/^([a-z][\w-]*) =/gm)].map((m) => m[1]);

function sources(folder) {
  return readdirSync(folder).flatMap((name) => {
    const path = new URL(name, folder);
    if (statSync(path).isDirectory()) return name === 'made' ? [] : sources(new URL(`${name}/`, folder));
    return [readFileSync(path, 'utf8')];
  });
}

await test('the catalogue has every text that a page asks for by name, in each language', () => {
  const asked = new Set(sources(new URL('../src/', import.meta.url)).flatMap((text) => [...text.matchAll(/\bt\('([\w-]+)'/g)].map((m) => m[1])));
  assert.ok(asked.size > 150);
  for (const language of ['en', 'uk', 'ro']) {
    const there = new Set([...said(`${language}.ftl`), ...said(`${language}.console.ftl`)]);
    assert.deepEqual([...asked].filter((key) => !there.has(key)), [], language);
  }
});

end();
