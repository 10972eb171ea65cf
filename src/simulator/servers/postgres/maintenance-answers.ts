import { formatBytes } from '../../../domain/text/format.ts';
import { queryIdOf } from '../../model/database/database.ts';
import type { TableIndex } from '../../model/database/table-catalog.ts';
import { definitionOf } from './catalogue-answers.ts';
import { PostgresError } from './protocol.ts';
import { resultOfObjects, type StatementHandler, type StatementRequest } from './statement-request.ts';

const missingStatements = new PostgresError('42P01', 'relation "pg_stat_statements" does not exist');

/** Statements that the extension has recorded. Throws when it was not created. */
export const recordedStatements = (asking: StatementRequest) => {
  if (!asking.db.extensions.has('pg_stat_statements')) throw missingStatements;
  return asking.db.sentStatements;
};

const statementText: StatementHandler = (asking) => {
  const found = recordedStatements(asking).find(({ query }) => queryIdOf(query) === asking.values[0]);
  return resultOfObjects(found === undefined ? [] : [{ query: found.query }], ['query']);
};

interface ScanRequest {
  readonly table: string;
  readonly column: string;
  readonly order: string | undefined;
}

const scanOf = (text: string): ScanRequest => {
  const [, table = '', column = ''] =
    /\bfrom (\w+)(?: \w+)?(?: .*?)?\bwhere (\w+) (?:=|>) /i.exec(text) ?? /\bfrom (\w+)()/i.exec(text) ?? [];
  const [, order] = /\border by ([\w.]+(?: desc)?)/i.exec(text) ?? [];
  return { table, column, order };
};

const leadingIndex = (
  { tables }: StatementRequest,
  { table, column, order }: ScanRequest,
): TableIndex | undefined => {
  const wantedTexts = [column, ...(order === undefined ? [] : [order.replace(/ desc$/i, ' DESC')])];
  return tables.indexes.find(
    (index) =>
      index.table === table && wantedTexts.every((name, position) => index.columns[position] === name),
  );
};

