import { expect, test } from 'vitest';
import type { RecentChangesReading } from '../domain/facts/journal.ts';
import type { Feed, SourceModule } from '../sources/kit/contract/source.ts';
import type { FailureMode } from './failure-modes.ts';
import { type OpenedRig, openRig, readUnderDeadline, type Stage, type Wire } from './source-rig.ts';

const hour = 3_600_000;

const nothing: RecentChangesReading = { changes: [], faults: [] };

/** Reads the recent changes with a deadline that expires once the wire hangs. */
const readChangesUnderDeadline = async (
  wired: OpenedRig<Pick<Wire<FailureMode>, 'asked' | 'arrived'>>,
  hangs: boolean,
): Promise<RecentChangesReading> => {
  const [feed] = wired.feeds;
  if (feed === undefined) throw new Error('the source has no feed');
  let reading = nothing;
  const read: Feed['read'] = async (signal) => {
    reading = (await wired.source.recentChanges?.(wired.clock.now() - hour, signal)) ?? nothing;
    return { items: [], faults: reading.faults };
  };
  await readUnderDeadline(wired, { ...feed, read }, hangs);
  return reading;
};

/** Registers the tests of the contract for the changes that a system has recorded. */
export const changesContractTests = <M extends FailureMode, W extends Wire<M>>(
  stage: Stage<M, W>,
  module: SourceModule,
  credentials: readonly string[],
): void => {
  if (module.recordsChanges !== true) {
    test('a source of a type without recorded changes has none', async () => {
      await using wired = await openRig(stage, module);
      expect(wired.source.recentChanges).toBeUndefined();
    });
    return;
  }

  test('recent changes are in order and within the time span, and reading them changes nothing', async () => {
    await using wired = await openRig(stage, module);
    const since = wired.clock.now() - hour;
    const { changes, faults } =
      (await wired.source.recentChanges?.(since, new AbortController().signal)) ?? nothing;
    expect(faults).toEqual([]);
    const times = changes.map(({ at }) => at);
    expect(times).toEqual(times.toSorted((a, b) => a - b));
    expect(times.every((time) => time >= since)).toBe(true);
    for (const { what, change } of changes) {
      expect(what).toMatch(/^\S+ \S/);
      expect(change).not.toBe('');
    }
    expect([...wired.wire.methods()].filter((method) => method !== 'GET' && method !== 'HEAD')).toEqual([]);
  });

  test.each(stage.failureModes)('$name: recent changes are faults, and nothing throws', async (failure) => {
    await using wired = await openRig(stage, module);
    await wired.wire.set(failure);
    const { changes, faults } = await readChangesUnderDeadline(wired, failure.hangs === true);
    expect(changes).toEqual([]);
    if (failure.isAbsence === true) return;
    expect(faults.length).toBeGreaterThan(0);
    for (const fault of faults) expect(fault).toMatchObject({ kind: failure.fault, source: wired.source.id });
    for (const form of credentials) expect(JSON.stringify(faults)).not.toContain(form);
  });

  test('reading recent changes that starts aborted makes no request', async () => {
    await using wired = await openRig(stage, module);
    const amount = wired.wire.asked();
    const reading = await wired.source.recentChanges?.(0, AbortSignal.abort());
    expect(reading?.changes).toEqual([]);
    expect(wired.wire.asked()).toBe(amount);
  });
};
