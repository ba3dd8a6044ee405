// `plan.json`, as docs/plan.schema.json has it; only what is shown.

export interface PlanDoc {
  scenario: { name: string; digest: string; start: string; horizon_steps: number; step_hours: number };
  seed: number;
  objective: {
    measure: string;
    unserved_mwh: number;
    unserved_people_hours: number;
    weighted: number;
    by_service: Record<string, number>;
  };
  bound: { weighted: number; gap: number; method: string; complete: boolean };
  baseline: { no_repair: number; input_order: number; greedy: number };
  jobs: PlanJob[];
  states: PlanState[];
  frost: { facility: string; from: number; to: number; coldest_c: number; hours_to_freezing: number | null }[];
  at_risk: { offer: string; status: string; confidence: number; jobs: string[]; facilities: string[]; loss: Loss | null }[];
  asks: Ask[];
  asked: { complete: boolean } | null;
  unmatched: { need: string; reasons: string[] }[];
  unscheduled: { job: string; reasons: string[] }[];
  unrecoverable: { mw: number; people: number };
  warnings: string[];
}

export interface PlanJob {
  job: string;
  start: number;
  finish: number;
  skill: string;
  crews: number[];
  region: string | null;
  items: { need: string; offer: string; count: number }[];
}

export interface PlanState {
  from: number;
  to: number;
  served_mw: number;
  shed_mw: number;
  people_without: Record<string, number>;
  ac: { verdict: string; served_mw: number; max_loading_pct: number; vm_min_pu: number; vm_max_pu: number; note: string };
}

export interface Loss {
  jobs: string[];
  weighted: number;
  unserved_people_hours: number;
}

export interface Ask {
  rank: number;
  kind: string;
  what: string;
  count: number;
  arrival: number;
  weighted: { saved: number; low: number; high: number };
  saved: Record<string, number>;
  mass_t: number | null;
  regions: string[];
  note: string;
}

/** The day of a step, `2026-01-12`; with steps of a day or more. */
export function dayOf(start: string, stepHours: number, step: number): string {
  const time = Date.parse(`${start}T00:00:00Z`) + step * stepHours * 3_600_000;
  return new Date(time).toISOString().slice(0, 10);
}

/** A measure by step: each state says it for the steps that it lasts. */
export function bySteps(states: PlanState[], of: (state: PlanState) => number): number[] {
  return states.flatMap((state) => Array.from({ length: state.to - state.from }, () => of(state)));
}

/** Jobs in rows that do not overlap, by skill: each team of a Gantt chart is a row. */
export function rows(jobs: PlanJob[]): { skill: string; jobs: PlanJob[] }[] {
  const lanes: { skill: string; until: number; jobs: PlanJob[] }[] = [];
  const order = [...jobs].sort((a, b) => a.skill.localeCompare(b.skill) || a.start - b.start || a.finish - b.finish);
  for (const job of order) {
    const free = lanes.find((lane) => lane.skill === job.skill && lane.until <= job.start);
    if (free) {
      free.jobs.push(job);
      free.until = job.finish;
    } else {
      lanes.push({ skill: job.skill, until: job.finish, jobs: [job] });
    }
  }
  return lanes;
}
