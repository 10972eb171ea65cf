import { renderDump, restoreDump } from '../../model/database/dump.ts';
import type { CommandOutcome, CommandResult, PodCommand } from './pod-command.ts';

/** The value of a short or long option: `-d x`, `-dx`, `--dbname=x`. */
const optionOf = (argv: readonly string[], short: string, long: string): string | undefined => {
  for (const [index, word] of argv.entries()) {
    if (word === short || word === long) return argv[index + 1];
    if (word.startsWith(`${long}=`)) return word.slice(long.length + 1);
    if (word.startsWith(short) && !word.startsWith('--') && word.length > 2) return word.slice(2);
  }
  return undefined;
};

const withValue: readonly string[] = [
  '-U',
  '-d',
  '-h',
  '-p',
  '-v',
  '-F',
  '-f',
  '-c',
  '--username',
  '--dbname',
];

/** The first argument that is neither an option nor an option's value. */
const plainWord = (argv: readonly string[]): string | undefined =>
  argv.find(
    (word, index) => index > 0 && !word.startsWith('-') && !withValue.includes(argv[index - 1] ?? ''),
  );

const failed = (tool: string, why: string, code: number): CommandOutcome => ({
  err: `${tool}: error: ${why}\n`,
  code,
});

/** Checks the role and the database; returns the login error of both tools. */
const loginProblem = (
  tool: string,
  { database: db, argv }: PodCommand,
  database: string,
): CommandOutcome | undefined => {
  const user = optionOf(argv, '-U', '--username') ?? 'root';
  const where = 'connection to server on socket "/var/run/postgresql/.s.PGSQL.5432" failed: FATAL:  ';
  const code = tool === 'psql' ? 2 : 1;
  if (db === undefined || !db.isUp) return failed(tool, `${where}the database system is shutting down`, code);
  if (!db.roles.includes(user)) return failed(tool, `${where}role "${user}" does not exist`, code);
  if (db.databases.named(database) === undefined)
    return failed(tool, `${where}database "${database}" does not exist`, code);
  return undefined;
};

const databaseIn = ({ argv }: PodCommand): string =>
  optionOf(argv, '-d', '--dbname') ?? plainWord(argv) ?? optionOf(argv, '-U', '--username') ?? 'root';

const pgDump = (command: PodCommand): CommandResult => {
  const name = databaseIn(command);
  const problem = loginProblem('pg_dump', command, name);
  const tables = command.database?.databases.named(name)?.tables;
  if (problem !== undefined || tables === undefined) return { kind: 'done', ...(problem ?? { code: 1 }) };
  return { kind: 'done', out: renderDump(tables), code: 0 };
};

/**
 * psql with a script on stdin. With ON_ERROR_STOP it exits with 3 at the first error; with -1, nothing of the script is then
 * applied.
 */
const psql = (command: PodCommand): CommandResult => {
  const name = databaseIn(command);
  const problem = loginProblem('psql', command, name);
  if (problem !== undefined) return { kind: 'done', ...problem };
  const respond = (input: string): CommandOutcome => {
    const db = command.database;
    if (db === undefined) return failed('psql', 'the connection was lost', 2);
    const outcome = restoreDump(db, name, input);
    if ('problem' in outcome) {
      const { line, text } = outcome.problem;
      return { err: `psql:<stdin>:${line}: ERROR:  ${text}\n`, code: 3 };
    }
    return { out: outcome.tags.map((line) => `${line}\n`).join(''), code: 0 };
  };
  return { kind: 'reads', respond };
};

const tools: Readonly<Record<string, (command: PodCommand) => CommandResult>> = { pg_dump: pgDump, psql };

/** `pg_dump` and `psql` in the database container; undefined for other programs. */
export const runDatabaseCommand = (command: PodCommand): CommandResult | undefined => {
  const { database, life, argv } = command;
  const isThere = life.role.dependency === database?.spec.name;
  return isThere && life.role.dependency !== undefined ? tools[argv[0] ?? '']?.(command) : undefined;
};
