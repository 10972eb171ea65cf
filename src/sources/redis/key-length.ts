import { defined } from '../../domain/base/defined.ts';
import { sum } from '../../domain/base/sums.ts';
import type { Sample, ValueOrigin } from '../../domain/facts/facts.ts';
import { oneLine } from '../../platform/masking/sanitize.ts';
import { WireError } from '../../platform/runtime/wire-error.ts';
import type { RedisClient } from './client.ts';
import { numberReply, parseInfo, textReply } from './parse.ts';

/** The command for the length of a key, by the type that TYPE returns. */
const lengthCommands: Readonly<Record<string, string>> = {
  list: 'LLEN',
  set: 'SCARD',
  zset: 'ZCARD',
  hash: 'HLEN',
  stream: 'XLEN',
  string: 'STRLEN',
};

/**
 * Commands that take elements out of a list, a set, a sorted set or a stream, as INFO calls them. Scripts and blocked clients call them,
 * too. Source: Redis docs, Commands.
 */
const takingCommands: ReadonlySet<string> = new Set([
  ...['lpop', 'rpop', 'blpop', 'brpop', 'lmpop', 'blmpop', 'lmove', 'blmove', 'rpoplpush', 'brpoplpush'],
  ...['lrem', 'ltrim', 'spop', 'srem', 'smove', 'sdiffstore', 'sinterstore', 'zpopmin', 'zpopmax'],
  ...['bzpopmin', 'bzpopmax', 'zmpop', 'bzmpop', 'zrem', 'zremrangebyrank', 'zremrangebyscore'],
  ...['zremrangebylex', 'zrangestore', 'xdel', 'xtrim', 'xackdel', 'xdelex'],
]);

/** Types whose elements wait for a consumer. A hash or a text is removed as a whole. */
const takenTypes: ReadonlySet<string> = new Set(['list', 'set', 'zset', 'stream']);

/** The calls so far that may have taken an element; undefined: the server counts no commands. */
const takenCalls = async (client: RedisClient, signal: AbortSignal): Promise<number | undefined> => {
  const stats = parseInfo(await client.ask(['INFO', 'commandstats'], signal));
  if (![...stats.keys()].some((name) => name.startsWith('cmdstat_'))) return undefined;
  return sum(
    [...stats].map(([name, text]) =>
      takingCommands.has(name.slice('cmdstat_'.length)) ? Number(/^calls=(\d+)/.exec(text)?.[1] ?? 0) : 0,
    ),
  );
};

const originOf = async (
  client: RedisClient,
  type: string,
  signal: AbortSignal,
): Promise<ValueOrigin | undefined> => {
  if (type !== 'none' && !takenTypes.has(type)) return undefined;
  try {
    const taken = await takenCalls(client, signal);
    return taken === undefined ? undefined : { taken };
  } catch {
    // The length counts without it.
    return undefined;
  }
};

/**
 * Reads the length of a key, and how many commands have taken elements. A missing key is an empty collection: Redis removes those.
 * Throws RedisError.
 */
export const keyLength = async (
  client: RedisClient,
  key: string,
  signal: AbortSignal,
): Promise<Pick<Sample, 'value' | 'origin'>> => {
  const type = textReply(await client.ask(['TYPE', key], signal), 'TYPE');
  const command = lengthCommands[type];
  if (command === undefined && type !== 'none')
    throw new WireError(
      'malformed',
      `the key has the type ${oneLine(type, 40)}, which has no length. Name a list, set, hash, stream or text`,
    );
  // The calls come first: what is taken between both requests is then counted as taken after this length.
  const origin = await originOf(client, type, signal);
  const value = command === undefined ? 0 : numberReply(await client.ask([command, key], signal), command);
  return { value, ...defined({ origin }) };
};
