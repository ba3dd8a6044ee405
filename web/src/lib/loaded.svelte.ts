// Something that is asked for: there, on its way, or refused.

import { reason } from './deed.svelte';

export class Loaded<T> {
  value = $state.raw<T | undefined>();
  error = $state.raw<string>('');
  busy = $state(false);
  #turn = 0;

  /** Asks anew; of several askings the last one counts. */
  async from(ask: Promise<T>): Promise<void> {
    const turn = ++this.#turn;
    this.busy = true;
    try {
      const value = await ask;
      if (turn === this.#turn) {
        this.value = value;
        this.error = '';
      }
    } catch (error) {
      if (turn === this.#turn) this.error = reason(error);
    } finally {
      if (turn === this.#turn) this.busy = false;
    }
  }

  clear(): void {
    this.#turn++;
    this.value = undefined;
    this.error = '';
    this.busy = false;
  }
}
