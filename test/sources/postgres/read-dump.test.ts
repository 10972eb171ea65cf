import { mkdtemp, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Fixture, openFixture, outputLines } from './fixture.ts';

let fixture: Fixture;
let dir: string;
beforeEach(async () => {
  fixture = await openFixture();
  dir = await mkdtemp(join(tmpdir(), 'opsdeck-dump-'));
});
afterEach(async () => {
  await fixture[Symbol.asyncDispose]();
  await rm(dir, { recursive: true });
});

const complete = '--\n-- PostgreSQL database dump complete\n--\n';
const table = (name: string, rows: number): string =>
  `CREATE TABLE public.${name} (id bigint);\nCOPY public.${name} (id) FROM stdin;\n${'1\n'.repeat(rows)}\\.\n`;

const dumped = async (name: string, text: string): Promise<string> => {
  const path = join(dir, name);
  await writeFile(path, name.endsWith('.gz') ? gzipSync(text) : text);
  return path;
};
const read = async (file: string, more: object = {}) =>
  outputLines(await fixture.act(await fixture.plan('readDump', { file, ...more })));

test('a backup that lacks a table of the database, or has no rows where the database has some, is incomplete', async () => {
  const whole = await dumped('whole.sql', `${table('orders', 9)}${complete}`);
  expect((await read(whole, { covers: true })).at(-1)).toBe('ok: complete, 1 tables, 9 rows');
  const other = await dumped('other.sql', `${table('events', 9)}${complete}`);
  const lacks = 'not ok: in the database but not in the dump: public.orders';
  expect((await read(other, { covers: true })).at(-1)).toBe(lacks);
  expect((await read(other)).at(-1)).toBe('ok: complete, 1 tables, 9 rows');
  const empty = await dumped('empty.sql', `${table('orders', 0)}${table('events', 1)}${complete}`);
  expect((await read(empty, { covers: true })).at(-1)).toBe(lacks);
  expect(await fixture.act(await fixture.plan('readDump', { file: empty, covers: true }))).toContainEqual({
    is: 'found',
    found: { json: expect.objectContaining({ tables: 2, uncovered: 1 }) },
  });
});

test('the newest backup of a glob is read', async () => {
  const old = await dumped('a.sql.gz', `${table('orders', 5)}${complete}`);
  await dumped('b.sql.gz', `${table('orders', 7)}${complete}`);
  await utimes(old, new Date(0), new Date(0));
  expect((await read(join(dir, '*.sql.gz'))).at(-1)).toBe('ok: complete, 1 tables, 7 rows');
  await expect(fixture.plan('readDump', { file: join(dir, '*.dump') })).rejects.toThrow(/no file matches/);
});
