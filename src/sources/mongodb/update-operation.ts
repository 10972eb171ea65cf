import { z } from 'zod';
import type { MongoDocument } from '../../clients/mongodb/mongo-types.ts';
import {
  type ActEvent,
  notApplicable,
  type OperationCall,
  type UndoCall,
} from '../../domain/runbooks/operation.ts';
import { formatCount } from '../../domain/text/format.ts';
import type { ChangeIo } from '../../doors/io.ts';
import { defineOperation, readForPlan } from '../kit/operations/define-operation.ts';
import { jsonValueAt } from '../kit/values/json.ts';
import type { MongoClient, MongoContext } from './client.ts';
import { zCollection, zFilter, zMongoDocument } from './config.ts';
import { countIn, documentsIn, documentText, numberIn } from './parse.ts';
import { privilegePermit } from './permissions.ts';
import { mongoCommandLine, sendMongoCommand } from './send-command.ts';

/** Documents per command: few enough that one command takes seconds. */
const batchDocuments = 500;
const sampleDocuments = 5;
/** Limits of an undo, which is stored with the IDs: different previous values, and documents. */
const maxUndoCalls = 20;
const maxUndoDocuments = 1000;

const zUpdate = z
  .strictObject({ $set: zMongoDocument.exactOptional(), $unset: zMongoDocument.exactOptional() })
  .refine(({ $set = {}, $unset = {} }) => Object.keys($set).length + Object.keys($unset).length > 0, {
    error: 'use $set or $unset, with at least one field',
  })
  .refine(({ $set = {}, $unset = {} }) => [...Object.keys($set), ...Object.keys($unset)].every(isUpdatable), {
    error: 'not a field that can be changed: use a path without $, other than _id',
  });

const isUpdatable = (path: string): boolean =>
  path !== '_id' && /^[^$.\0"[\]]+(?:\.[^$.\0"[\]]+)*$/.test(path);

const updateParams = z.strictObject({
  collection: zCollection.refine((name) => !name.startsWith('system.'), {
    error: 'system collections cannot be updated: name another collection',
  }),
  filter: zFilter
    .refine((filter) => Object.keys(filter).length > 0, {
      error: 'the filter is empty and would match every document: add a condition',
    })
    .meta({ examples: [{ status: 'PROCESSING', timestamp: { $lt: { $ago: '1h' } } }] }),
  update: zUpdate.meta({ description: '$set and $unset', examples: [{ $set: { status: 'PENDING' } }] }),
  max: z.int().min(1).max(5000).meta({ description: 'refuse when more documents match' }).default(1000),
});
type UpdateParams = z.infer<typeof updateParams>;

const fieldsOf = ({ update: { $set = {}, $unset = {} } }: UpdateParams): readonly string[] => [
  ...Object.keys($set),
  ...Object.keys($unset),
];

/** A path of MongoDB as a path of JSON, whose names may contain anything but quotes. */
const jsonPath = (path: string): string =>
  path
    .split('.')
    .map((name) => `["${name}"]`)
    .join('');

/** The fields that an update changes, and the ID, of documents that match. Throws PlanError when too many match. */
const readMatches = async (
  client: MongoClient,
  params: UpdateParams,
  signal: AbortSignal,
): Promise<readonly MongoDocument[]> => {
  const { collection, filter, max } = params;
  const projection = Object.fromEntries(fieldsOf(params).map((name) => [name, 1]));
  const command = { find: collection, filter, projection, sort: { _id: 1 }, limit: max + 1 };
  const { replies } = await client.askAll(
    { commands: [{ database: client.database, command }], maxDocuments: max + 1 },
    signal,
  );
  const found = documentsIn(replies[0], 'find') as readonly MongoDocument[];
  if (found.length > max)
    throw notApplicable(
      `more than ${formatCount(max)} documents match: narrow the filter, or raise max (at most 5,000)`,
    );
  return found;
};

/** The documents of the plan that still match: those that match only later are left alone. */
const stillMatching = (ids: readonly unknown[], filter: MongoDocument): MongoDocument => ({
  $and: [{ _id: { $in: ids } }, filter],
});

const updateCommand = (
  { collection, update }: Pick<UpdateParams, 'collection'> & { readonly update: MongoDocument },
  q: MongoDocument,
): MongoDocument => ({
  update: collection,
  updates: [{ q, u: update, multi: true }],
  writeConcern: { w: 'majority', wtimeout: 10_000 },
});

/** The update that gives a document its previous values. */
const reverseOf = (params: UpdateParams, document: MongoDocument): UpdateParams['update'] => {
  const $set: Record<string, unknown> = {};
  const $unset: Record<string, unknown> = {};
  for (const name of fieldsOf(params)) {
    const was = jsonValueAt(document, jsonPath(name));
    if (was === undefined) $unset[name] = '';
    else $set[name] = was;
  }
  return {
    ...(Object.keys($set).length === 0 ? {} : { $set }),
    ...(Object.keys($unset).length === 0 ? {} : { $unset }),
  };
};

/** The state that an update leaves: an undo changes only documents that still have it. */
const leftBy = ({ update: { $set = {}, $unset = {} } }: UpdateParams): MongoDocument => ({
  ...$set,
  ...Object.fromEntries(Object.keys($unset).map((name) => [name, { $exists: false }])),
});

