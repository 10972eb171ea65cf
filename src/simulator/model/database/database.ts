import { createHash, createHmac, pbkdf2Sync } from 'node:crypto';
import type { Millis } from '../../../domain/fault.ts';
import type { CallResult } from '../dependency-call.ts';
import type { EnvironmentContext, Part } from '../environment-part.ts';
import type { ServiceInstance } from '../instance.ts';
import { poolUsageOf } from '../instance-gauges.ts';
import { type RandomSource, seededRandom } from '../seeded-random.ts';
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
import type { DatabaseIncidentSpec, DatabaseSpec } from './spec.ts';
import { MissingIndex, StuckSessions } from './stuck-sessions.ts';
import type { TableCatalog } from './table-catalog.ts';
import { DatabaseRegistry } from './table-catalog.ts';

const keyBytes = 32;

/** Whether a password is the one of a SCRAM verifier. Source: RFC 5802; PostgreSQL, scram_build_secret. */
const isOf = (password: string, verifier: string): boolean => {
  const [, rounds = '', salt = '', stored = ''] =
    /^SCRAM-SHA-256\$(\d+):([^$]+)\$([^:]+):/.exec(verifier) ?? [];
  const salted = pbkdf2Sync(password, Buffer.from(salt, 'base64'), Number(rounds), keyBytes, 'sha256');
  const key = createHmac('sha256', salted).update('Client Key').digest();
  return createHash('sha256').update(key).digest('base64') === stored;
};

/** The passwords of roles: the same for all at first, and a verifier of each that was changed. */
class PasswordStore {
  readonly #first: string;
  readonly #verifiers = new Map<string, { readonly verifier: string; readonly since: Millis }>();
  /** By verifier and password: working one out takes ms. */
  readonly #known = new Map<string, boolean>();

  constructor(first: string) {
    this.#first = first;
  }

  /** What is kept of a password that was changed; undefined: it is the first one. */
  verifier(role: string): string | undefined {
    return this.#verifiers.get(role)?.verifier;
  }

  change(role: string, verifier: string, now: Millis): void {
    this.#verifiers.set(role, { verifier, since: now });
  }

  /** When the present one was set; absent: it always was. */
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

/** Slots that the pools never get, so that somebody can look and act. */
const spareSlots = 4;

/** A PostgreSQL server: sessions, locks, settings. It runs while its dependency is up, and starts anew with it. */
export class Database implements Part<DatabaseIncidentSpec> {
  readonly spec: DatabaseSpec;
  readonly env: EnvironmentContext;
  readonly settings: ServerSettings;
  readonly databases: DatabaseRegistry;
  readonly passwords: PasswordStore;
  readonly missingIndex: MissingIndex;
  readonly #pids = new PidAllocator();
  readonly #pooled: PooledSessions;
  readonly #troubles: StuckSessions;
  readonly #holds: LongRunningStatements;
  readonly #background: BackgroundSessions;
  readonly #logins: ClientSessions;
  readonly #chance: RandomSource;
  #wasUp = true;
  /** When the server process began. */
  startedAt: Millis;

  constructor(spec: DatabaseSpec, env: EnvironmentContext) {
    this.spec = spec;
    this.env = env;
    this.passwords = new PasswordStore(spec.password);
    this.settings = new ServerSettings(spec.maxConnections);
    this.databases = new DatabaseRegistry(spec.database, spec.tables, () => env.now);
    this.missingIndex = new MissingIndex(this.databases.own);
    this.#pooled = new PooledSessions(spec, env, this.#pids);
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

  /** What is in one of its databases. Throws for one that is not there. */
  tablesOf(database: string): TableCatalog {
    const found = this.databases.named(database);
    if (found === undefined) throw new Error(`no database ${database}`);
    return found.tables;
  }

  /** What is in the database of the applications, or was when it had its name. */
  get tables(): TableCatalog {
    return this.databases.named(this.spec.database)?.tables ?? this.databases.own;
  }

  /** Everybody who may log in. */
  get roles(): readonly string[] {
    const { user, background } = this.spec;
    return [...new Set(['opsdeck', user, ...background.map((one) => one.user)])];
  }

  /** In which database a session is. */
  databaseOf({ database = this.spec.database }: Backend): string {
    return database;
  }

  /** True: the database of the applications has its name. */
  get #isThere(): boolean {
    return this.databases.named(this.spec.database) !== undefined;
  }

  /** Every session of a client: those of the pools, those that nobody closed, and those of the wire. */
  get backends(): readonly Backend[] {
    return [
      ...this.#background.backends(this.env.now),
      ...(this.#isThere ? this.#pooled.backends(this.#troubles.blocker) : []),
      ...this.#troubles.backends,
      ...this.#holds.backends,
      ...this.#logins.backends,
    ];
  }

  /** Slots that everybody may use. */
  get usable(): number {
    return this.settings.number('max_connections') - this.settings.number('superuser_reserved_connections');
  }

  /** A session for a client of the wire; undefined when no slot is left. */
  login(login: LoginRequest): Backend | undefined {
    return this.backends.length >= this.usable ? undefined : this.#logins.begin(login, this.env.now);
  }

  logout(pid: number): void {
    this.#logins.end(pid);
  }

  /** False: this session of the wire was ended from inside. */
  isLoggedIn(pid: number): boolean {
    return this.#logins.has(pid);
  }

  /** pg_terminate_backend: true when there was such a session. A pool and a program of the background come back. */
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

  /** pg_cancel_backend: ends a statement; a session that runs none is told, and does not care. */
  cancel(pid: number): boolean {
    const isThere = this.backends.some((backend) => backend.pid === pid);
    this.#troubles.cancel(pid, this.env.now);
    this.#holds.end(pid, this.env.now);
    this.#spread();
    return isThere;
  }

  /** How a call to it fails now; undefined when it goes through, or leads elsewhere. */
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
    if (isUp && !this.#wasUp) this.#startAnew();
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
    this.#spread();
  }

  get isBroken(): boolean {
    return this.#troubles.isThere || this.#holds.isThere || this.missingIndex.missed !== undefined;
  }

  heal(): void {
    this.#troubles.heal();
    this.#holds.heal();
    this.settings.heal();
    this.missingIndex.heal();
    this.databases.heal();
    this.passwords.heal();
    this.#spread();
  }

  /** True: it logs in with another password than its role has, and holds no connection of before. */
  #isLockedOut({ databasePassword, startedAt }: ServiceInstance): boolean {
    const { user } = this.spec;
    if (databasePassword === undefined || this.passwords.isRight(user, databasePassword)) return false;
    const since = this.passwords.since(user);
    return since === undefined || Math.max(startedAt, this.startedAt) >= since;
  }

  /** Nothing outlives a server's start: no session, no lock, no value that waited for it. */
  #startAnew(): void {
    this.startedAt = this.env.now;
    this.#troubles.heal();
    this.#holds.heal();
    this.settings.restart();
    this.#pooled.endAll();
    this.#background.endAll(this.env.now);
    this.#logins.endAll();
  }

  /** Tells the services what they wait for, and how many connections each may have. */
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
