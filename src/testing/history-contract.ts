import { expect, test } from 'vitest';
import type { Sample } from '../domain/facts/facts.ts';
import type { HistoryRange, HistoryReading } from '../domain/facts/reading.ts';
import { signalKey } from '../domain/facts/snapshot.ts';
import type { Clock } from '../platform/runtime/clock.ts';
import type { Feed, SourceModule } from '../sources/kit/contract/source.ts';
import type { FailureMode } from './failure-modes.ts';
import { type OpenedRig, openRig, readUnderDeadline, type Stage, type Wire } from './source-rig.ts';

const minute = 60_000;

/** Ten minutes up to now. */
const lastTenMinutes = (clock: Pick<Clock, 'now'>): HistoryRange => ({
  from: clock.now() - 10 * minute,
  to: clock.now(),
  // A server that has just started has samples of a few seconds.
  stepMs: 1000,
});

const nothing: HistoryReading = { series: [], faults: [] };

/** Reads the history of a feed with a deadline that expires once the wire hangs. */
const readHistoryUnderDeadline = async (
  wired: OpenedRig<Pick<Wire<FailureMode>, 'asked' | 'arrived'>>,
  feed: Feed,
  hangs: boolean,
): Promise<HistoryReading> => {
  const range = lastTenMinutes(wired.clock);
  let reading = nothing;
  const read: Feed['read'] = async (signal) => {
    reading = (await feed.readHistory?.(range, signal)) ?? nothing;
    return { items: [], faults: reading.faults };
  };
  await readUnderDeadline(wired, { ...feed, read }, hangs);
  return reading;
};

const historyFeeds = ({ feeds }: { readonly feeds: readonly Feed[] }): readonly Feed[] =>
  feeds.filter((feed) => feed.readHistory !== undefined);

/** Registers the tests of the contract for the history of a source's feeds. `call`: how a fault names its call. */
export const historyContractTests = <M extends FailureMode, W extends Wire<M>>(
  stage: Stage<M, W>,
  module: SourceModule,
  { call, credentials }: { readonly call: RegExp; readonly credentials: readonly string[] },
): void => {
  test('the feeds with a history are those that the rig names', async () => {
    await using wired = await openRig(stage, module);
    expect(historyFeeds(wired).map(({ id }) => id)).toEqual(stage.rig.histories ?? []);
  });
  if (stage.rig.histories === undefined) return;

  test('a history has the keys of the samples, and finite values in order, within the range', async () => {
    await using wired = await openRig(stage, module);
    const { signal } = new AbortController();
    let count = 0;
    for (const feed of historyFeeds(wired)) {
      const { items, samples = [] } = await feed.read(signal);
      const read = [...(feed.kind === 'samples' ? (items as readonly Sample[]) : []), ...samples];
      const range = lastTenMinutes(wired.clock);
      const history = await feed.readHistory?.(range, signal);
      expect(history?.faults, feed.id).toEqual([]);
      for (const { signal: id, labels, points } of history?.series ?? []) {
        expect(read.map((sample) => signalKey(sample.signal, sample.labels))).toContain(
          signalKey(id, labels),
        );
        const times = points.map(({ at }) => at);
        expect(times).toEqual(times.toSorted((a, b) => a - b));
        expect(times.every((position) => position >= range.from && position <= range.to)).toBe(true);
        expect(points.every(({ value }) => Number.isFinite(value))).toBe(true);
        count += points.length;
      }
    }
    expect(count).toBeGreaterThan(0);
    expect([...wired.wire.methods()]).toEqual(['GET']);
  });

  test.each(stage.failureModes)('$name: a history is one fault without values', async (failure) => {
    await using wired = await openRig(stage, module);
    await wired.wire.set(failure);
    for (const feed of historyFeeds(wired)) {
      const { series, faults } = await readHistoryUnderDeadline(wired, feed, failure.hangs === true);
      expect(series, feed.id).toEqual([]);
      if (failure.isAbsence === true) continue;
      expect(faults).toMatchObject([{ kind: failure.fault, source: wired.source.id }]);
      expect(faults[0]?.message).toMatch(call);
      for (const form of credentials) expect(JSON.stringify(faults)).not.toContain(form);
    }
  });

  test('a history that is aborted at its start makes no request', async () => {
    await using wired = await openRig(stage, module);
    const amount = wired.wire.asked();
    for (const feed of historyFeeds(wired)) {
      const history = await feed.readHistory?.(lastTenMinutes(wired.clock), AbortSignal.abort());
      expect(history?.faults.map(({ kind }) => kind)).toEqual(['cancelled']);
    }
    expect(wired.wire.asked()).toBe(amount);
  });
};
