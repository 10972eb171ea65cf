import type { Note } from '../../domain/facts.ts';
import type { Feed } from '../source.ts';
import type { PostgresClient } from './client.ts';
import { questionFeed } from './feed.ts';
import { locks, replication, settings, sizes, slowStatements, tuples, version } from './note-statements.ts';
import {
  type Line,
  lockLine,
  replicationLines,
  settingLine,
  sizeLine,
  statementLine,
  tupleLine,
} from './notes.ts';
import { numberOf, onlyRow, type Row } from './parse.ts';

type Ask = (
  text: string,
  values?: readonly (number | boolean | readonly string[])[],
) => Promise<readonly Row[]>;

interface Table {
  readonly name: string;
  lines(ask: Ask, client: PostgresClient): Promise<readonly Line[]>;
}

/** The columns of pg_stat_statements depend on the server's version, which may change under us: it is asked each time. */
const statementLines: Table['lines'] = async (ask, { config }) => {
  const number = numberOf(onlyRow(await ask(version)), 'number') ?? 0;
  return (await ask(slowStatements(number), [config.slow.limit])).map(statementLine);
};

/** Tables of detail, each with one question. */
const tables: readonly Table[] = [
  { name: 'statements', lines: statementLines },
  { name: 'sizes', lines: async (ask, { config }) => (await ask(sizes, [config.slow.limit])).map(sizeLine) },
  { name: 'replication', lines: async (ask) => replicationLines(await ask(replication)) },
  { name: 'locks', lines: async (ask) => (await ask(locks)).map(lockLine) },
  {
    name: 'settings',
    lines: async (ask, { config }) => (await ask(settings, [config.settings, true])).map(settingLine),
  },
  {
    name: 'tuples',
    lines: async (ask, { config }) => (await ask(tuples, [config.slow.limit])).map(tupleLine),
  },
];

/** What a person looks at when something is wrong; read when asked, or every `slow.every`. */
export const noteFeeds = (client: PostgresClient): readonly Feed[] =>
  tables.map(({ name, lines }) =>
    questionFeed(client, {
      name,
      kind: 'notes',
      everyMs: client.config.slow.every ?? 0,
      ...(name === 'statements' ? { requests: 2 } : {}),
      read: async (signal) => {
        const ask: Ask = async (text, values = []) => (await client.ask(text, signal, { values })).rows;
        const found = await lines(ask, client);
        const stamp = { source: client.source, at: client.now() };
        return { items: found.map((line): Note => ({ ...stamp, ...line })) };
      },
    }),
  );
