import { z } from 'zod';
import { notApplicable } from './planning.ts';
import { quoteIdentifier } from './quote.ts';
import { findRelation, relationNamed, zName } from './relation.ts';
import { relationOperation, zTimeout } from './relation-operation.ts';

/** What PostgreSQL cuts names to, in bytes. */
const maxNameBytes = 63;

const zColumn = z.string().regex(/^[^"\p{Cc}]+?(?: (?:asc|desc))?$/iu, {
  error: 'a column, with its order or without: created_at desc',
});

const createIndexParams = z.strictObject({
  table: zName,
  columns: z
    .array(zColumn)
    .min(1)
    .meta({ examples: [['user_id', 'created_at desc']] }),
  name: z
    .string()
    .regex(/^[^.\p{Cc}]+$/u, { error: 'a name without its schema, which is that of the table' })
    .refine((name) => Buffer.byteLength(name) <= maxNameBytes, { error: `longer than ${maxNameBytes} bytes` })
    .meta({ description: 'default: of the table and its columns' })
    .exactOptional(),
  unique: z.boolean().default(false),
  concurrently: z
    .boolean()
    .meta({ description: 'false: locks the table against writing, and is quicker' })
    .default(true),
  timeout: zTimeout.exactOptional(),
});

const columnOf = (written: string): string => {
  const [, name = '', order] = /^(.+?)(?: (asc|desc))?$/i.exec(written) ?? [];
  return order === undefined ? quoteIdentifier(name) : `${quoteIdentifier(name)} ${order.toUpperCase()}`;
};

/** Cut as PostgreSQL cuts names: no letter in the middle. */
const cutName = (name: string): string =>
  Buffer.byteLength(name) <= maxNameBytes ? name : cutName(name.slice(0, -1));

const nameFor = (table: string, columns: readonly string[]): string =>
  cutName(
    [table, ...columns.map((column) => column.replace(/ (?:asc|desc)$/i, '')), 'idx']
      .join('_')
      .replaceAll('.', '_'),
  );

/** `createIndex`: its undo drops it again. */
export const createIndex = relationOperation(
  { name: 'createIndex', danger: 'disruptive', params: createIndexParams },
  async (client, { table, columns, name, unique, concurrently }, signal) => {
    const found = await relationNamed(client, 'table', table, signal);
    const index = name ?? nameFor(found.name, columns);
    // An index lives in its table's schema.
    const of = `${found.schema}.${index}`;
    if ((await findRelation(client, of, signal)) !== undefined)
      throw notApplicable(`there is something called ${of} already`);
    const kind = unique ? 'UNIQUE INDEX' : 'INDEX';
    const how = concurrently ? ' CONCURRENTLY' : '';
    const list = columns.map(columnOf).join(', ');
    return {
      statement: `CREATE ${kind}${how} ${quoteIdentifier(index)} ON ${found.quoted} (${list})`,
      of,
      on: found,
      objects: [
        ...found.words,
        concurrently
          ? 'reading and writing go on; it waits for transactions that are open now, and leaves an INVALID index when it fails'
          : 'the table cannot be written meanwhile',
      ],
      undo: { use: `${client.source}.dropIndex`, with: { index: of }, title: `Drop the index ${of}` },
    };
  },
);

const dropIndexParams = z.strictObject({ index: zName, timeout: zTimeout.exactOptional() });

/** `dropIndex`: takes an index away without locking its table; what is needed to make it again is in the preview. */
export const dropIndex = relationOperation(
  { name: 'dropIndex', danger: 'disruptive', params: dropIndexParams },
  async (client, { index }, signal) => {
    const found = await relationNamed(client, 'index', index, signal);
    return {
      statement: `DROP INDEX CONCURRENTLY ${found.quoted}`,
      of: index,
      found,
      objects: found.words,
      lost: 'the index; the preview holds the statement that makes it again',
    };
  },
);
