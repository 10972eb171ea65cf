import { formatDuration } from '../../../domain/duration.ts';
import type { Danger } from '../../../domain/operation.ts';
import { daysSinceReviewDue } from '../../../domain/profile.ts';
import type { ActStep, DiagnoseStep, Runbook, VerifyStep } from '../../../domain/runbook.ts';
import { isIrreversible } from '../../../runs/policy/danger.ts';
import { boundKey } from '../../keys/bound-keys.ts';
import { paneState, updatePane } from '../../model.ts';
import { defineKindPane } from '../../panes/define-pane.ts';
import type { KeyContext } from '../../panes/pane.ts';
import { compareByLabel } from '../../panes/ranking.ts';
import { hiddenRowsLines, missingFactsLine, type RowCounts } from '../../panes/status-lines.ts';
import type { RenderContext } from '../../render-context.ts';
import { pluralize } from '../../text/format.ts';
import type { StyledLine } from '../../text/line.ts';
import { readOnlyWarning, runbookDanger, startBlockedReason } from './actions.ts';
import { type RunbookRow, runbookColumns, selectRunbookRows } from './rows.ts';

/** One step as two texts: what it is for, and what it calls or asks. */
interface StepWords {
  readonly part: 'read' | 'act' | 'prove' | 'undo';
  readonly title: string;
  readonly calls: string;
}

const given = (values: Readonly<Record<string, unknown>> | undefined): string =>
  Object.entries(values ?? {})
    .map(([name, value]) => ` ${name}=${typeof value === 'object' ? JSON.stringify(value) : String(value)}`)
    .join('');

const callOf = (step: ActStep | DiagnoseStep): string => {
  if (step.use !== undefined) return `${step.use}${given(step.with)}`;
  return 'that' in step && step.that !== undefined ? step.that : 'by hand';
};

const proofOf = ({ that, withinMs, forMs }: VerifyStep): string =>
  `${that} within ${formatDuration(withinMs)}${forMs > 0 ? ` for ${formatDuration(forMs)}` : ''}`;

const proofs = ({ verify }: Runbook): readonly StepWords[] => {
  if (verify === 'none') return [{ part: 'prove', title: 'needs no proof', calls: '' }];
  if (verify.length === 0)
    return [{ part: 'prove', title: 'has no proof: it never ends as RECOVERED', calls: '' }];
  return verify.map((step) => ({ part: 'prove', title: step.title, calls: proofOf(step) }));
};

/** Every step with what it calls, what proves it, and what is known of taking it back. */
const stepsOf = (runbook: Runbook, danger: Danger | undefined): readonly StepWords[] => [
  ...runbook.diagnose.map((step): StepWords => ({ part: 'read', title: step.title, calls: callOf(step) })),
  ...runbook.act.map((step): StepWords => ({ part: 'act', title: step.title, calls: callOf(step) })),
  ...proofs(runbook),
  {
    part: 'undo',
    title: isIrreversible(danger)
      ? 'none: what it does cannot be taken back'
      : 'u after the run, where its steps kept what was there before',
    calls: '',
  },
];

const stepLine = ({ pen }: RenderContext, { part, title, calls }: StepWords): StyledLine => [
  pen.run(`   ${part.padEnd(6)}`, 'faint'),
  pen.run(title),
  pen.run(calls === '' ? '' : `  ${calls}`, 'faint'),
];

const startLine = (view: RenderContext, { suggestion: { runbook } }: RunbookRow): StyledLine => {
  const { pen, cockpit } = view;
  const whyNot = startBlockedReason(cockpit, runbook);
  if (whyNot !== undefined)
    return [pen.run('   '), pen.glyph('denied', 'down'), pen.run(` why not: ${whyNot}`, 'down')];
  const note = readOnlyWarning(cockpit, runbook);
  return [
    pen.run('   enter opens its card, which only reads', 'faint'),
    pen.run(note === undefined ? '' : ` · ${note}`, 'warn'),
  ];
};

