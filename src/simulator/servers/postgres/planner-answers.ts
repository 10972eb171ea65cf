import { failedSagas } from '../../model/sagas.ts';
import { type Answerer, type Asking, exactOf, table } from './asking.ts';
import { Refusal } from './messages.ts';

const nothing = (relation: string): Refusal => new Refusal('42P01', `relation "${relation}" does not exist`);

/** One of so many rows has the value that is asked for. */
const selective = 250;

/** The plan of `SELECT … FROM table WHERE column = value`, as EXPLAIN writes it; measured ones have times. */
const planLines = (
  { db, tables }: Asking,
  isMeasured: boolean,
  name: string,
  column: string,
  value: string,
) => {
  const found = tables.table(name);
  if (found === undefined) throw nothing(name);
  const index = tables.indexes.find((one) => one.table === name && one.columns[0] === column);
  const rows = Math.max(1, Math.round(found.rows / selective));
  const ms = index === undefined ? Math.max(db.missingIndex.waitMs, found.rows / 5000) : rows / 900;
  const took = isMeasured ? ` (actual time=0.031..${ms.toFixed(3)} rows=${rows} loops=1)` : '';
  const cost = `(cost=0.00..${(found.rows / 40).toFixed(2)} rows=${rows} width=184)`;
  const condition = `((${column})::text = '${value}'::text)`;
  return [
    ...(index === undefined
      ? [
          `Seq Scan on ${name}  ${cost}${took}`,
          `  Filter: ${condition}`,
          ...(isMeasured ? [`  Rows Removed by Filter: ${found.rows - rows}`] : []),
        ]
      : [`Index Scan using ${index.name} on ${name}  ${cost}${took}`, `  Index Cond: ${condition}`]),
    ...(isMeasured ? [`Execution Time: ${(ms + 0.2).toFixed(3)} ms`] : []),
  ];
};

const columnsOf: Readonly<Record<string, readonly string[]>> = {
  saga_instances: ['id', 'saga_type', 'status', 'current_step', 'updated_at'],
  inventory: ['sku', 'reserved', 'on_hand'],
  payments: ['id', 'saga_id', 'amount', 'created_at'],
};

/** What the planner believes of the columns: a column of ids is all different, a status is one of a few. */
const statistics = ({ tables }: Asking) =>
  tables.tables.flatMap(({ name, rows }) =>
    (columnsOf[name] ?? []).map((column) => {
      const isKey = /^(id|sku)$/.test(column);
      const distinct = isKey ? rows : column === 'status' ? 5 : Math.round(rows / 9);
      return {
        tablename: name,
        attname: column,
        n_distinct: isKey ? -1 : distinct,
        correlation: column === 'id' ? 0.98 : 0.12,
        distinct,
      };
    }),
  );

type Give = (asking: Asking, groups: readonly string[]) => ReturnType<Answerer>;

/** Statements about plans, statistics and failed sagas: in lower case, with single blanks. */
export const plannerPatterns: readonly (readonly [RegExp, Give])[] = [
  [
    /^explain ?(?:\((analyze)?[\w, ]*\))? ?select .+ from (\w+) where (\w+) ?= ?'(\w+)'$/,
    (asking, [analyze, name = '', column = '', value = '']) =>
      table(
        planLines(asking, analyze !== undefined, name, column, value.toUpperCase()).map((line) => ({
          'QUERY PLAN': line,
        })),
      ),
  ],
  [
    /^select s\.tablename, s\.attname, s\.n_distinct, s\.correlation from pg_stats s join pg_class c .+ order by case when s\.n_distinct < 0 then -s\.n_distinct \* c\.reltuples else s\.n_distinct end desc, s\.correlation limit (\d+)$/,
    (asking, [limit]) =>
      table(
        [...statistics(asking)]
          .sort((a, b) => b.distinct - a.distinct || a.correlation - b.correlation)
          .slice(0, Number(limit))
          .map(({ distinct: _, ...row }) => row),
        ['tablename', 'attname', 'n_distinct', 'correlation'],
      ),
  ],
  [
    /^select count\(\*\)(?: as (\w+))? from saga_instances where status ?= ?'in_progress'$/,
    ({ db }, [name]) => table([{ [name ?? 'count']: 11 + Math.round(db.missingIndex.waitMs / 10) }]),
  ],
  [
    /^select id, saga_type, current_step, error, updated_at from saga_instances where status ?= ?'failed' order by updated_at desc limit (\d+)$/,
    ({ db, toClock }, [limit]) =>
      table(
        failedSagas(db.env)
          .slice(0, Number(limit))
          .map(({ id, type, step, error, at }) => ({
            id,
            saga_type: type,
            current_step: step,
            error,
            updated_at: exactOf(toClock(at)),
          })),
        ['id', 'saga_type', 'current_step', 'error', 'updated_at'],
      ),
  ],
];
