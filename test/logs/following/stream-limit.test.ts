import { describe, expect, test } from 'vitest';
import { createLogSession } from '../../../src/logs/following/log-session.ts';
import { selectStreams } from '../../../src/logs/following/stream-limit.ts';
import type { LogScope } from '../../../src/logs/format/log-stream.ts';
import type { LogsState } from '../../../src/logs/ring/logs-state.ts';
import { manualClock } from '../../support/manual-clock.ts';
import { line, type ScriptedTail, scripted, tailSource } from './model-source.ts';

const t0 = manualClock().now();
const every: LogScope = { title: 'all streams', of: [] };

const pods = (count: number): readonly ScriptedTail[] =>
  Array.from({ length: count }, (_, index) =>
    scripted(`pod-${String(index).padStart(3, '0')}/app`, [[line(`line of ${index}`, t0), 'silence']]),
  );

const openedOf = (tails: readonly ScriptedTail[]): readonly string[] =>
  tails.filter(({ opened }) => opened.length > 0).map(({ stream }) => stream);

describe('selection of the streams to open', () => {
  const select = (count: number, perSource: number, open = 0, troubled: readonly string[] = []) =>
    selectStreams('toy', pods(count), open, { perSource, troubled: () => new Set(troubled) }).map(
      ({ stream }) => stream,
    );

  test('opens all that fit', () => {
    expect(select(10, 10)).toHaveLength(10);
    expect(select(4, 10, 6)).toHaveLength(4);
  });

  test('keeps a fifth of the places for problems, and spreads the rest over the list', () => {
    expect(select(100, 10)).toEqual(
      [0, 12, 25, 37, 50, 62, 75, 87].map((nth) => `pod-0${String(nth).padStart(2, '0')}/app`),
    );
  });

  test('opens streams with a problem first, also on the last free places', () => {
    expect(select(100, 10, 0, ['pod-099', 'pod-098'])).toEqual(
      expect.arrayContaining(['pod-098/app', 'pod-099/app']),
    );
    expect(select(100, 10, 8, ['pod-099'])).toEqual(['pod-099/app']);
    expect(select(100, 10, 10, ['pod-099'])).toEqual([]);
  });

  test('never opens more than the limit', () => {
    const all = pods(100).map(({ stream }) => stream.split('/')[0] ?? '');
    for (const limit of [1, 2, 5, 50]) expect(select(100, limit, 0, all).length).toBe(limit);
    for (const limit of [1, 2, 5, 50]) expect(select(100, limit).length).toBeLessThanOrEqual(limit);
    expect(select(100, 1)).toHaveLength(1);
  });
});

const openSession = (tails: () => readonly ScriptedTail[], troubled: () => readonly string[] = () => []) => {
  const clock = manualClock();
  let state: LogsState | undefined;
  const logs = createLogSession({
    clock,
    chance: () => 0,
    settings: () => ({ keep: { lines: 10_000, bytes: 1024 * 1024 }, levels: {}, zone: 'utc', follow: 10 }),
    sources: () => new Map([['toy', tailSource('toy', tails)]]),
    troubled: () => new Set(troubled()),
    publish: (now) => {
      state = now;
    },
    showMessage: () => {},
  });
  return {
    clock,
    logs,
    state: () => state,
    end: async () => {
      const ended = logs.end();
      await clock.advance(3000);
      await ended;
    },
  };
};

describe('a session with more streams than it follows', () => {
  test('opens as many as the limit allows, and counts the others', async () => {
    const tails = pods(100);
    const it = openSession(() => tails);
    it.logs.open(every);
    await it.clock.advance(500);
    expect(openedOf(tails)).toHaveLength(8);
    expect(it.state()).toMatchObject({ limit: { streams: 10, unread: 92 } });
    expect(it.state()?.streams).toHaveLength(8);
    await it.end();
  });

  test('opens a stream whose writer gets a problem, from then on', async () => {
    const tails = pods(100);
    let troubled: readonly string[] = [];
    const it = openSession(
      () => tails,
      () => troubled,
    );
    it.logs.open(every);
    await it.clock.advance(500);
    troubled = ['pod-099'];
    await it.clock.advance(20_000);
    expect(openedOf(tails)).toContain('pod-099/app');
    expect(tails[99]?.opened[0]).toMatchObject({ follow: true, since: expect.any(Number) });
    expect(it.state()?.limit?.unread).toBe(91);
    await it.end();
  });

  test('opens others when streams are removed, and tells no limit when all fit', async () => {
    let tails = pods(12);
    const it = openSession(() => tails);
    it.logs.open(every);
    await it.clock.advance(500);
    expect(it.state()?.limit?.unread).toBe(4);
    const [, ...rest] = tails;
    tails = rest.slice(0, 8);
    await it.clock.advance(60_000);
    expect(it.state()?.limit).toBeUndefined();
    expect(openedOf(tails)).toHaveLength(8);
    await it.end();
  });

  test('reads the scope again with more of them', async () => {
    const tails = pods(30);
    const it = openSession(() => tails);
    it.logs.open(every);
    await it.clock.advance(500);
    it.logs.open({ ...every, follow: 60 });
    await it.clock.advance(500);
    expect(openedOf(tails)).toHaveLength(30);
    expect(it.state()?.limit).toBeUndefined();
    await it.end();
  });
});
