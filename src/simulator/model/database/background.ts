import type { Millis } from '../../../domain/fault.ts';
import type { Backend, Pids } from './backend.ts';
import type { DatabaseSpec } from './spec.ts';

/** How often such a session asks. */
const periodMs: Millis = 15_000;

/** Sessions of programs that are always there: an exporter, a migration tool. One that is ended comes back, once its database lets it. */
export class Background {
  readonly #pids: Pids;
  #sessions: readonly (Omit<Backend, 'since'> & { readonly backMs: Millis; readonly isAway: boolean })[];
  readonly #mayLogIn: (database: string | undefined) => boolean;

  constructor(
    specs: DatabaseSpec['background'],
    startedAt: Millis,
    pids: Pids,
    mayLogIn: (database: string | undefined) => boolean,
  ) {
    this.#pids = pids;
    this.#mayLogIn = mayLogIn;
    this.#sessions = specs.map(({ application, user, query, database, backMs = 0 }, index) => ({
      pid: pids.next(),
      user,
      application,
      backMs,
      isAway: false,
      ...(database === undefined ? {} : { database }),
      client: `10.244.9.${10 + index}`,
      startedAt: startedAt + 60_000 * (index + 1),
      state: 'idle',
      query,
      blockedBy: [],
    }));
  }

  backends(now: Millis): readonly Backend[] {
    return this.#here(now).map(({ backMs: _, isAway: __, ...one }) => ({
      ...one,
      since: Math.max(one.startedAt, now - (now % periodMs)),
    }));
  }

  end(pid: number, now: Millis): boolean {
    const isThere = this.#here(now).some((one) => one.pid === pid);
    if (isThere)
      this.#sessions = this.#sessions.map((one) =>
        one.pid === pid ? { ...one, pid: this.#pids.next(), startedAt: now + one.backMs, isAway: true } : one,
      );
    return isThere;
  }

  /** Those that have come back. */
  #here(now: Millis) {
    return this.#sessions.filter(
      ({ startedAt, isAway, database }) => startedAt <= now && (!isAway || this.#mayLogIn(database)),
    );
  }

  endAll(now: Millis): void {
    for (const { pid } of this.#sessions) this.end(pid, now);
  }
}
