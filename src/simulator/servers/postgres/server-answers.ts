import { maintenanceDatabase } from '../../model/database/table-catalog.ts';
import { PostgresError, type ResultRows } from './protocol.ts';
import { commandDone, resultOfObjects, type StatementRequest } from './statement-request.ts';

/** An identifier in a statement: quoted, or unquoted and folded to lower case. */
const name = '("[^"]+"|[\\w$]+)';
const plain = (written = ''): string =>
  written.startsWith('"') ? written.slice(1, -1) : written.toLowerCase();

const missing = (of: string): PostgresError => new PostgresError('3D000', `database "${of}" does not exist`);

/** The database must have no sessions, including the client's own. */
const refuseUsed = ({ db, database, pid }: StatementRequest, of: string, verb: string): void => {
  if (of === database)
    throw new PostgresError(
      verb === 'dropped' ? '55006' : '0A000',
      verb === 'dropped' ? 'cannot drop the currently open database' : 'current database cannot be renamed',
    );
  const isUsed = db.backends.some((backend) => backend.pid !== pid && db.databaseOf(backend) === of);
  if (isUsed) throw new PostgresError('55006', `database "${of}" is being accessed by other users`);
};

type ServerStatementHandler = (asking: StatementRequest, groups: readonly string[]) => ResultRows;

const rename: ServerStatementHandler = (asking, groups) => {
  const { databases } = asking.db;
  const from = plain(groups[0]);
  const to = plain(groups[1]);
  if (databases.named(from) === undefined) throw missing(from);
  refuseUsed(asking, from, 'renamed');
  if (databases.named(to) !== undefined) throw new PostgresError('42P04', `database "${to}" already exists`);
  databases.rename(from, to);
  return commandDone('ALTER DATABASE');
};

const allow: ServerStatementHandler = ({ db, database }, [written, word = '']) => {
  const of = plain(written);
  if (db.databases.named(of) === undefined) throw missing(of);
  const isOpen = /^(?:true|on|yes|1)$/i.test(word);
  if (of === database && !isOpen)
    throw new PostgresError('22023', 'cannot disallow connections for current database');
  db.databases.allow(of, isOpen);
  return commandDone('ALTER DATABASE');
};

const endAllIn: ServerStatementHandler = ({ db, pid }, [of]) => {
  const others = db.backends.filter((backend) => backend.pid !== pid && db.databaseOf(backend) === of);
  return resultOfObjects(
    others.map((backend) => ({ pg_terminate_backend: db.terminate(backend.pid) })),
    ['pg_terminate_backend'],
  );
};

const create: ServerStatementHandler = ({ db }, [written]) => {
  const of = plain(written);
  if (db.databases.named(of) !== undefined)
    throw new PostgresError('42P04', `database "${of}" already exists`);
  db.databases.create(of);
  return commandDone('CREATE DATABASE');
};

const drop: ServerStatementHandler = (asking, [ifExists, written]) => {
  const of = plain(written);
  if (asking.db.databases.named(of) === undefined) {
    if (ifExists !== undefined) return commandDone('DROP DATABASE');
    throw missing(of);
  }
  if (of === maintenanceDatabase && asking.database !== of)
    throw new PostgresError('2BP01', `cannot drop the database "${of}" here`);
  refuseUsed(asking, of, 'dropped');
  asking.db.databases.drop(of);
  return commandDone('DROP DATABASE');
};

const grant: ServerStatementHandler = (asking, [written]) => {
  if (asking.db.databases.named(plain(written)) === undefined) throw missing(plain(written));
  return commandDone('GRANT');
};

const vacuum: ServerStatementHandler = ({ tables, text }, [of]) => {
  const tableName = of === undefined ? undefined : plain(of);
  if (tableName !== undefined && tables.table(tableName) === undefined)
    throw new PostgresError('42P01', `relation "${tableName}" does not exist`);
  tables.vacuum(tableName, /\banalyze\b/i.test(text));
  return commandDone('VACUUM');
};

const setting: ServerStatementHandler = ({ db }, [verb = '', of = '', value = '']) => {
  if (!db.settings.has(of)) throw new PostgresError('42704', `unrecognized configuration parameter "${of}"`);
  const text = value.replace(/^'(.*)'$/, '$1').replaceAll("''", "'");
  db.settings.write(of, verb.toUpperCase() === 'RESET' ? undefined : text);
  return commandDone('ALTER SYSTEM');
};

const createExtension: ServerStatementHandler = ({ db }, [ifNotExists, written]) => {
  const of = plain(written);
  if (db.extensions.has(of) && ifNotExists === undefined)
    throw new PostgresError('42710', `extension "${of}" already exists`);
  db.extensions.add(of);
  return commandDone('CREATE EXTENSION');
};

const dropExtension: ServerStatementHandler = ({ db }, [ifExists, written]) => {
  const of = plain(written);
  if (!db.extensions.delete(of) && ifExists === undefined)
    throw new PostgresError('42704', `extension "${of}" does not exist`);
  return commandDone('DROP EXTENSION');
};

const reload: ServerStatementHandler = ({ db }) => {
  db.settings.reload();
  return resultOfObjects([{ pg_reload_conf: true }]);
};

/** Context of statements outside a transaction, with the role. */
const statements: readonly (readonly [RegExp, ServerStatementHandler, 'alone' | 'anywhere'])[] = [
  [new RegExp(`^alter database ${name} rename to ${name}$`, 'i'), rename, 'anywhere'],
  [new RegExp(`^alter database ${name} (?:with )?allow_connections (?:= ?)?(\\w+)$`, 'i'), allow, 'anywhere'],
  [
    /^select pg_terminate_backend\(pid\) from pg_stat_activity where datname = '(\w+)' and pid <> pg_backend_pid\(\)$/i,
    endAllIn,
    'anywhere',
  ],
  [new RegExp(`^create database ${name}(?: (?:with )?.+)?$`, 'i'), create, 'alone'],
  [new RegExp(`^drop database (if exists )?${name}$`, 'i'), drop, 'alone'],
  [new RegExp(`^grant [\\w, ]+ on database ${name} to .+$`, 'i'), grant, 'anywhere'],
  [new RegExp(`^vacuum(?: \\(analyze\\)| analyze)?(?: ${name})?$`, 'i'), vacuum, 'alone'],
  [new RegExp(`^create extension (if not exists )?${name}$`, 'i'), createExtension, 'anywhere'],
  [new RegExp(`^drop extension (if exists )?${name}$`, 'i'), dropExtension, 'anywhere'],
  [/^alter system (set|reset) (\w+)(?:\s*(?:=|to)\s*(.+))?$/i, setting, 'alone'],
  [/^select pg_reload_conf\(\)$/i, reload, 'anywhere'],
];

/** Responds to server-level statements; undefined for others. Throws Refusal. */
export const answerServerStatement = (asking: StatementRequest): ResultRows | undefined => {
  const text = asking.text.replaceAll(/\s+/g, ' ').replace(/;\s*$/, '').trim();
  for (const [pattern, give, where] of statements) {
    const [whole, ...groups] = pattern.exec(text) ?? [];
    if (whole === undefined) continue;
    const verb = text.split(' ').slice(0, text.toLowerCase().startsWith('vacuum') ? 1 : 2);
    if (where === 'alone' && asking.isInTransaction)
      throw new PostgresError(
        '25001',
        `${verb.join(' ').toUpperCase()} cannot run inside a transaction block`,
      );
    return give(asking, groups);
  }
  return undefined;
};
