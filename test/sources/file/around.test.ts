import { EventEmitter, once } from 'node:events';
import { rename, writeFile } from 'node:fs/promises';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { createLogSession } from '../../../src/logs/following/log-session.ts';
import type { LoadedAround, LogsState } from '../../../src/logs/ring/logs-state.ts';
import { systemClock } from '../../../src/platform/runtime/clock.ts';
import { createReceived, type LogDir, never, openLogDir } from './reading.ts';

const second = (number: number): number => Date.UTC(2026, 2, 4) + 1000 * number;
/** Lines of some hundred bytes: a search for a time reads parts of a file, not all of it. */
const filler = 'x'.repeat(300);
const timed = (from: number, to: number): string =>
  Array.from(
    { length: to - from },
    (_, index) => `${new Date(second(from + index)).toISOString()} INFO line ${from + index} ${filler}\n`,
  ).join('');
const numbersOf = (text: string): readonly number[] =>
  [...text.matchAll(/INFO line (\d+)/g)].map(([, number]) => Number(number));

const around = async (
  logs: LogDir,
  request: { readonly at: number; readonly until?: string },
  { before = 3, after = 4 } = {},
) => {
  const tail = await logs.tail('app.log');
  const answer = await tail.around?.({ before, after, ...request }, never);
  if (answer === undefined) throw new Error('not supported');
  return { ...answer, numbers: numbersOf(createReceived([...answer.events]).text()) };
};

describe('lines around a time', () => {
  test.each([
    ['in the middle', 12_345, [12_342, 12_343, 12_344, 12_345, 12_346, 12_347, 12_348]],
    ['at the first line', 0, [0, 1, 2, 3]],
    ['before the first line', -5000, [0, 1, 2, 3]],
    ['at the last line', 19_999, [19_996, 19_997, 19_998, 19_999]],
    ['after the last line', 30_000, [19_997, 19_998, 19_999]],
  ])('%s of a file', async (_, at, expected) => {
    const logs = await openLogDir(['app.log']);
    await writeFile(logs.path('app.log'), timed(0, 20_000));
    const answer = await around(logs, { at: second(at) });
    expect(answer.numbers).toEqual(expected);
    expect(answer.isStart).toBe(expected[0] === 0);
    expect(answer.unseen).toBeUndefined();
  });

  test('end where the loaded lines begin, and say how many bytes are between', async () => {
    const logs = await openLogDir(['app.log']);
    await writeFile(logs.path('app.log'), timed(0, 2000));
    const tail = await logs.tail('app.log');
    const until = (await tail.older?.({ lines: 100 }, never))?.first ?? '';
    const far = await around(logs, { at: second(1000), until });
    expect(far.numbers).toEqual([997, 998, 999, 1000, 1001, 1002, 1003]);
    expect(far.missingBytes).toBe(Buffer.byteLength(timed(1004, 1900)));
    const near = await around(logs, { at: second(1898), until });
    expect(near.numbers).toEqual([1895, 1896, 1897, 1898, 1899]);
    expect(near.missingBytes).toBe(0);
  });

  test('cross rotated files, also compressed ones', async () => {
    const logs = await openLogDir(['app.log']);
    await writeFile(logs.path('app.log.2.gz'), gzipSync(timed(0, 100)));
    await writeFile(logs.path('app.log.1'), timed(100, 200));
    await writeFile(logs.path('app.log'), timed(200, 300));
    const tail = await logs.tail('app.log');
    const until = (await tail.older?.({ lines: 50 }, never))?.first ?? '';
    const second1 = await around(logs, { at: second(199), until });
    expect(second1.numbers).toEqual([196, 197, 198, 199, 200, 201, 202]);
    expect(second1.missingBytes).toBe(Buffer.byteLength(timed(203, 250)));
    const plain = await around(logs, { at: second(150), until });
    expect(plain.missingBytes).toBe(Buffer.byteLength(timed(154, 250)));
    const packed = await around(logs, { at: second(98), until });
    expect(packed.numbers).toEqual([95, 96, 97, 98, 99, 100, 101]);
    expect((await around(logs, { at: second(1), until })).numbers).toEqual([0, 1, 2, 3, 4]);
  });

  test('of a file whose times go back: the place that the search finds, and what may be missing', async () => {
    const logs = await openLogDir(['app.log']);
    await writeFile(logs.path('app.log'), timed(0, 5000) + timed(1000, 6000));
    const answer = await around(logs, { at: second(4500) });
    expect(answer.numbers).toContain(4500);
    expect(answer.unseen).toBe(
      'the times in the file go back, so other lines of this time may be in parts that are not loaded',
    );
  });

  test('of a file without times: why there are none', async () => {
    const logs = await openLogDir(['app.log']);
    await writeFile(logs.path('app.log'), 'no time\n'.repeat(1000));
    const answer = await around(logs, { at: second(10) });
    expect(answer.events).toMatchObject([
      {
        is: 'fault',
        fault: { message: expect.stringContaining('have no timestamps that opsdeck can read') },
      },
    ]);
  });
});