/** The plan of a recorded statement: an index scan if an index begins with its columns, else a scan of the table. */
const plan: StatementHandler = (asking) => {
  const { text, values, db, tables } = asking;
  const isMeasured = /^EXPLAIN \(ANALYZE/i.test(text);
  const scan = scanOf(text);
  const table = tables.table(scan.table);
  if (table === undefined) throw new PostgresError('42P01', `relation "${scan.table}" does not exist`);
  const placeholders = new Set(text.match(/\$\d+/g)).size;
  if (placeholders !== values.length)
    throw new PostgresError(
      '08P01',
      `bind message supplies ${values.length} parameters, but prepared statement requires ${placeholders}`,
    );
  const index = scan.column === '' ? undefined : leadingIndex(asking, scan);
  const rows = scan.column === '' ? table.rows : Math.max(1, Math.round(table.rows / 90_000));
  const ms = index === undefined ? Math.max(db.missingIndex.waitMs, table.rows / 5000) : rows / 90;
  const took = isMeasured ? ` (actual time=0.031..${ms.toFixed(3)} rows=${rows} loops=1)` : '';
  const cost = `(cost=0.43..${(index === undefined ? table.rows / 40 : rows * 4).toFixed(2)} rows=${rows} width=184)`;
  const condition = `(${scan.column} = '${values[0] ?? ''}'::bigint)`;
  const sorted = index === undefined && scan.order !== undefined;
  const lines = [
    ...(sorted ? [`Sort  ${cost}${took}`, `  Sort Key: ${scan.order}`] : []),
    index === undefined
      ? `${sorted ? '  ->  ' : ''}Seq Scan on ${scan.table}  ${cost}${took}`
      : `Index Scan using ${index.name} on ${scan.table}  ${cost}${took}`,
    ...(scan.column === ''
      ? []
      : [`  ${sorted ? '      ' : ''}${index === undefined ? 'Filter' : 'Index Cond'}: ${condition}`]),
    ...(isMeasured && index === undefined
      ? [`  ${sorted ? '      ' : ''}Rows Removed by Filter: ${table.rows - rows}`]
      : []),
    ...(isMeasured ? [`Execution Time: ${(ms + 0.2).toFixed(3)} ms`] : []),
  ];
  return resultOfObjects(lines.map((line) => ({ 'QUERY PLAN': line })));
};

/** Maintenance completes at once, so another session never sees it run. */
const noProgress: StatementHandler = () =>
  resultOfObjects([], ['command', 'name', 'phase', 'done', 'total', 'lockers']);

/** Responses to operations on recorded statements and to progress queries, by tag. */
export const maintenanceAnswers: Readonly<Record<string, StatementHandler>> = {
  statementText,
  plan,
  indexProgress: noProgress,
  vacuumProgress: noProgress,
};

type MaintenanceAnswer = (
  asking: StatementRequest,
  groups: readonly string[],
) => ReturnType<StatementHandler>;

/** Responses to statements of profiles about indexes and extensions, in lower case with single blanks. */
export const maintenancePatterns: readonly (readonly [RegExp, MaintenanceAnswer])[] = [
  [
    /^select s\.queryid::text as id, .+ from pg_stat_statements s join pg_database d on .+ limit (\d+)$/,
    (asking, [limit]) =>
      resultOfObjects(
        recordedStatements(asking)
          .filter(({ query }) => /^(?:select|with)\b/i.test(query))
          .sort((a, b) => b.meanMs - a.meanMs)
          .slice(0, Number(limit))
          .map(({ query, calls, meanMs }) => ({
            id: queryIdOf(query),
            ms: Math.round(meanMs),
            calls,
            query: query.slice(0, 100),
          })),
        ['id', 'ms', 'calls', 'query'],
      ),
  ],
  [
    /^select c\.relname as index, .+ from pg_index i join pg_class c on .+ order by 1$/,
    ({ tables }) =>
      resultOfObjects(
        [...tables.indexes]
          .sort((a, b) => (a.name < b.name ? -1 : 1))
          .map((index) => ({
            index: index.name,
            definition: definitionOf(index),
            valid: true,
            size: formatBytes(index.bytes),
          })),
        ['index', 'definition', 'valid', 'size'],
      ),
  ],
  [
    /^select count\(\*\) as (\w+) from pg_index i join pg_class c on .+ where c\.relname = split_part\(\$1, ' ', 1\) and i\.indisvalid and i\.indisready$/,
    ({ tables, values }, [column = '']) => {
      const [name = ''] = (values[0] ?? '').split(' ');
      return resultOfObjects([{ [column]: tables.index(name) === undefined ? 0 : 1 }]);
    },
  ],
  [
    /^select count\(\*\) as (\w+) from \(values (.+)\) as v \(name\) left join pg_class .+ where position\(v\.name \|\| ' ' in \$1\) > 0 and not coalesce\(.+\)$/,
    ({ tables, values }, [column = '', names = '']) => {
      const wantedTexts = [...names.matchAll(/'(\w+)'/g)].map(([, name = '']) => name);
      const missing = wantedTexts.filter(
        (name) => (values[0] ?? '').includes(`${name} `) && tables.index(name) === undefined,
      );
      return resultOfObjects([{ [column]: missing.length }]);
    },
  ],
  // A failed build leaves an invalid index; here none fails.
  [
    /^select count\(\*\) as (\w+) from pg_index where not indisvalid$/,
    (_, [column = '']) => resultOfObjects([{ [column]: 0 }]),
  ],
  [
    /^select min\(c\.relfilenode::bigint\) as (\w+) from pg_index i join pg_class c on .+$/,
    ({ tables }, [column = '']) =>
      resultOfObjects([{ [column]: Math.min(...tables.indexes.map(({ filenode }) => filenode)) }]),
  ],
  [
    /^select count\(\*\) as (\w+) from pg_extension where extname = '(\w+)'$/,
    ({ db }, [column = '', name = '']) => resultOfObjects([{ [column]: db.extensions.has(name) ? 1 : 0 }]),
  ],
  [
    /^select count\(\*\) as (\w+) from pg_stat_statements$/,
    (asking, [column = '']) => resultOfObjects([{ [column]: recordedStatements(asking).length }]),
  ],
];
