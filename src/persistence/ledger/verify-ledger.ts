import { type Head, parseHead } from './parse-record.ts';
import { readLedgerFile } from './reader.ts';
import { type TornLine, type Walk, walk } from './walk.ts';

export interface LedgerCheck {
  readonly ok: boolean;
  /** Records that hold, up to the first break. */
  readonly count: number;
  /** No record was ever written here. */
  readonly empty: boolean;
  /** The first place where it does not hold, by line of `audit.jsonl`. */
  readonly firstBroken?: { readonly line: number; readonly what: string };
  /** Halves of records that a dying process or a full disk left; the first 100. Not a break: nothing was acknowledged for them. */
  readonly torn: readonly TornLine[];
  readonly tornCount: number;
  /** Lines whose time is before that of the line above them: a clock was set back. The first 100. Not a break: the order is by number. */
  readonly setBack: Walk['setBack'];
  readonly setBackCount: number;
  /** Records that `audit.head` does not count yet, after a crash; the next append mends it. */
  readonly behind: number;
  /** Hash of the last record that holds: keep it elsewhere to prove later that nothing before it was changed. */
  readonly hash: string;
}

type Break = NonNullable<LedgerCheck['firstBroken']>;

const many = (count: number): string =>
  count === 1 ? 'the last record is' : `the last ${count} records are`;

/** Records are gone that the head had counted. Half a record at the very end is what is left of the first of them. */
const missingAtEnd = ({ link, lines, torn }: Walk, missing: number): Break => {
  const half = torn.at(-1);
  if (half?.line !== lines) return { line: lines + 1, what: `${many(missing)} missing` };
  const more = missing === 1 ? '' : `, and the ${missing - 1} behind it are missing`;
  return {
    line: half.line,
    what: `record ${link.count + 1} is cut off: ${half.bytes} bytes of it are left, and audit.head had counted it as whole${more}`,
  };
};

/** What the head says against the chain: cut off, replaced, or lost. It knows where the line of its last record ends. */
const headBreak = (headText: string | undefined, head: Head | undefined, found: Walk): Break | undefined => {
  const atEnd = (what: string): Break => ({ line: found.lines + 1, what });
  if (head === undefined) {
    if (headText !== undefined)
      return atEnd('audit.head cannot be read, so nobody can say that no record is missing');
    return found.link.count > 1
      ? atEnd('audit.head is missing, so nobody can say that no record is missing')
      : undefined;
  }
  const missing = head.count - found.link.count;
  if (missing > 0) return missingAtEnd(found, missing);
  if (head.count === 0 || found.atHead === undefined) return undefined;
  const { hash, end } = found.atHead;
  if (hash !== head.hash) return atEnd(`record ${head.count} is not the one that audit.head knows`);
  return head.bytes === end
    ? undefined
    : atEnd(`audit.head says that record ${head.count} ends at byte ${head.bytes}, and it ends at ${end}`);
};

/**
 * Reads the whole ledger and says whether it holds: each record hashed and chained to the one before, and none
 * missing at the end. A torn line, a clock that was set back, and a head that a crash left behind, are told and are no
 * breaks. Needs no right to write, and holds one line at a time. Rejects with a LedgerError when it cannot be read.
 */
export const verifyLedger = async (stateDir: string): Promise<LedgerCheck> => {
  const file = readLedgerFile(stateDir);
  // The head first: records that are appended meanwhile are then behind it, not missing.
  const headText = await file.head();
  const head = headText === undefined ? undefined : parseHead(headText);
  const found = await walk(file.lines(), head?.count ?? 0);
  const firstBroken = found.firstBroken ?? headBreak(headText, head, found);
  // What was a record once, or may have been one, is told as the break that it is.
  const torn = found.torn.filter(({ line }) => line !== firstBroken?.line);
  return {
    ok: firstBroken === undefined,
    count: found.link.count,
    empty: found.lines === 0 && headText === undefined,
    torn,
    tornCount: found.tornCount - (found.torn.length - torn.length),
    setBack: found.setBack,
    setBackCount: found.setBackCount,
    behind: firstBroken === undefined ? found.link.count - (head?.count ?? 0) : 0,
    hash: found.link.hash,
    ...(firstBroken === undefined ? {} : { firstBroken }),
  };
};
