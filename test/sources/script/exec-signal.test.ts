import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { openScript } from './opened.ts';

const prints = (...lines: readonly string[]): readonly string[] => ['./prints-and-exits', '0', ...lines];

test.each([
  [{ exec: prints('12.5'), parse: 'number' }, 12.5],
  [{ exec: prints('{"a":{"b":[7]}}'), parse: 'json', path: 'a.b[0]' }, 7],
  [{ exec: prints('"word"'), parse: 'json' }, 'word'],
  [{ exec: prints('n,v', 'x,1', 'y,2'), parse: 'csv', column: 'v', where: { n: 'x' } }, 1],
  [{ exec: prints('1;5', '2;7'), parse: 'csv', column: 1, delimiter: ';', header: false, fold: 'sum' }, 12],
  [{ exec: ['./prints-and-exits', '2', 'CRITICAL | load1=9'], parse: 'nagios' }, 2],
  [{ exec: ['./prints-and-exits', '2', 'CRITICAL | load1=9'], parse: 'nagios', label: 'load1' }, 9],
  [{ exec: prints('{"a":null}'), parse: 'json', path: 'a' }, 'there is no number or text at a: check path'],
])('%j yields %j', async (read, expected) => {
  const opened = await openScript({}, { s: read });
  expect(await opened.read()).toMatchObject({ values: { s: expected }, faults: [] });
});

test.each([
  [{ exec: ['./absent'], parse: 'number' }, 'missing', 'absent not found'],
  [{ exec: ['./prints-and-exits', '1', '5'], parse: 'number' }, 'unreachable', 'exited with status 1: 5'],
  [{ exec: ['./prints-and-exits', '127', ''], parse: 'number' }, 'missing', 'exited with status 127'],
  [{ exec: ['./prints-and-exits', '9', 'x'], parse: 'nagios' }, 'unreachable', 'exited with status 9'],
  [{ exec: ['./kills-itself'], parse: 'number' }, 'unreachable', 'killed by SIGSEGV'],
  [{ exec: prints('n/a'), parse: 'number' }, 'malformed', 'expected a number, got "n/a"'],
  [{ exec: prints('{', '"a" 1}'), parse: 'json' }, 'malformed', 'line 2, column 5'],
  [
    { exec: prints('a,b', '1'), parse: 'csv', column: 'a' },
    'malformed',
    'line 2 has 1 field, expected 2: complete the line',
  ],
  [{ exec: prints('a,"b'), parse: 'csv', column: 'a' }, 'malformed', 'line 1: unterminated quoted field'],
])('%j is a fault: %s, and no value', async (read, kind, words) => {
  const opened = await openScript({}, { s: read });
  const { values, faults } = await opened.read();
  expect(values).toEqual({});
  expect(faults).toMatchObject([{ kind, message: expect.stringContaining(words) }]);
});

test('a program read by several signals runs once', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'opsdeck-script-'));
  onTestFinished(() => rm(dir, { recursive: true }));
  const book = join(dir, 'book');
  await writeFile(book, '');
  const exec = ['sh', '-c', `echo run >> ${book}; echo '{"a":1,"b":2}'`];
  const { source, read } = await openScript(
    {},
    {
      a: { exec, parse: 'json', path: 'a' },
      b: { exec, parse: 'json', path: 'b', timeout: '20s' },
      other: { exec: prints('5'), parse: 'number' },
    },
  );
  expect(source.feeds.map(({ id, signals, timeoutMs }) => ({ id, signals, timeoutMs }))).toEqual([
    { id: 'scripts/values:a', signals: ['a', 'b'], timeoutMs: 20_000 },
    { id: 'scripts/values:other', signals: ['other'], timeoutMs: 10_000 },
  ]);
  expect((await read()).values).toEqual({ a: 1, b: 2, other: 5 });
  expect(await readFile(book, 'utf8')).toBe('run\n');
});

test('an invalid signal hides no other of the same program', async () => {
  const exec = prints('a,b', '1,x');
  const { read } = await openScript(
    {},
    { a: { exec, parse: 'csv', column: 'a' }, b: { exec, parse: 'csv', column: 'b', fold: 'sum' } },
  );
  const { values, faults } = await read();
  expect(values).toEqual({ a: 1 });
  expect(faults).toMatchObject([
    { kind: 'malformed', message: expect.stringContaining('"x" is not a number') },
  ]);
});
