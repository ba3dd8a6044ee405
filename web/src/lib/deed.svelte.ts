// Something that a person does: it is done, or refused with a reason that the page shows.

/** What is said of an error. */
export function reason(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

export class Deed {
  /** Why the last one was refused; empty where it was done. */
  wrong = $state('');

  /** Does it. Says whether it was done, so that the page goes on only then. */
  async try(work: () => Promise<unknown>): Promise<boolean> {
    this.wrong = '';
    try {
      await work();
      return true;
    } catch (error) {
      this.wrong = reason(error);
      return false;
    }
  }
}
