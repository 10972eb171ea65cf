import type { Millis } from '../../domain/fault.ts';
import type { LedgerRecord } from './entry.ts';

/**
 * Records of several processes may lie so far out of their times without any clock being wrong: a time is taken when
 * something happens, and the file's lock is waited for after that (10 s at most, and some for the writing).
 */
const othersMs: Millis = 15_000;

type Timed = Pick<LedgerRecord, 'at' | 'host' | 'pid'>;

/** How far the clock was set back between a record and the one before it; undefined: it was not. */
export const setBackBy = (before: Timed, record: Timed): Millis | undefined => {
  const back = Date.parse(before.at) - Date.parse(record.at);
  const same = before.pid === record.pid && before.host === record.host;
  return back > (same ? 0 : othersMs) ? back : undefined;
};
