import { durationText } from '../../domain/duration.ts';
import type { LedgerCheck } from '../../persistence/ledger/verify-ledger.ts';

const more = (count: number, listed: number, what: string): readonly string[] =>
  count > listed ? [`… and ${count - listed} more ${what}`] : [];

/** What a check of the ledger found, in sentences; the verdict is the last. */
export const verifyLines = (found: LedgerCheck, stateDir: string): readonly string[] => [
  ...found.torn.map(
    ({ line, bytes }) =>
      `line ${line}: half a record of ${bytes} bytes, left by a process that died or a disk that was full; not a break`,
  ),
  ...more(found.tornCount, found.torn.length, 'of these'),
  ...found.setBack.map(
    ({ line, byMs }) =>
      `line ${line}: its time is ${durationText(byMs)} before that of the line above it: a clock was set back; not a break, the order is that of the numbers`,
  ),
  ...more(found.setBackCount, found.setBack.length, 'of these'),
  ...(found.behind > 0
    ? [
        `audit.head is ${found.behind} ${found.behind === 1 ? 'record' : 'records'} behind; the next run mends it`,
      ]
    : []),
  ...(found.firstBroken === undefined
    ? []
    : [`BROKEN at line ${found.firstBroken.line}: ${found.firstBroken.what}`]),
  found.empty
    ? `no runs in ${stateDir}`
    : `${found.count} ${found.count === 1 ? 'record holds' : 'records hold'}; the last has hash ${found.hash}`,
];
