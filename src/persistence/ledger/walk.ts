import type { Millis } from '../../domain/fault.ts';
import { follow, type Link, type Step, start } from './chain.ts';
import type { LedgerRecord } from './entry.ts';
import type { LedgerLine } from './lines.ts';

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
export interface TornLine {
  readonly line: number;
  readonly bytes: number;
}

/** What a ledger's lines say by themselves, up to the first that does not belong there. */
export interface Walk {
  readonly link: Link;
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

const stepOn = (link: Link, { text }: LedgerLine): Step =>
  text === undefined ? { is: 'torn' } : follow(link, text);

/** Follows the chain from its begin; one line is held at a time. */
export const walk = async (lines: AsyncIterable<LedgerLine>, headCount: number): Promise<Walk> => {
  let link = start;
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
