import { daysPastReview } from '../../../domain/review.ts';
import { changePane, paneStateOf } from '../../model.ts';
import { definePane } from '../../panes/define-pane.ts';
import type { Hand } from '../../panes/pane.ts';
import { type Counted, hiddenLines, withoutFacts } from '../../panes/state.ts';
import { byName } from '../../panes/worst-first.ts';
import { counted } from '../../text/count.ts';
import type { Line } from '../../text/run.ts';
import type { View } from '../../view.ts';
import { whyNotStart } from './actions.ts';
import { runbookColumns } from './columns.ts';
import { runbookDetails } from './details.ts';
import { type RunbookRow, runbookRows } from './rows.ts';

/** '▲ past its review date 2025-10-06, 149 days ago · monthly · owner Platform Engineering Team' */
const reviewLines = ({ pen, cockpit: { open }, now, wallOffset }: View): readonly Line[] => {
  const { review, zone } = open ?? {};
  if (review === undefined) return [];
  const { next, every, owner } = review;
  const past = daysPastReview(review, now + wallOffset, zone);
  const owned = owner === '' ? 'nobody is named as its owner' : `owner ${owner}`;
  const rest = [every, owned].filter((part) => part !== '').join(' · ');
  if (next === undefined || past === undefined)
    return [[pen.run(` no review is planned · ${rest}`, 'faint')]];
  return past > 0
    ? [
        [
          pen.run(' '),
          pen.glyph('warn', 'warn'),
          pen.run(` past its review date ${next}, ${counted(past, 'day')} ago`, 'warn'),
          pen.run(` · ${rest}`, 'faint'),
        ],
      ]
    : [[pen.run(` next review ${next} · ${rest}`, 'faint')]];
};

const states = (view: View, count: Counted): readonly Line[] => {
  const { pen } = view;
  if (count.all > 0) return hiddenLines(view, count);
  return view.own === undefined
    ? [withoutFacts(view)]
    : [
        [
          pen.run(' '),
          pen.glyph('off', 'stale'),
          pen.run(' this profile has no runbooks · docs/runbooks.md says how to write one', 'stale'),
        ],
      ];
};

const enter = ({ view, commands, say }: Hand, { suggestion: { runbook } }: RunbookRow): void => {
  const whyNot = whyNotStart(view.cockpit, runbook);
  if (whyNot === undefined) commands.propose(runbook.id, {});
  else say(`${runbook.title}: ${whyNot}`);
};

const id = 'runbooks';

/** RUNBOOKS: all of them, how each fits now, what it would do, how it ended here last. */
export const runbooksPane = definePane<RunbookRow>({
  id,
  title: 'RUNBOOKS',
  noun: 'runbooks',
  keys: [
    {
      id: 'runbook.steps',
      keys: ['l', 'right'],
      does: 'show its steps; again, hide them',
      footer: 'steps',
      whyNot: ({ row }) => (row === undefined ? 'no runbook is selected' : undefined),
      run: ({ model, view }) => changePane(model, id, { opened: !paneStateOf(view.ui, id).opened }),
    },
  ],
  states,
  from: ({ cockpit }) => [cockpit.suggestions, cockpit.ended, cockpit.open],
  rows: runbookRows,
  order: 'what fits first',
  orders: [
    { name: 'by name', compare: byName },
    { name: 'last run first', compare: (a, b) => (b.last?.at ?? 0) - (a.last?.at ?? 0) },
  ],
  caption: () => [],
  besides: reviewLines,
  table: runbookColumns,
  details: runbookDetails,
  enter,
});
