import { expect, test } from 'vitest';
import type { FeedInfo } from '../../src/domain/facts/reading.ts';
import { createPollMeter } from './support/soak-meters.ts';
import { judgeSoak, type SoakReport, type SoakSample } from './support/soak-report.ts';

const feed: FeedInfo = {
  id: 'bus/health',
  source: 'bus',
  name: 'health',
  kind: 'health',
  everyMs: 2000,
  staleMs: 6000,
  timeoutMs: 1000,
};
const fault = { kind: 'unreachable', source: 'bus', message: 'refused' } as const;
const starts = { what: 'poll-start', source: 'bus', feed: feed.id } as const;
const ends = { what: 'poll-end', source: 'bus', feed: feed.id, kind: 'health', ms: 1, items: 1 } as const;

test('a read that is later than interval, deadline and a second is missed, and one that is overdue at the end', () => {
  const meter = createPollMeter(() => [feed]);
  for (const time of [0, 2000, 6000, 10_001]) {
    meter.see(starts, time);
    meter.see({ ...ends, faults: [] }, time + 1);
  }
  expect(meter.counts(14_001)).toEqual({ polls: 4, missed: [{ feed: feed.id, afterMs: 4001 }] });
  expect(meter.counts(14_002).missed).toHaveLength(2);
});

test('the pause after a failed read is not a missed poll', () => {
  const meter = createPollMeter(() => [feed]);
  meter.see(starts, 0);
  meter.see({ ...ends, faults: [fault] }, 1);
  meter.see(starts, 60_000);
  expect(meter.counts(60_000)).toEqual({ polls: 2, missed: [] });
});

/** A day and a half of samples; the heap is in MiB, with one of noise. */
const samplesWith = (more: (hour: number) => Partial<SoakSample>): readonly SoakSample[] =>
  Array.from({ length: 73 }, (_, index) => ({
    hours: index / 2,
    heapBytes: (100 + (index % 2)) * 1024 * 1024,
    signals: 130 + (index % 2),
    handles: 20 + (index % 2),
    connections: 3,
    timers: 9,
    ...more(index / 2),
  }));

const sound: SoakReport = {
  env: 'demo/production',
  settledHours: 1,
  heapSettledHours: 3,
  samples: samplesWith(() => ({})),
  incidents: 10,
  realSeconds: 100,
  polls: 1000,
  missed: [],
  rejections: [],
  connectionsAtEnd: 0,
};

test('a report without growth holds', () => expect(judgeSoak(sound)).toMatchObject({ held: true }));

test('the history of signals may grow to the size of a day, and not beyond', () => {
  const filling = samplesWith((hour) => ({
    heapBytes: 1e8 + Math.min(hour, 24) * 1e6 + (hour % 1) * 1e5,
    historyBytes: Math.min(hour, 24) * 1e6,
    historyLimitBytes: 24e6,
  }));
  expect(judgeSoak({ ...sound, samples: filling })).toMatchObject({ held: true });
  const samples = filling.map((sample) => ({ ...sample, historyLimitBytes: 23e6 }));
  const { held, lines } = judgeSoak({ ...sound, samples });
  expect(held).toBe(false);
  expect(lines.filter((line) => /^history MiB: .*FAILED$/.test(line))).toHaveLength(1);
});

test('in a short soak the heap may grow as the simulator fills, and not beyond', () => {
  const growing = (bytesPerHour: number): SoakReport => ({
    ...sound,
    samples: samplesWith((hour) => ({ heapBytes: 1e8 + (hour % 1) * 1e5 + hour * bytesPerHour })),
  });
  const fillingBytesPerHour = 600_000;
  expect(judgeSoak({ ...growing(500_000), fillingBytesPerHour })).toMatchObject({ held: true });
  expect(judgeSoak({ ...growing(700_000), fillingBytesPerHour })).toMatchObject({ held: false });
  expect(judgeSoak(growing(500_000))).toMatchObject({ held: false });
});

test.each([3.5, 2])('a soak that ends after %s h, before the simulator is full, is no success', (end) => {
  const samples = sound.samples.filter(({ hours }) => hours < end);
  expect(judgeSoak({ ...sound, samples }).lines[0]).toMatch(/^heap .*FAILED$/);
});

test.each<[string, Partial<SoakReport>, RegExp]>([
  [
    'a growing heap',
    { samples: samplesWith((hour) => ({ heapBytes: 1e8 + hour * 1e6 })) },
    /^heap .*FAILED$/,
  ],
  [
    'abort signals that are kept',
    { samples: samplesWith((hour) => ({ signals: 130 + 60 * hour })) },
    /^abort signals.*FAILED$/,
  ],
  ['growing handles', { samples: samplesWith((hour) => ({ handles: 20 + hour })) }, /^handles.*FAILED$/],
  [
    'growing connections',
    { samples: samplesWith((hour) => ({ connections: 3 + hour })) },
    /^connections: slope.*FAILED$/,
  ],
  ['growing timers', { samples: samplesWith((hour) => ({ timers: 9 + hour })) }, /^timers.*FAILED$/],
  ['no sample after the start', { samples: [] }, /^heap .*FAILED$/],
  ['a missed poll', { missed: [{ feed: feed.id, afterMs: 9000 }] }, /^missed polls: 1 of 1000 {2}FAILED$/],
  ['a rejection', { rejections: ['TypeError'] }, /^unhandled rejections: 1 {2}FAILED$/],
  ['an open connection', { connectionsAtEnd: 1 }, /^connections after the end: 1 {2}FAILED$/],
  ['a run that is not recovered', { runs: 3, recovered: 2 }, /^runs: 2 of 3 recovered {2}FAILED$/],
  ['lost log lines', { linesWritten: 1_000_000, linesRead: 960_000 }, /^log lines: .*FAILED$/],
])('%s is no success', (_, change, line) => {
  const { held, lines } = judgeSoak({ ...sound, ...change });
  expect(held).toBe(false);
  expect(lines.filter((text) => line.test(text))).toHaveLength(1);
});
