import { expect, test } from 'vitest';
import { createLogSession } from '../../../src/logs/following/log-session.ts';
import type { LogScope } from '../../../src/logs/format/log-stream.ts';
import type { LogEvent, Tail } from '../../../src/logs/reading/tail.ts';
import type { LogsState } from '../../../src/logs/ring/logs-state.ts';
import { manualClock } from '../../support/manual-clock.ts';
import { line, scripted, tailSource } from './model-source.ts';

const t0 = manualClock().now();
const every: LogScope = { title: 'every stream', of: [] };

const session = (tails: readonly Tail[], keep = { lines: 1_000_000, bytes: 128 * 1024 * 1024 }) => {
  const clock = manualClock();
  let state: LogsState | undefined;
  let published = 0;
  const messages: string[] = [];
  const logs = createLogSession({
    clock,
    chance: () => 0,
    settings: () => ({ keep, levels: {}, zone: 'utc' }),
    sources: () => new Map([['toy', tailSource('toy', () => tails)]]),
    publish: (now) => {
      state = now;
      published++;
    },
    showMessage: (text) => messages.push(text),
  });
  return {
    clock,
    logs,
    messages,
    state: () => state,
    published: () => published,
    rows: () => {
      const ring = state?.ring;
      return ring === undefined
        ? []
        : Array.from({ length: ring.count }, (_, index) => ring.row(ring.first + index)?.text);
    },
    end: async () => {
      const ended = logs.end();
      await clock.advance(1000);
      await ended;
    },
  };
};

test('says when every source has listed its streams, also if there are none', async () => {
  const it = session([]);
  it.logs.open({ title: 'absent', of: [{ source: 'toy', of: 'absent' }] });
  await it.clock.advance(500);
  expect(it.state()).toMatchObject({ streams: [], faults: [], isListed: true });
  await it.end();
});

test('opens a scope with the existing filter chips applied, and closes it', async () => {
  const it = session([scripted('a', [[line('one', t0), line('two', t0), 'silence']])]);
  it.logs.setFilters([{ is: 'include', pattern: { text: 'two', regex: false, ignoreCase: false } }]);
  it.logs.open(every);
  await it.clock.advance(500);
  expect(it.rows()).toEqual(['one', 'two']);
  expect(it.state()?.filteredView.shown).toBe(1);
  expect(it.state()?.streams).toMatchObject([{ id: 'toy:a', label: 'a', state: 'live', lines: 2 }]);
  it.logs.setFilters([]);
  expect(it.state()?.filteredView.shown).toBe(2);
  it.logs.close();
  expect(it.state()).toBeUndefined();
  await it.end();
});

test('reports an invalid pattern, and keeps the chips', async () => {
  const it = session([scripted('a', [[line('one', t0), 'silence']])]);
  it.logs.open(every);
  it.logs.setFilters([{ is: 'include', pattern: { text: 'one', regex: true, ignoreCase: false } }]);
  it.logs.setFilters([{ is: 'include', pattern: { text: '(', regex: true, ignoreCase: false } }]);
  expect(it.messages).toHaveLength(1);
  expect(it.state()?.filteredView.chips).toMatchObject([{ pattern: { text: 'one' } }]);
  await it.end();
});

test('reads nothing more while paused and full, and continues when released', async () => {
  let written = 0;
  const flood: Tail = {
    stream: 'flood',
    open: async function* (_, signal) {
      while (written < 60_000 && !signal.aborted) yield line(`line ${written++}`, t0, `m${written}`);
    },
  };
  const it = session([flood], { lines: 1000, bytes: 64 * 1024 * 1024 });
  it.logs.open(every);
  it.logs.setPaused(true);
  await it.clock.advance(2000);
  expect(it.state()).toMatchObject({ isPaused: true, isWaiting: true });
  expect(it.rows()[0]).toBe('line 0');
  expect(written).toBeLessThan(60_000);
  it.logs.setPaused(false);
  for (let turn = 0; turn < 40; turn++) await it.clock.advance(500);
  expect(written).toBe(60_000);
  expect(it.state()).toMatchObject({ isPaused: false, isWaiting: false });
  expect(it.rows().at(-1)).toBe('line 59999');
  await it.end();
});

test('notifies the screen at most ten times per second of new lines, and at once of requested changes', async () => {
  const drip: Tail = {
    stream: 'drip',
    open: async function* (_, signal) {
      for (let nth = 0; !signal.aborted; nth++) {
        yield line(`${nth}`, clock.now());
        await clock.sleep(10, signal);
      }
    },
  };
  const it = session([drip]);
  const { clock } = it;
  it.logs.open(every);
  await clock.advance(1000);
  const before = it.published();
  await clock.advance(2000);
  expect(it.published() - before).toBeLessThanOrEqual(20);
  expect(it.published() - before).toBeGreaterThan(15);
  const published = it.published();
  it.logs.setPaused(true);
  expect(it.published()).toBe(published + 1);
  await it.end();
});

