import type { Millis } from '../../../domain/base/fault.ts';
import type { ServiceInstance } from '../instances/instance.ts';
import type { LongStatementSpec } from '../spec/database.ts';
import { fnv1a } from '../spec/seeded-random.ts';
import { clientAddressOf } from './pooled-sessions.ts';
import type { Backend, PidAllocator } from './sessions.ts';

/** Maximum age difference of the statements, in ms. */
const spreadMs: Millis = 180_000;
/** Fraction of requests that time out waiting for a connection, while some are waiting. */
const refusedShare = 0.1;

interface RunningStatement {
  readonly instance: ServiceInstance;
  /** Start time of the process that sent it. */
  readonly of: Millis;
  readonly backend: Backend;
}

/** Statements that hold connections of the services' pools. */
export class LongRunningStatements {
  readonly #pids: PidAllocator;
  readonly #user: string;
  #spec: LongStatementSpec | undefined;
  #live: readonly RunningStatement[] = [];
  /** Time of the next statement of an instance. */
  #due: readonly { readonly instance: ServiceInstance; readonly at: Millis }[] = [];

  constructor(pids: PidAllocator, user: string) {
    this.#pids = pids;
    this.#user = user;
  }

  get isThere(): boolean {
    return this.#spec !== undefined;
  }

  get backends(): readonly Backend[] {
    return this.#live.map(({ backend }) => backend);
  }

  inject(spec: LongStatementSpec, instances: readonly ServiceInstance[], now: Millis): void {
    this.#spec = spec;
    this.#due = [];
    this.#live = instances
      .filter(({ service }) => service.name === spec.service)
      .flatMap((instance) =>
        Array.from({ length: spec.sessions }, (_, index) => {
          const ageMs = spec.youngestMs + (fnv1a(`${instance.name}/held/${index}`) % spreadMs);
          return this.#begin(spec, instance, now - ageMs);
        }),
      );
  }

  /** Ends a session or its statement, which frees the connection. Returns false for an unknown session. */
  end(pid: number, now: Millis): boolean {
    const statement = this.#live.find(({ backend }) => backend.pid === pid);
    if (statement !== undefined) this.#endAll([statement], now);
    return statement !== undefined;
  }

  /** Sends due statements, and removes those of ended processes. */
  tick(instances: readonly ServiceInstance[], now: Millis): void {
    const spec = this.#spec;
    if (spec === undefined) return;
    const isOrphan = ({ instance, of }: RunningStatement): boolean =>
      instance.startedAt !== of || !instance.running || !instances.includes(instance);
    this.#endAll(this.#live.filter(isOrphan), now);
    const due = this.#due.filter(({ at, instance }) => at <= now && instance.running);
    this.#due = this.#due.filter((entry) => !due.includes(entry));
    this.#live = [...this.#live, ...due.map(({ instance }) => this.#begin(spec, instance, now))];
    if (this.#live.length === 0 && this.#due.length === 0) this.#spec = undefined;
  }

  /** Held connections in the pool of an instance. */
  heldBy(instance: ServiceInstance): number {
    return this.#live.filter((runningStatement) => runningStatement.instance === instance).length;
  }

  /** Extra time of every request, in ms. */
  waitMs(instance: ServiceInstance): Millis {
    return this.#spec === undefined
      ? 0
      : Math.round((this.#spec.waitMs * this.heldBy(instance)) / this.#spec.sessions);
  }

  /** Exception of a request without a connection; undefined if it gets one. `draw`: 0..1. */
  refusal(instance: ServiceInstance, pending: number, draw: number): string | undefined {
    return pending > 0 && this.heldBy(instance) > 0 && draw < refusedShare ? this.#spec?.error : undefined;
  }

  heal(): void {
    this.#spec = undefined;
    this.#live = [];
    this.#due = [];
  }

  #endAll(ended: readonly RunningStatement[], now: Millis): void {
    this.#live = this.#live.filter((runningStatement) => !ended.includes(runningStatement));
    const againMs = this.#spec?.againMs;
    if (againMs !== undefined)
      this.#due = [...this.#due, ...ended.map(({ instance }) => ({ instance, at: now + againMs }))];
  }

  #begin({ service, query }: LongStatementSpec, instance: ServiceInstance, time: Millis): RunningStatement {
    const backend: Backend = {
      pid: this.#pids.next(),
      user: this.#user,
      application: service,
      client: clientAddressOf(instance),
      startedAt: Math.max(instance.startedAt, time - 60_000),
      state: 'active',
      since: time,
      transactionAt: time,
      query,
      blockedBy: [],
    };
    return { instance, of: instance.startedAt, backend };
  }
}
