import { z } from 'zod';
import {
  type ActEvent,
  type DeclaredEffect,
  notApplicable,
  PlanError,
} from '../../domain/runbooks/operation.ts';
import { formatCount } from '../../domain/text/format.ts';
import type { ChangeIo } from '../../doors/io.ts';
import { oneLine } from '../../platform/masking/sanitize.ts';
import { defineOperation, readForPlan } from '../kit/operations/define-operation.ts';
import type { RedisClient, RedisContext } from './client.ts';
import { listReply, numberReply, parseInfo, textReply } from './parse.ts';
import { commandPermit } from './permissions.ts';
import { commandLine, sendCommand } from './send-command.ts';

/** Keys per SCAN and per UNLINK: few enough that no command blocks the server for long. */
const batchKeys = 500;
/** Limit of examined keys. */
const maxExamined = 2_000_000;
const sampleKeys = 5;

const deleteParams = z.strictObject({
  pattern: z
    .string()
    .min(1)
    .refine((pattern) => /[^*?]/.test(pattern), {
      error: 'this pattern matches every key. Use flushDatabase',
    })
    .meta({ description: 'glob pattern of the keys', examples: ['session:*'] }),
  max: z.int().min(1).max(100_000).meta({ description: 'refuse when more keys match' }).default(10_000),
});

interface MatchedKeys {
  readonly keys: readonly string[];
  /** Keys whose name is not UTF-8 and cannot be sent back. */
  readonly unreadable: number;
}

/**
 * The keys that match a pattern, each once. Throws PlanError when more than `max` match, since deleting only some of
 * them would hide the rest.
 */
const matchingKeys = async (
  client: RedisClient,
  { pattern, max }: z.infer<typeof deleteParams>,
  signal: AbortSignal,
): Promise<MatchedKeys> => {
  const keys = new Set<string>();
  let unreadable = 0;
  let cursor = '0';
  let examined = 0;
  do {
    const command = ['SCAN', cursor, 'MATCH', pattern, 'COUNT', String(batchKeys)];
    const [next, found] = listReply(await client.ask(command, signal), 'SCAN');
    cursor = textReply(next, 'SCAN');
    examined += batchKeys;
    for (const key of listReply(found, 'SCAN').map(String))
      if (key.includes('\ufffd')) unreadable += 1;
      else keys.add(key);
    if (keys.size > max)
      throw notApplicable(
        `more than ${formatCount(max)} keys match ${pattern}: narrow the pattern, or raise max`,
      );
    if (examined > maxExamined && cursor !== '0')
      throw notApplicable(
        `the database has more than ${formatCount(maxExamined)} keys: use redis-cli --scan`,
      );
  } while (cursor !== '0');
  return { keys: [...keys], unreadable };
};

const refuseCluster = async (client: RedisClient, signal: AbortSignal): Promise<void> => {
  const info = parseInfo(await client.ask(['INFO', 'server'], signal));
  if (info.get('redis_mode') === 'cluster')
    throw notApplicable(
      'this server is a cluster node: the keys here are only a part of the data. Use redis-cli --cluster call',
    );
};

/** '1 key', '2,000 keys'. */
const keyCount = (count: number): string => `${formatCount(count)} ${count === 1 ? 'key' : 'keys'}`;

/** The keys of the database, whatever the profile calls it. */
const keysPlace = ({ displayAddress }: RedisClient): string => `${displayAddress} keys`;

const databaseName = ({ service, database }: RedisClient): string => `${service}/db${database}`;

/** At most this many more keys than planned, as a share: a cache changes while a person reads the plan. */
const tolerance = 0.1;

async function* unlinkKeys(
  client: RedisClient,
  keys: readonly string[],
  change: ChangeIo,
  signal: AbortSignal,
): AsyncGenerator<ActEvent> {
  let removed = 0;
  for (let from = 0; from < keys.length; from += batchKeys) {
    if (signal.aborted) return;
    const batch = keys.slice(from, from + batchKeys);
    const line = `UNLINK ${keyCount(batch.length)} from ${oneLine(batch[0] ?? '', 80)}`;
    const reply = yield* sendCommand(
      client,
      change,
      { command: ['UNLINK', ...batch], line },
      (count) => ({ status: `${String(count)} removed` }),
      signal,
    );
    if (typeof reply !== 'number') return;
    removed += reply;
  }
  yield { is: 'output', text: `${formatCount(removed)} of ${keyCount(keys.length)} removed` };
}

/** Keys that are declared one by one. */
const maxEffects = 1000;

/** The elements of a key of this source, or of all its keys, which other checks may count. */
const endsIn = ({ source }: RedisClient, key: { readonly name?: string } = {}): DeclaredEffect => ({
  ...{ does: 'ends', kind: 'queues', where: { source, ...key }, stays: true },
});

