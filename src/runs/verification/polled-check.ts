import type { Millis } from '../../domain/base/fault.ts';
import { createMissingMemory, type MissingObservation } from '../../domain/facts/missing-observation.ts';
import { splitUse } from '../../domain/runbooks/operation.ts';
import type { VerifyStep } from '../../domain/runbooks/runbook.ts';
import type { Truth } from '../../expressions/rows/truth.ts';
import type { Clock } from '../../platform/runtime/clock.ts';
import { minSettleMs, type VerificationCheck } from '../evidence/verification-check.ts';
import type { OperationCheck } from './operation-check.ts';

const slowestMs: Millis = 5000;
const quickestMs: Millis = 1000;

/** Poll interval of a check that reads a source: four times per `for` and ten times per `within`, clamped to 1–5 s. */
export const pollIntervalMs = ({ withinMs, forMs }: Pick<VerifyStep, 'withinMs' | 'forMs'>): Millis =>
  Math.max(quickestMs, Math.min(slowestMs, withinMs / 10, ...(forMs > 0 ? [forMs / 4] : [])));

/** A completed reading. */
interface CompletedReading {
  readonly began: Millis;
  readonly truth: Truth;
}

/**
 * Creates a check that reads a source during the verification. It holds from the start of the first true reading to the
 * start of the last one, so that unobserved time does not count.
 */
export const createPolledCheck = (
  step: VerifyStep,
  operationCheck: OperationCheck,
  clock: Clock,
  actedAt: Millis,
): VerificationCheck => {
  const deadline = actedAt + step.withinMs;
  const settledAt = actedAt + minSettleMs;
  const everyMs = pollIntervalMs(step);
  let going: Promise<void> | undefined;
  let lastBegan: Millis | undefined;
  let latest: CompletedReading | undefined;
  /** The first of the consecutive true readings: when it began and when it completed. */
  let first: { readonly began: Millis; readonly seen: Millis } | undefined;

  const missed = createMissingMemory();
  const missingNow = (): MissingObservation => ({
    is: 'unread',
    ...latest?.truth.missing,
    source: splitUse(step.use ?? '').source,
  });

  const ask = async (signal: AbortSignal): Promise<void> => {
    const began = clock.now();
    lastBegan = began;
    const truth = await operationCheck.ask(signal);
    if (signal.aborted) return;
    latest = { began, truth };
    first = truth.value === 'true' ? (first ?? { began, seen: clock.now() }) : undefined;
  };

  const isDue = (now: Millis): boolean => {
    if (lastBegan === undefined || now - lastBegan >= everyMs) return true;
    if (lastBegan < settledAt && settledAt <= now) return true;
    const holdsAt = first === undefined ? Number.POSITIVE_INFINITY : first.began + step.forMs;
    return lastBegan < holdsAt && holdsAt <= now;
  };

  return {
    id: step.id,
    feeds: [],
    everyMs,
    read: (signal) => {
      if (going === undefined && isDue(clock.now()))
        going = ask(signal).finally(() => {
          going = undefined;
        });
      return going ?? Promise.resolve();
    },
    evaluate: () => {
      const { value, why } = latest?.truth ?? {
        value: 'unknown',
        why: 'the source has not reported this value since the action',
      };
      const since = first === undefined ? {} : { holdsSince: first.began };
      const noted = missed.note(value === 'unknown' ? missingNow() : undefined, clock.now());
      const missing = noted === undefined ? {} : { missing: noted };
      return { id: step.id, title: step.title, value, why, ...since, ...missing };
    },
    isAnswered: operationCheck.isAnswered,
    verdict: (now) => {
      const inTime = first !== undefined && first.seen <= deadline;
      const hasHeld = first !== undefined && latest !== undefined && latest.began - first.began >= step.forMs;
      if (inTime && hasHeld && latest !== undefined && latest.began >= settledAt) return true;
      return inTime || now < deadline ? undefined : false;
    },
    nextAt: (now) =>
      [deadline, settledAt, ...(first === undefined ? [] : [first.began + step.forMs])]
        .filter((moment) => moment > now)
        .sort((a, b) => a - b)[0],
    found: operationCheck.found,
    close: operationCheck.close,
  };
};
