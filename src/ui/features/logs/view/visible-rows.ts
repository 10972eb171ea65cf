import { rowKind } from '../../../../logs/format/parsed-line.ts';
import { equalLines } from '../../../../logs/ring/line-repeats.ts';
import type { LogsState } from '../../../../logs/ring/logs-state.ts';
import { ringRowHead, ringRowText } from './ring-row.ts';

/** The visible rows. */
export interface LogRowSteps {
  /** Ids, top to bottom. */
  readonly ids: readonly number[];
  /** Index into `ids` of the row under the cursor; -1 for none. */
  readonly cursorLine: number;
  /** Screen lines above the row under the cursor. */
  readonly above: number;
}

interface VisibleRowsRequest {
  readonly cursor: number | undefined;
  /** Screen lines above the cursor's row. */
  readonly above: number;
  readonly room: number;
  /** Height of a row in screen lines. */
  heightOf(id: number): number;
}

/**
 * The rows around the cursor that fit. The cursor keeps its screen position; rows shift only at either end of the ring.
 * The cost depends on the number of visible rows, not on the size of the ring.
 */
export const visibleRows = (
  lines: LogsState,
  { cursor, above, room, heightOf }: VisibleRowsRequest,
): LogRowSteps => {
  if (cursor === undefined || room < 1) return { ids: [], cursorLine: -1, above: 0 };
  const own = Math.min(room, heightOf(cursor));
  const front: number[] = [];
  const behind: number[] = [];
  let used = own;
  let over = 0;
  const goUp = (limit: number): void => {
    for (;;) {
      const id = previousVisibleRow(lines, front.at(-1) ?? cursor);
      if (id === undefined) return;
      const height = heightOf(id);
      if (over + height > limit || used + height > room) return;
      front.push(id);
      over += height;
      used += height;
    }
  };
  goUp(Math.min(above, room - own));
  for (;;) {
    const id = nextVisibleRow(lines, behind.at(-1) ?? cursor);
    if (id === undefined) break;
    const height = heightOf(id);
    if (used + height > room) break;
    behind.push(id);
    used += height;
  }
  goUp(room);
  return { ids: [...front.toReversed(), cursor, ...behind], cursorLine: front.length, above: over };
};

/** The rows to step through. */
type Lines = Pick<LogsState, 'ring' | 'filteredView' | 'arrangement'>;

/**
 * Ids of the visible lines that a row stands for: equal lines of several streams, oldest first. Only itself if there are none, or
 * while every line is shown exactly.
 */
export const linesOfRow = ({ ring, filteredView, arrangement }: Lines, id: number): readonly number[] => {
  const equal = arrangement === 'exact' ? undefined : equalLines(ring, id);
  const visible = equal?.filter((other) => filteredView.passes(other)) ?? [];
  return visible.length > 1 ? visible : [id];
};

/** True for a line that the row of an equal line stands for. */
export const isRepeat = (lines: Lines, id: number): boolean => {
  const [first = id] = linesOfRow(lines, id);
  return first < id;
};

/** Maximum rows of other streams to skip between a line and its continuation. */
const maxSkippedRows = 256;

/** Bytes to read to decide whether a line has text. */
const textBytes = 160;

/** True for a blank line, and for a rule such as `*****`. */
const isBlank = ({ ring }: Lines, id: number): boolean =>
  !/[\p{L}\p{N}]/u.test(ringRowText(ring, id, textBytes).text);

/**
 * True for a line that the row of an equal line stands for, and for a continuation line that is folded into the first continuation
 * with text of its record. Rows of other streams may lie in between. Blank continuation lines are always folded.
 */
const isFolded = (lines: Lines, id: number): boolean => {
  const { ring, filteredView } = lines;
  const kind = ringRowHead(ring, id)?.kind;
  if (kind === rowKind.line) return isRepeat(lines, id);
  if (kind !== rowKind.continuation) return false;
  const head = filteredView.headOf(id);
  if (head === id) return false;
  if (isBlank(lines, id) || isRepeat(lines, head)) return true;
  const to = Math.min(id, head + maxSkippedRows);
  for (let index = head + 1; index < to; index++)
    if (
      filteredView.headOf(index) === head &&
      ringRowHead(ring, index)?.kind === rowKind.continuation &&
      !isBlank(lines, index)
    )
      return true;
  return false;
};

/** The next unfolded row after an id; the id itself need not be visible. */
export const nextVisibleRow = (lines: Lines, id: number): number | undefined => {
  let next = lines.filteredView.after(id);
  while (next !== undefined && isFolded(lines, next)) next = lines.filteredView.after(next);
  return next;
};

/** The previous unfolded row before an id; the id itself need not be visible. */
export const previousVisibleRow = (lines: Lines, id: number): number | undefined => {
  let before = lines.filteredView.before(id);
  while (before !== undefined && isFolded(lines, before)) before = lines.filteredView.before(before);
  return before;
};

export const lastVisibleRow = (lines: Lines): number | undefined => previousVisibleRow(lines, lines.ring.end);

/** The row that stands for a line of a repeated record: the first equal line, or its continuation that is shown. */
const rowOfRepeat = (lines: Lines, head: number, id: number): number => {
  const [first = head] = linesOfRow(lines, head);
  if (id === head) return first;
  return lines.filteredView.groupOf(first).find((row) => !isFolded(lines, row)) ?? first;
};

/** The row that shows a line: of equal lines the first one. Otherwise the nearest visible row before it, then after it. */
export const nearestVisibleRow = (lines: Lines, id: number): number | undefined => {
  if (lines.filteredView.passes(id)) {
    if (!isFolded(lines, id)) return id;
    const head = lines.filteredView.headOf(id);
    if (isRepeat(lines, head)) return rowOfRepeat(lines, head, id);
  }
  return previousVisibleRow(lines, id) ?? nextVisibleRow(lines, id);
};

/** Maximum lines and characters of a record that its folded row shows. */
const maxSummaryLines = 12;
const maxSummaryChars = 240;

/**
 * The text of a record's folded continuations: of a stack trace the exception, of a message with several paragraphs all of
 * them, joined by ` · `.
 */
export const foldedText = (lines: Lines, id: number): string => {
  const { ring, filteredView } = lines;
  const { text } = ringRowText(ring, id);
  const head = filteredView.headOf(id);
  const rest = head === id ? [] : filteredView.groupOf(head).filter((at) => at > id);
  const texts = rest.slice(0, maxSummaryLines).map((position) => ringRowText(ring, position, textBytes).text);
  if ([text, ...texts].some((part) => /^\s+\S/.test(part))) return text.trim();
  let summary = text.trim();
  for (const [index, part] of texts.entries()) {
    if (summary.length >= maxSummaryChars) break;
    // A heading such as `Description:` says less than the text below it.
    if (!isBlank(lines, rest[index] ?? id) && !part.trimEnd().endsWith(':')) summary += ` · ${part.trim()}`;
  }
  return summary;
};

/** The number of lines folded into the first line of a stack trace. */
export const foldedRowCount = (lines: Lines, id: number): number => {
  const { ring, filteredView } = lines;
  if (ringRowHead(ring, id)?.kind !== rowKind.continuation) return 0;
  const head = filteredView.headOf(id);
  return head === id ? 0 : filteredView.groupOf(head).filter((position) => position > id).length;
};
