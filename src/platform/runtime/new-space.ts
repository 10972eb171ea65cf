import { getHeapSpaceStatistics, setFlagsFromString } from 'node:v8';
import type { Millis } from '../../domain/base/fault.ts';
import type { Clock } from './clock.ts';

/** Bytes at which the new space stops growing. V8 alone would let it grow to 48 MiB or more. */
const limitBytes = 8 * 1024 * 1024;
/**
 * Growth of the heap, in percent of what is in use, at which V8 collects garbage. V8 alone waits for up to four times as much: long answers
 * of servers, each read and dropped in a moment, would then fill half a gigabyte.
 */
const growthPercent = 40;
/** Interval of the checks: the space doubles at most with each collection. */
const checkMs: Millis = 50;

const newSpaceBytes = (): number =>
  getHeapSpaceStatistics().find(({ space_name: name }) => name === 'new_space')?.space_size ?? 0;

/**
 * Limits the garbage that V8 keeps, and stops the growth of its new space, where objects are created, at 8 MiB; a fast growth may pass the limit between two
 * checks. Its maximum is fixed when a process starts, but its growth factor is read at each collection. Resolves once
 * the limit is set, or the signal aborts. Decision 38.
 */
export const limitNewSpace = async (clock: Clock, signal?: AbortSignal): Promise<void> => {
  setFlagsFromString(`--heap-growing-percent=${growthPercent}`);
  while (newSpaceBytes() < limitBytes) {
    await clock.sleep(checkMs, signal);
    if (signal?.aborted === true) return;
  }
  setFlagsFromString('--semi-space-growth-factor=1');
};

/**
 * Makes V8 collect earlier and keep fewer free pages, for a process that also runs a simulated system. A large real system would
 * change on the screen a third later. Decision 38.
 */
export const keepLessMemory = (): void => setFlagsFromString('--optimize-for-size');
