import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readViolation } from '../../src/clients/postgres/read-check.ts';
import { quoteIdentifier, quoteLiteral } from '../../src/sources/postgres/identifiers.ts';
import { postgresOperations } from '../../src/sources/postgres/operations.ts';
import { family } from './support/attack.ts';
import { bad, called, wrapped } from './support/hidden-calls.ts';
import { sqlCode } from './support/sql-code.ts';
import { openSqlRecorder, type StatementsOf } from './support/sql-recorder.ts';

/** Contained in all values, and in no statement of opsdeck. */
const tag = 'zqtag';

const value = fc
  .array(
    fc.constantFrom(
      ...[
        "'",
        "''",
        '"',
        '""',
        '\\',
        "\\'",
        ';',
        '--',
        '/*',
        '*/',
        '$$',
        '$1',
        '{t}',
        '{time}',
        '\n',
        ' ',
        '.',
      ],
      ...[
        "' OR true --",
        "'; DROP TABLE orders; --",
        'pg_terminate_backend(1)',
        'desc',
        'é',
        'a',
        '%',
        ',',
        ')',
      ],
    ),
    { maxLength: 5 },
  )
  .map((parts) => [...parts.slice(0, 2), tag, ...parts.slice(2)].join(''));

/** Each operation, with the value in all fields that accept text. */
const places: Readonly<Record<string, (text: string) => readonly Readonly<Record<string, unknown>>[]>> = {
  query: (x) => [
    { sql: 'SELECT $1::text', params: [x] },
    { sql: 'SELECT 1 FROM {t}', identifiers: { t: x } },
  ],
  explain: (x) => [
    { queryid: '7', values: x },
    { queryid: `7${x}`, values: '7' },
  ],
  explainAnalyze: (x) => [
    { queryid: '7', values: x },
    { queryid: x, values: '7' },
    { queryid: '7', values: '7', timeout: x },
  ],
  readDump: (x) => [{ file: 'test/contract/rigs/a-dump.sql', database: x, compare: true }],
  cancel: (x) => [{ where: { user: x } }, { where: { application: x } }, { where: { state: x } }, { pid: x }],
  terminate: (x) => [
    { where: { user: [x] } },
    { where: { application: x, state: x } },
    { where: { query: x } },
  ],
  vacuum: (x) => [{ table: x }, { table: `public.${x}` }],
  reindex: (x) => [{ index: x }, { table: x }],
  createIndex: (x) => [
    { table: x, columns: ['a'], name: 'made' },
    { table: 'orders', columns: [x], name: 'made' },
    { table: 'orders', columns: ['a'], name: `made ${x}` },
  ],
  dropIndex: (x) => [{ index: x }],
  setting: (x) => [
    { name: 'work_mem', value: x },
    { name: x, value: '1' },
  ],
  login: (x) => [{ role: x, file: 'test/contract/rigs/a-new-password' }],
  password: (x) => [{ role: x, file: 'test/contract/rigs/a-new-password' }],
  execute: (x) => [
    { sql: 'DELETE FROM orders WHERE id = $1', params: [x] },
    { sql: 'DROP TABLE {t}', identifiers: { t: x } },
    { sql: 'DROP TABLE {t}', identifiers: { t: tag }, undo: { sql: 'CREATE TABLE {t}', title: x } },
    { sql: 'SELECT 1', database: x },
    { sql: 'CREATE DATABASE b', absent: x },
  ],
};

let recorder: Awaited<ReturnType<typeof openSqlRecorder>>;
beforeAll(async () => {
  recorder = await openSqlRecorder();
});
afterAll(() => recorder[Symbol.asyncDispose]());

/** Splices values into the text of a statement. */
const spliced: StatementsOf = async (_, params) => [
  { text: `SELECT '${Object.values(params).map(String).join()}'`, url: 'postgres://opsdeck@127.0.0.1/shop' },
];

test('attacks all operations of PostgreSQL', () => {
  // A console takes no text: what is typed in it is the operator's, like in a shell.
  const takingText = postgresOperations.map(({ name }) => name).filter((name) => name !== 'console');
  expect(Object.keys(places).sort()).toEqual(takingText.sort());
});

