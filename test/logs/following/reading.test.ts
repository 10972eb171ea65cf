import { expect, test } from 'vitest';
import { laneBatchText } from '../../../src/logs/following/lane.ts';
import { type LogReadRequest, readLogs } from '../../../src/logs/following/read-logs.ts';
import type { Tail } from '../../../src/logs/reading/tail.ts';
import { longTest } from '../../support/layer.ts';
import { manualClock } from '../../support/manual-clock.ts';
import { cut, line, scripted, tailSource } from './model-source.ts';

const reading = (tails: () => readonly Tail[], wantedReadRequest: Partial<LogReadRequest> = {}) => {
  const clock = manualClock();
  const stop = new AbortController();
  const source = tailSource('toy', tails);
  const rows: string[] = [];
  const read = readLogs(
    { clock, chance: () => 0, sources: () => new Map([['toy', source]]) },
    { of: [], follow: true, from: () => ({ lines: 500 }), ...wantedReadRequest },
    stop.signal,
  );
  const pumped = (async () => {
    for await (const batches of read.readBatches)
      for (const batch of batches)
        for (let index = batch.from; index < batch.to; index++) rows.push(laneBatchText(batch, index));
  })();
  return {
    clock,
    read,
    rows,
    states: () => read.streams.map(({ label, state }) => `${label} ${state}`),
    end: async () => {
      stop.abort();
      await clock.advance(1000);
      await Promise.all([pumped, read.ended]);
    },
    pumped,
  };
};

const t0 = manualClock().now();

test('merges the histories of several streams completely; then new lines wait for the other streams', async () => {
  const a = scripted('a', [[line('a1', t0 - 5000), line('a2', t0 - 1000), 'silence']]);
  const b = scripted('b', [[line('b1', t0 - 3000), line('b2', t0 - 500), 'silence']]);
  const it = reading(() => [a, b]);
  await it.clock.settle();
  expect(it.rows).toEqual([]);
  await it.clock.advance(1000);
  expect(it.rows).toEqual(['a1', 'b1', 'a2', 'b2']);
  expect(it.states()).toEqual(['a live', 'b live']);
  await it.end();
});

longTest('names the streams of thousands of pods once, not once for each that joins', async () => {
  const pods = Array.from({ length: 4000 }, (_, index) => {
    const suffix = (index + 36 ** 4).toString(36);
    return scripted(`shop/billing-7c9f4d8b6${index % 10}-${suffix}/app`, [['silence']]);
  });
  const it = reading(() => pods);
  await it.clock.settle();
  const labels = it.read.streams.map(({ label }) => label);
  expect(new Set(labels).size).toBe(4000);
  expect(labels[0]).toBe('billing-10000');
  await it.end();
});

test('shows a single stream at once', async () => {
  const it = reading(() => [scripted('a', [[line('a1', t0), 'silence']])]);
  await it.clock.settle();
  expect(it.rows).toEqual(['a1']);
  await it.end();
});

test('without follow, merges files to their ends and stops', async () => {
  const a = scripted('a', [[line('a1', 1), line('a3', 3)]]);
  const b = scripted('b', [[line('b2', 2), line('b4', 4)]]);
  const it = reading(() => [a, b], { follow: false });
  await it.pumped;
  expect(it.rows).toEqual(['a1', 'b2', 'a3', 'b4']);
  expect(it.states()).toEqual(['a ended', 'b ended']);
  expect(a.opened).toEqual([{ follow: false, lines: 500 }]);
});

test('resumes after the last mark when a connection breaks, without a note', async () => {
  const a = scripted('a', [
    [line('1', t0, 'm1'), line('2', t0, 'm2'), cut],
    [cut],
    [line('3', t0, 'm3'), 'silence'],
  ]);
  const it = reading(() => [a]);
  await it.clock.settle();
  expect(it.read.streams[0]).toMatchObject({
    state: 'waiting',
    retryAt: t0 + 500,
    fault: { message: 'cut off' },
  });
  await it.clock.advance(499);
  expect(a.opened).toHaveLength(1);
  await it.clock.advance(1001);
  expect(it.rows).toEqual(['1', '2', '3']);
  expect(a.opened.map(({ after }) => after)).toEqual([undefined, 'm2', 'm2']);
  expect(it.states()).toEqual(['a live']);
  await it.end();
});

test('does not repeat a stream without marks, and notes how long it was disconnected', async () => {
  const a = scripted('a', [
    [line('1', t0 - 500), cut],
    [line('2', t0 + 11_500), 'silence'],
  ]);
  const it = reading(() => [a]);
  await it.clock.advance(1000);
  expect(it.rows).toEqual(['1', 'gap 00:12: a disconnected, back at 10:15:18', '2']);
  expect(a.opened[1]).toEqual({ follow: true, lines: 0 });
  await it.end();
});

