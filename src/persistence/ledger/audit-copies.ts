import type { Millis } from '../../domain/base/fault.ts';
import { errorMessage } from '../../domain/text/error-message.ts';
import type { Clock } from '../../platform/runtime/clock.ts';
import type { AuditForwarder, ForwardedRecord } from './audit-forwarder.ts';

/** Maximum records in the queue; beyond it, the oldest are discarded. */
const maxQueued = 1000;
const timeoutMs: Millis = 5000;
const firstPauseMs: Millis = 1000;
const longestPauseMs: Millis = 30_000;

/**
 * Queue of ledger records on their way to one destination. It never blocks the writer; a failed delivery is
 * retried and reported.
 */
export interface AuditCopies {
  put(record: ForwardedRecord): void;
  /**
   * Returns a message about records that have not been copied and the reason, such as '3 records were not
   * copied to udp://…: …'; undefined when all are copied.
   */
  trouble(): string | undefined;
  /** Resolves when the queue is empty, or after `ms`. */
  settled(ms: Millis): Promise<void>;
  close(): Promise<void>;
}

const why = (error: unknown): string => errorMessage(error);

export const createAuditCopies = (to: string, forwarder: AuditForwarder, clock: Clock): AuditCopies => {
  const waiting: ForwardedRecord[] = [];
  const closing = new AbortController();
  let lost = 0;
  let failed: string | undefined;
  let working: Promise<void> | undefined;

  const send = async (record: ForwardedRecord): Promise<boolean> => {
    const deadline = clock.deadline(timeoutMs);
    try {
      await forwarder.send(record, AbortSignal.any([deadline.signal, closing.signal]));
      failed = undefined;
      return true;
    } catch (error) {
      failed = deadline.signal.aborted ? `no answer in ${timeoutMs / 1000} s` : why(error);
      return false;
    } finally {
      deadline.clear();
    }
  };

  const work = async (): Promise<void> => {
    let pauseMs = firstPauseMs;
    for (let next = waiting[0]; next !== undefined && !closing.signal.aborted; next = waiting[0]) {
      if (await send(next)) {
        if (waiting[0] === next) waiting.shift();
        pauseMs = firstPauseMs;
        continue;
      }
      await clock.sleep(pauseMs, closing.signal);
      pauseMs = Math.min(longestPauseMs, pauseMs * 2);
    }
    working = undefined;
  };

  return {
    put: (record) => {
      waiting.push(record);
      if (waiting.length > maxQueued) {
        waiting.shift();
        lost++;
      }
      working ??= work();
    },
    trouble: () => {
      const count = lost + waiting.length;
      // A first attempt in progress is not a problem yet.
      if (count === 0 || (lost === 0 && failed === undefined)) return undefined;
      const records = count === 1 ? '1 record was' : `${count} records were`;
      return `${records} not copied to ${to}: ${failed ?? 'queue full'}`;
    },
    settled: async (ms) => {
      const enough = new AbortController();
      await Promise.race([working, clock.sleep(ms, enough.signal)]);
      enough.abort();
    },
    close: async () => {
      closing.abort();
      await working;
      await forwarder.close();
    },
  };
};
