import type { SignalRequest } from '../kit/contract/source.ts';
import { redisReadSchema } from './config.ts';
import type { InfoFields } from './parse.ts';

/** The keys of a database: those that expire go by themselves. */
interface DatabaseKeys {
  readonly all: number;
  readonly lasting: number;
}

type Keyspace = ReadonlyMap<number, DatabaseKeys>;

const keyspaceOf = (fields: InfoFields): Keyspace =>
  new Map(
    [...fields].flatMap(([name, value]): readonly (readonly [number, DatabaseKeys])[] => {
      const [, database] = /^db(\d+)$/.exec(name) ?? [];
      const [, keys, expires] = /^keys=(\d+),expires=(\d+)/.exec(value) ?? [];
      return database === undefined
        ? []
        : [[Number(database), { all: Number(keys), lasting: Number(keys) - Number(expires) }]];
    }),
  );

/**
 * Returns the databases that a source reads; undefined: it reads numbers of the whole server, such as its memory, which a flush of any
 * database changes.
 */
export const databasesRead = (
  own: number,
  signals: readonly SignalRequest[],
): ReadonlySet<number> | undefined => {
  const databases = new Set([own]);
  for (const { read } of signals) {
    const parsed = redisReadSchema.parse(read);
    if ('keys' in parsed) databases.add(parsed.keys);
    const field = 'info' in parsed ? parsed.info : 'rate' in parsed ? parsed.rate : '';
    if (/memory|rss|key|^db\d|evicted|expired/.test(field)) return undefined;
    if ('percent' in parsed && parsed.percent === 'memory') return undefined;
  }
  return databases;
};

/** True: no key of this database was removed that does not go by itself. */
const isKept = (
  was: DatabaseKeys = { all: 0, lasting: 0 },
  is: DatabaseKeys = { all: 0, lasting: 0 },
): boolean => (was.lasting > 0 ? is.lasting >= was.lasting : is.all >= was.all);

interface Flushes {
  readonly calls: number;
  readonly keyspace: Keyspace;
  /** Calls that emptied databases which this source does not read. */
  readonly ofOthers: number;
}

/** Tells the FLUSHDB of the databases that a source reads from that of others. */
export interface DatabaseFlushes {
  /** Returns the calls of FLUSHDB that may have emptied a database that the source reads. `server`: its run ID. */
  own(server: string, calls: number, keyspace: InfoFields): number;
}

/**
 * Creates the memory of one source. Redis counts the calls of all databases together. As many others as there were calls that had keys before and
 * have none now, while those that the source reads have not fewer, show whose keys were removed.
 */
export const createDatabaseFlushes = (databases: ReadonlySet<number> | undefined): DatabaseFlushes => {
  const known = new Map<string, Flushes>();
  return {
    own: (server, calls, fields) => {
      const keyspace = keyspaceOf(fields);
      const was = known.get(server);
      const isReset = was === undefined || calls < was.calls;
      const ofOthers = isReset ? 0 : was.ofOthers;
      const added = isReset ? 0 : calls - was.calls;
      const isOfOthers =
        databases !== undefined &&
        was !== undefined &&
        added > 0 &&
        [...databases].every((database) => isKept(was.keyspace.get(database), keyspace.get(database))) &&
        [...was.keyspace].filter(
          ([database, { all }]) => all > 0 && !databases.has(database) && !keyspace.has(database),
        ).length >= added;
      const next = ofOthers + (isOfOthers ? added : 0);
      known.set(server, { calls, keyspace, ofOthers: next });
      return calls - next;
    },
  };
};
