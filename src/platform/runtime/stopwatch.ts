import { performance } from 'node:perf_hooks';
import type { Millis } from '../../domain/base/fault.ts';
import type { Clock } from './clock.ts';

/** The length of a turn of the event loop that delays nothing noticeably. */
const shortTurnMs = 10;

interface LoopState {
  /** Time in which the loop did not wait for events. */
  readonly activeMs: Millis;
  /** Undefined before Node 22.8: blocked time is unknown then. */
  readonly turns: number | undefined;
}

const loopState = (): LoopState => ({
  activeMs: performance.eventLoopUtilization().active,
  turns: performance.nodeTiming.uvMetricsInfo?.loopCount,
});

/**
 * Time between two states in which the event loop was blocked by long turns: bytes that arrived meanwhile were seen later. Many short
 * turns block nothing.
 */
const blockedMs = (from: LoopState, to: LoopState): Millis => {
  if (from.turns === undefined || to.turns === undefined) return 0;
  return Math.max(0, to.activeMs - from.activeMs - (to.turns - from.turns + 1) * shortTurnMs);
};

/**
 * Measures the response time of a server from now on: time in which this process could not take a response does not count, so
 * that no server looks slow because another one kept the process busy. The result is then a lower bound. A simulated clock has no such time.
 */
export const startStopwatch = (clock: Clock): (() => Millis) => {
  const began = clock.now();
  const from = loopState();
  return () => {
    const elapsed = clock.now() - began;
    return clock.isReal === true ? Math.max(0, Math.round(elapsed - blockedMs(from, loopState()))) : elapsed;
  };
};
