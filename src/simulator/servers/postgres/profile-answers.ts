import { formatBytes } from '../../../domain/text/format.ts';
import type { Backend } from '../../model/database/sessions.ts';
import { serverVersion } from './catalogue-answers.ts';
import { maintenancePatterns } from './maintenance-answers.ts';
import { PostgresError, type ResultRows } from './protocol.ts';
import {
  isoMicroseconds,
  resultOfObjects,
  type StatementHandler,
  type StatementRequest,
} from './statement-request.ts';
import { databaseBytes, plannerPatterns, statisticsPatterns } from './statistics-answers.ts';

/** A function that runs a statement given as one or more literals. */
const nested = /\b(query_to_xml|ts_stat)\s*\(\s*('(?:[^']|'')*'(?:\s*\|\|\s*'(?:[^']|'')*')*)/i;
const literalPiece = /'((?:[^']|'')*)'/g;

/**
 * The response to a call of a function that runs a statement from a string. The inner statement takes effect, even in a read-only
 * transaction. Undefined if the statement calls no such function.
 */
const nestedAnswer = ({ db, text }: StatementRequest): ResultRows | undefined => {
  const [, name = '', argument = ''] = nested.exec(text) ?? [];
  if (name === '') return undefined;
  const inner = [...argument.matchAll(literalPiece)]
    .map(([, piece = '']) => piece.replaceAll("''", "'"))
    .join('');
  const [, pid] = /\bpg_terminate_backend\((\d+)/i.exec(inner) ?? [];
  const done = pid === undefined ? false : db.terminate(Number(pid));
  return resultOfObjects([{ [name]: `<row><pg_terminate_backend>${done}</pg_terminate_backend></row>` }]);
};

/** Statements of the shipped profiles, in lower case with single blanks. */
const normalized = (text: string): string =>
  text.replaceAll(/\s+/g, ' ').replace(/;\s*$/, '').trim().toLowerCase();

const clientOnly = /^(.*?)(?: (?:where|and) backend_type ?= ?'client backend')(.*)$/;

/** All sessions are client backends. */
const withoutType = (text: string): string => {
  const [, before = text, after = ''] = clientOnly.exec(text) ?? [];
  return `${before}${before.includes(' where ') ? after : after.replace(/^ and /, ' where ')}`;
};

const counted = (backends: readonly Backend[]) => resultOfObjects([{ count: backends.length }]);
const inState = ({ db }: StatementRequest, state: string): readonly Backend[] =>
  db.backends.filter((backend) => backend.state === state);

const byState: StatementHandler = ({ db }) => {
  const states = [...new Set(db.backends.map(({ state }) => state))].sort();
  const rows = states.map((state) => ({
    state,
    count: db.backends.filter((backend) => backend.state === state).length,
  }));
  return resultOfObjects(rows, ['state', 'count']);
};

const known: Readonly<Record<string, StatementHandler>> = {
  'select 1': () => resultOfObjects([{ '?column?': 1 }]),
  'select datname, oid from pg_database': ({ db }) =>
    resultOfObjects(
      db.databases.all.map(({ name, oid }) => ({ datname: name, oid })),
      ['datname', 'oid'],
    ),
  'select 1 as answer': () => resultOfObjects([{ answer: 1 }]),
  'select version()': () => resultOfObjects([{ version: `PostgreSQL ${serverVersion}` }]),
  'select count(*) from pg_stat_activity': ({ db }) => counted(db.backends),
  'select state, count(*) from pg_stat_activity group by state': byState,
  'select current_user, current_database()': ({ database, user }) =>
    resultOfObjects([{ current_user: user, current_database: database }]),
  'select pg_is_in_recovery()': () => resultOfObjects([{ pg_is_in_recovery: false }]),
  'select pg_is_in_recovery(), pg_postmaster_start_time()': ({ db, toClock }) =>
    resultOfObjects([
      { pg_is_in_recovery: false, pg_postmaster_start_time: isoMicroseconds(toClock(db.startedAt)) },
    ]),
  'select pg_database_size(current_database())': (asking) =>
    resultOfObjects([{ pg_database_size: databaseBytes(asking) }]),
  'select pg_size_pretty(pg_database_size(current_database()))': (asking) =>
    resultOfObjects([{ pg_size_pretty: formatBytes(databaseBytes(asking)) }]),
};

const patterns: readonly (readonly [
  RegExp,
  (asking: StatementRequest, groups: readonly string[]) => ReturnType<StatementHandler>,
])[] = [
  [
    /^select count\(\*\)(?: as (\w+))? from pg_stat_activity where state ?= ?'([a-z ]+)'(?: and pid ?<> ?pg_backend_pid\(\))?$/,
    (asking, [name, state = '']) => resultOfObjects([{ [name ?? 'count']: inState(asking, state).length }]),
  ],
  [
    /^select pid from pg_stat_activity where state ?= ?'([a-z ]+)'$/,
    (asking, [state = '']) =>
      resultOfObjects(
        inState(asking, state).map(({ pid }) => ({ pid })),
        ['pid'],
      ),
  ],
  [
    /^select current_user, has_database_privilege\('(\w+)', ?'connect'\)$/,
    ({ db, user }, [of = '']) => {
      if (db.databases.named(of) === undefined)
        throw new PostgresError('3D000', `database "${of}" does not exist`);
      return resultOfObjects([{ current_user: user, has_database_privilege: true }]);
    },
  ],
  [
    /^select pg_size_pretty\(pg_database_size\('(\w+)'\)\)$/,
    (asking, [of = '']) => {
      if (asking.db.databases.named(of) === undefined)
        throw new PostgresError('3D000', `database "${of}" does not exist`);
      return resultOfObjects([{ pg_size_pretty: formatBytes(databaseBytes(asking)) }]);
    },
  ],
  [
    /^select count\(\*\) as (\w+) from pg_stat_activity$/,
    ({ db }, [name = '']) => resultOfObjects([{ [name]: db.backends.length }]),
  ],
  [
    /^select count\(\*\)(?: as (\w+))? from (?:"?public"?\.)?"?(\w+)"?$/,
    ({ tables }, [name, of = '']) => {
      const table = tables.table(of);
      if (table === undefined) throw new PostgresError('42P01', `relation "${of}" does not exist`);
      return resultOfObjects([{ [name ?? 'count']: table.rows }]);
    },
  ],
  [
    /^select schemaname, relname from pg_stat_user_tables$/,
    ({ tables }) =>
      resultOfObjects(
        tables.tables.map(({ name }) => ({ schemaname: 'public', relname: name })),
        ['schemaname', 'relname'],
      ),
  ],
  [
    /^select exists \(select from "?public"?\."?(\w+)"?\) as (\w+)$/,
    ({ tables }, [of = '', name = '']) => {
      const table = tables.table(of);
      if (table === undefined) throw new PostgresError('42P01', `relation "${of}" does not exist`);
      return resultOfObjects([{ [name]: table.rows > 0 }]);
    },
  ],
  [
    /^select count\(\*\) as (\w+) from pg_database where datname like '(\w+)_%' and not datallowconn$/,
    ({ db }, [name = '', begin = '']) =>
      resultOfObjects([
        {
          [name]: db.databases.all.filter(
            (catalog) => catalog.name.startsWith(`${begin}_`) && !catalog.isOpen,
          ).length,
        },
      ]),
  ],
  [
    /^select oid from pg_database where datname = (?:\$1|'(\w+)'|current_database\(\))$/,
    ({ db, database, text, values }, [named]) => {
      const databaseName = /\$1/.test(text) ? (values[0] ?? '') : (named ?? database);
      const catalog = db.databases.named(databaseName);
      return resultOfObjects(catalog === undefined ? [] : [{ oid: catalog.oid }], ['oid']);
    },
  ],
  [
    /^show (\w+)$/,
    ({ db }, [name = '']) => {
      const setting = db.settings.all.find((serverSetting) => serverSetting.name === name);
      if (setting === undefined)
        throw new PostgresError('42704', `unrecognized configuration parameter "${name}"`);
      return resultOfObjects([{ [name]: `${setting.value}${setting.unit}` }]);
    },
  ],
];

/** Responds to one of the known profile statements. */
export const answerProfileStatement: StatementHandler = (asking) => {
  const nested = nestedAnswer(asking);
  if (nested !== undefined) return nested;
  const text = withoutType(normalized(asking.text));
  const answer = known[text];
  if (answer !== undefined) return answer(asking);
  for (const [pattern, give] of [
    ...maintenancePatterns,
    ...statisticsPatterns,
    ...patterns,
    ...plannerPatterns,
  ]) {
    const [whole, ...groups] = pattern.exec(text) ?? [];
    if (whole !== undefined) return give(asking, groups);
  }
  throw new PostgresError('0A000', 'not supported by the simulator');
};
