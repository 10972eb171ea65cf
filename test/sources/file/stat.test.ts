import { chmod, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { makeFifo } from '../../support/make-fifo.ts';
import { openFile } from './opened.ts';

const hour = 3_600_000;

test('ages, sizes and presence are read without opening a file', async () => {
  const { put, read } = await openFile({
    age: { age: 'a' },
    bytes: { bytes: 'a' },
    there: { exists: 'a' },
    gone: { exists: 'b' },
  });
  await put('a', '12345', 90_500);
  expect((await read()).values()).toEqual({ age: 90.5, bytes: 5, there: 1, gone: 0 });
  expect((await read()).faults).toEqual([]);
});

test('a missing file is 0 for exists, and absent for everything else', async () => {
  const { source, read } = await openFile({ age: { age: 'a' }, there: { exists: 'a' } });
  expect(source.feeds.map((feed) => feed.id)).toEqual(['disk/metrics:stat a', 'disk/files', 'disk/tail']);
  const { values, faults } = await read();
  expect(values()).toEqual({ age: expect.stringContaining('no such file'), there: 0 });
  expect(faults).toMatchObject([{ kind: 'missing' }]);
});

test('the newest file of a glob, and the number of files; directories do not count', async () => {
  const { dir, put, read } = await openFile({
    age: { newest: 'dumps/*.gz', read: 'ageHours' },
    bytes: { newest: 'dumps/*.gz', read: 'bytes' },
    count: { newest: 'dumps/*.gz', read: 'count' },
  });
  await put('dumps/1.gz', 'old and long', 50 * hour);
  await put('dumps/2.gz', 'new', 27 * hour);
  await mkdir(join(dir, 'dumps/3.gz'));
  expect((await read()).values()).toEqual({ age: 27, bytes: 3, count: 2 });
});

test('size relative to that of the previous file. The first one has none', async () => {
  const { put, read } = await openFile({ part: { newest: 'dumps/*.gz', read: 'ofPrevious' } });
  await put('dumps/1.gz', '12345678', 50 * hour);
  expect((await read()).values()).toEqual({
    part: 'only one file matches, so there is no older file to compare with',
  });
  await put('dumps/2.gz', '12', 27 * hour);
  expect((await read()).values()).toEqual({ part: 25 });
  await put('dumps/2.gz', '', 27 * hour);
  await put('dumps/3.gz', '12', hour);
  expect((await read()).values()).toEqual({
    part: 'the previous file is empty, so the size has no percentage',
  });
});

test('whether the newest file is complete: valid compression, with the expected last line; read once', async () => {
  const { dir, put, read } = await openFile({
    whole: { whole: 'dumps/*.gz', complete: 'dump complete$' },
    packed: { whole: 'dumps/*.gz' },
  });
  expect((await read()).faults).toMatchObject([{ kind: 'missing' }, { kind: 'missing' }]);
  const good = gzipSync(`${'insert\n'.repeat(9000)}-- dump complete\n--\n\n`);
  await put('dumps/1.gz', good, 50 * hour);
  expect((await read()).values()).toEqual({ whole: 1, packed: 1 });
  await chmod(join(dir, 'dumps/1.gz'), 0);
  expect((await read()).values()).toEqual({ whole: 1, packed: 1 });
  await put('dumps/2.gz', gzipSync('insert\n'), 40 * hour);
  expect((await read()).values()).toEqual({ whole: 0, packed: 1 });
  await put('dumps/3.gz', good.subarray(0, -40), hour);
  expect((await read()).values()).toEqual({ whole: 0, packed: 0 });
});

test('the lines of the newest file, unpacked: a last one without a line break counts, a truncated file has no number', async () => {
  const { put, read } = await openFile({ lines: { lineCount: 'dumps/*' } });
  await put('dumps/1.txt', 'one\ntwo', 50 * hour);
  expect((await read()).values()).toEqual({ lines: 2 });
  await put('dumps/2.gz', gzipSync('record\n'.repeat(70_000)), 40 * hour);
  expect((await read()).values()).toEqual({ lines: 70_000 });
  await put('dumps/3.txt', '', 30 * hour);
  expect((await read()).values()).toEqual({ lines: 0 });
  await put('dumps/4.gz', gzipSync('record\n'.repeat(70_000)).subarray(0, -40), hour);
  const { faults, items } = await read();
  expect(faults).toMatchObject([{ kind: 'malformed' }]);
  expect(items.filter(({ value }) => value !== undefined)).toEqual([]);
});

test('no file is 0 if the directory exists, and unknown otherwise', async () => {
  const { dir, read } = await openFile({
    age: { newest: 'dumps/*.gz', read: 'ageHours' },
    count: { newest: 'dumps/*.gz', read: 'count' },
  });
  const before = await read();
  expect(before.items.every((item) => item.value === undefined)).toBe(true);
  expect(before.faults).toMatchObject([{ kind: 'missing' }]);
  await mkdir(join(dir, 'dumps'));
  const after = await read();
  expect(after.values()).toEqual({
    age: expect.stringContaining('no file matches the path of the source or signal'),
    count: 0,
  });
  expect(after.faults).toMatchObject([{ kind: 'missing' }]);
});

test('a file from the future has no age; a slight offset is age 0', async () => {
  const { put, read } = await openFile({ far: { age: 'far' }, near: { age: 'near' } });
  await put('far', '', -hour);
  await put('near', '', -1000);
  expect((await read()).values()).toEqual({
    far: 'the modification time of the file is in the future: synchronize the clocks of both machines (NTP)',
    near: 0,
  });
});

test('a FIFO exists, but has neither age nor size', async () => {
  const { dir, read } = await openFile({ age: { age: 'pipe' }, there: { exists: 'pipe' } });
  makeFifo(join(dir, 'pipe'));
  const { values, faults } = await read();
  expect(values()).toEqual({ there: 1 });
  expect(faults).toMatchObject([
    {
      kind: 'malformed',
      message: expect.stringContaining('is a directory or a device, not a regular file: name a file'),
    },
  ]);
});

test('files are listed for a runbook, newest first, and on request only', async () => {
  const { put, feed } = await openFile({}, { paths: ['logs/*.log', 'none/*'] });
  await put('logs/a.log', '1234', 120_000);
  await put('logs/b.log', '12', 60_000);
  expect(feed('disk/files').everyMs).toBe(0);
  const { items, faults } = await feed('disk/files').read(new AbortController().signal);
  expect(items).toMatchObject([
    { title: expect.stringMatching(/b\.log$/), text: '2 bytes, written 1m ago' },
    { title: expect.stringMatching(/a\.log$/), text: '4 bytes, written 2m ago' },
  ]);
  expect(faults).toMatchObject([{ kind: 'missing' }]);
});

test('the last lines of the newest file are shown for a runbook, on request only', async () => {
  const { put, feed } = await openFile({}, { paths: ['logs/*.log', 'none/*'] });
  await put('logs/a.log', 'older\n', 120_000);
  await put('logs/b.log', `${'x'.repeat(70_000)}\n${'step\n'.repeat(60)}exit\u0007 1`, 60_000);
  expect(feed('disk/tail').everyMs).toBe(0);
  const { items, faults } = await feed('disk/tail').read(new AbortController().signal);
  expect(items).toMatchObject([
    {
      title: expect.stringMatching(/b\.log, written 1m ago$/),
      text: `${'step\n'.repeat(49)}exit 1`,
    },
  ]);
  expect(faults).toMatchObject([{ kind: 'missing' }]);
  await put('logs/c.log', '', 1000);
  const { items: empty } = await feed('disk/tail').read(new AbortController().signal);
  expect(empty).toMatchObject([{ text: 'is empty' }]);
});

test('doctor reports existing and missing files, with a remedy', async () => {
  const { put, source } = await openFile(
    { age: { age: 'a' }, sum: { csv: 'absent.csv', column: 0 } },
    { paths: ['*.log'] },
  );
  await put('a', 'x');
  await put('one.log', 'x');
  await put('two.log', 'x');
  const findings = await source.doctor?.(new AbortController().signal);
  expect(findings).toMatchObject([
    { ok: true, what: expect.stringContaining('2 files, the newest is readable') },
    { ok: true, what: expect.stringContaining('readable') },
    {
      ok: false,
      what: expect.stringContaining('absent.csv: no such file'),
      remedy: expect.anything(),
    },
  ]);
});
