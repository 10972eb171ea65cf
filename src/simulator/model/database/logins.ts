import type { Millis } from '../../../domain/fault.ts';
import type { Backend, Pids } from './backend.ts';

/** Who logs in over the wire. */
export interface Login {
  readonly user: string;
  readonly application: string;
  /** Absent: that of the applications. */
  readonly database?: string;
}

/** Sessions of the wire's own clients. */
export class Logins {
  readonly #pids: Pids;
  readonly #sessions = new Map<number, Backend>();

  constructor(pids: Pids) {
    this.#pids = pids;
  }

  get backends(): readonly Backend[] {
    return [...this.#sessions.values()];
  }

  has(pid: number): boolean {
    return this.#sessions.has(pid);
  }

  begin({ user, application, database }: Login, now: Millis): Backend {
    const backend: Backend = {
      pid: this.#pids.next(),
      user,
      application,
      ...(database === undefined ? {} : { database }),
      client: '127.0.0.1',
      startedAt: now,
      state: 'idle',
      since: now,
      query: '',
      blockedBy: [],
    };
    this.#sessions.set(backend.pid, backend);
    return backend;
  }

  end(pid: number): boolean {
    return this.#sessions.delete(pid);
  }

  endAll(): void {
    this.#sessions.clear();
  }
}
