import type { Millis } from '../../../domain/base/fault.ts';
import type { Note } from '../../../domain/facts/facts.ts';
import { formatCount } from '../../../domain/text/format.ts';
import { barStep } from '../../kit/text/bars.ts';
import type { StyledLine } from '../../kit/text/line.ts';
import type { TextPen } from '../../kit/text/pen.ts';

/** Consecutive equal events of a breaker: 'NOT_PERMITTED', one hundred times. */
export interface EventGroup {
  /** Type and text without the time. */
  readonly label: string;
  readonly count: number;
  /** Clock times of its oldest and newest event, 'HH:MM:SS'; '' if the events have none. */
  readonly first: string;
  readonly last: string;
  /** Times of its events; wall clock. */
  readonly times: readonly Millis[];
}

/** 'ISO-TIME rest', with the zone name that Spring appends. */
const timedText = /^(\d{4}-\d\d-\d\dT(\d\d:\d\d:\d\d)\S*)\s*(.*)$/s;
const zoneName = /\[.*\]$/;
/** A time in the words of an event, of which the clock is enough. */
export const isoTimePattern = /\d{4}-\d\d-\d\dT(\d\d:\d\d:\d\d)[\d.]*Z?/g;

/** A duration at the end of an event, in which equal calls differ. */
const duration = /\s*\d+ ms$/;

const typeOf = ({ title }: Note, breaker: string): string =>
  title
    .slice(title.indexOf(breaker) + breaker.length)
    .replace(/^:/, '')
    .trim();

/** Folds neighboring events of the same type and text. `notes`: newest first. */
export const groupEvents = (notes: readonly Note[], breaker: string): readonly EventGroup[] => {
  const groups: EventGroup[] = [];
  for (const note of notes) {
    const [, iso = '', clock = '', rest = note.text] = timedText.exec(note.text) ?? [];
    const label = [typeOf(note, breaker), rest.replace(duration, '')]
      .filter((part) => part !== '')
      .join('  ');
    const time = Date.parse(iso.replace(zoneName, ''));
    const times = Number.isNaN(time) ? [] : [time];
    const previous = groups.at(-1);
    if (previous?.label === label)
      groups[groups.length - 1] = {
        label,
        count: previous.count + 1,
        first: clock,
        last: previous.last,
        times: [...previous.times, ...times],
      };
    else groups.push({ label, count: 1, first: clock, last: clock, times });
  }
  return groups;
};

const second: Millis = 1000;

/** Events per second of a group, with one decimal; undefined: fewer than ten events, or less than two seconds. */
export const rateOf = ({ times, count }: EventGroup): number | undefined => {
  const span = Math.max(...times) - Math.min(...times);
  return count < 10 || !(span >= 2 * second) ? undefined : (count * second) / span;
};

/** '15:17:26 – 15:17:39  NOT_PERMITTED × 100, 7.6 /s' */
const groupText = (pen: TextPen, group: EventGroup): string => {
  const { label, count, first, last } = group;
  const span = first === last ? first : `${first} – ${last}`;
  const rate = rateOf(group);
  const times = count === 1 ? '' : ` ${pen.ascii ? 'x' : '×'} ${formatCount(count)}`;
  return [span, `${label}${times}${rate === undefined ? '' : `, ${formatCount(rate, 1)} /s`}`]
    .filter((part) => part !== '')
    .join('  ');
};

/** Most bars; each counts as many seconds as it must. */
const mostBars = 40;
/** Rows of the bars, and cells of a bar. */
const barRows = 3;
const mostBarCells = 4;

/** The events per bar, oldest first, and the seconds that a bar counts; undefined for a group without a rate. */
const countsOf = (
  group: EventGroup,
): { readonly counts: readonly number[]; readonly step: number } | undefined => {
  if (rateOf(group) === undefined) return undefined;
  const from = Math.floor(Math.min(...group.times) / second);
  const to = Math.floor(Math.max(...group.times) / second);
  const step = Math.ceil((to - from + 1) / mostBars);
  const counts = Array.from({ length: Math.floor((to - from) / step) + 1 }, () => 0);
  for (const time of group.times) {
    const bar = Math.floor((Math.floor(time / second) - from) / step);
    counts[bar] = (counts[bar] ?? 0) + 1;
  }
  return { counts, step };
};

/** Events per second as bars of three rows, on a scale from 0, with the times of the first and the last. */
export const rateBars = (
  pen: TextPen,
  group: EventGroup,
  columns: number,
  inset = usualInset,
): readonly StyledLine[] => {
  const found = countsOf(group);
  if (found === undefined) return [];
  const { counts, step } = found;
  const most = Math.max(...counts);
  const unit = step === 1 ? '/s' : `/${step} s`;
  const label = `${formatCount(most)} ${unit} `;
  const room = columns - inset.length - label.length - 1;
  const each = Math.floor(room / counts.length);
  const cells = Math.max(1, Math.min(mostBarCells, each - 1));
  const gap = each > 1 ? ' ' : '';
  const rows = Array.from({ length: barRows }, (_, index): StyledLine => {
    const row = barRows - 1 - index;
    const text = index === 0 ? label : row === 0 ? '0 ' : '';
    return [
      pen.run(`${inset}${text.padStart(label.length)}`, 'faint'),
      pen.run(
        counts.map((count) => barStep(pen, count / most, { row, rows: barRows }).repeat(cells)).join(gap),
        'spark',
      ),
    ];
  });
  const width = counts.length * (cells + gap.length) - gap.length;
  const ends =
    width < 2 * clockCells + 1 ? group.first : group.first + group.last.padStart(width - clockCells);
  return [...rows, [pen.run(`${inset}${' '.repeat(label.length)}${ends}`, 'faint')]];
};

/** Cells of '15:17:26'. */
const clockCells = 8;

const usualInset = '     ';

/** Renders groups of events, the newest first, each with its count, its rate and its first and last time. */
export const eventGroupLines = (
  pen: TextPen,
  groups: readonly EventGroup[],
  columns: number,
): readonly StyledLine[] =>
  groups.flatMap((group): readonly StyledLine[] => {
    const bars = rateBars(pen, group, columns);
    const texts = pen.wrap(
      groupText(pen, group).replaceAll(isoTimePattern, '$1'),
      columns - usualInset.length - 1,
    );
    return [...texts.map((text): StyledLine => [pen.run(`${usualInset}${text}`)]), ...bars];
  });