test('skips lines repeated after a break', async () => {
  const a = scripted('a', [
    [line('1', t0, 'm1'), line('x', t0), line('y', t0), cut],
    [line('x', t0), line('y', t0), line('z', t0, 'm2'), 'silence'],
  ]);
  const it = reading(() => [a]);
  await it.clock.advance(1000);
  expect(it.rows).toEqual(['1', 'x', 'y', 'z']);
  await it.end();
});

test('reopens an ended stream with increasing delays as long as it is listed', async () => {
  const a = scripted('a', [[line('1', t0, 'm1')], [], [], [line('2', t0, 'm2'), 'silence']]);
  const it = reading(() => [a]);
  await it.clock.advance(1000);
  expect(it.states()).toEqual(['a ended']);
  await it.clock.advance(30_000);
  expect(it.rows).toEqual(['1', '2']);
  expect(it.states()).toEqual(['a live']);
  await it.end();
});

test('streams appear, disappear, restart under the same name and reappear', async () => {
  const old = scripted('b', [[line('b old', t0), 'silence']], { uid: 'u1' });
  const restarted = scripted('b', [[line('b new', t0 + 6000), 'silence']], { uid: 'u2' });
  const a = scripted('a', [[line('a1', t0), 'silence']]);
  const c = scripted('c', [[line('c1', t0 + 6000), 'silence']]);
  let tails: readonly Tail[] = [a, old];
  const it = reading(() => tails);
  await it.clock.advance(2000);
  expect(it.rows).toEqual(['a1', 'b old']);
  tails = [a, restarted, c];
  await it.clock.advance(8000);
  expect(it.rows.toSorted()).toEqual(['a1', 'b new', 'b old', 'b restarted', 'c added', 'c1']);
  expect(it.states()).toEqual(['a live', 'b gone', 'b live', 'c live']);
  expect(c.opened).toEqual([{ follow: true, since: t0 - 5000 }]);
  tails = [a, restarted];
  await it.clock.advance(30_000);
  expect(it.rows.at(-1)).toBe('c removed');
  tails = [a, restarted, c];
  await it.clock.advance(30_000);
  expect(it.rows.at(-1)).toBe('c resumed');
  expect(it.read.streams.map(({ index }) => index)).toEqual([0, 1, 2, 3]);
  await it.end();
});

test('a source that cannot list its streams keeps the known ones', async () => {
  const a = scripted('a', [[line('1', t0), 'silence']]);
  let isBroken = false;
  const it = reading(() => {
    if (isBroken) throw new Error('no answer');
    return [a];
  });
  await it.clock.advance(1000);
  isBroken = true;
  await it.clock.advance(20_000);
  expect(it.read.faults).toMatchObject([{ source: 'toy', kind: 'bug' }]);
  expect(it.states()).toEqual(['a live']);
  isBroken = false;
  it.read.discoverNow();
  await it.clock.settle();
  expect(it.read.faults).toEqual([]);
  await it.end();
});

test('keeps the order of lines within a stream, and a stack trace with its head', async () => {
  const a = scripted('a', [[line('a9', 9), line('a2', 2), line('\tat x.Y(Z.java:1)', 20), line('a30', 30)]]);
  const b = scripted('b', [[line('b1', 1), line('b10', 10), line('b25', 25)]]);
  const it = reading(() => [a, b], { follow: false });
  await it.pumped;
  expect(it.rows).toEqual(['b1', 'a9', 'a2', '\tat x.Y(Z.java:1)', 'b10', 'b25', 'a30']);
});

longTest('a slow reader applies backpressure to the source', async () => {
  let written = 0;
  const flood: Tail = {
    stream: 'flood',
    open: async function* () {
      for (; written < 100_000; written++)
        yield line(`line ${written}`.padEnd(200, '.'), written, `m${written}`);
    },
  };
  const clock = manualClock();
  const stop = new AbortController();
  const read = readLogs(
    { clock, chance: () => 0, sources: () => new Map([['toy', tailSource('toy', () => [flood])]]) },
    { of: [], follow: false },
    stop.signal,
  );
  await clock.settle();
  await clock.settle();
  expect(written).toBeLessThan(6000);
  let lines = 0;
  for await (const batches of read.readBatches) for (const { from, to } of batches) lines += to - from;
  expect(lines).toBe(100_000);
});