/** Calls that restore the previous values, one per combination of values; undefined when there are too many. */
const undoCalls = (
  client: MongoClient,
  params: UpdateParams,
  documents: readonly MongoDocument[],
): readonly OperationCall[] | undefined => {
  if (documents.length > maxUndoDocuments) return undefined;
  const groups = new Map<string, { readonly update: UpdateParams['update']; readonly ids: unknown[] }>();
  for (const document of documents) {
    const update = reverseOf(params, document);
    const group = groups.get(JSON.stringify(update)) ?? { update, ids: [] };
    group.ids.push(document._id);
    groups.set(JSON.stringify(update), group);
  }
  if (groups.size > maxUndoCalls) return undefined;
  return [...groups.values()].map(({ update, ids }) => ({
    use: `${client.source}.updateMany`,
    with: {
      collection: params.collection,
      filter: { _id: { $in: ids }, ...leftBy(params) },
      update,
      max: Math.max(1, ids.length),
    },
    title: `Restore ${formatCount(ids.length)} documents of ${params.collection} to ${documentText(update, 80)}`,
    pins: 'nothing',
  }));
};

interface PlannedUpdate {
  readonly ids: readonly unknown[];
  readonly undo: readonly OperationCall[];
}

const isPlannedUpdate = (value: unknown): value is PlannedUpdate =>
  typeof value === 'object' &&
  value !== null &&
  'ids' in value &&
  Array.isArray(value.ids) &&
  'undo' in value;

async function* updateInBatches(
  client: MongoClient,
  { params, ids }: { readonly params: UpdateParams; readonly ids: readonly unknown[] },
  change: ChangeIo,
  signal: AbortSignal,
): AsyncGenerator<ActEvent> {
  let changed = 0;
  for (let from = 0; from < ids.length; from += batchDocuments) {
    if (signal.aborted) return;
    const q = stillMatching(ids.slice(from, from + batchDocuments), params.filter);
    const reply = yield* sendMongoCommand(
      client,
      change,
      { database: client.database, command: updateCommand(params, q) },
      (entry) => {
        const counts = `${numberIn(entry, 'nModified') ?? 'unknown'} of ${numberIn(entry, 'n') ?? 'unknown'} changed`;
        return entry.writeConcernError === undefined
          ? { status: counts }
          : { status: `${counts}, but the change is not yet on a majority of the members` };
      },
      signal,
    );
    // A failed batch may have changed a part of its documents; the rest is left alone.
    if (reply === undefined) break;
    changed += numberIn(reply, 'nModified') ?? 0;
  }
  yield { is: 'output', text: `${formatCount(changed)} of ${formatCount(ids.length)} documents changed` };
  const left = countIn(await client.ask({ count: params.collection, query: params.filter }, signal));
  yield { is: 'output', text: `${formatCount(left)} documents match the filter now` };
}

/** `updateMany`: sets or removes fields of the documents that match a filter, up to a maximum. Source: MongoDB docs, update. */
export const updateManyOperation = defineOperation(
  { name: 'updateMany', danger: 'destructive', params: updateParams },
  ({ client }: MongoContext) => ({
    plan: async (given, signal) => {
      // Relative times are fixed now, so that the act and its check use the same ones.
      const params = {
        ...given,
        filter: client.withTimes(given.filter),
        update: client.withTimes(given.update),
      };
      const documents = await readForPlan(client, 'documents', () => readMatches(client, params, signal));
      const { collection, filter, update } = params;
      if (documents.length === 0)
        throw notApplicable(`no document of ${collection} matches the filter: check the filter`);
      const undo = undoCalls(client, params, documents);
      const more = documents.length - sampleDocuments;
      const earlier: PlannedUpdate = { ids: documents.map(({ _id }) => _id), undo: undo ?? [] };
      return {
        targets: [
          {
            name: `${client.database}.${collection}`,
            uid: `${client.displayAddress} ${collection} ${documentText(filter)}`,
            saw: `${documents.length} documents`,
            where: client.displayAddress,
          },
        ],
        calls: [{ line: mongoCommandLine(client.database, updateCommand(params, filter)), target: 0 }],
        objects: [
          `${formatCount(documents.length)} documents of ${collection} match ${documentText(filter)} and are changed`,
          ...documents.slice(0, sampleDocuments).map((document) => documentText(document, 120)),
          ...(more > 0 ? [`and ${formatCount(more)} more`] : []),
          'documents that begin to match the filter later are not changed',
        ],
        changes: [`each: ${documentText(update)}`],
        ...(undo === undefined
          ? {
              lost: `opsdeck does not keep the previous values: an undo holds at most ${formatCount(maxUndoDocuments)} documents and ${maxUndoCalls} different values`,
            }
          : {}),
        params: { ...params },
        earlier,
      };
    },
    permits: ({ params: { collection } }, signal) => {
      const resource = { db: client.database, collection };
      return privilegePermit(
        client,
        [
          { action: 'find', resource },
          { action: 'update', resource },
        ],
        signal,
      );
    },
    recheck: async ({ params, earlier, targets: [target] }, signal) => {
      const { ids } = isPlannedUpdate(earlier) ? earlier : { ids: [] };
      const query = stillMatching(ids, params.filter);
      const found = countIn(await client.ask({ count: params.collection, query }, signal));
      return found > 0
        ? undefined
        : {
            target: target?.name ?? '',
            planned: `${ids.length} documents`,
            found: 'none of the documents matches the filter any more',
          };
    },
    act: ({ params, earlier }, change, signal) =>
      updateInBatches(client, { params, ids: isPlannedUpdate(earlier) ? earlier.ids : [] }, change, signal),
    undo: ({ earlier }): UndoCall | undefined => {
      const [first, ...and] = isPlannedUpdate(earlier) ? earlier.undo : [];
      return first === undefined ? undefined : { ...first, ...(and.length === 0 ? {} : { and }) };
    },
  }),
);
