import type { Millis } from '../../../../domain/base/fault.ts';
import { formatClockTime } from '../../../../domain/text/format.ts';
import { formatDate } from '../../../kit/text/format.ts';

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
