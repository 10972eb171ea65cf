import type { RedisReply } from '../../clients/redis/redis-types.ts';
import { defined } from '../../domain/base/defined.ts';
import { oneLine } from '../../platform/masking/sanitize.ts';
import { WireError } from '../../platform/runtime/wire-error.ts';

/** The fields of an INFO reply, by name. Texts have no control characters. */
export type InfoFields = ReadonlyMap<string, string>;

const wrongReply = (what: string): WireError =>
  new WireError('malformed', `${what} has an unexpected form: check the version of the server`);

/** Returns a reply that must be text. Throws `malformed`. */
export const textReply = (reply: RedisReply | undefined, what: string): string => {
  if (typeof reply !== 'string') throw wrongReply(what);
  return reply;
};

/** Returns a reply that must be a list. Throws `malformed`. */
export const listReply = (reply: RedisReply | undefined, what: string): readonly RedisReply[] => {
  if (reply === undefined || reply === null || typeof reply !== 'object') throw wrongReply(what);
  return reply;
};

/** Returns a reply that must be an integer. Throws `malformed`. */
export const numberReply = (reply: RedisReply | undefined, what: string): number => {
  if (typeof reply !== 'number') throw wrongReply(what);
  return reply;
};

/** Parses the lines `name:value` of a section of INFO that may be empty: `keyspace` of a server without keys. Throws `malformed`. */
export const parseInfoSection = (reply: RedisReply | undefined, what = 'INFO'): InfoFields => {
  const fields = new Map<string, string>();
  for (const line of textReply(reply, what).split(/\r?\n/)) {
    const [, name, value = ''] = /^([A-Za-z][\w.-]*):(.*)$/.exec(line) ?? [];
    if (name !== undefined) fields.set(name, oneLine(value));
  }
  return fields;
};

/** Parses the lines `name:value` of INFO and CLUSTER INFO. Throws `malformed` when there is none. */
export const parseInfo = (reply: RedisReply | undefined, what = 'INFO'): InfoFields => {
  const fields = parseInfoSection(reply, what);
  if (fields.size === 0) throw wrongReply(what);
  return fields;
};

/** A field as a number; undefined where the server does not report one. */
export const infoNumber = (info: InfoFields, name: string): number | undefined => {
  const text = info.get(name) ?? '';
  return /^-?\d+(?:\.\d+)?$/.test(text) ? Number(text) : undefined;
};

/** The parts of a value such as 'keys=2,expires=0,avg_ttl=0'. */
export const infoParts = (value: string): ReadonlyMap<string, string> =>
  new Map(
    value.split(',').map((part): [string, string] => {
      const index = part.indexOf('=');
      return index < 0 ? [part, ''] : [part.slice(0, index), part.slice(index + 1)];
    }),
  );

/** A replica as its master reports it. */
export interface ReplicaRow {
  readonly address: string;
  readonly state: string;
  readonly lagSeconds?: number;
  readonly offset?: number;
}

const numberIn = (parts: ReadonlyMap<string, string>, name: string): number | undefined => {
  const text = parts.get(name) ?? '';
  return /^\d+$/.test(text) ? Number(text) : undefined;
};

/** The replicas of a master, from the fields `slave0`, `slave1` … of INFO replication. */
export const replicasIn = (info: InfoFields): readonly ReplicaRow[] =>
  [...info].flatMap(([name, value]): readonly ReplicaRow[] => {
    if (!/^slave\d+$/.test(name)) return [];
    const parts = infoParts(value);
    const lagSeconds = numberIn(parts, 'lag');
    const offset = numberIn(parts, 'offset');
    return [
      {
        address: `${parts.get('ip') ?? '?'}:${parts.get('port') ?? '?'}`,
        state: parts.get('state') ?? 'unknown',
        ...defined({ lagSeconds, offset }),
      },
    ];
  });

/** A connection of CLIENT LIST. */
export interface ClientRow {
  readonly id: number;
  readonly address: string;
  readonly name: string;
  readonly user: string;
  readonly database: number | undefined;
  readonly ageSeconds: number | undefined;
  readonly idleSeconds: number | undefined;
  /** Letters, such as N (normal), b (blocked), x (MULTI), P (subscriber), M (its master), S (a replica). */
  readonly flags: string;
  /** The last command: 'get', 'client|list'. */
  readonly command: string;
}

/** Parses CLIENT LIST, in the order of its ids. Source: Redis docs, CLIENT LIST. */
export const parseClients = (reply: RedisReply | undefined): readonly ClientRow[] => {
  const rows = textReply(reply, 'CLIENT LIST')
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line): ClientRow => {
      const parts = infoParts(line.trim().replaceAll(' ', ','));
      const id = numberIn(parts, 'id');
      if (id === undefined) throw wrongReply('CLIENT LIST');
      const text = (name: string): string => oneLine(parts.get(name) ?? '');
      return {
        id,
        address: text('addr'),
        name: text('name'),
        user: text('user'),
        database: numberIn(parts, 'db'),
        ageSeconds: numberIn(parts, 'age'),
        idleSeconds: numberIn(parts, 'idle'),
        flags: text('flags'),
        command: text('cmd'),
      };
    });
  return rows.sort((a, b) => a.id - b.id);
};

/** An entry of the slow log. */
export interface SlowEntry {
  readonly id: number;
  /** Unix time, in seconds. */
  readonly atSeconds: number;
  readonly micros: number;
  readonly command: readonly string[];
  readonly client: string;
}

/** Parses SLOWLOG GET. Source: Redis docs, SLOWLOG GET. */
export const parseSlowLog = (reply: RedisReply | undefined): readonly SlowEntry[] =>
  listReply(reply, 'SLOWLOG GET').map((entry) => {
    const [id, at, micros, command, client] = listReply(entry, 'SLOWLOG GET');
    return {
      id: numberReply(id, 'SLOWLOG GET'),
      atSeconds: numberReply(at, 'SLOWLOG GET'),
      micros: numberReply(micros, 'SLOWLOG GET'),
      command: listReply(command, 'SLOWLOG GET').map(String),
      client: typeof client === 'string' ? oneLine(client) : '',
    };
  });

/** Parses a flat list of names and values, as CONFIG GET returns it. Throws `malformed`. */
export const parsePairs = (reply: RedisReply | undefined, what: string): ReadonlyMap<string, string> => {
  const list = listReply(reply, what);
  const pairs = new Map<string, string>();
  for (let index = 0; index + 1 < list.length; index += 2)
    pairs.set(String(list[index]), String(list[index + 1]));
  return pairs;
};
