// How the grid comes back over a plan: the server sends of each state what is different from the one before, once; a slider
// then asks for nothing.

import type { Schemas } from './api';

export type GridMap = Schemas['Map'];

export interface Course {
  digest: string;
  from: number[];
  to: number[];
  served_mw: number[];
  shed_mw: number[];
  ac: string[];
  /** Lines that turned over in each state. */
  lines: number[][];
  /** Places and their new levels, in turns. */
  sites: number[][];
  /** By service, state, region. */
  without: Record<string, number[][]>;
}

export interface Picture {
  /** Lines that are out of service. */
  out: Set<number>;
  /** Level of each place: 0 no load, 1 supplied, 2 more than half, 3 less, 4 nothing. */
  level: Uint8Array;
}

/** The grid in a state. Stepping through all of them costs less than drawing one. */
export function pictureAt(course: Course, places: number, state: number): Picture {
  const out = new Set<number>();
  const level = new Uint8Array(places);
  for (let at = 0; at <= state && at < course.from.length; at++) {
    for (const line of course.lines[at] ?? []) if (!out.delete(line)) out.add(line);
    const changes = course.sites[at] ?? [];
    for (let i = 0; i + 1 < changes.length; i += 2) level[changes[i] as number] = changes[i + 1] as number;
  }
  return { out, level };
}

/** Lines and places that are not the same in all states: what a slider has to draw anew. */
export function changing(course: Course): { lines: Set<number>; sites: Set<number> } {
  const lines = new Set(course.lines.flat());
  const sites = new Set<number>();
  for (const changes of course.sites.slice(1)) for (let i = 0; i < changes.length; i += 2) sites.add(changes[i] as number);
  return { lines, sites };
}

/** The state of a step. */
export function stateOf(course: Course, step: number): number {
  const at = course.to.findIndex((to) => step < to);
  return at < 0 ? course.from.length - 1 : at;
}

/** What was known before any plan: the broken lines, and places with something broken. */
export function damaged(map: GridMap): Picture {
  const out = new Set<number>();
  const level = new Uint8Array(map.sites.id.length);
  for (const broken of map.damages) {
    if (broken.line != null) out.add(broken.line);
    else if (broken.site != null) level[broken.site] = 3;
  }
  return { out, level };
}

/** Everybody without a service in a state. */
export function total(course: Course, service: string, state: number): number {
  return (course.without[service]?.[state] ?? []).reduce((sum, people) => sum + people, 0);
}
