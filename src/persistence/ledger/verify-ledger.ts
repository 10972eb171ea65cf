import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { defined } from '../../domain/base/defined.ts';
import type { Millis } from '../../domain/base/fault.ts';
import { type ChainPosition, type ChainStep, chainStart, verifyNext } from './chain.ts';
import type { LedgerRecord } from './ledger-record.ts';
import { type LedgerHead, parseLedgerHead } from './ledger-record.ts';
import type { LedgerLine } from './read-ledger.ts';
import { readLedgerFile } from './read-ledger.ts';

/**
 * Tolerated time difference in ms between consecutive records of different processes. A record's time is
 * taken before the wait for the file lock (at most 10 s, plus the write).
 */
const othersMs: Millis = 15_000;

type Timed = Pick<LedgerRecord, 'at' | 'host' | 'pid'>;

/** Returns how far the clock was set back between two consecutive records; undefined if it was not. */
const setBackBy = (before: Timed, record: Timed): Millis | undefined => {
  const back = Date.parse(before.at) - Date.parse(record.at);
  const same = before.pid === record.pid && before.host === record.host;
  return back > (same ? 0 : othersMs) ? back : undefined;
};

/** Maximum items listed per kind; further ones are only counted. */
const maxListed = 100;

/** A line that is not a record. */
interface TornLine {
  readonly line: number;
  readonly bytes: number;
}

/** Result of reading a ledger's lines up to the first break. */
interface Walk {
  readonly link: ChainPosition;
  readonly lines: number;
  readonly torn: readonly TornLine[];
  readonly tornCount: number;
  /** Lines whose time precedes that of the line before, although the sequence is intact. */
  readonly setBack: readonly { readonly line: number; readonly byMs: Millis }[];
  readonly setBackCount: number;
  readonly firstBroken?: { readonly line: number; readonly what: string };
  /** The record that the head counts as the last one: its hash, and the offset at which its line ends. */
  readonly atHead?: { readonly hash: string; readonly end: number };
}

/**
 * Returns the position of a break. A broken line directly after an unreadable one means that the unreadable
 * line was a record.
 */
const placeOf = (line: number, what: string, torn: TornLine | undefined): { line: number; what: string } =>
  torn?.line === line - 1
    ? { line: torn.line, what: 'this line is not readable, so the hash chain is broken here' }
    : { line, what };

const stepOn = (link: ChainPosition, { text }: LedgerLine): ChainStep =>
  text === undefined ? { is: 'torn' } : verifyNext(link, text);

/** Verifies the chain from its start; keeps one line in memory. */
const walk = async (lines: AsyncIterable<LedgerLine>, headCount: number): Promise<Walk> => {
  let link = chainStart;
  let count = 0;
  let tornCount = 0;
  let setBackCount = 0;
  let before: LedgerRecord | undefined;
  let lastTorn: TornLine | undefined;
  let firstBroken: Walk['firstBroken'];
  let atHead: Walk['atHead'];
  const torn: TornLine[] = [];
  const setBack: { line: number; byMs: Millis }[] = [];
  const judgeTime = (record: LedgerRecord): void => {
    const byMs = before === undefined ? undefined : setBackBy(before, record);
    before = record;
    // A merged record was written earlier, while the state database was not available.
    if (byMs === undefined || record.merged !== undefined) return;
    setBackCount++;
    if (setBack.length < maxListed) setBack.push({ line: count, byMs });
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
      if (torn.length < maxListed) torn.push(lastTorn);
      continue;
    }
    link = step.link;
    judgeTime(step.record);
    if (link.count === headCount) atHead = { hash: link.hash, end: line.end };
  }
  return {
    link,
    lines: count,
    // The last torn line is always listed, because it identifies a truncated record.
    torn: lastTorn === undefined || torn.includes(lastTorn) ? torn : [...torn.slice(0, -1), lastTorn],
    tornCount,
    setBack,
    setBackCount,
    ...defined({ firstBroken, atHead }),
  };
};

