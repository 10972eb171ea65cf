import { ageText } from '../../../domain/duration.ts';
import type { Millis } from '../../../domain/fault.ts';
import { latency } from '../../../domain/format.ts';
import type { Row } from '../../../domain/snapshot.ts';
import type { Column } from '../../components/table.ts';
import { howMany, least, most } from '../../panes/worst-first.ts';
import { levelCell } from '../../panes/wrong.ts';
import { atMostText } from '../../text/ages.ts';
import { faultLook } from '../../text/faults.ts';
import type { Pen } from '../../text/pen.ts';
import type { Line } from '../../text/run.ts';
import { levelWords } from '../../theme/glyphs.ts';
import type { View } from '../../view.ts';
import { saidBriefly } from './details.ts';
import type { HealthCell } from './rows.ts';
import { type ServiceRow, serviceRows } from './rows.ts';

const blindWord = (cell: Extract<HealthCell, { is: 'blind' }>, now: Millis): string => {
  if (cell.fault.kind === 'denied') return 'denied';
  if (cell.fault.kind === 'unconfigured') return 'not set up';
  const since = Object.values(cell.env.facts.feeds).find(
    (state) => state.feed.source === cell.fault.source && state.lostSince !== undefined,
  )?.lostSince;
  return `source down ${ageText(now - (since ?? cell.fault.at))}`;
};

/** Under so many cells an old answer is told without words between. */
const narrow = 18;
/** From so many on, latency and age have their places, so that they do not move when a digit comes or goes. */
const wide = 22;
/** ' 410ms', '59s' */
const latencyCells = 6;
const ageCells = 3;

const seenCell = (pen: Pen, row: Row<'health'>, now: Millis, cells: number): Line => {
  const { fact, level } = row;
  const age = ageText(now - fact.at);
  const took = fact.latencyMs === undefined ? '' : ` ${latency(fact.latencyMs)}`;
  const code = fact.httpStatus === undefined || fact.httpStatus < 400 ? '' : ` ${fact.httpStatus}`;
  const roomy = cells >= wide && cells < Infinity;
  if (row.stale) {
    const word = fact.status === 'up' ? 'OK' : fact.status.toUpperCase();
    return [
      pen.glyph('stale', 'stale'),
      pen.run(cells < narrow ? ` ${word}${took} ${age}` : ` ${word}${took}, ${age} old`, 'stale'),
    ];
  }
  return [
    pen.glyph(level, level),
    pen.run(` ${levelWords[level]}`, level),
    pen.run(roomy ? `${code}${took.padStart(latencyCells)}` : `${code}${took}`),
    pen.run(` ${roomy ? age.padStart(ageCells) : age}`, 'faint'),
  ];
};

/** A service in one environment: level, latency, age; or why it is not seen. */
export const healthCell = (pen: Pen, cell: HealthCell | undefined, now: Millis, cells = Infinity): Line => {
  if (cell === undefined || cell.is === 'not-set-up')
    return [pen.glyph('off', 'stale'), pen.run(' not set up', 'stale')];
  if (cell.is === 'not-kept') return [pen.glyph('none', 'stale'), pen.run(' not kept', 'stale')];
  if (cell.is === 'waiting') return [pen.glyph('loading', 'loading'), pen.run(' asking', 'loading')];
  if (cell.is === 'seen') return seenCell(pen, cell.worst, now, cells);
  const look = faultLook(cell.fault.kind);
  return [pen.glyph(look.glyph, look.role), pen.run(` ${blindWord(cell, now)}`, look.role)];
};

type Fold = (values: readonly (number | undefined)[]) => string | undefined;

/** A column whose rows hold one number: its text, and what several rows have in common. */
interface Figure {
  readonly head: string;
  readonly width: number;
  of(row: ServiceRow): number | undefined;
  text(value: number): string;
  /** What several rows have in common, in words; undefined when nothing can be said. */
  readonly fold?: Fold;
}

const figureColumn = ({ pen }: View, { head, width, of, text, fold }: Figure): Column<ServiceRow> => ({
  head,
  width,
  align: 'right',
  cell: (row) => {
    const value = of(row);
    return pen.run(value === undefined ? '–' : text(value));
  },
  folded: (rows) => pen.run(fold?.(rows.map(of)) ?? ''),
});

const within =
  (bound: typeof most, text: (value: number) => string): Fold =>
  (values) => {
    const value = bound(values);
    return value === undefined ? undefined : text(value);
  };

const seen = ({ own }: ServiceRow): Row<'health'> | undefined => (own.is === 'seen' ? own.worst : undefined);

/** When it was last told about; a check that was never answered has no age. */
const answeredAt = (view: View, row: ServiceRow): number | undefined => {
  const worst = seen(row);
  return worst !== undefined && view.own?.facts.feeds[worst.feed]?.known !== undefined
    ? worst.fact.at
    : undefined;
};

const figures = (view: View): readonly (Figure & { readonly hideBelow?: number })[] => {
  const { now } = view;
  const ago = (at: number | undefined): number | undefined => (at === undefined ? undefined : now - at);
  return [
    { head: 'CODE', width: 6, hideBelow: 90, of: (row) => seen(row)?.fact.httpStatus, text: String },
    {
      head: 'LATENCY',
      width: 9,
      of: (row) => seen(row)?.fact.latencyMs,
      text: latency,
      fold: within(most, (value) => `≤${latency(value)}`),
    },
    {
      head: 'FOR',
      width: 8,
      of: (row) => ago(seen(row)?.since),
      text: ageText,
      fold: within(least, (value) => `≥${ageText(value)}`),
    },
    {
      head: 'AGE',
      width: 8,
      of: (row) => ago(answeredAt(view, row)),
      text: ageText,
      fold: within(most, atMostText),
    },
  ];
};

const words = (view: View, row: ServiceRow): Line => {
  const worst = seen(row);
  if (worst === undefined) return healthCell(view.pen, row.own, view.now);
  return [
    view.pen.run(
      `${worst.stale ? 'seen too long ago: ' : ''}${saidBriefly(worst)}`,
      worst.stale ? 'stale' : 'plain',
    ),
  ];
};

/** The open environment alone: what each service said, how fast, since when, how long ago. */
export const ownColumns = (view: View): readonly Column<ServiceRow>[] => {
  const { pen } = view;
  return [
    { head: '', width: 12, cell: (row) => levelCell(pen, row.level), folded: () => levelCell(pen, 'ok') },
    {
      head: '',
      width: 12,
      grow: 0.2,
      cell: (row) => pen.run(row.service, row.level === 'ok' ? 'plain' : 'bold'),
      folded: (rows) => pen.run(howMany(rows.length, serviceRows(view).length, 'service')),
    },
    {
      head: '',
      width: 16,
      grow: 1,
      cell: (row) => words(view, row),
      folded: (rows) => pen.run(rows.map((row) => row.service).join(' · ')),
    },
    ...figures(view).map(
      (figure): Column<ServiceRow> => ({
        ...figureColumn(view, figure),
        ...(figure.hideBelow === undefined ? {} : { hideBelow: figure.hideBelow }),
      }),
    ),
  ];
};
