import { count } from '../../../domain/format.ts';
import { levelCode } from '../../../domain/log-level.ts';
import { patternOfWords } from '../../../logs/format/chip.ts';
import { rowKind } from '../../../logs/format/line.ts';
import { hitsShown } from '../../../logs/ring/both.ts';
import type { LogsState } from '../../../logs/ring/state.ts';
import type { Pane } from '../../panes/pane.ts';
import type { Drawn, Room } from '../../panes/row.ts';
import type { Line } from '../../text/run.ts';
import { fitLine } from '../../text/run.ts';
import type { View } from '../../view.ts';
import { hitsText, titleLine } from './chips-line.ts';
import { cursorRow, logsId } from './cursor.ts';
import { drawWhole } from './draw.ts';
import { askingField, askingKeys } from './keys/asking.ts';
import { logKeys } from './keys/keys.ts';
import { wrongPattern } from './keys/preview.ts';
import { clickLogs } from './keys/strip-keys.ts';
import { openRow, walk } from './keys/walk.ts';
import type { LogAsked } from './look.ts';
import { rowFormOf, rowLines } from './row-line.ts';
import { bookmarkRows, bookmarks, cursorRows, logSheet } from './rows.ts';
import { logStates } from './states.ts';

const least = levelCode('warn');
/** So many rows are gone through for those that are worth a look. */
const walkedAtMost = 100_000;

/** The newest rows that pass and are graver than information, or stand where lines may be missing. Oldest first. */
const gravest = ({ ring, lens }: LogsState, from: number, room: number): readonly number[] => {
  const found: number[] = [];
  let walked = 0;
  for (let at = ring.blockOf(from); at >= 0 && found.length < room && walked < walkedAtMost; at--) {
    const block = ring.blocks[at];
    if (block === undefined) break;
    for (
      let index = Math.min(block.count, from + 1 - block.base) - 1;
      index >= 0 && found.length < room;
      index--
    ) {
      walked++;
      const kind = block.kind[index] ?? 0;
      const isGrave =
        kind === rowKind.line ? (block.level[index] ?? 0) >= least : kind > rowKind.continuation;
      if (isGrave && lens.passes(block.base + index)) found.push(block.base + index);
    }
  }
  return found.toReversed();
};

/** The newest grave lines, beside the other panes of the overview. */
const drawBrief = (view: View, room: Room): Drawn => {
  const { pen, cockpit, past } = view;
  const { logs } = cockpit;
  const told = logStates(view).slice(0, 2);
  const title = titleLine(view, room, 'level ≥ WARN');
  const fits = Math.max(0, room.height - 1 - told.length);
  const until = past === undefined ? (logs?.ring.end ?? 0) - 1 : (cursorRow(view) ?? -1);
  const ids = logs === undefined ? [] : gravest(logs, until, fits);
  const rows =
    logs === undefined
      ? []
      : ids.flatMap((id) =>
          rowLines(view, logs, id, { ...rowFormOf(view, logs, room.width, fits), wrap: false }),
        );
  const calm: readonly Line[] =
    logs !== undefined && logs.ring.count > 0 && ids.length === 0
      ? [[pen.run(' '), pen.glyph('ok', 'ok'), pen.run(' no line ≥ WARN here', 'ok')]]
      : [];
  const lines = [title, ...rows, ...calm, ...told].slice(0, room.height);
  return { lines: lines.map((line) => fitLine(line, room.width, 'plain', pen.mark)) };
};

const marks: Readonly<Record<LogAsked, string>> = {
  include: ' + ',
  exclude: ' - ',
  seek: ' /',
  time: ' time ',
  around: ' lines around ',
};

const hints: Readonly<Record<LogAsked, string>> = {
  include: 'lines that have it stay · small letters fit any case · /a|b/ is an expression',
  exclude: 'lines that have it go · small letters fit any case · /a|b/ is an expression',
  seek: 'hits are marked, nothing is hidden · /a|b/ is an expression',
  time: '10:14 · 10:14:30 · -15m · 2026-03-04T10:14 · 10:14-10:20: only that',
  around: '3: before and after · 5,0: before only · 0: none',
};

/** How many lines have what was typed: all of them are looked through, and the count grows until they have been. */
const foundText = ({ ring, lens, hits }: LogsState, is: 'include' | 'exclude'): string => {
  if (hits.tooSlow.length > 0) return 'takes too long on some lines: it would be given up, and hide nothing';
  const more = hits.pending > 0 ? '+' : '';
  if (is === 'include') return `${count(hits.shown)}${more} of ${count(ring.count)} lines have it`;
  return `${count(hitsShown(lens, hits))}${more} of ${count(lens.shown)} lines here would go`;
};

/** What comes of what has been typed so far. */
const previewOf = (
  view: View,
  is: LogAsked,
  text: string,
): { readonly text: string; readonly isWrong?: true } => {
  const { logs } = view.cockpit;
  if (logs === undefined || is === 'time' || is === 'around') return { text: '' };
  const wrong = wrongPattern(patternOfWords(view.pen.meant(text)));
  if (wrong !== undefined) return { text: wrong, isWrong: true };
  if (is === 'seek') return { text: hitsText(logs, cursorRow(view)) };
  return { text: foundText(logs, is) };
};

/** The row below the panes while a text is typed there. */
const askingLine = (view: View): Line => {
  const { pen, ui } = view;
  const { asking } = ui.logs;
  if (asking === undefined) return [];
  const { is, text, complaint } = asking;
  const marked =
    is === 'time' && bookmarks(view).length > 1 ? "': from the first marked line to the last · " : '';
  const preview = text === '' ? { text: `${marked}${hints[is]}` } : previewOf(view, is, text);
  const isWrong = complaint !== undefined || ('isWrong' in preview && preview.isWrong === true);
  return pen.line(
    pen.run(marks[is], 'key'),
    `${pen.typed(text)}_`,
    pen.run(`   ${complaint ?? preview.text}`, isWrong ? 'warn' : text === '' ? 'faint' : 'plain'),
    pen.run(text === '' ? '' : isWrong ? ' · what was shown stays' : '   enter takes · esc leaves', 'faint'),
  );
};

/** From so many columns on it stands in the overview. */
export const overviewFrom = 180;

const hasTails = ({ cockpit }: View): boolean => (cockpit.open?.tails?.length ?? 0) > 0;

/**
 * 8 LOGS: lines of pods, containers, units and files, by time. There may be a million of them, so its rows are never
 * made as a list: what asks for rows gets the one under the cursor, and it moves its cursor itself (`walk`).
 */
export const logsPane: Pane = {
  id: logsId,
  key: '8',
  title: 'LOGS',
  there: (view) => view.columns >= overviewFrom && hasTails(view),
  isColumn: true,
  orders: ['by time'],
  columns: () => 0,
  keys: logKeys,
  without: ['order', 'order.reverse', 'mark.shown'],
  wanted: (view) => ({ rows: cursorRows(view), all: view.cockpit.logs?.lens.shown ?? 0, loosely: false }),
  every: bookmarkRows,
  sheet: logSheet,
  all: cursorRows,
  rows: cursorRows,
  shown: cursorRows,
  wants: (view) => view.rows,
  draw: (view, room) => (room.form === 'full' ? drawWhole(view, room) : drawBrief(view, room)),
  findings: () => [],
  asking: {
    isAsked: ({ ui }) => ui.logs.asking !== undefined,
    keys: askingKeys,
    field: askingField,
    line: askingLine,
  },
  enter: openRow,
  exports:
    'TEXT, CSV and JSON have the marked lines, or the one under the cursor; S saves what is shown, or all',
  walk,
  click: clickLogs,
};
