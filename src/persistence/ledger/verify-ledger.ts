import type { Millis } from '../../domain/fault.ts';
import { type ChainPosition, type ChainStep, chainStart, verifyNext } from './chain.ts';
import type { LedgerRecord } from './ledger-record.ts';
import { type LedgerHead, parseLedgerHead } from './ledger-record.ts';
import type { LedgerLine } from './read-ledger.ts';
import { readLedgerFile } from './read-ledger.ts';

/**
 * Records of several processes may lie so far out of their times without any clock being wrong: a time is taken when
 * something happens, and the file's lock is waited for after that (10 s at most, and some for the writing).
 */
const othersMs: Millis = 15_000;

type Timed = Pick<LedgerRecord, 'at' | 'host' | 'pid'>;

/** How far the clock was set back between a record and the one before it; undefined: it was not. */
const setBackBy = (before: Timed, record: Timed): Millis | undefined => {
  const back = Date.parse(before.at) - Date.parse(record.at);
  const same = before.pid === record.pid && before.host === record.host;
  return back > (same ? 0 : othersMs) ? back : undefined;
};

/** What is listed of a kind; more are counted. */
const listedMost = 100;

/** A line that is no record. */
interface TornLine {
  readonly line: number;
  readonly bytes: number;
}

/** What a ledger's lines say by themselves, up to the first that does not belong there. */
interface Walk {
  readonly link: ChainPosition;
  readonly lines: number;
  readonly torn: readonly TornLine[];
  readonly tornCount: number;
  /** Where the times go back, though the order of the records holds. */
  readonly setBack: readonly { readonly line: number; readonly byMs: Millis }[];
  readonly setBackCount: number;
  readonly firstBroken?: { readonly line: number; readonly what: string };
  /** The record that the head counts as the last: its hash, and where its line ends. */
  readonly atHead?: { readonly hash: string; readonly end: number };
}

/** A broken line right behind an unreadable one: that one was a record. */
const placeOf = (line: number, what: string, torn: TornLine | undefined): { line: number; what: string } =>
  torn?.line === line - 1
    ? { line: torn.line, what: 'this line cannot be read, and the chain does not go on behind it' }
    : { line, what };

const stepOn = (link: ChainPosition, { text }: LedgerLine): ChainStep =>
  text === undefined ? { is: 'torn' } : verifyNext(link, text);

/** Follows the chain from its begin; one line is held at a time. */
const walk = async (lines: AsyncIterable<LedgerLine>, headCount: number): Promise<Walk> => {
  let link = chainStart;
  let [count, tornCount, setBackCount] = [0, 0, 0];
  let before: LedgerRecord | undefined;
  let lastTorn: TornLine | undefined;
  let firstBroken: Walk['firstBroken'];
  let atHead: Walk['atHead'];
  const torn: TornLine[] = [];
  const setBack: { line: number; byMs: Millis }[] = [];
  const judgeTime = (record: LedgerRecord): void => {
    const byMs = before === undefined ? undefined : setBackBy(before, record);
    before = record;
    if (byMs === undefined) return;
    setBackCount++;
    if (setBack.length < listedMost) setBack.push({ line: count, byMs });
  };
  for await (const line of lines) {
    count++;
    if (line.text === '') continue;
    const step = stepOn(link, line);
    if (step.is === 'broken') {
      firstBroken = placeOf(count, step.what, lastTorn);
      break;
    }
    if (step.is === 'torn') {
      tornCount++;
      lastTorn = { line: count, bytes: line.bytes };
      if (torn.length < listedMost) torn.push(lastTorn);
      continue;
    }
    link = step.link;
    judgeTime(step.record);
    if (link.count === headCount) atHead = { hash: link.hash, end: line.end };
  }
  return {
    link,
    lines: count,
    // The last is what a cut record is told from.
    torn: lastTorn === undefined || torn.includes(lastTorn) ? torn : [...torn.slice(0, -1), lastTorn],
    tornCount,
    setBack,
    setBackCount,
    ...(firstBroken === undefined ? {} : { firstBroken }),
    ...(atHead === undefined ? {} : { atHead }),
  };
};

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
const headBreak = (
  headText: string | undefined,
  head: LedgerHead | undefined,
  found: Walk,
): Break | undefined => {
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
  const head = headText === undefined ? undefined : parseLedgerHead(headText);
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
