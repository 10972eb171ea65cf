import { appendFileSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { TraceEvent } from '../../../src/domain/runs/trace.ts';
import { openTraceFile, type TraceFileParts } from '../../../src/platform/files/trace-file.ts';
import { makeFifo } from '../../support/make-fifo.ts';
import { scratchDir } from '../../support/scratch-dir.ts';

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(scratchDir(), 'opsdeck-trace-'));
});
afterEach(async () => {
  vi.useRealTimers();
  await rm(dir, { recursive: true, force: true });
});

const start: TraceEvent = {
  what: 'start',
  trace: 1,
  version: '1',
  node: 'v24',
  os: 'linux x64',
  pid: 1,
  command: 'check',
};
const ended = (code: number): TraceEvent => ({ what: 'end', code });
const time = Date.UTC(2026, 2, 4);

const partsWith = (more: Partial<TraceFileParts> = {}): TraceFileParts => ({
  line: (event) => JSON.stringify(event),
  now: () => time,
  failed: (why) => {
    throw new Error(why);
  },
  ...more,
});

const linesOf = async (path: string): Promise<readonly Record<string, unknown>[]> =>
  (await readFile(path, 'utf8'))
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));

test('events are lines in order, in a private file; a second process appends', async () => {
  const path = join(dir, 'a.trace');
  for (const code of [0, 2]) {
    const trace = await openTraceFile(path, partsWith());
    trace.emit(start);
    trace.emit(ended(code));
    await trace.close();
  }
  const when = { at: '2026-03-04T00:00:00.000Z' };
  expect(await linesOf(path)).toEqual([
    { ...when, ...start },
    { ...when, ...ended(0) },
    { ...when, ...start },
    { ...when, ...ended(2) },
  ]);
  expect((await stat(path)).mode & 0o777).toBe(0o600);
});

test('a trace readable by others is made private', async () => {
  const path = join(dir, 'a.trace');
  await writeFile(path, `${JSON.stringify({ at: '', ...start })}\n`);
  await chmod(path, 0o644);
  await (await openTraceFile(path, partsWith())).close();
  expect((await stat(path)).mode & 0o777).toBe(0o600);
});

test.each([
  ['a text', (path: string) => writeFile(path, 'dear diary\n'), 'the file is not a trace of opsdeck'],
  ['other JSON', (path: string) => writeFile(path, '{"a":1}\n'), 'the file is not a trace of opsdeck'],
  ['a symbolic link', (path: string) => symlink('elsewhere', path), /ELOOP/],
  ['a directory', (path: string) => mkdir(path), /EISDIR/],
  ['a FIFO', async (path: string) => makeFifo(path), 'not a regular file'],
] as const)('%s is refused, and not modified', async (_, make, why) => {
  const path = join(dir, 'a.trace');
  await make(path);
  await expect(openTraceFile(path, partsWith())).rejects.toThrow(why);
  if (_ === 'a text') expect(await readFile(path, 'utf8')).toBe('dear diary\n');
});

test('a missing directory is an error before anything is written', async () => {
  await expect(openTraceFile(join(dir, 'no', 'a.trace'), partsWith())).rejects.toThrow(/ENOENT/);
});

test('a slow disk delays no caller: the queue is bounded, and dropped events are counted', async () => {
  const path = join(dir, 'a.trace');
  const disk = Promise.withResolvers<void>();
  let masked = 0;
  const trace = await openTraceFile(path, {
    ...partsWith(),
    line: (event) => {
      masked += 1;
      return JSON.stringify(event);
    },
    mostWaiting: 10,
    append: async (file, text) => {
      await disk.promise;
      await file.appendFile(text);
    },
  });
  for (let code = 0; code < 10_000; code += 1) trace.emit(ended(code));
  // Masking is the expensive part, and no caller waits for it.
  expect(masked).toBe(0);
  disk.resolve();
  await trace.close();
  const lines = await linesOf(path);
  expect(lines.filter(({ what }) => what === 'end').map(({ code }) => code)).toEqual([
    ...Array.from({ length: 10 }, (_, code) => code),
  ]);
  expect(lines.at(-1)).toMatchObject({ what: 'lost', count: 9990 });
});

test('a hanging disk delays the exit of the program by 2 s, and not longer', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  const disk = Promise.withResolvers<void>();
  const trace = await openTraceFile(join(dir, 'a.trace'), { ...partsWith(), append: () => disk.promise });
  trace.emit(start);
  let isClosed = false;
  const closing = trace.close().then(() => {
    isClosed = true;
  });
  await vi.advanceTimersByTimeAsync(1999);
  expect(isClosed).toBe(false);
  await vi.advanceTimersByTimeAsync(1);
  expect(isClosed).toBe(true);
  disk.resolve();
  await closing;
});

test('what a slow disk still writes is awaited at the end', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  const path = join(dir, 'a.trace');
  const trace = await openTraceFile(path, {
    ...partsWith(),
    append: async (_, text) => {
      await new Promise((resolve) => setTimeout(resolve, 1500));
      // The time of the test does not run for the disk of this machine.
      appendFileSync(path, text);
    },
  });
  for (let code = 0; code < 200; code += 1) trace.emit(ended(code));
  let isClosed = false;
  const closing = trace.close().then(() => {
    isClosed = true;
  });
  while (!isClosed) {
    await vi.advanceTimersByTimeAsync(500);
    await new Promise((resolve) => setImmediate(resolve));
  }
  await closing;
  expect(await linesOf(path)).toHaveLength(200);
});

test('a failing disk is reported once, and nothing more is written', async () => {
  const reports: string[] = [];
  const reported = Promise.withResolvers<void>();
  let tried = 0;
  const trace = await openTraceFile(join(dir, 'a.trace'), {
    ...partsWith(),
    failed: (why) => {
      reports.push(why);
      reported.resolve();
    },
    append: () => {
      tried += 1;
      return Promise.reject(new Error('ENOSPC'));
    },
  });
  trace.emit(start);
  await reported.promise;
  trace.emit(ended(0));
  await trace.close();
  expect([reports, tried]).toEqual([['ENOSPC'], 1]);
});

test('a trace at its maximum size says so and ends', async () => {
  const path = join(dir, 'a.trace');
  const written = Promise.withResolvers<void>();
  const trace = await openTraceFile(path, {
    ...partsWith(),
    mostBytes: 500,
    append: async (file, text) => {
      await file.appendFile(text);
      written.resolve();
    },
  });
  trace.emit(start);
  await written.promise;
  for (let code = 0; code < 100; code += 1) trace.emit(ended(code));
  await trace.close();
  expect((await linesOf(path)).map(({ what }) => what)).toEqual(['start', 'full']);
  expect((await stat(path)).size).toBeLessThan(500);
});

test('a line that is too long is reduced to its subject', async () => {
  const path = join(dir, 'a.trace');
  const trace = await openTraceFile(path, partsWith());
  trace.emit({ ...start, command: 'x'.repeat(1_000_000) });
  await trace.close();
  expect(await linesOf(path)).toEqual([
    { at: '2026-03-04T00:00:00.000Z', what: 'start', cut: expect.any(Number) },
  ]);
});