test('each operation sends a statement with harmless values', async () => {
  for (const [name, paramsOf] of Object.entries(places)) {
    const sent = await Promise.all(
      paramsOf(tag)
        .slice(0, 1)
        .map((params) => recorder.statementsOf(name, params)),
    );
    expect(sent, name).toEqual([expect.arrayContaining([expect.anything()])]);
  }
  const quoted = ['vacuum', 'reindex', 'createIndex', 'dropIndex', 'setting', 'password', 'execute'];
  for (const name of quoted) {
    const all = [];
    for (const params of places[name]?.(tag) ?? []) all.push(await recorder.statementsOf(name, params));
    expect(JSON.stringify(all), name).toContain(tag);
  }
  for (const name of ['explain', 'explainAnalyze'])
    expect(JSON.stringify(await recorder.statementsOf(name, { queryid: '7', values: '7' })), name).toContain(
      'EXPLAIN',
    );
});

family('SQL', ({ attack }) => {
  attack(
    'a value of any operation is bound, quoted or rejected: it is never code, and reaches no other server',
    {
      rounds: 12,
      corpus: [`'; DROP TABLE ${tag}; --`, `"${tag}`, `${tag}\\`, `$$${tag}$$`, tag],
      inputs: value,
      defense: ((name, params) => recorder.statementsOf(name, params)) as StatementsOf,
      sabotaged: spliced,
      holds: async (text, statementsOf) => {
        let tried = 0;
        for (const [name, paramsOf] of Object.entries(places))
          for (const params of paramsOf(text)) {
            tried++;
            const sent = await statementsOf(name, params);
            if (sent === 'refused') continue;
            for (const { text: statement, url } of sent) {
              expect(sqlCode(statement), `${name} ${JSON.stringify(params)}`).not.toContain(tag);
              expect(new URL(url).hostname).toBe('127.0.0.1');
            }
          }
        return tried;
      },
      cpuLimitMs: 120_000,
    },
  );

  attack('a reading statement calls only known read-only functions, however a call is spelled or hidden', {
    rounds: 1000,
    inputs: fc.tuple(called, wrapped),
    defense: readViolation,
    // A deny list of names, searched literally.
    sabotaged: (text: string) => bad.find((name) => text.includes(`${name}(`)),
    holds: ([call, wrap], why) => {
      expect(why(wrap(call)), wrap(call)).toBeDefined();
    },
  });

  attack('a recorded statement is explained only if it calls only known read-only functions', {
    rounds: 200,
    inputs: fc.tuple(called, wrapped),
    defense: ((name, params, recorded) => recorder.statementsOf(name, params, recorded)) as StatementsOf,
    // EXPLAIN does not execute the statement, but EXPLAIN ANALYZE does.
    sabotaged: (async (_, __, recorded = '') => [
      { text: `EXPLAIN (ANALYZE, BUFFERS) ${recorded}`, url: 'postgres://opsdeck@127.0.0.1/shop' },
    ]) as StatementsOf,
    holds: async ([call, wrap], statementsOf) => {
      const recorded = wrap(call);
      for (const name of ['explain', 'explainAnalyze']) {
        const sent = await statementsOf(name, { queryid: '7' }, recorded);
        expect(sent, name).not.toBe('refused');
        expect(JSON.stringify(sent), `${name} ${recorded}`).not.toContain('EXPLAIN');
      }
      return 2;
    },
  });

  attack('no text escapes its literal or identifier', {
    rounds: 300,
    inputs: fc.string({ unit: fc.constantFrom("'", '"', '\\', ';', '-', 'a', 'é', '\n', '$', '.') }),
    defense: { literal: quoteLiteral, identifier: quoteIdentifier },
    sabotaged: {
      literal: (text: string) => `'${text.replaceAll("'", "''")}'`,
      identifier: (text: string) => `"${text}"`,
    },
    holds: (text, { literal, identifier }) => {
      expect(readLiteral(literal(text))).toBe(text);
      expect(/^"((?:[^"]|"")*)"$/s.exec(identifier(text))?.[1]?.replaceAll('""', '"')).toBe(text);
    },
  });
});

/** Unquotes a text like PostgreSQL (per its docs): a doubled quote is one, and in E'' a doubled backslash, too. */
const readLiteral = (literal: string): string | undefined => {
  const [, escapes, content] = /^(E?)'((?:[^']|'')*)'$/s.exec(literal) ?? [];
  if (content === undefined || (escapes === '' && content.includes('\\'))) return undefined;
  const text = content.replaceAll("''", "'");
  return escapes === '' ? text : text.replaceAll('\\\\', '\\');
};
