import type { Queue } from './fact.ts';

/** Ages of messages arrive some minutes late. */
const lateSeconds = 300;

const messagesIn = ({ depth, inFlight = 0, delayed = 0 }: Queue): number => (depth ?? 0) + inFlight + delayed;

/** True when the system deletes the oldest message of before by its age. */
const isPastRetention = (was: Queue, { at }: Queue): boolean =>
  was.oldestSeconds !== undefined &&
  was.retentionSeconds !== undefined &&
  was.oldestSeconds + (at - was.at) / 1000 + lateSeconds >= was.retentionSeconds;

/** True for a function that polls: another one is listed with its state. */
const isPolling = (consumer: string): boolean => !consumer.endsWith(')');

/**
 * Explains that a queue is used for something else, or has fewer messages although nothing that is known consumes them: they were purged, moved, or deleted by their age. Undefined: it
 * has not, or they may have been consumed.
 */
export const unconsumedText = (was: Queue, is: Queue): string | undefined => {
  if (was.kind === 'dlq' && is.kind !== 'dlq')
    return 'is no longer the dead-letter queue of another queue, so the messages may still be there';
  if (messagesIn(is) >= messagesIn(was)) return undefined;
  if (isPastRetention(was, is))
    return 'deletes old messages, so the messages from before may have expired unread';
  const isConsumed = (was.inFlight ?? 0) + (is.inFlight ?? 0) > 0 || is.consumers?.some(isPolling) === true;
  const isUnattended = is.kind === 'dlq' || is.consumers !== undefined;
  return isUnattended && !isConsumed
    ? 'has fewer messages and no consumer, so the messages were moved, purged or expired'
    : undefined;
};
