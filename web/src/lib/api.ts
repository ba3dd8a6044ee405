// The one way to the server: the public API, typed by its OpenAPI document.

import createClient, { type Middleware } from 'openapi-fetch';
import type { components, paths } from '../made/schema';

export type Schemas = components['schemas'];
export type Problem = Schemas['Problem'];

/** What went wrong, as the server told it (RFC 9457). */
export class Refused extends Error {
  constructor(
    readonly status: number,
    readonly problem: Partial<Problem> | undefined,
  ) {
    super(problem?.detail || problem?.title || `HTTP ${status}`);
  }
}

let csrf = '';
let onSignedOut = (): void => {};

export function setCsrf(value: string): void {
  csrf = value;
}

/** What to do where the session has ended in the middle of work. */
export function whenSignedOut(act: () => void): void {
  onSignedOut = act;
}

const guard: Middleware = {
  onRequest({ request }) {
    if (request.method !== 'GET') request.headers.set('X-CSRF-Token', csrf);
    return request;
  },
  onResponse({ request, response }) {
    if (response.status === 401 && !request.url.endsWith('/session')) onSignedOut();
  },
};

export const client = createClient<paths>({ baseUrl: location.origin });
client.use(guard);

/** The data of an answer, or a refusal thrown. */
export async function take<T>(answer: Promise<{ data?: T; error?: unknown; response: Response }>): Promise<T> {
  const { data, error, response } = await answer;
  if (!response.ok) throw new Refused(response.status, error as Partial<Problem> | undefined);
  return data as T;
}

/** A JSON file of a plan. */
export async function planFile<T>(id: string, file: 'plan.json' | 'course.json'): Promise<T> {
  const path = '/api/v1/plans/{id}/{file}';
  const options = { params: { path: { id, file } }, parseAs: 'json' } as const;
  return (await take(client.GET(path, options))) as T;
}
