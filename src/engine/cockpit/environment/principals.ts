import type { Millis } from '../../../domain/base/fault.ts';
import type { Clock } from '../../../platform/runtime/clock.ts';
import { callWithDeadline } from '../../../scheduler/call-with-deadline.ts';
import type { Source } from '../../../sources/kit/contract/source.ts';

/** Time limit per source. */
const timeoutMs: Millis = 20_000;

/**
 * Reads the account and role of each source that has one, once. A source that fails reports nothing here: its feeds
 * and its doctor name the fault. `report` is called with the source's id. Never rejects.
 */
export const readPrincipals = async (
  sources: Iterable<Pick<Source, 'id' | 'principal'>>,
  clock: Clock,
  stop: AbortController,
  report: (source: string, principal: string) => void,
): Promise<void> => {
  await Promise.all(
    [...sources].map(async ({ id, principal }) => {
      if (principal === undefined) return;
      const own = new AbortController();
      stop.signal.addEventListener('abort', () => own.abort(stop.signal.reason), { once: true });
      const outcome = await callWithDeadline((signal) => principal(signal), clock, timeoutMs, own).outcome;
      if (stop.signal.aborted || outcome.is !== 'answered' || outcome.value === undefined) return;
      report(id, outcome.value);
    }),
  );
};
