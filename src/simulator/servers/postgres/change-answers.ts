import { type Answerer, done, table } from './asking.ts';
import { Refusal } from './messages.ts';
import { serverAnswer } from './server-answers.ts';

const columns = ['oid', 'login', 'me', 'allowed', 'sessions', 'connections'];

/** Who there is, and who uses it: nobody is a superuser here, and whoever asks may change every password. */
const role: Answerer = ({ db, user: me, values: [name = ''] }) => {
  const oid = db.roles.indexOf(name ?? '');
  if (oid < 0) return table([], columns);
  const sessions = db.backends.filter(({ user }) => user === name);
  const of = [...new Set(sessions.map(({ application }) => application || 'no name'))].sort();
  const counted = of.map(
    (application) =>
      `${application} ${sessions.filter((one) => (one.application || 'no name') === application).length}`,
  );
  const allowed = name === me ? 'own' : 'admin';
  return table([
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

const password: Answerer = ({ db, text }) => {
  const [, name = '', verifier = ''] = /^ALTER ROLE "([^"]+)" PASSWORD '([^']*)'$/.exec(text) ?? [];
  if (!db.roles.includes(name)) throw new Refusal('42704', `role "${name}" does not exist`);
  db.passwords.change(name, verifier, db.env.now);
  return done('ALTER ROLE');
};

/** What is asked of roles and done to them, by tag. */
export const roleAnswers: Readonly<Record<string, Answerer>> = { role, password };

/** A name as our operations write it: `"public"."orders"`, or without its schema. */
const quoted = '(?:"[^"]+"\\.)?"([^"]+)"';

const matched = (text: string, pattern: RegExp): readonly string[] => {
  const [, ...groups] = pattern.exec(text) ?? [];
  if (groups.length === 0) throw new Refusal('0A000', 'not in this world');
  return groups.map((group) => group ?? '');
};

const missing = (name: string): Refusal => new Refusal('42P01', `relation "${name}" does not exist`);

const vacuum: Answerer = ({ tables, text }) => {
  const [name = ''] = matched(text, new RegExp(`^VACUUM(?: \\(ANALYZE\\))?(?: ${quoted})?$`));
  if (name !== '' && tables.table(name) === undefined) throw missing(name);
  tables.vacuum(name === '' ? undefined : name, text.includes('(ANALYZE)'));
  return done('VACUUM');
};

const reindex: Answerer = ({ tables, text }) => {
  const [kind, name = ''] = matched(text, new RegExp(`^REINDEX (INDEX|TABLE)(?: CONCURRENTLY)? ${quoted}$`));
  if ((kind === 'INDEX' ? tables.index(name) : tables.table(name)) === undefined) throw missing(name);
  return done('REINDEX');
};

const createIndex: Answerer = ({ tables, text }) => {
  const [unique, name = '', of = '', list = ''] = matched(
    text,
    new RegExp(`^CREATE (UNIQUE )?INDEX(?: CONCURRENTLY)? "([^"]+)" ON ${quoted} \\((.+)\\)$`),
  );
  if (tables.table(of) === undefined) throw missing(of);
  if (tables.index(name) !== undefined) throw new Refusal('42P07', `relation "${name}" already exists`);
  tables.createIndex(name, of, list.replaceAll('"', '').split(', '), unique !== '');
  return done('CREATE INDEX');
};

const dropIndex: Answerer = ({ tables, text }) => {
  const [name = ''] = matched(text, new RegExp(`^DROP INDEX(?: CONCURRENTLY)? ${quoted}$`));
  if (tables.index(name) === undefined) throw missing(name);
  tables.dropIndex(name);
  return done('DROP INDEX');
};

const setting: Answerer = ({ db, text }) => {
  const [verb, name = '', value = ''] = matched(text, /^ALTER SYSTEM (SET|RESET) (\w+)(?: = '(.*)')?$/);
  if (!db.settings.has(name)) throw new Refusal('42704', `unrecognized configuration parameter "${name}"`);
  db.settings.write(name, verb === 'RESET' ? undefined : value.replaceAll("''", "'"));
  return done('ALTER SYSTEM');
};

/** The one change of data that runbooks make here: rows that are old are deleted, or marked. */
const execute: Answerer = (asking) => {
  const about = serverAnswer(asking);
  if (about !== undefined) return about;
  const { tables, text } = asking;
  const [verb = '', name = ''] = matched(text, /^(DELETE FROM|UPDATE) "?(\w+)"?\s/i);
  const found = tables.table(name);
  if (found === undefined) throw missing(name);
  const touched = Math.round(found.rows / 1000);
  found.dead += touched;
  return done(`${verb.toUpperCase().startsWith('DELETE') ? 'DELETE' : 'UPDATE'} ${touched}`);
};

const explain: Answerer = ({ tables, text }) => {
  const [name = ''] = matched(text, /^EXPLAIN \(FORMAT JSON\) (?:DELETE FROM|UPDATE) "?(\w+)"?\s/i);
  const found = tables.table(name);
  if (found === undefined) throw missing(name);
  const scan = { 'Node Type': 'Seq Scan', 'Plan Rows': Math.round(found.rows / 1000) };
  const plan = [{ Plan: { 'Node Type': 'ModifyTable', 'Plan Rows': 0, Plans: [scan] } }];
  return table([{ 'QUERY PLAN': JSON.stringify(plan) }]);
};

/** What operations do, by tag. */
export const changeAnswers: Readonly<Record<string, Answerer>> = {
  vacuum,
  reindex,
  createIndex,
  dropIndex,
  setting,
  reload: ({ db }) => {
    db.settings.reload();
    return table([{ done: true }]);
  },
  execute,
  explain,
};
