// Who is signed in, and which pages there are for them.

import { client, setCsrf, take, whenSignedOut, type Schemas } from './api';

export type Signed = Schemas['Signed'];
export type Role = Signed['role'];

let signed = $state.raw<Signed | null>(null);
let asked = $state(false);

export const session = {
  get who(): Signed | null {
    return signed;
  },
  /** Whether the server has been asked at all. */
  get known(): boolean {
    return asked;
  },
};

function set(who: Signed | null): void {
  signed = who;
  setCsrf(who?.csrf ?? '');
}

whenSignedOut(() => set(null));

export async function recall(): Promise<void> {
  try {
    set(await take(client.GET('/api/v1/session')));
  } catch {
    set(null);
  }
  asked = true;
}

export async function signIn(name: string, password: string): Promise<void> {
  set(await take(client.POST('/api/v1/session', { body: { name, password } })));
}

export async function signOut(): Promise<void> {
  await client.DELETE('/api/v1/session');
  set(null);
}

const PLANNING: Role[] = ['recipient_desk', 'grid_engineer', 'logistics', 'auditor'];
const KEEPING: Role[] = ['reviewer', 'second_reviewer'];
const RECORDS: Role[] = ['donor', ...PLANNING, ...KEEPING];

/** Pages in the order of the menu, and for whom each is. */
export const PAGES = {
  situation: PLANNING,
  needs: PLANNING,
  plan: PLANNING,
  locate: PLANNING,
  logistics: PLANNING,
  ledger: RECORDS,
  intake: [...KEEPING, 'recipient_desk', 'auditor'],
  packages: RECORDS,
  meetings: RECORDS,
  log: ['auditor'],
  accounts: ['administrator'],
} satisfies Record<string, Role[]>;

export type PageName = keyof typeof PAGES;

export function pagesOf(role: Role): PageName[] {
  return (Object.keys(PAGES) as PageName[]).filter((name) => (PAGES[name] as Role[]).includes(role));
}

export const may = {
  plan: (role: Role): boolean => role === 'recipient_desk' || role === 'grid_engineer',
  keep: (role: Role): boolean => KEEPING.includes(role),
  reconcile: (role: Role): boolean => [...KEEPING, 'recipient_desk', 'auditor'].includes(role),
  history: (role: Role): boolean => role !== 'donor' && role !== 'administrator',
};
