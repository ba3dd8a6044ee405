// Records of the ledger as the API gives them: an envelope, and a content by kind in which a field may be missing because it
// is not for the reader.

import { client, take } from './api';
import { number, t, word } from './words.svelte';

export interface Record_<C> {
  id: string;
  kind: string;
  operation: string | null;
  version: number;
  state: string | Record<string, unknown>;
  content: C;
  author?: string;
  second?: string | null;
  changed?: string;
  seq?: number;
}

export interface Named {
  words?: string;
  party?: string | null;
}
export interface Span {
  min: string | null;
  max: string | null;
}
export interface Quantity {
  range?: Span;
  qualifier?: string;
  unit?: string;
  words?: string;
}
export interface Money {
  range?: Span;
  currency?: string | null;
  qualifier?: string;
}
export interface When {
  first?: string | null;
  last?: string | null;
  precision?: string;
  words?: string;
}
export interface Lot {
  category?: string;
  words?: string;
}
export interface LotOf {
  item?: Lot;
  quantity?: Quantity;
}

export interface Operation {
  name?: string;
  countries?: string[];
}
export interface Source {
  url?: string;
  outlet?: string;
  title?: string;
  language?: string;
  published?: When;
}
export interface Statement {
  source?: string;
  quote?: string;
  speaker?: Named;
  chain?: string[];
  said?: When;
  occasion?: string | null;
}
export interface Claim {
  statement?: string;
  kind?: string;
  donors?: Named[];
  recipients?: Named[];
  item?: Lot;
  quantity?: Quantity;
  money?: Money;
  status?: string;
  status_words?: string;
  as_of?: When;
  expected?: When;
  pledge?: string | null;
  note?: string;
}
export interface Pledge {
  title?: string;
  donor?: Named;
  recipient?: Named;
  lots?: LotOf[];
  money?: Money;
  announced?: When;
  expected?: When;
  note?: string;
  package?: string | null;
}
export interface Step {
  stage?: string;
  pledge?: string | null;
  after?: string | null;
  lots?: LotOf[];
  date?: When;
  by?: Named;
  from?: string;
  to?: string;
  site?: string;
  side?: string;
  note?: string;
}
export interface Need {
  who?: Named;
  item?: Lot;
  quantity?: Quantity;
  wanted?: When;
  place?: string;
}
export interface PackageOf {
  title?: string;
  keeper?: Named;
  recipient?: Named;
  lines?: { line?: string; item?: Lot; quantity?: Quantity; money?: Money }[];
  target?: Money;
  called?: When;
  wanted?: When;
  note?: string;
}
export interface Contribution {
  package?: string;
  line?: string | null;
  donor?: Named;
  quantity?: Quantity;
  money?: Money;
  date?: When;
}
export interface Meeting {
  title?: string;
  date?: When;
  place?: string;
  participants?: Named[];
  agenda?: string[];
}
export interface Draft {
  source?: string;
  statement?: Statement & { span?: [number, number] | null };
  claim?: Claim;
  evidence?: { field: string; span: [number, number]; confidence: number }[];
  reader?: string;
}
export interface Assignment {
  of?: string;
  lot?: number;
  piece?: number;
  scenario?: string;
  need?: string;
  job?: string;
  wanted?: When;
}
export interface Party {
  name?: string;
}
export interface Publication {
  records?: string[];
  /** The one partner that it is for; without it, everybody. */
  to?: string | null;
  note?: string;
}
export interface Ruling {
  contradiction?: string;
  holds?: string;
  why?: string;
}
export interface Link {
  from?: string;
  relation?: string;
  to?: string;
}

interface Contents {
  operations: Operation;
  sources: Source;
  statements: Statement;
  claims: Claim;
  pledges: Pledge;
  steps: Step;
  needs: Need;
  packages: PackageOf;
  contributions: Contribution;
  meetings: Meeting;
  drafts: Draft;
  assignments: Assignment;
  rulings: Ruling;
  links: Link;
  parties: Party;
  publications: Publication;
}
export type Plural = keyof Contents;

/** Every record of a kind that the reader may see, page by page. */
export async function all<P extends Plural>(
  plural: P,
  operation?: string,
  state?: string,
): Promise<Record_<Contents[P]>[]> {
  const items: Record_<Contents[P]>[] = [];
  let after: string | undefined;
  do {
    const query = { limit: 200, operation, after, state };
    const page = await take(client.GET(`/api/v1/${plural}` as '/api/v1/pledges', { params: { query } }));
    items.push(...(page.items as Record_<Contents[P]>[]));
    after = page.next ?? undefined;
  } while (after);
  return items;
}

/** One record. */
export async function one<P extends Plural>(plural: P, id: string): Promise<Record_<Contents[P]>> {
  const path = `/api/v1/${plural}/{id}` as '/api/v1/pledges/{id}';
  return (await take(client.GET(path, { params: { path: { id } } }))) as Record_<Contents[P]>;
}

export interface Done {
  seq: number;
  at: string;
  actor: string;
  act: string;
  reason: string;
}

/** What was done to a record. */
export async function history(plural: Plural, id: string): Promise<Done[]> {
  const path = `/api/v1/${plural}/{id}/history` as '/api/v1/pledges/{id}/history';
  return (await take(client.GET(path, { params: { path: { id } } }))).items as Done[];
}

/** Records something new, once however often it is sent. */
export async function make<P extends Plural>(
  plural: P,
  operation: string,
  content: Contents[P],
  reason = '',
): Promise<void> {
  const path = `/api/v1/${plural}` as '/api/v1/pledges';
  const header = { 'Idempotency-Key': crypto.randomUUID() };
  await take(client.POST(path, { params: { header }, body: { operation, content, reason } }));
}

/** Takes back, or agrees as a second person. */
export async function settle(
  plural: Plural,
  record: { id: string; version: number },
  act: 'withdrawal' | 'confirmation',
  reason = '',
): Promise<void> {
  const path = `/api/v1/${plural}/{id}/${act}` as '/api/v1/pledges/{id}/withdrawal';
  const header = { 'If-Match': `"${record.version}"` };
  await take(client.POST(path, { params: { path: { id: record.id }, header }, body: { reason } }));
}

/** `30`, `at least 30`, `20 to 30`; nothing where no number was told. */
export function amount(quantity: Quantity | undefined): string {
  const range = quantity?.range;
  if (!range || (range.min == null && range.max == null)) return '';
  return between(range, quantity?.qualifier);
}

export function sum(money: Money | undefined): string {
  const range = money?.range;
  if (!range || (range.min == null && range.max == null)) return '';
  return `${between(range, money?.qualifier)} ${money?.currency ?? ''}`.trim();
}

function between(range: Span, qualifier = 'exact'): string {
  const [min, max] = [range.min, range.max].map((v) => (v == null ? null : number(Number(v), 2)));
  if (min != null && max != null && min !== max) return t('n-between', { low: min, high: max });
  const n = (min ?? max) as string;
  const key = `n-${qualifier.replaceAll('_', '-')}`;
  const known = ['exact', 'about', 'over', 'at-least', 'almost', 'up-to', 'estimated'];
  if (max == null) return t('n-at-least', { n });
  if (min == null) return t('n-up-to', { n });
  return known.includes(key.slice(2)) ? t(key, { n }) : n;
}

export function things(item: Lot | undefined): string {
  return item?.category ? word('things', item.category) : (item?.words ?? '');
}

/** How many pieces at least, for sums. */
export function pieces(quantity: Quantity | undefined): number {
  return Number(quantity?.range?.min ?? quantity?.range?.max ?? 0);
}
