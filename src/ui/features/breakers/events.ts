import type { Millis } from '../../../domain/base/fault.ts';
import type { Note } from '../../../domain/facts/facts.ts';
import { formatCount } from '../../../domain/text/format.ts';
import type { StyledLine } from '../../kit/text/line.ts';
import type { TextPen } from '../../kit/text/pen.ts';

/** Consecutive equal events of a breaker: 'NOT_PERMITTED', one hundred times. */
interface EventGroup {
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

/** A duration at the end of an event, in which equal calls differ. */
const duration = /\s*\d+ ms$/;

const typeOf = ({ title }: Note, breaker: string): string =>
  title.slice(title.indexOf(breaker) + breaker.length).trim();

/** Folds neighboring events of the same type and text. `notes`: newest first. */
export const groupEvents = (notes: readonly Note[], breaker: string): readonly EventGroup[] => {
  const groups: EventGroup[] = [];
  for (const note of notes) {
    const [, iso = '', clock = '', rest = note.text] = timedText.exec(note.text) ?? [];
    const label = [typeOf(note, breaker), rest.replace(duration, '')]
      .filter((part) => part !== '')
      .join('  ');
    const at = Date.parse(iso.replace(zoneName, ''));
    const times = Number.isNaN(at) ? [] : [at];
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
const rateOf = ({ times, count }: EventGroup): number | undefined => {
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

/** Most bars, and the seconds that one of them may count. */
const mostBars = 40;

/** Events per second as bars, oldest first: 'per second ▇▇▆▇  15:17:26 – 15:17:39, highest 8'. */
const rateBars = (pen: TextPen, group: EventGroup): StyledLine | undefined => {
  if (rateOf(group) === undefined) return undefined;
  const from = Math.floor(Math.min(...group.times) / second);
  const to = Math.floor(Math.max(...group.times) / second);
  const step = Math.ceil((to - from + 1) / mostBars);
  const counts = Array.from({ length: Math.floor((to - from) / step) + 1 }, () => 0);
  for (const time of group.times) {
    const bar = Math.floor((Math.floor(time / second) - from) / step);
    counts[bar] = (counts[bar] ?? 0) + 1;
  }
  const most = Math.max(...counts);
  const bars = counts
    .map((count) =>
      count === 0 ? ' ' : (pen.sparkSteps[Math.ceil((pen.sparkSteps.length * count) / most) - 1] ?? ' '),
    )
    .join('');
  return [
    pen.run(`       per ${step === 1 ? 'second' : `${step} s`} `, 'faint'),
    pen.run(bars, 'spark'),
    pen.run(`  highest ${formatCount(most)}`, 'faint'),
  ];
};

const inset = '     ';

/** Renders groups of events, the newest first, each with its count, its rate and its first and last time. */
export const eventGroupLines = (
  pen: TextPen,
  groups: readonly EventGroup[],
  columns: number,
): readonly StyledLine[] =>
  groups.flatMap((group): readonly StyledLine[] => {
    const bars = rateBars(pen, group);
    const texts = pen.wrap(groupText(pen, group), columns - inset.length - 1);
    return [
      ...texts.map((text): StyledLine => [pen.run(`${inset}${text}`)]),
      ...(bars === undefined ? [] : [bars]),
    ];
  });
