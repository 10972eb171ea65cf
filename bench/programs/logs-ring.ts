import { open } from 'node:fs/promises';
import type { FilterChip, LinePattern } from '../../src/logs/format/filter-chip.ts';
import { FilteredView } from '../../src/logs/ring/filtered-view.ts';
import { computeHistogram, histogramAxis, ringTimeSpan } from '../../src/logs/ring/histogram.ts';
import { LogRing, type RingLimits } from '../../src/logs/ring/log-ring.ts';
import { runGuarded } from '../../src/platform/runtime/run-guarded.ts';
import { createRingIngestor } from '../../test/logs/support/ring-ingestor.ts';
import { waitedMs } from '../support/cpu.ts';

// Cost of the ring and its filtered view without a screen: loading a file into the ring, and filtering a million lines.
const [, , path = ''] = process.argv;
const million: RingLimits = { lines: 1_000_000, bytes: 1e9 };
const sliceMs = 8;
const rounds = 5;
/** More for a filter, which is fast and varies more: code that V8 has compiled, as after the first letters of a text. */
const filterRounds = 9;

/**
 * Time in ms, without that in which this thread waited for a CPU. The CPU time that the kernel reports of a running thread is as old
 * as its last tick, up to 4 ms.
 */
const worked = (): number => performance.now() - waitedMs(process.pid);

/** Reads the file into a new ring; returns it with elapsed and CPU time in ms. */
const ingest = async (limits: RingLimits): Promise<{ ring: LogRing; ms: number; work: number }> => {
  const ring = new LogRing(limits);
  const into = createRingIngestor(ring, Date.now);
  await using file = await open(path);
  const began = performance.now();
  const before = worked();
  for (;;) {
    // Rows may reference a chunk until they are in the ring.
    const { bytesRead, buffer } = await file.read(Buffer.allocUnsafe(1 << 18));
    if (bytesRead === 0) break;
    into.chunk(0, buffer.subarray(0, bytesRead));
  }
  return { ring, ms: performance.now() - began, work: worked() - before };
};

const memory = (): number => {
  global.gc?.();
  const { heapUsed, arrayBuffers, external } = process.memoryUsage();
  return heapUsed + Math.max(external, arrayBuffers);
};

const empty = memory();
const first = await ingest(million);
const { ring } = first;
const view = new FilteredView(ring, () => [], { guarded: runGuarded });
view.setFilters([]);
view.judge(() => false);
const text = ring.blocks.reduce(
  (sum, { bytes, ends, count }) => sum + Math.min(bytes.length, (ends[count - 1] ?? 0) + 1),
  0,
);
const retained = memory() - empty;
const again = [{ ms: first.ms, work: first.work }];
for (let round = 1; round < rounds; round++) {
  const { ms, work } = await ingest(million);
  again.push({ ms, work });
}

interface Filtered {
  /** CPU time and elapsed time in ms. */
  readonly work: number;
  readonly wall: number;
  readonly longest: number;
  readonly shown: number;
}

/** Filters in slices, like a session. */
const filter = (chips: readonly FilterChip[]): Filtered => {
  const began = performance.now();
  const before = worked();
  view.setFilters(chips);
  let longest = performance.now() - began;
  for (let isDone = false; !isDone; ) {
    const slice = performance.now();
    isDone = view.judge(() => performance.now() - slice >= sliceMs);
    longest = Math.max(longest, performance.now() - slice);
  }
  return { work: worked() - before, wall: performance.now() - began, longest, shown: view.shown };
};

const include = (pattern: LinePattern): FilterChip => ({ is: 'include', pattern });
const plain = include({ text: 'timeout', regex: false, ignoreCase: false });
const cases: Readonly<Record<string, readonly FilterChip[]>> = {
  text: [plain],
  'text, any case': [include({ text: 'TimeOut', regex: false, ignoreCase: true })],
  regex: [include({ text: 'timeout|refused|no .*Exception', regex: true, ignoreCase: false })],
  'regex, any case': [include({ text: 'ERROR.*time.?out', regex: true, ignoreCase: true })],
  'text in most lines': [include({ text: 'order=', regex: false, ignoreCase: false })],
  level: [{ is: 'level', least: 'warn' }],
  'excluded text': [{ is: 'exclude', pattern: { text: 'KafkaConsumer', regex: false, ignoreCase: false } }],
};
const filters: Record<string, readonly Filtered[]> = {};
for (const [name, chips] of Object.entries(cases))
  filters[name] = Array.from({ length: filterRounds }, () => {
    filter([]);
    return filter(chips);
  });
filters['a chip removed'] = Array.from({ length: filterRounds }, () => {
  filter([plain, { is: 'level', least: 'warn' }]);
  return filter([plain]);
});
filter([]);

const times = ringTimeSpan(ring) ?? { from: 0, to: 1 };
const frames = Array.from({ length: 400 }, (_, frame) => {
  ring.appendText('one more', { at: times.to + frame, level: 3, stream: 0, kind: 0 });
  view.judge(() => false);
  const began = performance.now();
  const now = ringTimeSpan(ring) ?? times;
  const axis = histogramAxis(now.from, now.to, 180);
  computeHistogram(view.blocks, axis.from, axis.to, 180);
  return performance.now() - began;
});

process.stdout.write(
  JSON.stringify({
    lines: ring.count,
    ingests: again,
    evicted: ring.evicted,
    text,
    retained,
    filters,
    frames,
  }),
);
