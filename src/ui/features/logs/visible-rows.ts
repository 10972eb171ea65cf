import { rowKind } from '../../../logs/format/parsed-line.ts';
import type { LogsState } from '../../../logs/ring/logs-state.ts';
import { ringRowHead, ringRowText } from './ring-row.ts';

/** The rows that are in sight. */
export interface LogRowSteps {
  /** Ids, top to bottom. */
  readonly ids: readonly number[];
  /** Index into `ids` of the row under the cursor; -1: there is none. */
  readonly cursorLine: number;
  /** Lines of the screen above the row under the cursor. */
  readonly above: number;
}

interface VisibleRowsRequest {
  readonly cursor: number | undefined;
  /** Lines of the screen above the cursor's row. */
  readonly above: number;
  readonly room: number;
  /** Lines that a row takes. */
  heightOf(id: number): number;
}

/**
 * The rows around the cursor, as many as there is room for. The cursor stays where it stood; only where nothing older or
 * newer is left the rows move up or down. Costs what is seen, however many lines there are.
 */
export const visibleRows = (
  lines: LogsState,
  { cursor, above, room, heightOf }: VisibleRowsRequest,
): LogRowSteps => {
  if (cursor === undefined || room < 1) return { ids: [], cursorLine: -1, above: 0 };
  const own = Math.min(room, heightOf(cursor));
  const [front, behind]: [number[], number[]] = [[], []];
  let [used, over] = [own, 0];
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

/** What lines are walked through. */
type Lines = Pick<LogsState, 'ring' | 'lens'>;

/** Rows of other streams that may stand between a line and what continues it. */
const lookedAtMost = 256;

/** More of a line's beginning is not looked at to tell whether it is blank. */
const blankBytes = 16;

const isBlank = ({ ring }: Lines, id: number): boolean => {
  const { text, left } = ringRowText(ring, id, blankBytes);
  return left === 0 && text.trim() === '';
};

/**
 * A further line of a stack trace: it is told with the first one that says something, which may have rows of other streams
 * in front of it. A blank one, as there is in front of many a trace, is no row of its own.
 */
const isFolded = (lines: Lines, id: number): boolean => {
  const { ring, lens } = lines;
  if (ringRowHead(ring, id)?.kind !== rowKind.continuation) return false;
  const head = lens.headOf(id);
  if (head === id) return false;
  if (isBlank(lines, id)) return true;
  const to = Math.min(id, head + lookedAtMost);
  for (let at = head + 1; at < to; at++)
    if (
      lens.headOf(at) === head &&
      ringRowHead(ring, at)?.kind === rowKind.continuation &&
      !isBlank(lines, at)
    )
      return true;
  return false;
};

/** The next row of the screen behind one (or behind an id that has none). */
export const nextVisibleRow = (lines: Lines, id: number): number | undefined => {
  let next = lines.lens.after(id);
  while (next !== undefined && isFolded(lines, next)) next = lines.lens.after(next);
  return next;
};

/** The row of the screen in front of one (or of an id that has none). */
export const previousVisibleRow = (lines: Lines, id: number): number | undefined => {
  let before = lines.lens.before(id);
  while (before !== undefined && isFolded(lines, before)) before = lines.lens.before(before);
  return before;
};

export const lastVisibleRow = (lines: Lines): number | undefined => previousVisibleRow(lines, lines.ring.end);

/** The row itself, or the nearest one: what a chip hides gives way to what stands in front of it, else behind it. */
export const nearestVisibleRow = (lines: Lines, id: number): number | undefined => {
  if (lines.lens.passes(id) && !isFolded(lines, id)) return id;
  return previousVisibleRow(lines, id) ?? nextVisibleRow(lines, id);
};

/** Further lines of a stack trace that are told with its first one. */
export const foldedRowCount = (lines: Lines, id: number): number => {
  const { ring, lens } = lines;
  if (ringRowHead(ring, id)?.kind !== rowKind.continuation) return 0;
  const head = lens.headOf(id);
  return head === id ? 0 : lens.groupOf(head).filter((at) => at > id).length;
};
