import type { Line } from '../../text/run.ts';
import type { View } from '../../view.ts';
import { definePane } from '../define-pane.ts';
import { byName } from '../worst-first.ts';
import { briefColumns, fullColumns, markOf } from './columns.ts';
import { breakerDetails } from './details.ts';
import { breakerKeys } from './keys.ts';
import { type BreakerRow, breakerRows, stateOf } from './rows.ts';
import { breakerWrong } from './wrong.ts';

/** From so many cells on the overview has every column. */
const roomy = 100;

/** '✗ 2 OPEN  ▲ 1 HALF-OPEN  ● 9 CLOSED': how many stand how. */
const counts = ({ pen }: View, rows: readonly BreakerRow[]): Line => {
  // What is seen and what was seen too long ago are counted apart, though both say OPEN.
  const groups = Map.groupBy(rows, (row) => `${markOf(row).glyph} ${stateOf(row.fact)}`);
  return [...groups.values()].flatMap((members, index): Line => {
    const [first] = members;
    if (first === undefined) return [];
    const { glyph, role } = markOf(first);
    return [
      pen.run(index === 0 ? '' : '  '),
      pen.glyph(glyph, role),
      pen.run(` ${members.length} ${stateOf(first.fact)}`, role),
    ];
  });
};

/** 3 BREAKERS: circuit breakers of every instance. */
export const breakersPane = definePane<BreakerRow>({
  id: 'breakers',
  key: '3',
  title: 'BREAKERS',
  noun: 'breakers',
  kind: 'breakers',
  keys: breakerKeys,
  from: ({ own }) => [own?.snapshot.kinds.breakers.rows],
  rows: breakerRows,
  wrong: breakerWrong,
  orders: [
    { name: 'by name', compare: byName },
    { name: 'by failure rate', compare: (a, b) => (b.fact.failureRate ?? -1) - (a.fact.failureRate ?? -1) },
  ],
  caption: (view, rows, form, width) => (form === 'full' || width >= roomy ? [] : counts(view, rows)),
  table: (view, form, width) =>
    form === 'full' || width + 2 >= roomy ? fullColumns(view) : briefColumns(view),
  details: breakerDetails,
});
