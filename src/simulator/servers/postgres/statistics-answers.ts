import { settingBytes } from '../../model/database/server-settings.ts';
import { failedSagas } from '../../model/failed-sagas.ts';
import { recordedStatements } from './maintenance-answers.ts';
import { PostgresError } from './protocol.ts';
import {
  isoMicroseconds,
  resultOfObjects,
  type StatementHandler,
  type StatementRequest,
} from './statement-request.ts';

const nothing = (relation: string): PostgresError =>
  new PostgresError('42P01', `relation "${relation}" does not exist`);

/** Selectivity: one of this many rows matches a value. */
const selective = 250;

/** The plan of `SELECT … FROM table WHERE column = value` in EXPLAIN's format; with ANALYZE it has times. */
const planLines = (
  { db, tables }: StatementRequest,
  isMeasured: boolean,
  name: string,
  column: string,
  value: string,
) => {
  const table = tables.table(name);
  if (table === undefined) throw nothing(name);
  const index = tables.indexes.find(
    (candidate) => candidate.table === name && candidate.columns[0] === column,
  );
  const rows = Math.max(1, Math.round(table.rows / selective));
  const ms = index === undefined ? Math.max(db.missingIndex.waitMs, table.rows / 5000) : rows / 900;
  const took = isMeasured ? ` (actual time=0.031..${ms.toFixed(3)} rows=${rows} loops=1)` : '';
  const cost = `(cost=0.00..${(table.rows / 40).toFixed(2)} rows=${rows} width=184)`;
  const condition = `((${column})::text = '${value}'::text)`;
  return [
    ...(index === undefined
      ? [
          `Seq Scan on ${name}  ${cost}${took}`,
          `  Filter: ${condition}`,
          ...(isMeasured ? [`  Rows Removed by Filter: ${table.rows - rows}`] : []),
        ]
      : [`Index Scan using ${index.name} on ${name}  ${cost}${took}`, `  Index Cond: ${condition}`]),
    ...(isMeasured ? [`Execution Time: ${(ms + 0.2).toFixed(3)} ms`] : []),
  ];
};

const columnsOf: Readonly<Record<string, readonly string[]>> = {
  saga_instances: ['id', 'saga_type', 'status', 'current_step', 'updated_at'],
  inventory: ['sku', 'reserved', 'on_hand'],
  payments: ['id', 'saga_id', 'amount', 'created_at'],
  orders: ['id', 'user_id', 'symbol', 'status', 'created_at'],
  transactions: ['id', 'user_id', 'transaction_date'],
};

/** Planner statistics: values of an ID column are unique, those of a status column few. */
const statistics = ({ tables }: StatementRequest) =>
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

type AnswerPlan = (asking: StatementRequest, groups: readonly string[]) => ReturnType<StatementHandler>;

/** Responses to statements about plans, statistics and failed sagas, in lower case with single blanks. */
export const plannerPatterns: readonly (readonly [RegExp, AnswerPlan])[] = [
  [
    /^explain ?(?:\((analyze)?[\w, ]*\))? ?select .+ from (\w+) where (\w+) ?= ?'(\w+)'$/,
    (asking, [analyze, name = '', column = '', value = '']) =>
      resultOfObjects(
        planLines(asking, analyze !== undefined, name, column, value.toUpperCase()).map((line) => ({
          'QUERY PLAN': line,
        })),
      ),
  ],
  [
    /^select s\.tablename, s\.attname, s\.n_distinct, s\.correlation from pg_stats s join pg_class c .+ order by case when s\.n_distinct < 0 then -s\.n_distinct \* c\.reltuples else s\.n_distinct end desc, s\.correlation limit (\d+)$/,
    (asking, [limit]) =>
      resultOfObjects(
        [...statistics(asking)]
          .sort((a, b) => b.distinct - a.distinct || a.correlation - b.correlation)
          .slice(0, Number(limit))
          .map(({ distinct: _, ...row }) => row),
        ['tablename', 'attname', 'n_distinct', 'correlation'],
      ),
  ],
  [
    /^select count\(\*\)(?: as (\w+))? from saga_instances where status ?= ?'in_progress'$/,
    ({ db }, [name]) =>
      resultOfObjects([{ [name ?? 'count']: 11 + Math.round(db.missingIndex.waitMs / 10) }]),
  ],
  [
    /^select id, saga_type, current_step, error, updated_at from saga_instances where status ?= ?'failed' order by updated_at desc limit (\d+)$/,
    ({ db, toClock }, [limit]) =>
      resultOfObjects(
        failedSagas(db.env)
          .slice(0, Number(limit))
          .map(({ id, type, step, error, at }) => ({
            id,
            saga_type: type,
            current_step: step,
            error,
            updated_at: isoMicroseconds(toClock(at)),
          })),
        ['id', 'saga_type', 'current_step', 'error', 'updated_at'],
      ),
  ],
];

