import { rowKind } from '../../../../src/logs/format/parsed-line.ts';
import type { LogRow, ReadonlyLogRing } from '../../../../src/logs/ring/log-ring.ts';
import type { WrittenLog } from './written-log.ts';

export const rowsOf = (ring: ReadonlyLogRing): readonly LogRow[] =>
  Array.from({ length: ring.count }, (_, index) => ring.row(ring.first + index)).filter(
    (row) => row !== undefined,
  );

/** Compares the shown lines of a log with the written ones; returns duplicates, disorder and unreported gaps. */
export const differences = (log: WrittenLog, rows: readonly LogRow[]): readonly string[] => {
  const wrong: string[] = [];
  let next = 0;
  let isSaid = false;
  for (const { kind, text } of rows) {
    if (kind === rowKind.gap || kind === rowKind.dropped) isSaid = true;
    if (kind > rowKind.continuation) continue;
    const nth = Number(text.split(' ')[1]);
    if (text !== log.all[nth]?.text) wrong.push(`${log.uid}: '${text.slice(0, 30)}' was never written`);
    else if (nth < next) wrong.push(`${log.uid}: ${nth} again, behind ${next - 1}`);
    else if (nth > next && !isSaid) wrong.push(`${log.uid}: ${next} to ${nth - 1} missing unsaid`);
    next = Math.max(next, nth + 1);
    isSaid = false;
  }
  if (next < log.all.length && !isSaid)
    wrong.push(`${log.uid}: the last ${log.all.length - next} missing unsaid`);
  return wrong.slice(0, 5);
};

export const gapsIn = (rows: readonly LogRow[]): number =>
  rows.filter(({ kind }) => kind === rowKind.gap).length;

/**
 * Compares the shown lines of a stream, from some line on, with those written until a moment ago; returns duplicates,
 * disorder and unreported gaps. Lines written since then may be shown already.
 */
export const missingFrom = (written: readonly string[], rows: readonly LogRow[]): readonly string[] => {
  const lines = rows.filter(({ kind }) => kind <= rowKind.continuation);
  const begin = written.findIndex((_, position) =>
    lines.slice(0, 5).every(({ text }, index) => written[position + index] === text),
  );
  if (begin < 0) return [`'${lines[0]?.text}' was never written`];
  const wrong: string[] = [];
  let next = begin;
  let isSaid = false;
  for (const { kind, text } of rows) {
    if (kind === rowKind.gap || kind === rowKind.dropped) isSaid = true;
    if (kind > rowKind.continuation || next >= written.length) continue;
    const index = isSaid ? written.indexOf(text, next) : next;
    if (written[index] !== text) wrong.push(`row ${next - begin}: '${text}' in place of '${written[next]}'`);
    next = index + 1;
    isSaid = false;
  }
  if (next < written.length && !isSaid) wrong.push(`the last ${written.length - next} are missing unsaid`);
  return wrong.slice(0, 5);
};
