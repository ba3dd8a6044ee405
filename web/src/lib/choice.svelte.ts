// What all pages look at: one operation of the ledger, one scenario, one plan of it.

import { client, take, type Schemas } from './api';
import { reason } from './deed.svelte';
import { all, type Operation, type Record_ } from './ledger';
import { PAGES, type Role } from './session.svelte';

export type Shown = Schemas['Shown'];

const KEPT = 'relight-choice';

interface Kept {
  operation?: string;
  scenario?: string;
}

let operations = $state.raw<Record_<Operation>[]>([]);
let scenarios = $state.raw<string[]>([]);
let plans = $state.raw<Shown[]>([]);
let kept = $state<Kept>({});
let plan = $state('');
let error = $state('');
let loaded = $state(false);

function read(): Kept {
  try {
    return JSON.parse(sessionStorage.getItem(KEPT) ?? '{}') as Kept;
  } catch {
    return {};
  }
}

function keep(change: Kept): void {
  kept = { ...kept, ...change };
  try {
    sessionStorage.setItem(KEPT, JSON.stringify(kept));
  } catch {
    // It is chosen again next time.
  }
}

/** The plans of the scenario that are there, the latest first. */
const done = $derived(plans.filter((p) => p.job.scenario === kept.scenario && p.job.state === 'done'));

export const choice = {
  get loaded(): boolean {
    return loaded;
  },
  get error(): string {
    return error;
  },
  get operations() {
    return operations;
  },
  get scenarios(): string[] {
    return scenarios;
  },
  get plans(): Shown[] {
    return plans;
  },
  get done(): Shown[] {
    return done;
  },
  get operation(): string {
    return kept.operation ?? '';
  },
  set operation(id: string) {
    keep({ operation: id });
  },
  get scenario(): string {
    return kept.scenario ?? '';
  },
  set scenario(name: string) {
    keep({ scenario: name });
    plan = '';
  },
  /** The plan that was chosen, else the latest that is done. */
  get plan(): Shown | undefined {
    return done.find((p) => p.job.id === plan) ?? done[0];
  },
  choosePlan(id: string): void {
    plan = id;
  },

  async load(role: Role): Promise<void> {
    try {
      const plans = (PAGES.plan as Role[]).includes(role);
      const [found, names] = await Promise.all([
        all('operations'),
        plans ? take(client.GET('/api/v1/scenarios')).then((s) => s.items) : [],
        plans ? choice.refresh() : undefined,
      ]);
      operations = found;
      scenarios = names;
      const was = read();
      const first = <T>(list: T[], wanted: T | undefined, byDefault: T | undefined): T | undefined =>
        wanted !== undefined && list.includes(wanted) ? wanted : byDefault;
      const ids = found.map((o) => o.id);
      // The operation that is called as the scenario is: `winter-storm`, "Winter storm (invented)".
      const called = (name: string | undefined) => name?.toLowerCase().startsWith((names.at(-1) ?? '?').replaceAll('-', ' '));
      keep({
        operation: first(ids, was.operation, found.find((o) => called(o.content.name))?.id ?? ids[0]),
        scenario: first(names, was.scenario, names.at(-1)),
      });
      error = '';
    } catch (refused) {
      error = reason(refused);
    }
    loaded = true;
  },

  async refresh(): Promise<void> {
    plans = (await take(client.GET('/api/v1/plans'))).items;
  },

  /** Puts what a stream told in the place of what was known. */
  put(shown: Shown): void {
    const others = plans.filter((p) => p.job.id !== shown.job.id);
    plans = [shown, ...others].sort((a, b) => b.job.asked - a.job.asked);
  },
};
