import { createHash, createHmac, pbkdf2Sync } from 'node:crypto';
import type { Millis } from '../../../domain/base/fault.ts';
import type { CallResult } from '../instances/dependency-call.ts';
import type { EnvironmentContext, Part } from '../instances/environment-part.ts';
import type { ServiceInstance } from '../instances/instance.ts';
import { poolUsageOf } from '../instances/instance-gauges.ts';
import type { DatabaseIncidentSpec, DatabaseSpec } from '../spec/database.ts';
import { fnv1a, type RandomSource, seededRandom } from '../spec/seeded-random.ts';
import { LongRunningStatements } from './long-running-statements.ts';
import { PooledSessions } from './pooled-sessions.ts';
import { ServerSettings } from './server-settings.ts';
import {
  type Backend,
  BackgroundSessions,
  ClientSessions,
  type LoginRequest,
  PidAllocator,
} from './sessions.ts';
import { MissingIndex, StuckSessions } from './stuck-sessions.ts';
import type { TableCatalog } from './table-catalog.ts';
import { DatabaseRegistry } from './table-catalog.ts';

const keyBytes = 32;

/** Returns true when a password matches a SCRAM verifier. Source: RFC 5802; PostgreSQL, scram_build_secret. */
const isOf = (password: string, verifier: string): boolean => {
  const [, rounds = '', salt = '', stored = ''] =
    /^SCRAM-SHA-256\$(\d+):([^$]+)\$([^:]+):/.exec(verifier) ?? [];
  const salted = pbkdf2Sync(password, Buffer.from(salt, 'base64'), Number(rounds), keyBytes, 'sha256');
  const key = createHmac('sha256', salted).update('Client Key').digest();
  return createHash('sha256').update(key).digest('base64') === stored;
};

/** Passwords of roles: initially the same for all, and a verifier for each changed one. */
class PasswordStore {
  readonly #first: string;
  readonly #verifiers = new Map<string, { readonly verifier: string; readonly since: Millis }>();
  /** Results by verifier and password, because deriving a key takes milliseconds. */
  readonly #known = new Map<string, boolean>();

  constructor(first: string) {
    this.#first = first;
  }

  /** The verifier of a changed password; undefined for the initial one. */
  verifier(role: string): string | undefined {
    return this.#verifiers.get(role)?.verifier;
  }

  change(role: string, verifier: string, now: Millis): void {
    this.#verifiers.set(role, { verifier, since: now });
  }

  /** Time of the last password change; absent if there was none. */
  since(role: string): Millis | undefined {
    return this.#verifiers.get(role)?.since;
  }

  isRight(role: string, password: string): boolean {
    const verifier = this.verifier(role);
    if (verifier === undefined) return password === this.#first;
    const key = `${verifier} ${password}`;
    const known = this.#known.get(key) ?? isOf(password, verifier);
    this.#known.set(key, known);
    return known;
  }

  heal(): void {
    this.#verifiers.clear();
    this.#known.clear();
  }
}

const initialExtensions: readonly string[] = ['plpgsql', 'pg_stat_statements'];

/** Slots not available to the pools, so that administrators can always connect. */
const spareSlots = 4;

/** The queryid of a statement in pg_stat_statements: the same for the same text. */
export const queryIdOf = (query: string): string =>
  `${1 + (fnv1a(query) % 9)}${String(fnv1a(`${query}/id`)).padStart(10, '0')}`;

/** A PostgreSQL server: sessions, locks, settings. It runs while its dependency is up, and restarts with it. */
export class Database implements Part<DatabaseIncidentSpec> {
  readonly spec: DatabaseSpec;
  readonly env: EnvironmentContext;
  readonly settings: ServerSettings;
  readonly databases: DatabaseRegistry;
  readonly passwords: PasswordStore;
  readonly missingIndex: MissingIndex;
  /** Extensions of the application database. */
  readonly extensions = new Set(initialExtensions);
  readonly #pids = new PidAllocator();
  readonly #pooled: PooledSessions;
  readonly #troubles: StuckSessions;
  readonly #holds: LongRunningStatements;
  readonly #background: BackgroundSessions;
  readonly #logins: ClientSessions;
  readonly #chance: RandomSource;
  #wasUp = true;
  /** Start time of the server process. */
  startedAt: Millis;
  /** True: the role of the monitoring lacks pg_read_all_stats, and sees only names of the sessions of others. */
  hidesSessions = false;

