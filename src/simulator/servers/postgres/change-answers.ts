import { PostgresError } from './protocol.ts';
import { answerServerStatement } from './server-answers.ts';
import { commandDone, resultOfObjects, type StatementHandler } from './statement-request.ts';

const columns = ['oid', 'login', 'me', 'allowed', 'sessions', 'connections'];

/** Roles and their users: there are no superusers, and the client may change every password. */
const role: StatementHandler = ({ db, user: me, values: [name = ''] }) => {
  const oid = db.roles.indexOf(name ?? '');
  if (oid < 0) return resultOfObjects([], columns);
  const sessions = db.backends.filter(({ user }) => user === name);
  const of = [...new Set(sessions.map(({ application }) => application || 'no name'))].sort();
  const counted = of.map(
    (application) =>
      `${application} ${sessions.filter((session) => (session.application || 'no name') === application).length}`,
  );
  const allowed = name === me ? 'own' : 'admin';
  return resultOfObjects([
    {
      oid: 16_390 + oid,
      login: true,
      me,
      allowed,
      sessions: counted.length === 0 ? null : counted.join(', '),
      connections: sessions.length,
    },
  ]);
};

const password: StatementHandler = ({ db, text }) => {
  const [, name = '', verifier = ''] = /^ALTER ROLE "([^"]+)" PASSWORD '([^']*)'$/.exec(text) ?? [];
  if (!db.roles.includes(name)) throw new PostgresError('42704', `role "${name}" does not exist`);
  db.passwords.change(name, verifier, db.env.now);
  return commandDone('ALTER ROLE');
};

/** Responses to role statements by tag. */
export const roleAnswers: Readonly<Record<string, StatementHandler>> = { role, password };

/** A name as written by opsdeck's operations: `"public"."orders"`, or without the schema. */
const quoted = '(?:"[^"]+"\\.)?"([^"]+)"';

const matched = (text: string, pattern: RegExp): readonly string[] => {
  const [, ...groups] = pattern.exec(text) ?? [];
  if (groups.length === 0) throw new PostgresError('0A000', 'not supported by the simulator');
  return groups.map((group) => group ?? '');
};

const missing = (name: string): PostgresError =>
  new PostgresError('42P01', `relation "${name}" does not exist`);

const vacuum: StatementHandler = ({ tables, text }) => {
  const [name = ''] = matched(text, new RegExp(`^VACUUM(?: \\(ANALYZE\\))?(?: ${quoted})?$`));
  if (name !== '' && tables.table(name) === undefined) throw missing(name);
  tables.vacuum(name === '' ? undefined : name, text.includes('(ANALYZE)'));
  return commandDone('VACUUM');
};

const reindex: StatementHandler = ({ tables, text, database }) => {
  const [kind, concurrently, name = ''] = matched(
    text,
    new RegExp(`^REINDEX (INDEX|TABLE|DATABASE)( CONCURRENTLY)? ${quoted}$`),
  );
  const isConcurrent = concurrently !== '';
  if (kind === 'DATABASE') {
    if (name !== database) throw new PostgresError('0A000', 'can only reindex the currently open database');
    tables.reindex({}, isConcurrent);
    return commandDone('REINDEX');
  }
  if ((kind === 'INDEX' ? tables.index(name) : tables.table(name)) === undefined) throw missing(name);
  tables.reindex(kind === 'INDEX' ? { index: name } : { table: name }, isConcurrent);
  return commandDone('REINDEX');
};

const createIndex: StatementHandler = ({ tables, text }) => {
  const [unique, ifNotExists, name = '', of = '', list = ''] = matched(
    text,
    new RegExp(
      `^CREATE (UNIQUE )?INDEX(?: CONCURRENTLY)?( IF NOT EXISTS)? "([^"]+)" ON ${quoted} \\((.+)\\)$`,
    ),
  );
  if (tables.table(of) === undefined) throw missing(of);
  if (tables.index(name) !== undefined) {
    if (ifNotExists !== '') return commandDone('CREATE INDEX');
    throw new PostgresError('42P07', `relation "${name}" already exists`);
  }
  tables.createIndex(name, of, list.replaceAll('"', '').split(', '), unique !== '');
  return commandDone('CREATE INDEX');
};

const dropIndex: StatementHandler = ({ tables, text }) => {
  const [name = ''] = matched(text, new RegExp(`^DROP INDEX(?: CONCURRENTLY)? ${quoted}$`));
  if (tables.index(name) === undefined) throw missing(name);
  tables.dropIndex(name);
  return commandDone('DROP INDEX');
};

const setting: StatementHandler = ({ db, text }) => {
  const [verb, name = '', value = ''] = matched(text, /^ALTER SYSTEM (SET|RESET) (\w+)(?: = '(.*)')?$/);
  if (!db.settings.has(name))
    throw new PostgresError('42704', `unrecognized configuration parameter "${name}"`);
  db.settings.write(name, verb === 'RESET' ? undefined : value.replaceAll("''", "'"));
  return commandDone('ALTER SYSTEM');
};

/** The only data change of shipped runbooks: deleting or updating old rows. */
const execute: StatementHandler = (asking) => {
  const about = answerServerStatement(asking);
  if (about !== undefined) return about;
  const { tables, text } = asking;
  const [verb = '', name = ''] = matched(text, /^(DELETE FROM|UPDATE) "?(\w+)"?\s/i);
  const table = tables.table(name);
  if (table === undefined) throw missing(name);
  const touched = Math.round(table.rows / 1000);
  table.dead += touched;
  return commandDone(`${verb.toUpperCase().startsWith('DELETE') ? 'DELETE' : 'UPDATE'} ${touched}`);
};

/** EXPLAIN plans no statement that defines or administers something. */
const explain: StatementHandler = ({ tables, text }) => {
  const [, word = ''] =
    /^EXPLAIN \(FORMAT JSON\) (?:\s*)(alter|create|drop|vacuum|reindex|grant|revoke)\b/i.exec(text) ?? [];
  if (word !== '') throw new PostgresError('42601', `syntax error at or near "${word}"`);
  const [name = ''] = matched(text, /^EXPLAIN \(FORMAT JSON\) (?:DELETE FROM|UPDATE) "?(\w+)"?\s/i);
  const table = tables.table(name);
  if (table === undefined) throw missing(name);
  const scan = { 'Node Type': 'Seq Scan', 'Plan Rows': Math.round(table.rows / 1000) };
  const plan = [{ Plan: { 'Node Type': 'ModifyTable', 'Plan Rows': 0, Plans: [scan] } }];
  return resultOfObjects([{ 'QUERY PLAN': JSON.stringify(plan) }]);
};

/** Responses to operations by tag. */
export const changeAnswers: Readonly<Record<string, StatementHandler>> = {
  vacuum,
  reindex,
  createIndex,
  dropIndex,
  setting,
  reload: ({ db }) => {
    db.settings.reload();
    return resultOfObjects([{ done: true }]);
  },
  execute,
  explain,
};
