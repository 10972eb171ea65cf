import { expect, test } from 'vitest';
import type { EnvironmentReader } from '../../src/runs/environment/environment-reader.ts';
import { holdOf, type IncidentRow, isHeld } from '../../src/runs/incidents/incident-rows.ts';
import type { FactsState } from '../../src/store/facts.ts';

const minute = 60_000;

/** Whether a signal counted from these feeds is cleared some time after it has passed. `began`: the last reading of each feed. */
const isCleared = (
  feeds: Readonly<Record<string, { readonly everyMs: number; readonly began?: number }>>,
  gone: number,
  forMs = 0,
): boolean => {
  const of = Object.entries(feeds).map(([id, { everyMs }]) => ({ id, everyMs }));
  const engine = {
    feeds: of,
    profile: { signals: [{ id: 'services.down', threshold: { forMs } }] },
  } as unknown as EnvironmentReader;
  const finding: IncidentRow = {
    ...{ key: 'signal services.down', what: 'Services down', level: 'crit', matches: () => false },
    ...{ of: { signal: 'services.down' }, feeds: of.map(({ id }) => id) },
  };
  const read = Object.fromEntries(
    Object.entries(feeds).map(([id, { began }]) => [id, { known: { began }, faults: [] }]),
  ) as unknown as FactsState['feeds'];
  return isHeld(holdOf(finding, engine), 0, gone, read);
};

const page = { everyMs: 5000, began: 9000 };

test('a finding is cleared after two intervals of its feed, at least 10 s, and the time of its limit', () => {
  expect([9000, 10_000].map((gone) => isCleared({ page }, gone))).toEqual([false, true]);
  expect([29_000, 30_000].map((gone) => isCleared({ page: { everyMs: 15_000 } }, gone))).toEqual([
    false,
    true,
  ]);
  expect([2, 3].map((minutes) => isCleared({ page }, minutes * minute, 3 * minute))).toEqual([false, true]);
});

test('a certificate that is read once an hour does not keep a count of services from the all-clear for two hours', () => {
  const certificate = (began: number) => ({ page, certificate: { everyMs: 60 * minute, began } });
  expect(isCleared(certificate(-minute), 2 * minute)).toBe(false);
  // The reading that showed that the finding is no longer reported is not a second one.
  expect(isCleared(certificate(5000), 2 * minute)).toBe(false);
  expect(isCleared(certificate(15_000), minute - 1)).toBe(false);
  expect(isCleared(certificate(15_000), minute)).toBe(true);
  // It cannot be read again.
  expect(isCleared(certificate(-minute), 120 * minute)).toBe(true);
});
