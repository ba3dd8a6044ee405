// What the console says, in three languages: the catalogue that the server's pages are made of, read by the library of
// Fluent. Numbers, dates and plurals are those of the browser's Intl.

import { FluentBundle, FluentResource, type FluentVariable } from '@fluent/bundle';

export const TONGUES = { en: 'English', uk: 'Українська', ro: 'Română' } as const;
export type Tongue = keyof typeof TONGUES;

const LOCALES: Record<Tongue, string> = { en: 'en-GB', uk: 'uk', ro: 'ro' };
const KEPT = 'relight-language';

const texts = import.meta.glob<string>('../../../crates/server/words/*.ftl', { query: '?raw', import: 'default' });

let tongue = $state<Tongue>('en');
let bundle = $state.raw(new FluentBundle('en'));

function isTongue(word: string | null | undefined): word is Tongue {
  return word != null && word in TONGUES;
}

/** The language that was chosen last, else the first of the browser's that there is. */
export function preferred(): Tongue {
  let kept: string | null = null;
  try {
    kept = localStorage.getItem(KEPT);
  } catch {
    // A browser that keeps nothing still has languages.
  }
  if (isTongue(kept)) return kept;
  return navigator.languages.map((l) => l.split('-')[0]).find(isTongue) ?? 'en';
}

/** Speaks this language from now on. */
export async function speak(next: Tongue): Promise<void> {
  const made = new FluentBundle(LOCALES[next], { useIsolating: false });
  for (const file of [`${next}.ftl`, `${next}.names.ftl`, `${next}.console.ftl`]) {
    const load = texts[`../../../crates/server/words/${file}`];
    if (load) made.addResource(new FluentResource(await load()));
  }
  bundle = made;
  tongue = next;
  document.documentElement.lang = next;
  try {
    localStorage.setItem(KEPT, next);
  } catch {
    // It is asked for again next time.
  }
}

export function language(): Tongue {
  return tongue;
}

/** A text of the catalogue; the key itself where there is none, which a test looks for. */
export function t(key: string, values?: Record<string, FluentVariable>): string {
  const pattern = bundle.getMessage(key)?.value;
  return pattern ? bundle.formatPattern(pattern, values ?? null, []) : key;
}

/** Whether the catalogue has it. */
export function has(key: string): boolean {
  return bundle.hasMessage(key);
}

/** A word of the API in the language of the page; as it is where the catalogue does not know it. */
export function word(prefix: string, value: string): string {
  const key = `${prefix}-${value.replaceAll(' ', '_')}`;
  return has(key) ? t(key) : value.replaceAll('_', ' ');
}

export function number(value: number, digits = 0): string {
  return new Intl.NumberFormat(LOCALES[tongue], { maximumFractionDigits: digits }).format(value);
}

/** For a person at a glance: two or three digits that count. */
export function about(value: number): string {
  const absolute = Math.abs(value);
  const step = absolute >= 100_000 ? 1000 : absolute >= 1000 ? 100 : absolute >= 100 ? 10 : 1;
  return number(Math.round(value / step) * step);
}

/** Large sums, shortened as the language does. */
export function short(value: number): string {
  return new Intl.NumberFormat(LOCALES[tongue], { notation: 'compact', maximumSignificantDigits: 3 }).format(value);
}

export function percent(share: number, digits = 1): string {
  return new Intl.NumberFormat(LOCALES[tongue], { style: 'percent', maximumFractionDigits: digits }).format(share);
}

/** A day that has no hour: `2026-01-12` in words. */
export function day(text: string, form: 'long' | 'short' | 'bare' = 'short'): string {
  const date = new Date(`${text}T00:00:00Z`);
  if (Number.isNaN(date.getTime())) return text;
  const options: Intl.DateTimeFormatOptions =
    form === 'long'
      ? { weekday: 'long', day: 'numeric', month: 'long', year: 'numeric' }
      : form === 'short'
        ? { day: 'numeric', month: 'short', year: 'numeric' }
        : { day: 'numeric', month: 'short' };
  return new Intl.DateTimeFormat(LOCALES[tongue], { ...options, timeZone: 'UTC' }).format(date);
}

/** A moment, in the reader's time. */
export function moment(value: string | number): string {
  return new Intl.DateTimeFormat(LOCALES[tongue], { dateStyle: 'medium', timeStyle: 'short' }).format(new Date(value));
}

export const collator = (): Intl.Collator => new Intl.Collator(LOCALES[tongue], { numeric: true });
