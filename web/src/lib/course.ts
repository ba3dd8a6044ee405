// How the grid comes back over a plan. The server tells places and lines once, and of each state what is different from the
// one before: a slider then asks for nothing.

import type { Schemas } from './api';

export type PlanMap = Schemas['Map'];
type Changes = Schemas['Changes'];

export interface Picture {
  /** Lines that are out of service. */
  out: Set<number>;
  /** Level of each place: 0 no load, 1 supplied, 2 more than half, 3 less, 4 nothing. */
  level: Uint8Array;
  /** Places with broken equipment. */
  broken: Set<number>;
}

/** Levels in a state: everything that was told until then, the last word of each. */
export function levelsAt(changes: Changes, items: number, state: number): Uint8Array {
  const levels = new Uint8Array(items);
  for (let i = 0; i < changes.item.length && (changes.state[i] ?? 0) <= state; i++) {
    levels[changes.item[i] ?? 0] = changes.level[i] ?? 0;
  }
  return levels;
}

const set = (levels: Uint8Array): Set<number> => new Set([...levels.keys()].filter((at) => levels[at]));

/** The grid in a state. Playing all changes until then costs less than drawing one. */
export function pictureAt(map: PlanMap, state: number): Picture {
  const { sites, lines, damage } = map.states;
  return {
    out: set(levelsAt(lines, map.lines.branch.length, state)),
    level: levelsAt(sites, map.sites.id.length, state),
    broken: set(levelsAt(damage, map.sites.id.length, state)),
  };
}

/** Lines and places that are not the same in all states: what a slider has to draw anew. */
export function changing(map: PlanMap): { lines: Set<number>; sites: Set<number> } {
  const later = ({ state, item }: Changes) => new Set(item.filter((_, i) => (state[i] ?? 0) > 0));
  return { lines: later(map.states.lines), sites: later(map.states.sites) };
}

/** The state of a step. */
export function stateOf(map: PlanMap, step: number): number {
  const at = map.states.to.findIndex((to) => step < to);
  return at < 0 ? map.states.to.length - 1 : at;
}

/** Everybody without a service in a state; nothing where the scenario does not tell of it. */
export function without(map: PlanMap, service: string, state: number): number | undefined {
  const { without_power, without } = map.states;
  return service === 'power' ? without_power[state] : without[service]?.[state];
}

/** Highest voltage of the lines that end at each place, kV. */
export function voltages(map: PlanMap): number[] {
  const kv = map.sites.id.map(() => 0);
  map.lines.kv.forEach((v, i) => {
    for (const end of [map.lines.from[i], map.lines.to[i]]) if (end !== undefined) kv[end] = Math.max(kv[end] ?? 0, v);
  });
  return kv;
}
