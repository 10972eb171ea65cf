import { z } from 'zod';
import { mongoChanges } from '../../clients/mongodb/changing.ts';
import { type MongoDocument, MongoError } from '../../clients/mongodb/mongo-types.ts';
import { type ActEvent, notApplicable, type OperationCall } from '../../domain/runbooks/operation.ts';
import { formatAge } from '../../domain/text/duration.ts';
import { formatCount, isoTime } from '../../domain/text/format.ts';
import type { ChangeIo } from '../../doors/io.ts';
import { defineOperation, readForPlan } from '../kit/operations/define-operation.ts';
import { callFailureText } from '../kit/operations/report-call.ts';
import { field, text } from '../kit/values/wire-value.ts';
import type { MongoClient, MongoContext } from './client.ts';
import { zCollection, zMongoDocument } from './config.ts';
import { progressOf } from './operations-in-progress.ts';
import { countIn, documentsIn, documentText, type IndexRow, keyText, parseIndexes } from './parse.ts';
import { type NeededPrivilege, privilegePermit } from './permissions.ts';
import { commandFailures, mongoCommandLine, sendMongoCommand } from './send-command.ts';

const namespaceNotFound = 26;

/** The indexes of a collection. Throws MongoError, and PlanError when the collection does not exist. */
const readIndexes = async (
  client: MongoClient,
  collection: string,
  signal: AbortSignal,
): Promise<readonly IndexRow[]> => {
  try {
    return parseIndexes(await client.ask({ listIndexes: collection }, signal));
  } catch (error) {
    if (error instanceof MongoError && error.code === namespaceNotFound)
      throw notApplicable(`${client.database} has no collection ${collection}: check the name`);
    throw error;
  }
};

const zDirections = z
  .record(
    z.string().regex(/^[^$\0]+$/, { error: 'not a field path: use a path without $, such as customer.id' }),
    z.union([z.literal(1), z.literal(-1), z.enum(['2d', '2dsphere', 'hashed', 'text'])]),
  )
  .refine((key) => Object.keys(key).length > 0, {
    error: 'the index has no fields: name at least one field in keys',
  });

/** Field names as in a `choices` parameter; a leading - is descending. */
const zFieldList = z
  .array(
    z
      .string()
      .regex(/^-?[^$\0-][^$\0]*$/, { error: 'not a field path: use a path without $, such as customer.id' }),
  )
  .min(1, { error: 'the index has no fields: name at least one field in keys' })
  .transform((fields) =>
    Object.fromEntries(
      fields.map((field) => [field.replace(/^-/, ''), field.startsWith('-') ? (-1 as const) : (1 as const)]),
    ),
  );

const zKey = z.union([zDirections, zFieldList]).meta({
  description:
    'fields in their order: 1 ascending, -1 descending, or a type. Or a list of fields, descending with a leading -',
  examples: [{ 'metadata.priority': 1, timestamp: -1 }, ['status', '-timestamp']],
});

const zIndexName = z.string().min(1).max(127);

const createIndexParams = z.strictObject({
  collection: zCollection,
  key: zKey,
  name: zIndexName
    .meta({
      description: 'name of the index (default: MongoDB builds one from the fields and their directions)',
    })
    .exactOptional(),
  unique: z.boolean().exactOptional(),
  sparse: z.boolean().exactOptional(),
  hidden: z
    .boolean()
    .meta({ description: 'with true, the index is hidden from queries. The default is false' })
    .exactOptional(),
  expireAfterSeconds: z
    .int()
    .min(0)
    .meta({
      description: 'makes a TTL index, which deletes documents of this age. The step is then destructive',
    })
    .exactOptional(),
  partialFilterExpression: zMongoDocument.exactOptional(),
  collation: zMongoDocument.exactOptional(),
});
type CreateIndexParams = z.infer<typeof createIndexParams>;

const optionNames = [
  'unique',
  'sparse',
  'hidden',
  'expireAfterSeconds',
  'partialFilterExpression',
  'collation',
];

/** 'status_1_timestamp_-1', as the server and drivers name it. */
const defaultName = (key: MongoDocument): string =>
  Object.entries(key)
    .map(([name, direction]) => `${name}_${String(direction)}`)
    .join('_');

const indexSpec = ({ collection: _, ...spec }: CreateIndexParams): MongoDocument => ({
  ...spec,
  name: spec.name ?? defaultName(spec.key),
});

const createCommand = (params: CreateIndexParams): MongoDocument => ({
  createIndexes: params.collection,
  indexes: [indexSpec(params)],
});

const indexSummary = ({ name, key, expireSeconds }: IndexRow): string =>
  `index ${name}: ${keyText(key)}${expireSeconds === undefined ? '' : `, documents expire after ${formatAge(expireSeconds * 1000)}`}`;

