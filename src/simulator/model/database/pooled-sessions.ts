import type { Millis } from '../../../domain/base/fault.ts';
import type { EnvironmentContext } from '../instances/environment-part.ts';
import type { ServiceInstance } from '../instances/instance.ts';
import { poolUsageOf } from '../instances/instance-gauges.ts';
import type { DatabaseSpec } from '../spec/database.ts';
import { fnv1a } from '../spec/seeded-random.ts';
import type { Backend, PidAllocator } from './sessions.ts';

/** Hikari closes a connection after half an hour (`maxLifetime`). */
const lifetimeMs: Millis = 1_800_000;

interface Slot {
  readonly pid: number;
  readonly startedAt: Millis;
  /** Start time of the process that holds it. */
  readonly of: Millis;
}

/** Reason and start of the wait of busy pool sessions. */
export interface Blocker {
  readonly pid: number;
  readonly since: Millis;
  readonly query: string;
}

/** Sessions of the connections in the instances' Hikari pools. A terminated one is reopened. */
export class PooledSessions {
  readonly #spec: DatabaseSpec;
  readonly #env: EnvironmentContext;
  readonly #pids: PidAllocator;
  readonly #slots = new Map<string, Slot>();

  constructor(spec: DatabaseSpec, env: EnvironmentContext, pids: PidAllocator) {
    this.#spec = spec;
    this.#env = env;
    this.#pids = pids;
  }

  /** Instances with pools on this database, smallest pools first. */
  get instances(): readonly ServiceInstance[] {
    return this.#env.instances
      .filter(({ running, service }) => running && service.poolOn === this.#spec.name)
      .sort((a, b) => (a.poolMax ?? 0) - (b.poolMax ?? 0));
  }

  backends(blocker: Blocker | undefined): readonly Backend[] {
    return this.instances.flatMap((instance) => {
      const { active: taken = 0, idle = 0 } = poolUsageOf(this.#env, instance) ?? {};
      // Connections held by long-running statements are listed by their owner.
      const active = Math.max(0, taken - instance.blockedConnections);
      const first = this.#slot(instance, 0).pid;
      return Array.from({ length: active + idle }, (_, index) => {
        const slot = this.#slot(instance, index);
        return index < active
          ? this.#busy(instance, slot, index, blocker, first)
          : this.#idle(instance, slot, index);
      });
    });
  }

  /** Ends a session; its pool opens a new one. */
  end(pid: number): boolean {
    for (const [key, slot] of this.#slots)
      if (slot.pid === pid) {
        this.#slots.set(key, { ...slot, pid: this.#pids.next(), startedAt: this.#env.now });
        return true;
      }
    return false;
  }

  /** Ends all sessions, after a server restart. */
  endAll(): void {
    for (const { pid } of [...this.#slots.values()]) this.end(pid);
  }

  #slot(instance: ServiceInstance, index: number): Slot {
    const key = `${instance.name}#${index}`;
    const known = this.#slots.get(key);
    if (known?.of === instance.startedAt) return known;
    const ageMs = known === undefined ? fnv1a(key) % lifetimeMs : 0;
    const startedAt = Math.max(instance.startedAt, this.#env.now - ageMs);
    const slot = { pid: this.#pids.next(), startedAt, of: instance.startedAt };
    this.#slots.set(key, slot);
    return slot;
  }

  #of(instance: ServiceInstance, { pid, startedAt }: Slot) {
    const { user } = this.#spec;
    return { pid, startedAt, user, application: instance.service.name, client: clientAddressOf(instance) };
  }

  #query(what: string): string {
    const { statements } = this.#spec;
    return statements[fnv1a(what) % Math.max(1, statements.length)]?.query ?? 'SELECT 1';
  }

  #busy(
    instance: ServiceInstance,
    slot: Slot,
    index: number,
    blocker: Blocker | undefined,
    first: number,
  ): Backend {
    const who = this.#of(instance, slot);
    if (blocker === undefined) {
      const query = this.#query(`${instance.name}/${index}/${Math.floor(this.#env.now / 1000)}`);
      const since = this.#env.now - (fnv1a(query) % 40) - instance.waitingMs / 2;
      return { ...who, state: 'active', since, transactionAt: since, query, blockedBy: [] };
    }
    const since = Math.min(this.#env.now, blocker.since + 300 * (index + 1));
    // A lock tree: the first session of a pool waits for the blocker, the others of the pool for the first.
    const blockedBy = index === 0 ? [blocker.pid] : [first];
    return { ...who, state: 'active', since, transactionAt: since, query: blocker.query, blockedBy };
  }

  #idle(instance: ServiceInstance, slot: Slot, index: number): Backend {
    const who = this.#of(instance, slot);
    const key = `${instance.name}/${index}`;
    const since = Math.max(slot.startedAt, this.#env.now - (fnv1a(key) % 60_000));
    return { ...who, state: 'idle', since, query: this.#query(key), blockedBy: [] };
  }
}

/** An address in the form of a pod IP. */
export const clientAddressOf = ({ name }: ServiceInstance): string =>
  `10.244.${fnv1a(name) % 8}.${10 + (fnv1a(`${name}/ip`) % 240)}`;
