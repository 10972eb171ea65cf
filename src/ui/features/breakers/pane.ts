import { percent } from '../../../domain/format.ts';
import { definePane } from '../../panes/define-pane.ts';
import { groupKey } from '../../panes/grouped.ts';
import { wrongOf } from '../../panes/wrong.ts';
import type { Line } from '../../text/run.ts';
import type { View } from '../../view.ts';
import { briefColumns, fullColumns, markOf } from './columns.ts';
import { breakerAsks, breakerDetails } from './details.ts';
import { breakerKeys } from './keys.ts';
import {
  type BreakerRow,
  breakerGroupings,
  breakerOrders,
  breakerRows,
  breakersFrom,
  plainBreakerRows,
  stateOf,
} from './rows.ts';

const share = (word: string, value: number | undefined, limit: number | undefined): string | undefined => {
  if (value === undefined) return undefined;
  return `${percent(value, 0)} ${word}${limit === undefined ? '' : `, limit ${percent(limit, 0)}`}`;
};

/** 'OPEN · 82 % fail, limit 50 %' */
const breakerWrong = wrongOf<BreakerRow>(({ fact }) => [
  stateOf(fact),
  share('fail', fact.failureRate, fact.failureRateThreshold),
  share('slow', fact.slowCallRate, fact.slowCallRateThreshold),
]);

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
  keys: [
    groupKey(
      'breakers',
      'BREAKERS',
      ['service', 'instance', 'name'],
      () => breakerGroupings,
      plainBreakerRows,
    ),
    ...breakerKeys,
  ],
  from: breakersFrom,
  rows: breakerRows,
  single: plainBreakerRows,
  wrong: breakerWrong,
  orders: breakerOrders.map(({ name }) => ({ name })),
  caption: (view, rows, form, width) =>
    form === 'full' || width >= roomy
      ? []
      : counts(
          view,
          rows.filter(({ members }) => members === undefined),
        ),
  table: (view, form, width) =>
    form === 'full' || width + 2 >= roomy ? fullColumns(view) : briefColumns(view),
  details: breakerDetails,
  asks: breakerAsks,
});