const onCollection = ({ database }: MongoClient, collection: string, action: string): NeededPrivilege => ({
  action,
  resource: { db: database, collection },
});

const missingIndex = 'the collection has no such index';
const presentIndex = ({ name, key }: Pick<IndexRow, 'name' | 'key'>): string =>
  `index ${name} ${keyText(key)}`;

const indexTarget = (client: MongoClient, collection: string, name: string, seen: string) => ({
  name: `${client.database}.${collection}`,
  uid: `${client.displayAddress} ${collection} index ${name}`,
  saw: seen,
  where: client.displayAddress,
});

/** Documents that a TTL index would delete at once. */
const expiringText = async (
  client: MongoClient,
  { collection, key, expireAfterSeconds = 0 }: CreateIndexParams,
  signal: AbortSignal,
): Promise<string> => {
  const [name = ''] = Object.keys(key);
  const before = { $date: isoTime(client.toWall(client.now()) - expireAfterSeconds * 1000) };
  const count = countIn(await client.ask({ count: collection, query: { [name]: { $lt: before } } }, signal));
  return `${formatCount(count)} documents older than ${formatAge(expireAfterSeconds * 1000)} are deleted within a minute, and others as they reach that age`;
};

const progressEveryMs = 1000;

/** The progress of builds on a collection: 'Index Build: scanning collection 34 % (…)'; '' if none is reported. */
const buildProgress = async (
  client: MongoClient,
  collection: string,
  signal: AbortSignal,
): Promise<string> => {
  const pipeline = [
    { $currentOp: { allUsers: true } },
    { $match: { ns: `${client.database}.${collection}`, 'progress.total': { $exists: true } } },
  ];
  const reply = await client.ask({ aggregate: 1, pipeline, cursor: {} }, signal, 'admin');
  const [first] = documentsIn(reply, '$currentOp');
  return progressOf(first);
};

/** Sends the command, and reports the progress of the build until it is done. */
async function* createWithProgress(
  client: MongoClient,
  params: CreateIndexParams,
  change: ChangeIo,
  signal: AbortSignal,
): AsyncGenerator<ActEvent, boolean> {
  const command = createCommand(params);
  const line = mongoCommandLine(client.database, command);
  yield { is: 'call', line };
  let isOver = false;
  const building = change
    .call(mongoChanges, client.target, { database: client.database, command, line }, signal)
    .then(
      (reply) => ({ reply }),
      (error: unknown) => ({ error }),
    )
    .finally(() => {
      isOver = true;
    });
  let shown = '';
  while (!isOver) {
    await Promise.race([building, change.clock.sleep(progressEveryMs, signal)]);
    if (isOver || signal.aborted) break;
    // A missing privilege hides the progress, not the build.
    const progress = await buildProgress(client, params.collection, signal).catch(() => '');
    if (progress !== '' && progress !== shown) yield { is: 'output', text: progress };
    shown = progress;
  }
  const outcome = await building;
  if ('error' in outcome) {
    yield {
      is: 'answered',
      line,
      status: callFailureText(outcome.error, commandFailures(client)),
      ok: false,
    };
    return false;
  }
  const before = field(outcome.reply, 'numIndexesBefore');
  const after = field(outcome.reply, 'numIndexesAfter');
  yield {
    is: 'answered',
    line,
    status: before === after ? 'the index already existed, so the server built nothing' : 'created',
    ok: true,
  };
  return true;
}

