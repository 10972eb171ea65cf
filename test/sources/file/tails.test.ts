import { execFile } from 'node:child_process';
import { appendFile, open, rename, rm, symlink, truncate, unlink, utimes, writeFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { longTest } from '../../support/layer.ts';
import { createReceived, follow, never, openLogDir, readAll } from './reading.ts';

const numbered = (from: number, to: number): string =>
  Array.from({ length: to - from + 1 }, (_, index) => `line ${from + index}\n`).join('');
const numbersOf = (lines: readonly string[]): readonly number[] =>
  lines.map((line) => Number(line.split(' ')[1]));
const range = (from: number, to: number): readonly number[] =>
  Array.from({ length: to - from + 1 }, (_, i) => from + i);

const timed = (from: number, to: number): string =>
  Array.from(
    { length: to - from },
    (_, index) =>
      `${new Date(Date.UTC(2026, 2, 4) + 1000 * (from + index)).toISOString()} INFO line ${from + index}\n${index % 10 === 0 ? '  at a.b.C(D.java:1)\n' : ''}`,
  ).join('');
const second = (number: number): number => Date.UTC(2026, 2, 4) + 1000 * number;

describe('streams', () => {
  test('every matching file, named as in the profile, including one that does not exist yet', async () => {
    const logs = await openLogDir(['*.log', 'later.out']);
    await writeFile(logs.path('a.log'), '');
    await writeFile(logs.path('b.log'), '');
    await writeFile(logs.path('b.log.1'), '');
    expect((await logs.tails()).map(({ stream, isFile }) => [stream, isFile])).toEqual([
      ['a.log', true],
      ['b.log', true],
      ['later.out', true],
    ]);
    await writeFile(logs.path('c.log'), '');
    expect((await logs.tails('c.log')).map(({ stream }) => stream)).toEqual(['c.log']);
    expect((await logs.tails(logs.path('c.log'))).map(({ stream }) => stream)).toEqual(['c.log']);
    expect((await logs.tails('*.log')).map(({ stream }) => stream)).toEqual(['a.log', 'b.log', 'c.log']);
  });

  test('a rotated file is not a new stream if another stream has shown its lines', async () => {
    const logs = await openLogDir(['app.log*']);
    await writeFile(logs.path('app.log'), 'one\n');
    const reading = follow(await logs.tail('app.log'));
    await reading.until((received) => received.text() === 'one\n');
    await rename(logs.path('app.log'), logs.path('app.log.1'));
    await writeFile(logs.path('app.log'), 'two\n');
    await reading.until((received) => received.text() === 'one\ntwo\n');
    expect((await logs.tails()).map(({ stream }) => stream)).toEqual(['app.log']);
    await reading.stop();
  });
});

describe('file contents', () => {
  test.each([
    ['an empty file', '', ''],
    ['no line feed at the end', 'one\ntwo', 'one\ntwo\n'],
    ['CRLF', 'one\r\ntwo\r\n', 'one\r\ntwo\r\n'],
    ['empty lines', '\n\n\n', '\n\n\n'],
    ['zero bytes', 'a\0b\n\0\0\n', 'a\0b\n\0\0\n'],
  ])('%s', async (_, content, given) => {
    const logs = await openLogDir(['app.log']);
    await writeFile(logs.path('app.log'), content);
    const received = await readAll(await logs.tail('app.log'));
    expect(received.text()).toBe(given);
    expect(received.words()).toEqual([]);
  });

  test('invalid UTF-8 is passed on unchanged', async () => {
    const logs = await openLogDir(['app.log']);
    const bytes = Buffer.from([0x61, 0xff, 0xfe, 0x0a, 0xc3, 0x28, 0x0a]);
    await writeFile(logs.path('app.log'), bytes);
    const { events } = await readAll(await logs.tail('app.log'));
    expect(Buffer.concat(events.flatMap((event) => (event.is === 'chunk' ? [event.bytes] : [])))).toEqual(
      bytes,
    );
  });

  longTest('lines of 10 MB are one line each, and the last one is found from the end', async () => {
    const logs = await openLogDir(['app.log']);
    const long = 'x'.repeat(10_000_000);
    await writeFile(logs.path('app.log'), `${long}1\n${long}2\n${long}3\n`);
    const all = await readAll(await logs.tail('app.log'));
    expect(all.lines().map((line) => [line.length, line.at(-1)])).toEqual([
      [10_000_001, '1'],
      [10_000_001, '2'],
      [10_000_001, '3'],
    ]);
    const last = await readAll(await logs.tail('app.log'), { lines: 1, follow: false });
    expect(last.lines().map((line) => [line.length, line.at(-1)])).toEqual([[10_000_001, '3']]);
  });

  test('a FIFO is reported and never opened', async () => {
    const logs = await openLogDir(['pipe.log']);
    await promisify(execFile)('mkfifo', [logs.path('pipe.log')]);
    expect((await readAll(await logs.tail('pipe.log'))).words()).toEqual(['fault: malformed']);
    expect((await readAll(await logs.tail('pipe.log'), { follow: true })).words()).toEqual([
      'fault: malformed',
    ]);
  });

  test('a missing file is missing; when followed, it is awaited', async () => {
    const logs = await openLogDir(['app.log']);
    expect((await readAll(await logs.tail('app.log'))).words()).toEqual(['fault: missing']);
    const reading = follow(await logs.tail('app.log'), { lines: 5 });
    await reading.until((received) => received.words().length > 0);
    await writeFile(logs.path('app.log'), numbered(1, 10));
    const received = await reading.until(({ lines }) => lines().length === 10);
    expect(received.words()).toEqual([
      'fault: missing',
      'note: opsdeck reads the log file, which exists now',
    ]);
    await reading.stop();
  });
});

describe('files with ascending numbers, as of log4j2 and logback', () => {
  test('each line once, in order, whatever the number of rotations while followed', async () => {
    const logs = await openLogDir(['app.log']);
    await writeFile(logs.path('app.log'), numbered(1, 10));
    const reading = follow(await logs.tail('app.log'));
    for (let file = 1; file <= 4; file++) {
      await reading.until(({ lines }) => lines().length === 10 * file);
      await rename(logs.path('app.log'), logs.path(`app.log.${file}`));
      await writeFile(logs.path('app.log'), numbered(10 * file + 1, 10 * file + 10));
    }
    const received = await reading.until(({ lines }) => lines().length >= 50);
    expect(numbersOf(received.lines())).toEqual(range(1, 50));
    await reading.stop();
  });

  test('older lines are read from the higher number first', async () => {
    const logs = await openLogDir(['app.log']);
    for (const [file, name] of ['app.log.1', 'app.log.2', 'app.log.3', 'app.log'].entries()) {
      await writeFile(logs.path(name), numbered(10 * file + 1, 10 * file + 10));
      await utimes(logs.path(name), 1_700_000_000, 1_700_000_000 + file);
    }
    const tail = await logs.tail('app.log');
    const older = await tail.older?.({ lines: 25 }, never);
    expect(numbersOf(createReceived([...(older?.events ?? [])]).lines())).toEqual(range(16, 40));
  });
});

describe('the start position', () => {
  test.each([0, 1, 7, 200, 5000, 100_000])('the last %i lines', async (count) => {
    const logs = await openLogDir(['app.log']);
    await writeFile(logs.path('app.log'), numbered(1, 20_000));
    const received = await readAll(await logs.tail('app.log'), { lines: count, follow: false });
    expect(numbersOf(received.lines())).toEqual(range(Math.max(1, 20_001 - count), 20_000));
  });

  test('the end of a file of 3 GB is read first', async () => {
    const logs = await openLogDir(['app.log']);
    const size = 3_000_000_000;
    await truncate(logs.path('app.log'), 0).catch(() => writeFile(logs.path('app.log'), ''));
    await truncate(logs.path('app.log'), size);
    await appendFile(logs.path('app.log'), `\n${numbered(1, 1000)}`);
    let bytes = 0;
    const { events } = await readAll(await logs.tail('app.log'), { lines: 200, follow: false });
    for (const event of events) if (event.is === 'chunk') bytes += event.bytes.length;
    expect(bytes).toBeLessThan(10_000);
    expect(numbersOf(createReceived(events).lines())).toEqual(range(801, 1000));
  });

  test.each([0, 1, 777, 49_999, 50_000])('since second %i, found by bisection', async (from) => {
    const logs = await openLogDir(['app.log']);
    await writeFile(logs.path('app.log'), timed(0, 50_000));
    const received = await readAll(await logs.tail('app.log'), { since: second(from), follow: false });
    expect(received.lines().filter((line) => line.includes('INFO')).length).toBe(50_000 - from);
    expect(received.lines()[0]?.includes(`line ${from}`) ?? from === 50_000).toBe(true);
  });

  test('since reaches into rotated files, compressed or not', async () => {
    const logs = await openLogDir(['app.log']);
    await writeFile(logs.path('app.log.2.gz'), gzipSync(timed(0, 100)));
    await writeFile(logs.path('app.log.1'), timed(100, 200));
    await writeFile(logs.path('app.log'), timed(200, 300));
    for (const from of [50, 100, 150, 250]) {
      const received = await readAll(await logs.tail('app.log'), { since: second(from), follow: false });
      expect(
        received
          .lines()
          .filter((line) => line.includes('INFO'))
          .map((line) => Number(line.split(' ').at(-1))),
      ).toEqual(range(from, 299));
    }
  });

  test.each([
    ['joined', ['app.log']],
    ['joined and rotated', ['app.log.1', 'app.log']],
  ])('a file whose times go back is read whole, with a note: %s', async (_, names) => {
    const logs = await openLogDir(['app.log']);
    await writeFile(logs.path('app.log'), timed(49_000, 50_000));
    await writeFile(logs.path(names[0] ?? ''), timed(20_000, 40_000) + timed(0, 30_000));
    const received = await readAll(await logs.tail('app.log'), { since: second(29_000), follow: false });
    const late = received.lines().filter((line) => /INFO line (?:29|3\d)\d{3}$/.test(line));
    expect(late).toHaveLength(12_000);
    expect(received.words()).toContain(
      'note: the times in the file are not in order, so opsdeck reads the whole file',
    );
  });

  test('lines of several writers may be out of order by a minute', async () => {
    const logs = await openLogDir(['app.log']);
    const mixed = range(0, 400).map(
      (part) => timed(part * 50 + 40, part * 50 + 90) + timed(part * 50, part * 50 + 40),
    );
    await writeFile(logs.path('app.log'), mixed.join(''));
    const received = await readAll(await logs.tail('app.log'), { since: second(15_000), follow: false });
    expect(received.words()).toEqual([]);
  });

  test('lines without a timestamp are all returned, with a note', async () => {
    const logs = await openLogDir(['app.log']);
    await writeFile(logs.path('app.log'), numbered(1, 10));
    const received = await readAll(await logs.tail('app.log'), { since: second(0), follow: false });
    expect(received.lines()).toHaveLength(10);
    expect(received.words()).toEqual([
      'note: the lines have no timestamps, so --since has no effect: opsdeck reads from the beginning',
    ]);
  });
});

describe('a followed file', () => {
  test('new lines are returned; an incomplete line is held until its end', async () => {
    const logs = await openLogDir(['app.log']);
    await writeFile(logs.path('app.log'), numbered(1, 3));
    const reading = follow(await logs.tail('app.log'), { lines: 1 });
    await reading.until(({ lines }) => lines().length === 1);
    await appendFile(logs.path('app.log'), 'line 4\nline');
    await reading.until(({ lines }) => lines().length === 2);
    await appendFile(logs.path('app.log'), ' 5\n');
    await reading.until(({ lines }) => lines().length === 3);
    expect(numbersOf((await reading.stop()).lines())).toEqual([3, 4, 5]);
  });

  test('renamed: the rest of the old file, which may still be written to, then the new file', async () => {
    const logs = await openLogDir(['app.log']);
    await writeFile(logs.path('app.log'), numbered(1, 3));
    const reading = follow(await logs.tail('app.log'));
    await reading.until(({ lines }) => lines().length === 3);
    const writer = await open(logs.path('app.log'), 'a');
    await rename(logs.path('app.log'), logs.path('app.log.1'));
    await writeFile(logs.path('app.log'), '');
    await writer.write(numbered(4, 6));
    await reading.until(({ lines }) => lines().length === 6);
    await writer.write('line 7');
    await writer.close();
    await appendFile(logs.path('app.log'), numbered(8, 9));
    const received = await reading.until(({ lines }) => lines().length === 9);
    expect(numbersOf(received.lines())).toEqual(range(1, 9));
    expect(received.words()).toEqual(['note: rotated']);
    await reading.stop();
  });

  test('rotated twice between two readings: the file in between is read, too', async () => {
    const logs = await openLogDir(['app.log']);
    await writeFile(logs.path('app.log'), numbered(1, 3));
    const reading = (await logs.tail('app.log')).open({ follow: true }, never)[Symbol.asyncIterator]();
    const received = createReceived();
    const next = async (): Promise<void> => {
      const { value } = await reading.next();
      if (value !== undefined) received.events.push(value);
    };
    await next();
    await rename(logs.path('app.log'), logs.path('app.log.1'));
    await writeFile(logs.path('app.log'), numbered(4, 6));
    await rename(logs.path('app.log.1'), logs.path('app.log.2'));
    await rename(logs.path('app.log'), logs.path('app.log.1'));
    await writeFile(logs.path('app.log'), numbered(7, 9));
    while (received.lines().length < 9) await next();
    expect(numbersOf(received.lines())).toEqual(range(1, 9));
    await reading.return?.();
  });

  test('truncated: possibly missing lines are reported, and it is read from its beginning', async () => {
    const logs = await openLogDir(['app.log']);
    await writeFile(logs.path('app.log'), numbered(1, 100));
    const reading = follow(await logs.tail('app.log'), { lines: 1 });
    await reading.until(({ lines }) => lines().length === 1);
    await truncate(logs.path('app.log'), 0);
    await appendFile(logs.path('app.log'), numbered(101, 103));
    const received = await reading.until(({ lines }) => lines().length === 4);
    expect(numbersOf(received.lines())).toEqual(range(100, 103));
    expect(received.words()).toEqual(['gap: the log file was truncated: the last lines may be missing']);
    await reading.stop();
  });

  test('truncated and grown past the position in one step: detected by the bytes before the position', async () => {
    const logs = await openLogDir(['app.log']);
    await writeFile(logs.path('app.log'), numbered(1, 10));
    const reading = follow(await logs.tail('app.log'));
    await reading.until(({ lines }) => lines().length === 10);
    await writeFile(logs.path('app.log'), numbered(11, 50));
    const received = await reading.until(({ lines }) => lines().length === 50);
    expect(numbersOf(received.lines())).toEqual(range(1, 50));
    expect(received.words()).toHaveLength(1);
    await reading.stop();
  });

  test('lines that differ only at their beginnings do not hide a truncation', async () => {
    const logs = await openLogDir(['app.log']);
    const alike = (from: number): string =>
      Array.from({ length: 50 }, (_, index) => `line ${from + index} ${'x'.repeat(100)}\n`).join('');
    await writeFile(logs.path('app.log'), alike(100));
    const tail = await logs.tail('app.log');
    const before = await readAll(tail);
    await writeFile(logs.path('app.log'), alike(200) + alike(250));
    const after = await readAll(tail, { after: before.mark(), follow: false });
    expect(numbersOf(after.lines())).toEqual(range(200, 299));
    expect(after.words()).toHaveLength(1);
  });

  test('copied and truncated: the rest is read from the copy', async () => {
    const logs = await openLogDir(['app.log']);
    await writeFile(logs.path('app.log'), numbered(1, 10));
    const tail = await logs.tail('app.log');
    const before = await readAll(tail);
    await appendFile(logs.path('app.log'), numbered(11, 20));
    await promisify(execFile)('cp', ['-p', logs.path('app.log'), logs.path('app.log.1')]);
    await truncate(logs.path('app.log'), 0);
    await appendFile(logs.path('app.log'), numbered(21, 30));
    const after = await readAll(tail, { after: before.mark(), follow: false });
    expect(numbersOf(after.lines())).toEqual(range(11, 30));
    expect(after.words()).toEqual([
      'note: rotated',
      'gap: the file was copied and truncated: lines written in between may be missing',
    ]);
  });

  test('deleted and recreated: the new file is read from its beginning', async () => {
    const logs = await openLogDir(['app.log']);
    await writeFile(logs.path('app.log'), numbered(1, 3));
    const reading = follow(await logs.tail('app.log'));
    await reading.until(({ lines }) => lines().length === 3);
    await unlink(logs.path('app.log'));
    await reading.until(({ words }) =>
      words().includes('note: the log file is missing: opsdeck reads on as soon as the file exists again'),
    );
    await writeFile(logs.path('app.log'), numbered(4, 6));
    const received = await reading.until(({ lines }) => lines().length === 6);
    expect(numbersOf(received.lines())).toEqual(range(1, 6));
    await reading.stop();
  });

  test('a symbolic link with a new target', async () => {
    const logs = await openLogDir(['current.log']);
    await writeFile(logs.path('one'), numbered(1, 3));
    await writeFile(logs.path('two'), numbered(4, 6));
    await symlink('one', logs.path('current.log'));
    const reading = follow(await logs.tail('current.log'));
    await reading.until(({ lines }) => lines().length === 3);
    await symlink('two', logs.path('next'));
    await rename(logs.path('next'), logs.path('current.log'));
    const received = await reading.until(({ lines }) => lines().length === 6);
    expect(numbersOf(received.lines())).toEqual(range(1, 6));
    await reading.stop();
  });
});

describe('resuming', () => {
  test('continues after the mark, in the file rotated meanwhile and in its successors', async () => {
    const logs = await openLogDir(['app.log']);
    await writeFile(logs.path('app.log'), numbered(1, 5));
    const tail = await logs.tail('app.log');
    const mark = (await readAll(tail)).mark();
    await appendFile(logs.path('app.log'), numbered(6, 7));
    expect(numbersOf((await readAll(tail, { after: mark, follow: false })).lines())).toEqual([6, 7]);
    await rename(logs.path('app.log'), logs.path('app.log.2'));
    await writeFile(logs.path('app.log.1'), numbered(8, 9));
    await writeFile(logs.path('app.log'), numbered(10, 11));
    const received = await readAll(tail, { after: mark, follow: false });
    expect(numbersOf(received.lines())).toEqual(range(6, 11));
    expect(received.words()).toEqual(['note: rotated', 'note: rotated']);
  });

  longTest('a deleted file is a gap', async () => {
    const logs = await openLogDir(['app.log']);
    await writeFile(logs.path('app.log'), numbered(1, 5));
    const tail = await logs.tail('app.log');
    const mark = (await readAll(tail)).mark();
    await rm(logs.path('app.log'));
    await writeFile(logs.path('app.log'), numbered(100, 130));
    const received = await readAll(tail, { after: mark, follow: false });
    expect(numbersOf(received.lines())).toEqual(range(100, 130));
    expect(received.words()).toEqual([
      'gap: the log file was rotated or truncated since the last read: lines may be missing',
    ]);
  });
});

describe('older lines', () => {
  test('backwards through the file and its rotated predecessors, to the start', async () => {
    const logs = await openLogDir(['app.log']);
    await writeFile(logs.path('app.log.3.gz'), gzipSync(numbered(1, 1000)));
    await writeFile(logs.path('app.log.2.gz'), gzipSync(numbered(1001, 1010)));
    await writeFile(logs.path('app.log.1'), `${numbered(1011, 1500)}line 1501`);
    await writeFile(logs.path('app.log'), numbered(1502, 2000));
    const tail = await logs.tail('app.log');
    const newest = await readAll(tail, { lines: 100, follow: false });
    const [chunk] = newest.events;
    let mark = chunk?.is === 'chunk' ? (chunk.first ?? '') : '';
    let oldest = 1901;
    for (const lines of [150, 300, 200, 700, 300, 1000]) {
      const older = await tail.older?.({ mark, lines }, never);
      const numbers = numbersOf(createReceived([...(older?.events ?? [])]).lines());
      expect(numbers).toEqual(range(Math.max(1, oldest - lines), oldest - 1));
      oldest = numbers[0] ?? 0;
      mark = older?.first ?? '';
      expect(older?.isStart).toBe(oldest === 1);
    }
    expect(oldest).toBe(1);
  });

  test('before a time', async () => {
    const logs = await openLogDir(['app.log']);
    await writeFile(logs.path('app.log.1'), timed(0, 100));
    await writeFile(logs.path('app.log'), timed(100, 200));
    const older = await (await logs.tail('app.log')).older?.({ at: second(103), lines: 6 }, never);
    const lines = createReceived([...(older?.events ?? [])]).lines();
    expect(lines.map((line) => line.split(' ').at(-1))).toEqual([
      '98',
      '99',
      '100',
      'a.b.C(D.java:1)',
      '101',
      '102',
    ]);
  });

  test('a position in a deleted file is a gap, followed by the start', async () => {
    const logs = await openLogDir(['app.log']);
    await writeFile(logs.path('app.log'), numbered(1, 5));
    const older = await (await logs.tail('app.log')).older?.({ mark: '1:1@50', lines: 6 }, never);
    expect(older).toMatchObject({ events: [{ is: 'gap' }], isStart: true });
  });
});