type StatisticsAnswer = (asking: StatementRequest, groups: readonly string[]) => ReturnType<StatementHandler>;

export const databaseBytes = ({ tables }: StatementRequest): number =>
  tables.tables.reduce((sum, table) => sum + table.bytes, 8 * 1024 * 1024);

const settingNamed = ({ db }: StatementRequest, name: string) => {
  const setting = db.settings.all.find((serverSetting) => serverSetting.name === name);
  if (setting === undefined)
    throw new PostgresError('42704', `unrecognized configuration parameter "${name}"`);
  return setting;
};

/** A size in the format of pg_size_bytes. */
const sizeIn = (written: string): number => {
  const bytes = settingBytes(written);
  if (bytes === undefined) throw new PostgresError('22023', `invalid size: "${written}"`);
  return bytes;
};

/** Responses to statements of signals and verifications, in lower case with single blanks. */
export const statisticsPatterns: readonly (readonly [RegExp, StatisticsAnswer])[] = [
  [
    /^select max\(s\.mean_exec_time\) as (\w+) from pg_stat_statements s join pg_database d on d\.oid = s\.dbid where d\.datname = current_database\(\) and s\.calls >= (\d+)$/,
    (asking, [name = '', least = '']) => {
      const means = recordedStatements(asking).filter(({ calls }) => calls >= Number(least));
      const slowest = Math.max(...means.map(({ meanMs }) => meanMs));
      return resultOfObjects([{ [name]: means.length === 0 ? null : slowest }]);
    },
  ],
  [
    /^select pg_database_size\(current_database\(\)\) as (\w+)$/,
    (asking, [name = '']) => resultOfObjects([{ [name]: databaseBytes(asking) }]),
  ],
  [
    /^select count\(\*\) as (\w+) from pg_settings where pending_restart$/,
    ({ db }, [name = '']) =>
      resultOfObjects([{ [name]: db.settings.all.filter(({ isPending }) => isPending).length }]),
  ],
  [
    /^select count\(\*\) as (\w+) from pg_stat_user_tables where last_vacuum is null or last_vacuum < now\(\) - interval '1 hour'$/,
    ({ db, tables }, [name = '']) => {
      const since = db.env.now - 3_600_000;
      const waiting = tables.tables.filter(
        ({ vacuumedAt }) => vacuumedAt === undefined || vacuumedAt < since,
      );
      return resultOfObjects([{ [name]: waiting.length }]);
    },
  ],
  [
    /^select setting::numeric = \$1::numeric and source = 'configuration file' as (\w+) from pg_settings where name = '(\w+)'$/,
    (asking, [name = '', setting = '']) => {
      const { value, isAltered } = settingNamed(asking, setting);
      return resultOfObjects([{ [name]: isAltered && Number(value) === Number(asking.values[0]) }]);
    },
  ],
  [
    /^select current_setting\('(\w+)'\)::int as (\w+)$/,
    (asking, [setting = '', name = '']) =>
      resultOfObjects([{ [name]: Number(settingNamed(asking, setting).value) }]),
  ],
  [
    /^select extract\(epoch from pg_postmaster_start_time\(\)\)::bigint as (\w+)$/,
    ({ db, toClock }, [name = '']) => resultOfObjects([{ [name]: Math.floor(toClock(db.startedAt) / 1000) }]),
  ],
  [
    /^select extract\(epoch from min\(coalesce\(last_(vacuum|analyze), 'epoch'::timestamptz\)\)\) as (\w+) from pg_stat_user_tables$/,
    ({ tables, toClock }, [what, name = '']) => {
      const times = tables.tables.map(({ vacuumedAt, analyzedAt }) =>
        what === 'vacuum' ? vacuumedAt : analyzedAt,
      );
      const seconds = times.map((time) => (time === undefined ? 0 : toClock(time) / 1000));
      return resultOfObjects([{ [name]: seconds.length === 0 ? null : Math.min(...seconds) }]);
    },
  ],
  [
    /^select count\(\*\) as (\w+) from pg_stat_user_tables$/,
    ({ tables }, [name = '']) => resultOfObjects([{ [name]: tables.tables.length }]),
  ],
  [
    /^select current_setting\('(\w+)'\)::numeric = \$1::numeric as (\w+)$/,
    (asking, [setting = '', name = '']) =>
      resultOfObjects([{ [name]: Number(settingNamed(asking, setting).value) === Number(asking.values[0]) }]),
  ],
  [
    /^select pg_size_bytes\(current_setting\('(\w+)'\)\) = pg_size_bytes\(\$1\) as (\w+)$/,
    (asking, [setting = '', name = '']) => {
      const { value, unit } = settingNamed(asking, setting);
      return resultOfObjects([
        { [name]: Number(value) * sizeIn(`1 ${unit}`) === sizeIn(asking.values[0] ?? '') },
      ]);
    },
  ],
];