/** Whether it can be started, why it fits or not; with `steps` all that it would read, call and prove. */
const runbookDetails = (view: RenderContext, row: RunbookRow, steps: boolean): readonly StyledLine[] => {
  const { pen, columns } = view;
  const { runbook, why } = row.suggestion;
  const asks = runbook.params.map(({ name }) => name).join(', ');
  const head: StyledLine = [
    pen.run(` ${runbook.title}`, 'bold'),
    pen.run(
      `  ${runbook.id}${asks === '' ? '' : ` · asks for ${asks}`} · ${boundKey(view.cockpit, 'runbook.steps', 'l')} ${steps ? 'hides' : 'shows'} its steps`,
      'faint',
    ),
  ];
  const said = why === '' ? [] : pen.wrap(why, columns - 4).slice(0, 2);
  return [
    head,
    ...said.map((piece): StyledLine => [pen.run(`   ${piece}`)]),
    startLine(view, row),
    ...(steps ? stepsOf(runbook, runbookDanger(row.suggestion)).map((step) => stepLine(view, step)) : []),
    ...(steps && runbook.notes !== undefined
      ? pen.wrap(runbook.notes, columns - 4).map((piece): StyledLine => [pen.run(`   ${piece}`, 'faint')])
      : []),
  ];
};

/** '▲ past its review date 2025-10-06, 149 days ago · monthly · owner Platform Engineering Team' */
const reviewLines = ({ pen, cockpit: { open }, now, wallOffset }: RenderContext): readonly StyledLine[] => {
  const { review, zone } = open ?? {};
  if (review === undefined) return [];
  const { next, every, owner } = review;
  const past = daysSinceReviewDue(review, now + wallOffset, zone);
  const owned = owner === '' ? 'nobody is named as its owner' : `owner ${owner}`;
  const rest = [every, owned].filter((part) => part !== '').join(' · ');
  if (next === undefined || past === undefined)
    return [[pen.run(` no review is planned · ${rest}`, 'faint')]];
  return past > 0
    ? [
        [
          pen.run(' '),
          pen.glyph('warn', 'warn'),
          pen.run(` past its review date ${next}, ${pluralize(past, 'day')} ago`, 'warn'),
          pen.run(` · ${rest}`, 'faint'),
        ],
      ]
    : [[pen.run(` next review ${next} · ${rest}`, 'faint')]];
};

const states = (view: RenderContext, count: RowCounts): readonly StyledLine[] => {
  const { pen } = view;
  if (count.all > 0) return hiddenRowsLines(view, count);
  return view.own === undefined
    ? [missingFactsLine(view)]
    : [
        [
          pen.run(' '),
          pen.glyph('off', 'stale'),
          pen.run(' this profile has no runbooks · docs/reference/runbooks.md says how to write one', 'stale'),
        ],
      ];
};

const enter = (
  { view, commands, notify: say }: KeyContext,
  { suggestion: { runbook } }: RunbookRow,
): void => {
  const whyNot = startBlockedReason(view.cockpit, runbook);
  if (whyNot === undefined) commands.propose(runbook.id, {});
  else say(`${runbook.title}: ${whyNot}`);
};

const id = 'runbooks';

/** RUNBOOKS: all of them, how each fits now, what it would do, how it ended here last. */
export const runbooksPane = defineKindPane<RunbookRow>({
  id,
  title: 'RUNBOOKS',
  noun: 'runbooks',
  keys: [
    {
      id: 'runbook.steps',
      keys: ['l', 'right'],
      description: 'show its steps; again, hide them',
      footer: 'steps',
      whyNot: ({ row }) => (row === undefined ? 'no runbook is selected' : undefined),
      run: ({ model, view }) => updatePane(model, id, { opened: !paneState(view.ui, id).opened }),
    },
  ],
  statusLines: states,
  inputs: ({ cockpit }) => [cockpit.suggestions, cockpit.endedRuns, cockpit.open],
  rows: selectRunbookRows,
  order: 'what fits first',
  orders: [
    { name: 'by name', compare: compareByLabel },
    { name: 'last run first', compare: (a, b) => (b.last?.at ?? 0) - (a.last?.at ?? 0) },
  ],
  caption: () => [],
  extraLines: reviewLines,
  table: runbookColumns,
  details: runbookDetails,
  enter,
});
