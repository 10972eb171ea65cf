import { readLedgerFile } from '../../io/ledger-reader.ts';
import { follow, type Link, start } from './chain.ts';
import { type Head, parseHead } from './parse-record.ts';

export interface LedgerCheck {
  readonly ok: boolean;
  /** Records that hold, up to the first break. */
  readonly count: number;
  /** No record was ever written here. */
  readonly empty: boolean;
  /** The first place where it does not hold, by line of `audit.jsonl`. */
  readonly firstBroken?: { readonly line: number; readonly what: string };
  /** Halves of records that a dying process left. Not a break: nothing was acknowledged for them. */
  readonly torn: readonly { readonly line: number; readonly bytes: number }[];
  /** Records that `audit.head` does not count yet, after a crash; the next append mends it. */
  readonly behind: number;
  /** Hash of the last record that holds: keep it elsewhere to prove later that nothing before it was changed. */
  readonly hash: string;
}

interface Walk {
  readonly link: Link;
  readonly lines: number;
  readonly torn: LedgerCheck['torn'];
  readonly firstBroken?: LedgerCheck['firstBroken'];
  /** The hash of the record that the head counts as the last. */
  readonly atHead?: string;
}

/** A broken line right behind an unreadable one: that one was a record. */
const placeOf = (line: number, what: string, torn: Walk['torn']): { line: number; what: string } => {
  const before = torn.at(-1);
  return before?.line === line - 1
    ? { line: before.line, what: 'this line cannot be read, and the chain does not go on behind it' }
    : { line, what };
};

const walk = async (lines: AsyncIterable<string>, headCount: number): Promise<Walk> => {
  let link = start;
  let count = 0;
  let atHead: string | undefined;
  const torn: { line: number; bytes: number }[] = [];
  for await (const text of lines) {
    count++;
    if (text === '') continue;
    const step = follow(link, text);
    if (step.is === 'torn') torn.push({ line: count, bytes: Buffer.byteLength(text) });
    else if (step.is === 'broken')
      return { link, lines: count, torn, firstBroken: placeOf(count, step.what, torn) };
    else link = step.link;
    if (link.count === headCount) atHead = link.hash;
  }
  return { link, lines: count, torn, ...(atHead === undefined ? {} : { atHead }) };
};

/** What the head says against the chain: cut off, replaced, or lost. */
const headBreak = (headText: string | undefined, head: Head | undefined, found: Walk): string | undefined => {
  if (head === undefined) {
    if (headText !== undefined)
      return 'audit.head cannot be read, so nobody can say that no record is missing';
    return found.link.count > 1
      ? 'audit.head is missing, so nobody can say that no record is missing'
      : undefined;
  }
  const missing = head.count - found.link.count;
  if (missing > 0) return `the last ${missing === 1 ? 'record is' : `${missing} records are`} missing`;
  return head.count > 0 && found.atHead !== head.hash
    ? `record ${head.count} is not the one that audit.head knows`
    : undefined;
};

/**
 * Reads the whole ledger and says whether it holds: each record hashed and chained to the one before, and none
 * missing at the end. A torn line, and a head that a crash left behind, are told and are no breaks.
 * Needs no right to write. Rejects with a LedgerError when it cannot be read.
 */
export const verifyLedger = async (stateDir: string): Promise<LedgerCheck> => {
  const file = readLedgerFile(stateDir);
  // The head first: records that are appended meanwhile are then behind it, not missing.
  const headText = await file.head();
  const head = headText === undefined ? undefined : parseHead(headText);
  const found = await walk(file.lines(), head?.count ?? 0);
  const wrongHead = found.firstBroken === undefined ? headBreak(headText, head, found) : undefined;
  const firstBroken =
    found.firstBroken ?? (wrongHead === undefined ? undefined : { line: found.lines + 1, what: wrongHead });
  return {
    ok: firstBroken === undefined,
    count: found.link.count,
    empty: found.lines === 0 && headText === undefined,
    torn: found.torn,
    behind: firstBroken === undefined ? found.link.count - (head?.count ?? 0) : 0,
    hash: found.link.hash,
    ...(firstBroken === undefined ? {} : { firstBroken }),
  };
};
