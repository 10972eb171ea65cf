import { formatAge } from '../../domain/text/duration.ts';
import { formatBytes, formatCount, formatPercent } from '../../domain/text/format.ts';
import { oneLine } from '../../platform/masking/sanitize.ts';
import type { DetailRow } from '../kit/contract/client-feed.ts';
import { field, requiredList, text } from '../kit/values/wire-value.ts';
import type { MongoClient } from './client.ts';
import { bytesText, countText, type ReadTable, rowText } from './detail-rows.ts';
import { dateIn, documentsIn, type IndexRow, keyText, numberIn, parseIndexes, textIn } from './parse.ts';

/** '1 index', '3 indexes', 'unknown indexes' */
const counted = (count: number | undefined, part: string, many: string): string =>
  `${countText(count)} ${count === 1 ? part : many}`;

/** The names of collections; views and internal ones have no storage. */
const collectionNames = async (client: MongoClient, signal: AbortSignal): Promise<readonly string[]> => {
  const reply = await client.ask(
    { listCollections: 1, nameOnly: true, authorizedCollections: true, filter: { type: 'collection' } },
    signal,
  );
  return documentsIn(reply, 'listCollections')
    .map((document) => text(field(document, 'name')) ?? '')
    .filter((name) => name !== '' && !name.startsWith('system.'));
};

/** Most collections whose sizes and indexes are read: each takes a command. */
const maxCollections = 100;

interface CollectionRow extends DetailRow {
  readonly bytes: number;
}

/** Sizes of the database and its largest collections. */
export const sizeRows: ReadTable = async (client, signal) => {
  const names = await collectionNames(client, signal);
  const { database } = client;
  const { replies } = await client.askAll(
    {
      commands: [
        { database, command: { dbStats: 1 } },
        ...names.slice(0, maxCollections).map((name) => ({
          database,
          command: { aggregate: name, pipeline: [{ $collStats: { storageStats: {} } }], cursor: {} },
          // Needs a privilege of its own; the size of the database is known without it.
          mayFail: true as const,
        })),
      ],
    },
    signal,
  );
  const [total = {}, ...collections] = replies;
  const rows = collections.map((reply, index): CollectionRow => {
    const title = oneLine(names[index] ?? '');
    if (reply.ok !== 1) return { title, text: `size unknown: ${textIn(reply, 'errmsg')}`, bytes: 0 };
    const [first] = documentsIn(reply, '$collStats');
    const stats = field(first, 'storageStats');
    const storage = numberIn(stats, 'storageSize');
    return {
      title,
      text: rowText(
        counted(numberIn(stats, 'count'), 'document', 'documents'),
        `${bytesText(numberIn(stats, 'size'))} of data`,
        `${bytesText(storage)} on disk`,
        `${bytesText(numberIn(stats, 'totalIndexSize'))} in ${counted(numberIn(stats, 'nindexes'), 'index', 'indexes')}`,
      ),
      bytes: storage ?? 0,
    };
  });
  const used = numberIn(total, 'fsUsedSize');
  const whole = numberIn(total, 'fsTotalSize');
  const more = names.length - maxCollections;
  return [
    {
      title: `database ${client.database}`,
      text: rowText(
        `${bytesText(numberIn(total, 'storageSize'))} on disk`,
        `${bytesText(numberIn(total, 'indexSize'))} in indexes`,
        used === undefined || whole === undefined || whole <= 0
          ? ''
          : `file system ${formatPercent((100 * used) / whole)} of ${formatBytes(whole)} used`,
      ),
    },
    ...rows
      .sort((a, b) => b.bytes - a.bytes)
      .slice(0, client.config.slow.limit)
      .map(({ title, text: shown }) => ({ title, text: shown })),
    ...(more > 0 ? [{ title: 'other collections', text: `${formatCount(more)} not read` }] : []),
  ];
};

/** The use of an index since the start of the server: '40 uses in 24h', 'unused in 24h'. */
const useText = (client: MongoClient, use: unknown): string => {
  const ops = numberIn(field(use, 'accesses'), 'ops');
  const since = dateIn(field(use, 'accesses'), 'since');
  if (ops === undefined) return 'uses unknown';
  const age =
    since === undefined ? '' : ` in ${formatAge(Math.max(0, client.now() - client.toClock(since)))}`;
  return `${ops === 0 ? 'unused' : counted(ops, 'use', 'uses')}${age}`;
};

const indexText = (client: MongoClient, { key, spec, expireSeconds }: IndexRow, use: unknown): string =>
  rowText(
    keyText(key),
    useText(client, use),
    spec.unique === true ? 'unique' : '',
    spec.hidden === true ? 'hidden' : '',
    field(use, 'building') === true ? 'being built' : '',
    expireSeconds === undefined ? '' : `its documents expire after ${formatAge(expireSeconds * 1000)}`,
  );

/** Indexes with their use, and the expiry of their documents. */
export const indexRows: ReadTable = async (client, signal) => {
  const { database } = client;
  const names = (await collectionNames(client, signal)).slice(0, maxCollections);
  const { replies } = await client.askAll(
    {
      commands: names.flatMap((name) => [
        { database, command: { listIndexes: name } },
        // Needs a privilege of its own; the indexes are known without it.
        {
          database,
          command: { aggregate: name, pipeline: [{ $indexStats: {} }], cursor: {} },
          mayFail: true as const,
        },
      ]),
    },
    signal,
  );
  return names.flatMap((name, position) => {
    const indexes = replies[2 * position] ?? {};
    const stats = replies[2 * position + 1];
    const uses = stats?.ok === 1 ? documentsIn(stats, '$indexStats') : [];
    return parseIndexes(indexes).map(
      (index): DetailRow => ({
        title: oneLine(`${name}.${index.name}`),
        text: indexText(
          client,
          index,
          uses.find((use) => text(field(use, 'name')) === index.name),
        ),
      }),
    );
  });
};

/** Databases that the user may list, largest first. */
export const databaseRows: ReadTable = async (client, signal) => {
  const reply = await client.ask({ listDatabases: 1 }, signal, 'admin');
  return [...requiredList(reply.databases, 'databases')]
    .sort((a, b) => (numberIn(b, 'sizeOnDisk') ?? 0) - (numberIn(a, 'sizeOnDisk') ?? 0))
    .slice(0, client.config.slow.limit)
    .map((value) => ({
      title: textIn(value, 'name'),
      text: `${bytesText(numberIn(value, 'sizeOnDisk'))} on disk`,
    }));
};
