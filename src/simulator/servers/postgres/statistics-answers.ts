import { bytesOf } from '../../model/database/settings.ts';
import { type Answerer, type Asking, table } from './asking.ts';
import { sentStatements } from './catalogue-answers.ts';
import { Refusal } from './messages.ts';

type Give = (asking: Asking, groups: readonly string[]) => ReturnType<Answerer>;

export const databaseBytes = ({ tables }: Asking): number =>
  tables.tables.reduce((sum, one) => sum + one.bytes, 8 * 1024 * 1024);

const settingNamed = ({ db }: Asking, name: string) => {
  const found = db.settings.all.find((one) => one.name === name);
  if (found === undefined) throw new Refusal('42704', `unrecognized configuration parameter "${name}"`);
  return found;
};

/** A size as pg_size_bytes reads it. */
const sizeIn = (written: string): number => {
  const bytes = bytesOf(written);
  if (bytes === undefined) throw new Refusal('22023', `invalid size: "${written}"`);
  return bytes;
};

/** What signals and proofs ask of statistics and settings: in lower case, with single blanks. */
export const statisticsPatterns: readonly (readonly [RegExp, Give])[] = [
  [
    /^select max\(s\.mean_exec_time\) as (\w+) from pg_stat_statements s join pg_database d on d\.oid = s\.dbid where d\.datname = current_database\(\) and s\.calls >= (\d+)$/,
    (asking, [name = '', least = '']) => {
      const means = sentStatements(asking).filter(({ calls }) => calls >= Number(least));
      const slowest = Math.max(...means.map(({ meanMs }) => meanMs));
      return table([{ [name]: means.length === 0 ? null : slowest }]);
    },
  ],
  [
    /^select pg_database_size\(current_database\(\)\) as (\w+)$/,
    (asking, [name = '']) => table([{ [name]: databaseBytes(asking) }]),
  ],
  [
    /^select count\(\*\) as (\w+) from pg_settings where pending_restart$/,
    ({ db }, [name = '']) => table([{ [name]: db.settings.all.filter(({ isPending }) => isPending).length }]),
  ],
  [
    /^select count\(\*\) as (\w+) from pg_stat_user_tables where last_vacuum is null or last_vacuum < now\(\) - interval '1 hour'$/,
    ({ db, tables }, [name = '']) => {
      const since = db.env.now - 3_600_000;
      const waiting = tables.tables.filter(
        ({ vacuumedAt }) => vacuumedAt === undefined || vacuumedAt < since,
      );
      return table([{ [name]: waiting.length }]);
    },
  ],
  [
    /^select setting::numeric = \$1::numeric and source = 'configuration file' as (\w+) from pg_settings where name = '(\w+)'$/,
    (asking, [name = '', setting = '']) => {
      const { value, isAltered } = settingNamed(asking, setting);
      return table([{ [name]: isAltered && Number(value) === Number(asking.values[0]) }]);
    },
  ],
  [
    /^select current_setting\('(\w+)'\)::int as (\w+)$/,
    (asking, [setting = '', name = '']) => table([{ [name]: Number(settingNamed(asking, setting).value) }]),
  ],
  [
    /^select extract\(epoch from pg_postmaster_start_time\(\)\)::bigint as (\w+)$/,
    ({ db, toClock }, [name = '']) => table([{ [name]: Math.floor(toClock(db.startedAt) / 1000) }]),
  ],
  [
    /^select extract\(epoch from min\(coalesce\(last_(vacuum|analyze), 'epoch'::timestamptz\)\)\) as (\w+) from pg_stat_user_tables$/,
    ({ tables, toClock }, [what, name = '']) => {
      const times = tables.tables.map(({ vacuumedAt, analyzedAt }) =>
        what === 'vacuum' ? vacuumedAt : analyzedAt,
      );
      const seconds = times.map((at) => (at === undefined ? 0 : toClock(at) / 1000));
      return table([{ [name]: seconds.length === 0 ? null : Math.min(...seconds) }]);
    },
  ],
  [
    /^select count\(\*\) as (\w+) from pg_stat_user_tables$/,
    ({ tables }, [name = '']) => table([{ [name]: tables.tables.length }]),
  ],
  [
    /^select current_setting\('(\w+)'\)::numeric = \$1::numeric as (\w+)$/,
    (asking, [setting = '', name = '']) =>
      table([{ [name]: Number(settingNamed(asking, setting).value) === Number(asking.values[0]) }]),
  ],
  [
    /^select pg_size_bytes\(current_setting\('(\w+)'\)\) = pg_size_bytes\(\$1\) as (\w+)$/,
    (asking, [setting = '', name = '']) => {
      const { value, unit } = settingNamed(asking, setting);
      return table([{ [name]: Number(value) * sizeIn(`1 ${unit}`) === sizeIn(asking.values[0] ?? '') }]);
    },
  ],
];
