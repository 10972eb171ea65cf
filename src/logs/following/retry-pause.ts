import type { Fault, FaultKind, Millis } from '../../domain/fault.ts';

const firstMs: Millis = 500;
const capMs: Millis = 30_000;
/** For what time alone does not mend. */
const slowFirstMs: Millis = 30_000;
const slowCapMs: Millis = 120_000;
const slow: readonly FaultKind[] = ['denied', 'missing', 'unconfigured', 'wrong-system', 'bug'];
/** The part of a pause that chance may take away, so that streams that broke together do not come back together. */
const jitter = 0.25;

/**
 * Ms until a stream is opened again after `losses` (1 or more) in a row: 0.5 s, doubled by each further loss, at most 30 s, less
 * up to a quarter by `chance` (0..1). From 30 s up to 2 min for what asking again does not mend. Never sooner than asked.
 */
export const retryPauseMs = (fault: Fault | undefined, losses: number, chance: number): Millis => {
  const isSlow = fault !== undefined && slow.includes(fault.kind);
  const [first, cap] = isSlow ? [slowFirstMs, slowCapMs] : [firstMs, capMs];
  const pause = Math.min(cap, first * 2 ** (losses - 1)) * (1 - jitter * chance);
  return Math.max(pause, fault?.retryAfterMs ?? 0);
};
