import { z } from 'zod';
import { defined } from '../../domain/base/defined.ts';
import { notApplicable } from '../../domain/runbooks/operation.ts';
import { quoteIdentifier } from './identifiers.ts';
import {
  findRelation,
  relationOperation,
  requireRelation,
  zRelationName,
  zStatementTimeout,
} from './relation-operation.ts';

/** Maximum length of names in PostgreSQL, in bytes. */
const maxNameBytes = 63;

const zColumn = z.string().regex(/^[^"\p{Cc}]+?(?: (?:asc|desc))?$/iu, {
  error: 'not a column with an optional order: use created_at desc',
});

/** 'NAME ON TABLE (COLUMN, …)' in its parts; undefined for any other text. */
const parseDefinition = (written: string) => {
  const [, name = '', table = '', list = ''] =
    /^\s*([^\s.,()"]+)\s+on\s+([^\s,()"]+)\s*\(([^()"]+)\)\s*$/i.exec(written) ?? [];
  const columns = z.array(zColumn).safeParse(list.split(',').map((column) => column.trim()));
  const isValid = Buffer.byteLength(name) <= maxNameBytes && zRelationName.safeParse(table).success;
  return name !== '' && isValid && columns.success ? { name, table, columns: columns.data } : undefined;
};

const createIndexShape = z.strictObject({
  index: z
    .string()
    .refine((written) => parseDefinition(written) !== undefined, {
      error: 'not an index: use NAME ON TABLE (COLUMN, COLUMN desc)',
    })
    .meta({
      description: 'give the name, table and columns in one text, instead of in the other three parameters',
      examples: ['idx_orders_user ON orders (user_id, created_at desc)'],
    })
    .exactOptional(),
  table: zRelationName.exactOptional(),
  columns: z
    .array(zColumn)
    .min(1)
    .meta({ examples: [['user_id', 'created_at desc']] })
    .exactOptional(),
  name: z
    .string()
    .regex(/^[^.\p{Cc}]+$/u, {
      error:
        'name of the index without a schema, because PostgreSQL creates the index in the schema of the table',
    })
    .refine((name) => Buffer.byteLength(name) <= maxNameBytes, { error: `longer than ${maxNameBytes} bytes` })
    .meta({
      description: 'name of the index (default: PostgreSQL derives one from the table and the columns)',
    })
    .exactOptional(),
  unique: z.boolean().default(false),
  ifNotExists: z
    .boolean()
    .meta({
      description:
        'whether to keep an existing index of that name, even one with other columns (default: false, which refuses the step)',
    })
    .default(false),
  concurrently: z
    .boolean()
    .meta({
      description:
        'whether writes to the table continue during the work (default: true). With false, the work is faster, but blocks them',
    })
    .default(true),
  timeout: zStatementTimeout.exactOptional(),
});

const createIndexParams = createIndexShape.refine(
  ({ index, table, columns, name }) =>
    index === undefined
      ? table !== undefined && columns !== undefined
      : table === undefined && columns === undefined && name === undefined,
  { error: 'write index: NAME ON TABLE (COLUMNS), or table: and columns:' },
);

const indexColumnSql = (written: string): string => {
  const [, name = '', order] = /^(.+?)(?: (asc|desc))?$/i.exec(written) ?? [];
  return order === undefined ? quoteIdentifier(name) : `${quoteIdentifier(name)} ${order.toUpperCase()}`;
};

/** Truncates a name as PostgreSQL does, without splitting a character. */
const truncateName = (name: string): string =>
  Buffer.byteLength(name) <= maxNameBytes ? name : truncateName(name.slice(0, -1));

const defaultIndexName = (table: string, columns: readonly string[]): string =>
  truncateName(
    [table, ...columns.map((column) => column.replace(/ (?:asc|desc)$/i, '')), 'idx']
      .join('_')
      .replaceAll('.', '_'),
  );

/** `createIndex`: creates an index. Its undo drops it. */
export const createIndexOperation = relationOperation(
  { name: 'createIndex', danger: 'disruptive', params: createIndexParams },
  async (client, { index: definition, unique, concurrently, ifNotExists, ...apart }, signal) => {
    const {
      table = '',
      columns = [],
      name,
    } = definition === undefined ? apart : (parseDefinition(definition) ?? apart);
    const relation = await requireRelation(client, 'table', table, signal);
    const index = name ?? defaultIndexName(relation.name, columns);
    // An index has the schema of its table.
    const of = `${relation.schema}.${index}`;
    const existing = await findRelation(client, of, signal);
    if (existing !== undefined && !ifNotExists)
      throw notApplicable(`${of} already exists: choose another name, or add ifNotExists: true`);
    const kind = unique ? 'UNIQUE INDEX' : 'INDEX';
    const how = `${concurrently ? ' CONCURRENTLY' : ''}${ifNotExists ? ' IF NOT EXISTS' : ''}`;
    const list = columns.map(indexColumnSql).join(', ');
    return {
      statement: `CREATE ${kind}${how} ${quoteIdentifier(index)} ON ${relation.quoted} (${list})`,
      relationName: of,
      ...defined({ relation: existing }),
      parentTable: relation,
      objects: [
        ...(existing === undefined ? [] : [`${of} already exists and is kept`]),
        ...relation.summary,
        concurrently
          ? 'reads and writes continue. Waits for open transactions, and leaves an INVALID index on failure'
          : 'writes to the table are blocked until the work is done',
      ],
      ...(existing === undefined
        ? { undo: { use: `${client.source}.dropIndex`, with: { index: of }, title: `Drop the index ${of}` } }
        : {}),
    };
  },
);

const dropIndexParams = z.strictObject({ index: zRelationName, timeout: zStatementTimeout.exactOptional() });

/** `dropIndex`: drops an index without locking its table. The preview contains the statement to create it again. */
export const dropIndexOperation = relationOperation(
  { name: 'dropIndex', danger: 'disruptive', params: dropIndexParams },
  async (client, { index }, signal) => {
    const relation = await requireRelation(client, 'index', index, signal);
    return {
      statement: `DROP INDEX CONCURRENTLY ${relation.quoted}`,
      relationName: index,
      relation: relation,
      objects: relation.summary,
      lost: 'the index is dropped. The preview shows the statement that creates the index again',
    };
  },
);
