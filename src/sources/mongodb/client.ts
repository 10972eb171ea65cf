import { resolveMongoAddress } from '../../clients/mongodb/address.ts';
import type {
  MongoDocument,
  MongoQuery,
  MongoReplies,
  MongoTarget,
} from '../../clients/mongodb/mongo-types.ts';
import type { MongoReader } from '../../clients/mongodb/reader.ts';
import { mongoReads } from '../../clients/mongodb/reading.ts';
import { defined } from '../../domain/base/defined.ts';
import type { Fault, Millis } from '../../domain/base/fault.ts';
import { PlanError } from '../../domain/runbooks/operation.ts';
import { parseDuration } from '../../domain/text/duration.ts';
import { isoTime } from '../../domain/text/format.ts';
import type { ReadIo } from '../../doors/io.ts';
import { secretMasker } from '../../platform/masking/secrets.ts';
import { toFault } from '../../platform/network/to-fault.ts';
import type { MongoConfig } from './config.ts';

/** Read-only client for a MongoDB deployment. */
export interface MongoClient {
  readonly source: string;
  readonly env: string;
  readonly config: MongoConfig;
  readonly target: MongoTarget;
  /** The name of its rows, which an operator types to confirm. */
  readonly service: string;
  /** The database of collections, signals and operations. */
  readonly database: string;
  /** The user and the database that has it; undefined without a login. */
  readonly user: { readonly name: string; readonly source: string } | undefined;
  /** 'mongodb://host:27017/shop', without the user. */
  readonly displayAddress: string;
  /** Sends one reading command to the database of the source, or to another one. Throws MongoError. */
  ask(command: MongoDocument, signal: AbortSignal, database?: string): Promise<MongoDocument>;
  /** Sends reading commands on one connection. Throws MongoError. */
  askAll(query: MongoQuery, signal: AbortSignal): Promise<MongoReplies>;
  /**
   * Returns the process that answers now, and those that have answered over other connections since a time. Throws what
   * `identify` throws.
   */
  readonly serversSince: MongoReader['serversSince'];
  /** A client for the same deployment with another login. */
  asUser(user: string, password: string, authSource: string): MongoClient;
  /** Replaces { $ago: 1h } by the time on the machine's wall clock. */
  withTimes<T extends MongoDocument>(document: T): T;
  now(): Millis;
  /** Converts our monotonic clock to the machine's wall clock. */
  toWall(time: Millis): number;
  /** Converts the machine's wall clock to our monotonic clock. */
  toClock(wallMs: number): Millis;
  /** Converts a failed read of `what` ('sessions') to a fault of this source. */
  fault(what: string, error: unknown): Fault;
}

/** The shared parts of this source's operations. */
export interface MongoContext {
  readonly source: string;
  readonly client: MongoClient;
  readonly files: ReadIo['files'];
  readonly findProgram: ReadIo['findProgram'];
  /** Directory of the profile, for files that it names. */
  readonly dir: string;
}

/** Replaces { $ago: DURATION } at any depth by a date. */
const datesOf = (value: unknown, wallMs: number): unknown => {
  if (Array.isArray(value)) return value.map((element) => datesOf(element, wallMs));
  if (typeof value !== 'object' || value === null) return value;
  if ('$ago' in value) {
    const ms = parseDuration(String(value.$ago));
    if (ms === undefined) throw new PlanError('failed', `$ago: "${String(value.$ago)}" is not a duration`);
    return { $date: isoTime(wallMs - ms) };
  }
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, datesOf(inner, wallMs)]));
};

const targetOf = ({ url, user, password, authSource, tls }: MongoConfig): MongoTarget => ({
  url,
  ...defined({ user, password, authSource, tls }),
});

/** Drivers use this database when neither the URL nor the config names one. */
const defaultDatabase = 'test';

export const openMongoClient = (
  { id: source, env, config }: { readonly id: string; readonly env: string; readonly config: MongoConfig },
  io: ReadIo,
): MongoClient => {
  const target = targetOf(config);
  const reader = io.open(mongoReads, target);
  const { hosts, login, database: inUrl } = resolveMongoAddress(target);
  const database = config.database ?? (inUrl === '' ? defaultDatabase : inUrl);
  const where = secretMasker.mask(`mongodb://${hosts.map(({ name }) => name).join(',')}/${database}`);
  const askAll = (query: MongoQuery, signal: AbortSignal): Promise<MongoReplies> =>
    reader.ask({ timeoutMs: config.timeout, ...query }, signal);
  return {
    source,
    env,
    config,
    target,
    service: config.service ?? source,
    database,
    user: login === undefined ? undefined : { name: login.user, source: login.source },
    displayAddress: where,
    ask: async (command, signal, of = database) =>
      (await askAll({ commands: [{ database: of, command }] }, signal)).replies[0] ?? {},
    askAll,
    serversSince: reader.serversSince,
    asUser: (user, password, authSource) =>
      openMongoClient({ id: source, env, config: { ...config, user, password, authSource } }, io),
    withTimes: (document) => datesOf(document, io.clock.wallNow()) as typeof document,
    now: () => io.clock.now(),
    toWall: (time) => time + io.clock.wallOffset(),
    toClock: (wallMs) => wallMs - io.clock.wallOffset(),
    fault: (what, error) => toFault(source, `${where} ${what}`, error, io.clock.now()),
  };
};
