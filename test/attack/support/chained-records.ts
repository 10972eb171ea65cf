import { type ChainPosition, chainRecord, chainStart } from '../../../src/persistence/ledger/chain.ts';
import type { LedgerEntry, LedgerRecord } from '../../../src/persistence/ledger/ledger-record.ts';

/** The lines of a ledger with these records, whatever their fields, in an unbroken chain after a position. */
export const chained = (
  records: readonly LedgerRecord[],
  after: ChainPosition = chainStart,
): {
  readonly lines: readonly string[];
  readonly links: readonly ChainPosition[];
  readonly link: ChainPosition;
} => {
  let link = after;
  const lines: string[] = [];
  const links: ChainPosition[] = [];
  for (const { at, who, host, pid, start, place, system, env, entry, proof } of records) {
    const forged = {
      ...{ at: Date.parse(typeof at === 'string' ? at : '') || 0, system, env, entry },
      who: {
        user: who,
        host,
        pid,
        ...(start === undefined ? {} : { start }),
        ...(place === undefined ? {} : { place }),
      },
      ...(proof === undefined ? {} : { proof }),
    } as LedgerEntry;
    const next = chainRecord(forged, link);
    link = next.link;
    lines.push(next.line);
    links.push(link);
  }
  return { lines, links, link };
};