  constructor(spec: DatabaseSpec, env: EnvironmentContext) {
    this.spec = spec;
    this.env = env;
    this.passwords = new PasswordStore(spec.password);
    this.settings = new ServerSettings(spec.maxConnections);
    this.databases = new DatabaseRegistry(spec.database, spec.tables, () => env.now);
    this.#pooled = new PooledSessions(spec, env, this.#pids);
    this.missingIndex = new MissingIndex(
      this.databases.own,
      () => env.now,
      () => this.#pooled.instances.reduce((sum, { poolMax = 0 }) => sum + poolMax, 0),
    );
    this.#troubles = new StuckSessions(this.#pids);
    this.#holds = new LongRunningStatements(this.#pids, spec.user);
    this.#chance = seededRandom(`${spec.name}/${env.spec.name}/database`);
    this.startedAt = env.now - 40 * 86_400_000;
    this.#background = new BackgroundSessions(
      spec.background,
      this.startedAt,
      this.#pids,
      (database = spec.database) => this.databases.named(database)?.isOpen === true,
    );
    this.#logins = new ClientSessions(this.#pids);
  }

  get isUp(): boolean {
    return this.env.dependencies.get(this.spec.name)?.up !== false;
  }

  /** Contents of one database. Throws for an unknown name. */
  tablesOf(database: string): TableCatalog {
    const catalog = this.databases.named(database);
    if (catalog === undefined) throw new Error(`no database ${database}`);
    return catalog.tables;
  }

  /** Contents of the application database, under its original name or not. */
  get tables(): TableCatalog {
    return this.databases.named(this.spec.database)?.tables ?? this.databases.own;
  }

  /** Frequent statements of the applications at their current speed; those slowed by a missing index come last. */
  get sentStatements(): DatabaseSpec['statements'] {
    const { missed, waitMs } = this.missingIndex;
    const slow = missed && { query: missed.query, calls: 4210, meanMs: waitMs };
    return [...this.spec.statements.filter(({ query }) => query !== slow?.query), ...(slow ? [slow] : [])];
  }

  /** All login roles. */
  get roles(): readonly string[] {
    const { user, background } = this.spec;
    return [...new Set(['opsdeck', user, ...background.map((backgroundSpec) => backgroundSpec.user)])];
  }

  /** Database of a session. */
  databaseOf({ database = this.spec.database }: Backend): string {
    return database;
  }

  /** True when the application database has its original name. */
  get #isThere(): boolean {
    return this.databases.named(this.spec.database) !== undefined;
  }

  /** All client sessions: those of the pools, leaked ones, and connections over the protocol. */
  get backends(): readonly Backend[] {
    return [
      ...this.#background.backends(this.env.now),
      ...(this.#isThere ? this.#pooled.backends(this.#troubles.blocker) : []),
      ...this.#troubles.backends,
      ...this.#holds.backends,
      ...this.#logins.backends,
    ];
  }

  /** Slots available to every role. */
  get usable(): number {
    return this.settings.number('max_connections') - this.settings.number('superuser_reserved_connections');
  }

  /** A session for a protocol client; undefined if no slot is free. */
  login(login: LoginRequest): Backend | undefined {
    return this.backends.length >= this.usable ? undefined : this.#logins.begin(login, this.env.now);
  }

  logout(pid: number): void {
    this.#logins.end(pid);
  }

  /** False if this protocol session was terminated by the server. */
  isLoggedIn(pid: number): boolean {
    return this.#logins.has(pid);
  }

  /** pg_terminate_backend: true if the session existed. Pools and background programs reconnect. */
  terminate(pid: number): boolean {
    const { now } = this.env;
    const ended =
      this.#troubles.end(pid, now) ||
      this.#holds.end(pid, now) ||
      this.#pooled.end(pid) ||
      this.#logins.end(pid) ||
      this.#background.end(pid, now);
    this.#spread();
    return ended;
  }

  /** pg_cancel_backend: ends a statement; without one, nothing happens. */
  cancel(pid: number): boolean {
    const isThere = this.backends.some((backend) => backend.pid === pid);
    this.#troubles.cancel(pid, this.env.now);
    this.#holds.end(pid, this.env.now);
    this.#spread();
    return isThere;
  }

  /** Current failure of a call to the database; undefined if it succeeds or goes to another database. */
  refusal(to: string, caller: string): CallResult | undefined {
    if (to !== this.spec.name || !this.isUp) return undefined;
    if (!this.#isThere) return { ms: 20, error: `FATAL: database "${this.spec.database}" does not exist` };
    const { block } = this.#troubles;
    if (block !== undefined) return { ms: block.patienceMs, error: block.error };
    const instance = this.env.instance(caller);
    if (instance === undefined) return undefined;
    if (this.#isLockedOut(instance))
      return { ms: 20, error: `FATAL: password authentication failed for user "${this.spec.user}"` };
    const { active = 0, pending = 0 } = poolUsageOf(this.env, instance) ?? {};
    const held = this.#holds.isThere ? this.#holds.refusal(instance, pending, this.#chance()) : undefined;
    if (held !== undefined) return { ms: 1000, error: held };
    if (instance.connectionsMax === undefined) return undefined;
    const isRefused = pending > 0 && this.#chance() < pending / (active + pending);
    return isRefused ? { ms: 1000, error: 'FATAL: sorry, too many clients already' } : undefined;
  }

  tick(_now: Millis): void {
    const { isUp } = this;
    if (isUp && !this.#wasUp) this.#discardSessions();
    this.#wasUp = isUp;
    this.#troubles.tick(this.env.now);
    this.#holds.tick(this.#pooled.instances, this.env.now);
    this.#spread();
  }

  inject(trouble: DatabaseIncidentSpec): void {
    this.#troubles.inject(trouble, this.env.now);
    if (trouble.longStatement !== undefined)
      this.#holds.inject(trouble.longStatement, this.#pooled.instances, this.env.now);
    if (trouble.missingIndex !== undefined) this.missingIndex.inject(trouble.missingIndex);
    for (const name of trouble.missingExtensions ?? []) this.extensions.delete(name);
    this.#spread();
  }

  get isBroken(): boolean {
    return (
      this.#troubles.isThere ||
      this.#holds.isThere ||
      this.missingIndex.missed !== undefined ||
      initialExtensions.some((name) => !this.extensions.has(name))
    );
  }

  heal(): void {
    this.#troubles.heal();
    this.#holds.heal();
    this.settings.heal();
    this.missingIndex.heal();
    for (const name of initialExtensions) this.extensions.add(name);
    this.databases.heal();
    this.passwords.heal();
    this.#spread();
  }

  /** True when the instance has a different password than its role and no connection from before the change. */
  #isLockedOut({ databasePassword, startedAt }: ServiceInstance): boolean {
    const { user } = this.spec;
    if (databasePassword === undefined || this.passwords.isRight(user, databasePassword)) return false;
    const since = this.passwords.since(user);
    return since === undefined || Math.max(startedAt, this.startedAt) >= since;
  }

  /** A restart discards all sessions and locks, and applies pending settings. */
  #discardSessions(): void {
    this.startedAt = this.env.now;
    this.#troubles.heal();
    this.#holds.heal();
    this.settings.restart();
    this.#pooled.endAll();
    this.#background.endAll(this.env.now);
    this.#logins.endAll();
  }

  /** Updates the services' wait times and maximum numbers of connections. */
  #spread(): void {
    const { block, leakWaitMs } = this.#troubles;
    const waitingMs = (block?.patienceMs ?? 0) + leakWaitMs + this.missingIndex.waitMs;
    const { instances } = this.#pooled;
    const others = this.#background.backends(this.env.now).length + this.#troubles.backends.length;
    let left = this.usable - spareSlots - others;
    for (const instance of instances) {
      const { poolMax = 0 } = instance;
      const granted = this.#isLockedOut(instance) ? 0 : Math.max(0, Math.min(poolMax, left));
      left -= granted;
      instance.blockedConnections = this.#holds.heldBy(instance);
      instance.waitingMs = waitingMs + this.#holds.waitMs(instance);
      instance.connectionsMax = granted < poolMax ? granted : undefined;
    }
  }
}