const openSession = async (logs: LogDir, keep = { lines: 1_000_000, bytes: 128 * 1024 * 1024 }) => {
  let state: LogsState | undefined;
  const published = new EventEmitter();
  const messages: string[] = [];
  const session = createLogSession({
    clock: systemClock(),
    chance: () => 0,
    settings: () => ({ keep, levels: {}, zone: 'utc' }),
    sources: () => new Map([['disk', logs.source]]),
    publish: (now) => {
      state = now;
      published.emit('state');
    },
    showMessage: (text) => messages.push(text),
  });
  const rows = (): readonly string[] => {
    const ring = state?.ring;
    if (ring === undefined) return [];
    return Array.from({ length: ring.count }, (_, index) => ring.row(ring.first + index)?.text ?? '');
  };
  return {
    session,
    messages,
    rows,
    state: () => state,
    /** Resolves when a published state is as expected. */
    until: async (isSo: (now: LogsState) => boolean): Promise<void> => {
      while (state === undefined || !isSo(state)) await once(published, 'state');
    },
    row: (id: number) => state?.ring.row(id)?.text,
    goTo: (time: number) => new Promise<LoadedAround>((resolve) => session.loadAround(time, resolve)),
  };
};
type OpenedSession = Awaited<ReturnType<typeof openSession>>;

const opened = async (it: OpenedSession, count: number): Promise<void> => {
  it.session.open({ title: 'all streams', of: [] });
  await it.until(({ ring }) => ring.count === count);
};

describe('a session goes to a time that is not loaded', () => {
  test('the cursor row is the first at the time, a row names what is not loaded, and b goes on before it', async () => {
    const logs = await openLogDir(['app.log']);
    await writeFile(logs.path('app.log'), timed(0, 40_000));
    const it = await openSession(logs);
    await opened(it, 10_000);
    const found = await it.goTo(second(20_000));
    expect(found).toMatchObject({ is: 'loaded', problems: [] });
    expect(it.row(found.is === 'loaded' ? found.row : 0)).toContain('INFO line 20000 ');
    expect(numbersOf(it.rows().join('\n'))).toEqual([
      ...Array.from({ length: 5500 }, (_, index) => 19_500 + index),
      ...Array.from({ length: 10_000 }, (_, index) => 30_000 + index),
    ]);
    expect(it.rows()[5500]).toBe(
      'gap 1:23:21: app.log: 1.6 MiB of lines are not loaded. Go to a time in between to load the lines around it',
    );
    expect(it.state()?.unloaded).toEqual({ from: second(24_999), to: second(30_000) });
    it.session.loadOlder();
    await it.until(({ ring }) => ring.count === 16_001);
    expect(numbersOf(it.rows()[0] ?? '')).toEqual([19_000]);

    // A time in the part that is not loaded: its lines take the place of those around the former time.
    const between = await it.goTo(second(29_000));
    expect(between).toMatchObject({ is: 'loaded' });
    expect(it.row(between.is === 'loaded' ? between.row : 0)).toContain('INFO line 29000 ');
    expect(numbersOf(it.rows().join('\n'))).toEqual(
      Array.from({ length: 11_500 }, (_, index) => 28_500 + index),
    );
    expect(it.state()?.unloaded).toBeUndefined();
    it.session.setFilters([
      { is: 'include', pattern: { text: 'line 28700 ', regex: false, ignoreCase: false } },
    ]);
    await it.until(({ filteredView }) => filteredView.pending === 0);
    expect(it.state()?.filteredView.shown).toBe(1);
    await it.session.end();
  });

  test('a file that is rotated meanwhile is found under its other name', async () => {
    const logs = await openLogDir(['app.log']);
    await writeFile(logs.path('app.log'), timed(0, 12_000));
    const it = await openSession(logs);
    await opened(it, 10_000);
    await rename(logs.path('app.log'), logs.path('app.log.1'));
    await writeFile(logs.path('app.log'), timed(12_000, 12_001));
    await it.until(({ ring }) => ring.count > 10_000);
    await it.goTo(second(1000));
    expect(numbersOf(it.rows().join('\n'))).toEqual(
      Array.from({ length: 11_501 }, (_, index) => 500 + index),
    );
    await it.session.end();
  });

  test('canceled, nothing is loaded; without times, the reason, and older lines can be loaded', async () => {
    const logs = await openLogDir(['app.log']);
    await writeFile(logs.path('app.log'), 'no time\n'.repeat(11_000));
    const it = await openSession(logs);
    await opened(it, 10_000);
    const canceled = it.goTo(second(1));
    it.session.cancelLoading();
    expect(await canceled).toEqual({ is: 'canceled' });
    expect(await it.goTo(second(1))).toMatchObject({
      is: 'none',
      problems: [expect.stringContaining('Load older lines instead')],
    });
    expect(it.rows()).toHaveLength(10_000);
    it.session.loadOlder();
    await it.until(({ ring }) => ring.count === 10_500);
    await it.session.end();
  });
});