export interface LedgerCheck {
  readonly ok: boolean;
  /** Valid records up to the first break. */
  readonly count: number;
  /** True when no record was ever written. */
  readonly empty: boolean;
  /** The first break, by line of `audit.jsonl`. */
  readonly firstBroken?: { readonly line: number; readonly what: string };
  /**
   * Partial records left by a killed process or a full disk; the first 100. Not a break, because they were
   * never acknowledged.
   */
  readonly torn: readonly TornLine[];
  readonly tornCount: number;
  /**
   * Lines whose time precedes that of the line before, because a clock was set back; the first 100. Not a
   * break, because the sequence numbers define the order.
   */
  readonly setBack: Walk['setBack'];
  readonly setBackCount: number;
  /** Number of records that `audit.head` does not count yet after a crash; the next append repairs it. */
  readonly behind: number;
  /** Hash of the last valid record. A copy kept elsewhere proves later that no earlier record was changed. */
  readonly hash: string;
}

type Break = NonNullable<LedgerCheck['firstBroken']>;

const many = (count: number): string =>
  count === 1 ? 'the last record is' : `the last ${count} records are`;

/**
 * Returns the break when records that the head counts are missing. A partial record at the end is the rest of
 * the first of them.
 */
const missingAtEnd = ({ link, lines, torn }: Walk, missing: number): Break => {
  const half = torn.at(-1);
  if (half?.line !== lines) return { line: lines + 1, what: `${many(missing)} missing` };
  const more = missing === 1 ? '' : `, and the ${missing - 1} that follow are missing`;
  return {
    line: half.line,
    what: `record ${link.count + 1} is truncated: ${half.bytes} bytes remain, but audit.head counts the record as complete${more}`,
  };
};

/**
 * Returns the break between head and chain: truncated, replaced or lost. The head knows where the line of its
 * last record ends.
 */
const headBreak = (
  headText: string | undefined,
  head: LedgerHead | undefined,
  walked: Walk,
): Break | undefined => {
  const atEnd = (what: string): Break => ({ line: walked.lines + 1, what });
  if (head === undefined) {
    if (headText !== undefined)
      return atEnd('audit.head cannot be read, so records at the end may be missing');
    return walked.link.count > 1
      ? atEnd('audit.head is missing, so records at the end may be missing too')
      : undefined;
  }
  const missing = head.count - walked.link.count;
  if (missing > 0) return missingAtEnd(walked, missing);
  if (head.count === 0 || walked.atHead === undefined) return undefined;
  const { hash, end } = walked.atHead;
  if (hash !== head.hash)
    return atEnd(`record ${head.count} does not match audit.head, so the end of the ledger has been changed`);
  return head.bytes === end
    ? undefined
    : atEnd(`audit.head says record ${head.count} ends at byte ${head.bytes}, but the line ends at ${end}`);
};

/**
 * Returns the break of a ledger without files. The directory of target locks is the trace of earlier records: a run takes
 * locks only after its plan is on disk.
 */
const lostBreak = async (stateDir: string): Promise<Break | undefined> => {
  const hasLocked = await stat(join(stateDir, 'locks')).then(
    (found) => found.isDirectory(),
    () => false,
  );
  if (!hasLocked) return undefined;
  return {
    line: 1,
    what: 'audit.jsonl and audit.head are missing, but runs were recorded here: the directory locks shows that',
  };
};

/**
 * Verifies the whole ledger: each record is hashed and chained to the one before, and none is missing at the
 * end. Torn lines, a clock that was set back, and a head that lags after a crash are reported but are not
 * breaks. Needs no write permission and keeps one line in memory. Rejects with a LedgerError when the ledger
 * cannot be read.
 */
export const verifyLedger = async (stateDir: string): Promise<LedgerCheck> => {
  const file = readLedgerFile(stateDir);
  // The head is read first: records appended meanwhile are then after it, not missing.
  const headText = await file.head();
  const head = headText === undefined ? undefined : parseLedgerHead(headText);
  const walked = await walk(file.lines(), head?.count ?? 0);
  const isAbsent = walked.lines === 0 && headText === undefined;
  const firstBroken =
    walked.firstBroken ?? (isAbsent ? await lostBreak(stateDir) : headBreak(headText, head, walked));
  // A line that was or may have been a record is reported only as the break.
  const torn = walked.torn.filter(({ line }) => line !== firstBroken?.line);
  return {
    ok: firstBroken === undefined,
    count: walked.link.count,
    empty: isAbsent && firstBroken === undefined,
    torn,
    tornCount: walked.tornCount - (walked.torn.length - torn.length),
    setBack: walked.setBack,
    setBackCount: walked.setBackCount,
    behind: firstBroken === undefined ? walked.link.count - (head?.count ?? 0) : 0,
    hash: walked.link.hash,
    ...defined({ firstBroken }),
  };
};
