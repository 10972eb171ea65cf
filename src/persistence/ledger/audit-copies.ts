import type { Millis } from '../../domain/fault.ts';
import type { Clock } from '../../platform/clock.ts';
import type { AuditForwarder, ForwardedRecord } from './audit-forwarder.ts';

/** Records that wait to be copied; of more the oldest are given up. */
const waitMost = 1000;
const answerMs: Millis = 5000;
const firstPauseMs: Millis = 1000;
const longestPauseMs: Millis = 30_000;

/** The copies of one ledger to one place. It delays nobody: what cannot be copied waits, is tried again, and is told. */
export interface AuditCopies {
  put(record: ForwardedRecord): void;
  /** Records that were written and not copied until now, and why: '3 records were not copied to udp://…: …'; undefined: none. */
  trouble(): string | undefined;
  /** Resolves when nothing waits any more, or after so long. */
  settled(ms: Millis): Promise<void>;
  close(): Promise<void>;
}

const why = (error: unknown): string => (error instanceof Error ? error.message : String(error));

export const createAuditCopies = (to: string, door: AuditForwarder, clock: Clock): AuditCopies => {
  const waiting: ForwardedRecord[] = [];
  const closing = new AbortController();
  let lost = 0;
  let failed: string | undefined;
  let working: Promise<void> | undefined;

  const send = async (record: ForwardedRecord): Promise<boolean> => {
    const deadline = clock.deadline(answerMs);
    try {
      await door.send(record, AbortSignal.any([deadline.signal, closing.signal]));
      failed = undefined;
      return true;
    } catch (error) {
      failed = deadline.signal.aborted ? `no answer in ${answerMs / 1000} s` : why(error);
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
      if (waiting.length > waitMost) {
        waiting.shift();
        lost++;
      }
      working ??= work();
    },
    trouble: () => {
      const count = lost + waiting.length;
      // While it is under way for the first time nothing is wrong yet.
      if (count === 0 || (lost === 0 && failed === undefined)) return undefined;
      const records = count === 1 ? '1 record was' : `${count} records were`;
      return `${records} not copied to ${to}: ${failed ?? 'too many waited'}`;
    },
    settled: async (ms) => {
      const enough = new AbortController();
      await Promise.race([working, clock.sleep(ms, enough.signal)]);
      enough.abort();
    },
    close: async () => {
      closing.abort();
      await working;
      await door.close();
    },
  };
};