/** `createIndex`: creates an index, without blocking reads and writes. Its undo drops it. */
export const mongoCreateIndexOperation = defineOperation(
  { name: 'createIndex', danger: 'disruptive', params: createIndexParams },
  ({ client }: MongoContext) => {
    const stateOf = async (params: CreateIndexParams, signal: AbortSignal): Promise<string> => {
      const { name } = indexSpec(params);
      const found = (await readIndexes(client, params.collection, signal)).find(
        (index) => index.name === name,
      );
      return found === undefined ? missingIndex : presentIndex(found);
    };
    return {
      plan: async (params, signal) => {
        const { collection, key, expireAfterSeconds } = params;
        const name = params.name ?? defaultName(key);
        return readForPlan(client, 'indexes', async () => {
          const indexes = await readIndexes(client, collection, signal);
          const same = indexes.find((index) => index.name === name || keyText(index.key) === keyText(key));
          if (same !== undefined)
            throw notApplicable(
              `${collection} already has the ${indexSummary(same)}, so there is nothing to build`,
            );
          const count = countIn(await client.ask({ count: collection }, signal));
          return {
            targets: [indexTarget(client, collection, name, missingIndex)],
            calls: [{ line: mongoCommandLine(client.database, createCommand(params)), target: 0 }],
            objects: [
              `${client.database}.${collection}: ${formatCount(count)} documents`,
              ...indexes.map(indexSummary),
              'reads and writes continue during the build, which reads every document and fills the cache',
            ],
            ...(expireAfterSeconds === undefined
              ? {}
              : { danger: 'destructive' as const, lost: await expiringText(client, params, signal) }),
          };
        });
      },
      permits: ({ params: { collection } }, signal) =>
        privilegePermit(client, [onCollection(client, collection, 'createIndex')], signal),
      recheck: async ({ params, targets: [target] }, signal) => {
        const found = await stateOf(params, signal);
        return target === undefined || found === target.saw
          ? undefined
          : { target: target.name, planned: target.saw, found };
      },
      act: async function* ({ params }, change, signal) {
        if (yield* createWithProgress(client, params, change, signal))
          yield { is: 'output', text: await stateOf(params, signal) };
      },
      undo: ({ params }): OperationCall => {
        const name = params.name ?? defaultName(params.key);
        return {
          use: `${client.source}.dropIndex`,
          with: { collection: params.collection, name },
          title: `Drop the index ${name} of ${params.collection}`,
          pins: 'gone',
        };
      },
    };
  },
);

const isCall = (value: unknown): value is OperationCall =>
  typeof value === 'object' && value !== null && 'use' in value && 'with' in value && 'title' in value;

/** `dropIndex`: drops an index. Its undo creates it again, which takes the time of a build. */
export const mongoDropIndexOperation = defineOperation(
  {
    name: 'dropIndex',
    danger: 'disruptive',
    params: z.strictObject({
      collection: zCollection,
      name: zIndexName.refine((name) => name !== '_id_' && name !== '*', {
        error: 'the index of _id cannot be dropped, and * would drop every other index. Name one index',
      }),
    }),
  },
  ({ client }: MongoContext) => {
    const find = async (
      { collection, name }: { readonly collection: string; readonly name: string },
      signal: AbortSignal,
    ): Promise<IndexRow | undefined> =>
      (await readIndexes(client, collection, signal)).find((index) => index.name === name);
    const command = ({ collection, name }: { readonly collection: string; readonly name: string }) => ({
      dropIndexes: collection,
      index: name,
    });
    return {
      plan: async (params, signal) => {
        const { collection, name } = params;
        const index = await readForPlan(client, 'indexes', () => find(params, signal));
        if (index === undefined)
          throw notApplicable(`${collection} has no index ${name}: getIndexes() lists the names`);
        const known = new Set(['key', 'name', ...optionNames]);
        const lost = Object.keys(index.spec).filter((option) => !known.has(option));
        const options = Object.fromEntries(
          Object.entries(index.spec).filter(([option]) => optionNames.includes(option)),
        );
        const undo: OperationCall = {
          use: `${client.source}.createIndex`,
          with: { collection, key: index.key, name, ...options },
          title: `Create the index ${name} of ${collection} again`,
          pins: 'value',
        };
        return {
          targets: [indexTarget(client, collection, name, presentIndex(index))],
          calls: [{ line: mongoCommandLine(client.database, command(params)), target: 0 }],
          objects: [
            indexSummary(index),
            'queries that use the index become slow at once. To try this without risk, hide the index first',
            ...(index.expireSeconds === undefined ? [] : ['documents of the collection no longer expire']),
          ],
          // An index with options that createIndex does not take could not be created again as it was.
          ...(lost.length === 0
            ? { earlier: undo }
            : { lost: `the index with options ${documentText(lost)}. opsdeck cannot recreate the index` }),
        };
      },
      permits: ({ params: { collection } }, signal) =>
        privilegePermit(client, [onCollection(client, collection, 'dropIndex')], signal),
      recheck: async ({ params, targets: [target] }, signal) => {
        const index = await find(params, signal);
        const found = index === undefined ? missingIndex : presentIndex(index);
        return target === undefined || found === target.saw
          ? undefined
          : { target: target.name, planned: target.saw, found };
      },
      act: async function* ({ params }, change, signal) {
        const request = { database: client.database, command: command(params) };
        const reply = yield* sendMongoCommand(client, change, request, () => ({ status: 'dropped' }), signal);
        if (reply === undefined) return;
        const index = await find(params, signal);
        yield {
          is: 'output',
          text: index === undefined ? missingIndex : `the index still exists: ${text(index.name) ?? ''}`,
        };
      },
      undo: ({ earlier }) => (isCall(earlier) ? earlier : undefined),
    };
  },
);