/** `deleteKeys`: removes the keys of the database that match a pattern (SCAN and UNLINK, in batches). */
export const deleteKeysOperation = defineOperation(
  {
    name: 'deleteKeys',
    danger: 'destructive',
    params: deleteParams,
    bindingRules: { pattern: 'fixed' },
  },
  ({ client }: RedisContext) => ({
    plan: async (params, signal) => {
      const { keys, unreadable } = await readForPlan(client, 'keys', async () => {
        await refuseCluster(client, signal);
        return matchingKeys(client, params, signal);
      });
      if (keys.length === 0)
        throw notApplicable(
          `no key matches ${params.pattern}: check the pattern, and the database of the source`,
        );
      const more = keys.length - sampleKeys;
      return {
        targets: [
          {
            name: databaseName(client),
            uid: `${client.displayAddress} keys ${params.pattern}`,
            saw: `${keys.length} keys`,
            where: client.displayAddress,
            place: keysPlace(client),
          },
        ],
        calls: [
          { line: commandLine(['UNLINK', `${keyCount(keys.length)} matching ${params.pattern}`]), target: 0 },
        ],
        objects: [
          `${keyCount(keys.length)} matching ${params.pattern}`,
          ...keys.slice(0, sampleKeys).map((key) => oneLine(key, 120)),
          ...(more > 0 ? [`and ${formatCount(more)} more`] : []),
          ...(unreadable > 0
            ? [`${formatCount(unreadable)} keys with names that are not UTF-8 are kept`]
            : []),
        ],
        lost: 'the values of these keys are deleted for good',
        effects: keys.slice(0, maxEffects).map((name): DeclaredEffect => endsIn(client, { name })),
        reach: { objects: keys.length },
        earlier: keys.length,
      };
    },
    permits: (_, signal) => commandPermit(client, ['UNLINK', 'opsdeck'], 'unlink', signal),
    recheck: async ({ params, targets: [target], earlier }, signal) => {
      const { keys } = await matchingKeys(client, params, signal);
      const planned = typeof earlier === 'number' ? earlier : 0;
      return keys.length > 0 && keys.length <= planned + Math.max(10, planned * tolerance)
        ? undefined
        : { target: target?.name ?? '', planned: `${planned} keys`, found: `${keys.length} keys` };
    },
    act: async function* ({ params }, change, signal) {
      const { keys } = await matchingKeys(client, params, signal);
      yield* unlinkKeys(client, keys, change, signal);
      const { keys: left } = await matchingKeys(client, params, signal);
      yield { is: 'output', text: `${keyCount(left.length)} left` };
    },
  }),
);

/** `flushDatabase`: removes every key of the database of the source (FLUSHDB ASYNC). */
export const flushDatabaseOperation = defineOperation(
  {
    name: 'flushDatabase',
    danger: 'destructive',
    params: z.strictObject({
      database: z
        .int()
        .min(0)
        .meta({ description: 'number of the database, which must be the database of the source' }),
    }),
  },
  ({ client }: RedisContext) => {
    const size = async (signal: AbortSignal): Promise<number> =>
      numberReply(await client.ask(['DBSIZE'], signal), 'DBSIZE');
    return {
      plan: async ({ database }, signal) => {
        if (database !== client.database)
          throw new PlanError(
            'failed',
            `this source is connected to database ${client.database}: use the source of database ${database}`,
          );
        const keys = await readForPlan(client, 'keys', async () => {
          await refuseCluster(client, signal);
          return size(signal);
        });
        return {
          targets: [
            {
              name: databaseName(client),
              uid: `${client.displayAddress} database ${database}`,
              saw: `${keys} keys`,
              where: client.displayAddress,
              place: keysPlace(client),
            },
          ],
          calls: [{ line: 'FLUSHDB ASYNC', target: 0 }],
          objects: [`${keyCount(keys)}: every key of database ${database}`],
          lost: `every key of database ${database} is deleted for good`,
          reach: { objects: keys },
          changesSystem: ['erasures'],
          effects: [endsIn(client)],
          earlier: keys,
        };
      },
      permits: (_, signal) => commandPermit(client, ['FLUSHDB', 'ASYNC'], 'flushdb', signal),
      recheck: async ({ targets: [target], earlier }, signal) => {
        const keys = await size(signal);
        const planned = typeof earlier === 'number' ? earlier : 0;
        return keys <= planned + Math.max(10, planned * tolerance)
          ? undefined
          : { target: target?.name ?? '', planned: `${planned} keys`, found: `${keys} keys` };
      },
      act: async function* (_, change, signal) {
        const command = ['FLUSHDB', 'ASYNC'];
        const reply = yield* sendCommand(client, change, { command }, () => ({ status: 'flushed' }), signal);
        if (reply !== undefined) yield { is: 'output', text: `${keyCount(await size(signal))} now` };
      },
    };
  },
);
