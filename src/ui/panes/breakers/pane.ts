import { ageText } from '../../../domain/duration.ts';
import type { Breaker, BreakerState } from '../../../domain/facts.ts';
import { count, percent } from '../../../domain/format.ts';
import type { Column } from '../../parts/table.ts';
import type { Line, Run } from '../../text/run.ts';
import type { GlyphName } from '../../theme/glyphs.ts';
import type { Role } from '../../theme/roles.ts';
import type { View } from '../../view.ts';
import { definePane } from '../define-pane.ts';
import { byName } from '../worst-first.ts';
import { breakerDetails } from './details.ts';
import { breakerKeys } from './keys.ts';
import { type BreakerRow, breakerRows, stateOf } from './rows.ts';

/** A breaker that is off is neither well nor ill; everything else is marked by its level. */
const mark = ({ fact, level, row }: BreakerRow): { glyph: GlyphName; role: Role } => {
  if (row.stale) return { glyph: 'stale', role: 'stale' };
  const off: readonly BreakerState[] = ['disabled', 'metrics-only'];
  return off.includes(fact.state) && level !== 'crit'
    ? { glyph: 'off', role: level }
    : { glyph: level, role: level };
};

const stateCell = (view: View, row: BreakerRow): Line => {
  const { glyph, role } = mark(row);
  return [view.pen.glyph(glyph, role), view.pen.run(` ${stateOf(row.fact)}`, role)];
};

const worstRate = (rows: readonly BreakerRow[], of: (fact: Breaker) => number | undefined): string => {
  const rates = rows.flatMap(({ fact }) => of(fact) ?? []);
  return rates.length === 0 ? '–' : `≤${percent(Math.max(...rates), 0)}`;
};

const shortest = (view: View, rows: readonly BreakerRow[]): string => {
  const times = rows.flatMap(({ row }) => (row.since === undefined ? [] : [view.now - row.since]));
  return times.length === 0 ? '–' : `≥${ageText(Math.min(...times))}`;
};

const heldFor = (view: View, { row }: BreakerRow): string =>
  row.since === undefined ? '–' : ageText(view.now - row.since);

const number = (
  view: View,
  head: string,
  width: number,
  cell: (fact: Breaker) => string,
  folded?: (rows: readonly BreakerRow[]) => string,
): Column<BreakerRow> => ({
  head,
  width,
  align: 'right',
  cell: (row) => view.pen.run(cell(row.fact), row.row.stale ? 'stale' : 'plain'),
  ...(folded === undefined
    ? {}
    : { folded: (rows: readonly BreakerRow[]): Run => view.pen.run(folded(rows)) }),
});

const stateColumn = (view: View, folded: string): Column<BreakerRow> => ({
  head: '',
  width: 14,
  cell: (row) => stateCell(view, row),
  folded: () => [view.pen.glyph('ok', 'ok'), view.pen.run(` ${folded}`, 'ok')],
});

const fullTable = (view: View): readonly Column<BreakerRow>[] => [
  stateColumn(view, 'CLOSED'),
  { head: 'INSTANCE', width: 13, grow: 1, cell: (row) => view.pen.run(row.instance) },
  {
    head: 'NAME',
    width: 15,
    grow: 2,
    cell: (row) => view.pen.run(row.fact.name, row.level === 'ok' ? 'plain' : 'bold'),
  },
  number(view, 'FAIL', 9, (fact) => percent(fact.failureRate)),
  number(view, 'SLOW', 9, (fact) => percent(fact.slowCallRate)),
  {
    ...number(view, 'BUF/FAILED', 12, (fact) => `${count(fact.bufferedCalls)}/${count(fact.failedCalls)}`),
    hideBelow: 79,
  },
  { ...number(view, 'NOT-PERM', 10, (fact) => count(fact.notPermittedCalls)), hideBelow: 90 },
  { head: 'SINCE', width: 9, align: 'right', cell: (row) => view.pen.run(heldFor(view, row)) },
  { head: '', width: 1, cell: () => view.pen.run('') },
];

const briefTable = (view: View): readonly Column<BreakerRow>[] => [
  stateColumn(view, 'CLOSED'),
  {
    head: '',
    width: 20,
    grow: 1,
    cell: (row) => view.pen.run(row.label),
    folded: (rows) =>
      view.pen.run(`${rows.length} ${rows.length === breakerRows(view).length ? 'breakers' : 'more'}`),
  },
  number(
    view,
    'FAIL',
    8,
    (fact) => percent(fact.failureRate, 0),
    (rows) => worstRate(rows, (fact) => fact.failureRate),
  ),
  number(
    view,
    'SLOW',
    8,
    (fact) => percent(fact.slowCallRate, 0),
    (rows) => worstRate(rows, (fact) => fact.slowCallRate),
  ),
  {
    head: 'FOR',
    width: 8,
    align: 'right',
    cell: (row) => view.pen.run(heldFor(view, row)),
    folded: (rows) => view.pen.run(shortest(view, rows)),
  },
  { head: '', width: 1, cell: () => view.pen.run('') },
];

/** 'X 2 OPEN  ▲ 1 HALF-OPEN  ● 9 CLOSED': how many stand how. */
const counts = (view: View, rows: readonly BreakerRow[]): Line => {
  const groups = new Map<string, BreakerRow[]>();
  for (const row of rows) groups.set(stateOf(row.fact), [...(groups.get(stateOf(row.fact)) ?? []), row]);
  return [...groups].flatMap(([word, members], index): Line => {
    const first = members[0];
    if (first === undefined) return [];
    const { glyph, role } = mark(first);
    const gap = view.pen.run(index === 0 ? '' : '  ');
    return [gap, view.pen.glyph(glyph, role), view.pen.run(` ${members.length} ${word}`, role)];
  });
};

/** 3 BREAKERS: circuit breakers of every instance. */
export const breakersPane = definePane<BreakerRow>({
  id: 'breakers',
  digit: 3,
  title: 'BREAKERS',
  noun: 'breakers',
  kind: 'breakers',
  keys: breakerKeys,
  rows: breakerRows,
  orders: [
    { name: 'by name', compare: byName },
    { name: 'by failure rate', compare: (a, b) => (b.fact.failureRate ?? -1) - (a.fact.failureRate ?? -1) },
  ],
  caption: (view, rows, form, width) => {
    if (form === 'full') return [];
    if (width < 100) return counts(view, rows);
    const services = new Set(rows.map((row) => row.fact.service)).size;
    return [view.pen.run(`${rows.length} in ${services} service${services === 1 ? '' : 's'}`, 'faint')];
  },
  table: (view, form, width) => {
    if (form === 'full') return fullTable(view);
    return width < 100 ? briefTable(view).map((column) => ({ ...column, head: '' })) : briefTable(view);
  },
  folds: (view) => view.columns < 180,
  details: breakerDetails,
});
