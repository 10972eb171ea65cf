import type { Fault, Millis } from '../domain/base/fault.ts';
import { formatDuration } from '../domain/text/duration.ts';
import { orAborted } from '../platform/runtime/async.ts';
import type { Clock } from '../platform/runtime/clock.ts';
import type { FeedLoop } from './feed-loop.ts';
import { feedFault } from './feed-loop.ts';

const lateFault = (loop: FeedLoop, totalMs: Millis, cancelled: boolean, time: Millis): Fault => {
  if (cancelled)
    return feedFault('cancelled', loop.feed, 'the read was canceled before the response arrived', time);
  const limit = `within the total limit of ${formatDuration(totalMs)}`;
  const what = `${loop.isReading() ? 'no answer' : 'not started'} ${limit}`;
  return { ...feedFault('timeout', loop.feed, what, time), isCutOff: true };
};

/** Minimum distance between the starts of the two reads of a feed with `needsTwo`. */
const apartMs: Millis = 1000;

/**
 * Reads every scheduled feed once. A feed with `needsTwo` is read again a second later, unless it got no
 * response. A feed without a response after `timeoutMs` gets a `timeout` fault, or a `cancelled` fault if the
 * signal aborted. Either way its connection is closed at once. A second read that could not start in time is
 * not a fault. `totalMs`: the limit that the user knows, of which `timeoutMs` is left.
 */
export const readOnce = async (
  loops: readonly FeedLoop[],
  clock: Clock,
  timeoutMs: Millis,
  signal?: AbortSignal,
  totalMs: Millis = timeoutMs,
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
  await orAborted(Promise.all(reads), over);
  limit.clear();
  for (const loop of open) loop.abandon(lateFault(loop, totalMs, signal?.aborted === true, clock.now()));
};
