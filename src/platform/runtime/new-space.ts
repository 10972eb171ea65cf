import { getHeapSpaceStatistics, setFlagsFromString } from 'node:v8';
import type { Millis } from '../../domain/base/fault.ts';
import type { Clock } from './clock.ts';

/** Bytes at which the new space stops growing. V8 alone would let it grow to 48 MiB or more. */
const limitBytes = 8 * 1024 * 1024;
/** Interval of the checks: the space doubles at most with each collection. */
const checkMs: Millis = 50;

const newSpaceBytes = (): number =>
  getHeapSpaceStatistics().find(({ space_name: name }) => name === 'new_space')?.space_size ?? 0;

/**
 * Stops the growth of V8's new space, where objects are created, at 8 MiB; a fast growth may pass the limit between two
 * checks. Its maximum is fixed when a process starts, but its growth factor is read at each collection. Resolves once
 * the limit is set, or the signal aborts. Decision 38.
 */
export const limitNewSpace = async (clock: Clock, signal?: AbortSignal): Promise<void> => {
  while (newSpaceBytes() < limitBytes) {
    await clock.sleep(checkMs, signal);
    if (signal?.aborted === true) return;
  }
  setFlagsFromString('--semi-space-growth-factor=1');
};
