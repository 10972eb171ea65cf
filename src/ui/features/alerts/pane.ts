import { ageText } from '../../../domain/duration.ts';
import { definePane } from '../../panes/define-pane.ts';
import type { Pane } from '../../panes/pane.ts';
import { byName } from '../../panes/worst-first.ts';
import { seenAgo, type Wrong } from '../../panes/wrong.ts';
import { faultLook } from '../../text/faults.ts';
import { type Line, lineWidth, spread } from '../../text/run.ts';
import type { View } from '../../view.ts';
import { briefColumns, fullColumns, markOf } from './columns.ts';
import { alertAsks, alertDetails } from './details.ts';
import { alertKeys } from './keys.ts';
import type { AlertRow } from './rows.ts';
import { alertRows, byState, unseenElsewhere } from './rows.ts';

/** 'FIRING · burns 14× the budget' */
const alertWrong: Wrong<AlertRow> = {
  says: (view, { fact, row }) =>
    `${seenAgo(view, fact.at, row.stale)}${[fact.state.toUpperCase(), fact.summary].filter((part) => part !== '').join(' · ')}`,
  since: ({ since }) => since,
};

/** '✗ 2 FIRING  ▲ 1 PENDING  ○ 1 SILENCED': how many stand how. */
const counts = ({ pen }: View, rows: readonly AlertRow[]): Line =>
  [...Map.groupBy(rows, ({ fact }) => fact.state)].flatMap(([state, members], index): Line => {
    const [first] = members;
    if (first === undefined) return [];
    const { glyph, role } = markOf(first);
    return [
      pen.run(index === 0 ? '' : '  '),
      pen.glyph(glyph, role),
      pen.run(` ${members.length} ${state.toUpperCase()}`, role),
    ];
  });

/** Under so many columns the overview has one row for it: how many stand how, and for how long the worst one has. */
const roomy = 100;

const worstFor = ({ pen, now }: View, rows: readonly AlertRow[]): Line => {
  const since = rows.find(({ quiet }) => !quiet)?.since;
  return since === undefined ? [] : [pen.run(ageText(now - since))];
};

const caption = (view: View, rows: readonly AlertRow[], width: number): Line => {
  const told = counts(view, rows);
  if (width >= roomy) return told;
  // Behind the title and before the last cell.
  const room = width - lineWidth([view.pen.run('▌7 ALERTS   ')]) - 1;
  return spread(told, worstFor(view, rows), room, 'plain', view.pen.mark);
};

/** 'staging: denied …': alerts of other environments that are not seen are not none. */
const elsewhere = (view: View): readonly Line[] =>
  unseenElsewhere(view).map(({ env, fault }): Line => {
    const { glyph, role } = faultLook(fault.kind);
    return [view.pen.run(' '), view.pen.glyph(glyph, role), view.pen.run(` ${env}: ${fault.message}`, role)];
  });

const pane = definePane<AlertRow>({
  id: 'alerts',
  key: '7',
  title: 'ALERTS',
  noun: 'alerts',
  kind: 'alerts',
  keys: alertKeys,
  rows: alertRows,
  single: (view) => alertRows(view).filter(({ env }) => env === ''),
  wrong: alertWrong,
  orders: [
    { name: 'by name', compare: byName },
    { name: 'by state', compare: byState },
    { name: 'newest first', compare: (a, b) => (b.since ?? -1) - (a.since ?? -1) },
    {
      name: 'longest first',
      compare: (a, b) => (a.since ?? Number.MAX_VALUE) - (b.since ?? Number.MAX_VALUE),
    },
  ],
  caption: (view, rows, form, width) => (form === 'full' ? [] : caption(view, rows, width)),
  table: (view, form) => (form === 'full' ? fullColumns(view) : briefColumns(view)),
  details: alertDetails,
  besides: elsewhere,
  asks: alertAsks,
});

/** 7 ALERTS: what fires, what may, and what is held back. */
export const alertsPane: Pane = {
  ...pane,
  wants: (view, form, width) => {
    const all = pane.wants(view, form, width);
    if (form === 'full' || width >= roomy || pane.rows(view).length === 0) return all;
    return view.ui.focus === pane.id ? Math.min(all, 3) : 1;
  },
};
