import type { Millis } from '../../../domain/base/fault.ts';
import { formatClockTime } from '../../../domain/text/format.ts';
import { formatDate } from '../text/format.ts';
import { mergeRuns, type StyledLine, type StyledRun } from '../text/line.ts';
import type { TextPen } from '../text/pen.ts';

const minute: Millis = 60_000;
const hour: Millis = 60 * minute;

/** Distances of labels that read well. */
const distances: readonly Millis[] = [
  minute,
  2 * minute,
  5 * minute,
  10 * minute,
  15 * minute,
  30 * minute,
  hour,
  2 * hour,
  3 * hour,
  6 * hour,
  12 * hour,
  24 * hour,
];

/** Minimum cells between the starts of two labels. */
const labelCells = 10;

interface TimeAxis {
  /** Wall-clock time of the first cell. */
  readonly from: Millis;
  readonly cellMs: Millis;
  readonly cells: number;
}

/** '09:50', or 'Wed 04 Mar' at midnight. */
const labelOf = (time: Millis): string =>
  time % (24 * hour) === 0 ? formatDate(time).slice(0, 10) : formatClockTime(time).slice(0, 5);

/** Renders clock times (UTC) below a chart, centered below their cells, as one text of `cells` cells. */
export const timeAxisText = ({ from, cellMs, cells }: TimeAxis): string => {
  const distance = distances.find((candidate) => candidate >= labelCells * cellMs) ?? 24 * hour;
  let text = '';
  for (let time = Math.ceil(from / distance) * distance; time < from + cells * cellMs; time += distance) {
    const label = labelOf(time);
    const start = Math.floor((time - from) / cellMs) - Math.floor(label.length / 2);
    if (start <= text.length && text !== '') continue;
    if (start < 0 || start + label.length > cells) continue;
    text = `${text.padEnd(start)}${label}`;
  }
  return text.padEnd(cells);
};

/** A letter at a cell of an axis. */
interface AxisMark {
  readonly cell: number;
  readonly letter: string;
}

interface RelativeAxis {
  readonly cells: number;
  /** Blank cells before it. */
  readonly indent: number;
  /** The label of its start: '-5m', '10:02'. */
  readonly start: string;
  /** The label of its end; default 'now'. */
  readonly end?: string;
  readonly marks: readonly AxisMark[];
}

/** Renders '-5m … now' below a chart, with marks at their time. A mark wins over a label, also beside it. */
export const relativeAxis = (
  pen: TextPen,
  { cells, indent, start, end = 'now', marks }: RelativeAxis,
): StyledLine => {
  const axis = Array.from({ length: cells }, (): StyledRun => ({ text: ' ', role: 'faint' }));
  const inside = marks.filter(({ cell }) => cell >= 0 && cell < cells);
  const write = (text: string, from: number): void => {
    const isFree = !inside.some(({ cell }) => cell >= from - 1 && cell <= from + text.length);
    if (from < 0 || !isFree) return;
    for (const [index, letter] of [...text].entries()) axis[from + index] = { text: letter, role: 'faint' };
  };
  write(end, cells - end.length);
  if (cells > start.length + end.length + 2) write(start, 0);
  for (const { cell, letter } of inside) axis[cell] = { text: letter, role: 'focus' };
  return [pen.run(' '.repeat(indent)), ...mergeRuns(axis)];
};