test('shows older lines of several streams only as far back as all of them have been read', async () => {
  const pastOf = (name: string, every: number): NonNullable<Tail['older']> => {
    const lines = Array.from({ length: 1200 }, (_, index) => ({
      at: t0 - 10_000 - every * (1200 - index),
      index,
    }));
    return async ({ at = t0, lines: most }) => {
      const before = lines.filter((entry) => entry.at < at);
      return {
        events: before.slice(-most).map((entry) => line(`${name} ${entry.index}`, entry.at)),
        isStart: before.length <= most,
      };
    };
  };
  const slow = scripted('slow', [[line('slow now', t0 - 50), 'silence']], { older: pastOf('slow', 1000) });
  const fast = scripted('fast', [[line('fast now', t0 - 40), 'silence']], { older: pastOf('fast', 10) });
  const it = session([slow, fast]);
  it.logs.open(every);
  await it.clock.advance(3000);
  const all = (): number[] =>
    it.rows().map((_, index) => it.state()?.ring.row((it.state()?.ring.first ?? 0) + index)?.at ?? 0);
  for (let turn = 0; turn < 8; turn++) {
    it.logs.loadOlder();
    await it.clock.advance(200);
    expect(all()).toEqual(all().toSorted((a, b) => a - b));
  }
  expect(it.state()?.older).toEqual({ is: 'start' });
  expect(it.rows()).toHaveLength(2402);
  expect(new Set(it.rows()).size).toBe(2402);
  await it.end();
});

test('reports when no stream provides older lines', async () => {
  const it = session([scripted('a', [[line('one', t0), 'silence']])]);
  it.logs.open(every);
  await it.clock.advance(500);
  it.logs.loadOlder();
  await it.clock.advance(500);
  expect(it.state()?.older).toMatchObject({ is: 'unable' });
  await it.end();
});

test('reopens a tail that filters at the source when the chips change', async () => {
  const loki = scripted(
    'l',
    [
      [line('one', t0, 'm1'), 'silence'],
      [line('two', t0, 'm2'), 'silence'],
    ],
    {
      filters: true,
    },
  );
  const it = session([loki]);
  it.logs.open(every);
  await it.clock.advance(500);
  const pattern = { text: 'two', regex: false, ignoreCase: false };
  it.logs.setFilters([{ is: 'include', pattern }]);
  await it.clock.advance(500);
  expect(loki.opened.map(({ after, filter }) => [after, filter?.include])).toEqual([
    [undefined, undefined],
    ['m1', [pattern]],
  ]);
  expect(it.rows()).toEqual(['one', expect.stringContaining('l: reopened with the current filters'), 'two']);
  await it.end();
});

test('a past time: the last lines before it, and no new lines', async () => {
  const a = scripted('a', [], {
    older: async ({ at }) => ({
      events: [
        line('before', t0 - 61_000),
        line('at it', t0 - 60_000),
        line(`asked ${at === t0 - 60_000}`, t0 - 62_000),
      ],
      isStart: false,
    }),
  });
  const it = session([a]);
  it.logs.open({ ...every, until: t0 - 60_000 });
  await it.clock.advance(3000);
  expect(it.rows()).toEqual(['before', 'asked true']);
  expect(it.state()?.streams[0]?.state).toBe('ended');
  await it.end();
});

test('a scope sets the number of last lines that are read first per stream', async () => {
  const few = scripted('few', [['silence']]);
  const file = scripted('file', [['silence']], { isFile: true });
  const it = session([few, file]);
  it.logs.open({ ...every, lines: 50 });
  await it.clock.advance(500);
  expect([...few.opened, ...file.opened]).toMatchObject([{ lines: 50 }, { lines: 50 }]);
  await it.end();
});

test('stops reporting filter progress once all rows have been filtered by the new chips', async () => {
  const it = session([scripted('a', [[line('one', t0), line('two', t0), 'silence']])]);
  it.logs.open(every);
  await it.clock.advance(500);
  it.logs.setFilters([{ is: 'include', pattern: { text: 'two', regex: false, ignoreCase: false } }]);
  await it.clock.advance(200);
  expect(it.state()).toMatchObject({ isFiltering: false, filteredView: { shown: 1, pending: 0 } });
  await it.end();
});

test('a stream has the fault of its missing file until the file exists, even without lines', async () => {
  const missing: LogEvent = {
    is: 'fault',
    fault: {
      kind: 'missing',
      source: 'toy',
      message: 'the log file does not exist yet: opsdeck waits for the file',
      at: 0,
    },
  };
  const waiting = session([scripted('a', [[missing, 'silence']])]);
  waiting.logs.open(every);
  await waiting.clock.advance(3000);
  expect(waiting.state()?.streams).toMatchObject([{ lines: 0, fault: { kind: 'missing' } }]);
  await waiting.end();
  const created: LogEvent = { is: 'note', text: 'opsdeck reads the log file, which exists now' };
  const empty = session([scripted('a', [[missing, created, 'silence']])]);
  empty.logs.open(every);
  await empty.clock.advance(3000);
  expect(empty.state()?.streams[0]).toMatchObject({ state: 'live', lines: 0 });
  expect(empty.state()?.streams[0]?.fault).toBeUndefined();
  await empty.end();
});
