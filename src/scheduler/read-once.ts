import { formatDuration } from '../domain/duration.ts';
import type { Fault, Millis } from '../domain/fault.ts';
import type { Clock } from '../platform/clock.ts';
import { whenAborted } from './call-with-deadline.ts';
import type { FeedLoop } from './feed-loop.ts';
import { feedFault } from './feed-loop.ts';

const lateFault = (loop: FeedLoop, timeoutMs: Millis, cancelled: boolean, at: Millis): Fault => {
  if (cancelled) return feedFault('cancelled', loop.feed, 'stopped before it had answered', at);
  const limit = `within the ${formatDuration(timeoutMs)} given to the whole reading`;
  return feedFault(
    'timeout',
    loop.feed,
    `${loop.isReading() ? 'no answer' : 'its turn did not come'} ${limit}`,
    at,
  );
};

/** How far apart the two readings of a feed that `needsTwo` begin, at least. */
const apartMs: Millis = 1000;

/**
 * Reads every scheduled feed once; one that `needsTwo` a second time, a second later, unless nobody answered. What has
 * not answered after `timeoutMs` is a `timeout` fault, what has not answered when the signal aborts a `cancelled` one;
 * either way its connection is ended at once. A second reading that there is no time to begin is no fault.
 */
export const readOnce = async (
  loops: readonly FeedLoop[],
  clock: Clock,
  timeoutMs: Millis,
  signal?: AbortSignal,
): Promise<void> => {
  const limit = clock.deadline(timeoutMs);
  const over = signal === undefined ? limit.signal : AbortSignal.any([limit.signal, signal]);
  const scheduled = loops.filter((loop) => loop.feed.everyMs > 0);
  const open = new Set(scheduled);
  const reads = scheduled.map(async (loop) => {
    await loop.readNow();
    open.delete(loop);
    if (loop.feed.needsTwo !== true || loop.isSilent()) return;
    await clock.sleep(apartMs, over);
    if (over.aborted) return;
    open.add(loop);
    await loop.readNow();
    open.delete(loop);
  });
  await Promise.race([Promise.all(reads), whenAborted(over)]);
  limit.clear();
  for (const loop of open) loop.abandon(lateFault(loop, timeoutMs, signal?.aborted === true, clock.now()));
};
