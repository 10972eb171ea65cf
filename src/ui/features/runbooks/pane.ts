import { durationText } from '../../../domain/duration.ts';
import type { Danger } from '../../../domain/operation.ts';
import { daysPastReview } from '../../../domain/profile.ts';
import type { ActStep, DiagnoseStep, Runbook, VerifyStep } from '../../../domain/runbook.ts';
import { isIrreversible } from '../../../runs/policy/danger.ts';
import { keyOf } from '../../keys/rebound.ts';
import { changePane, paneStateOf } from '../../model.ts';
import { definePane } from '../../panes/define-pane.ts';
import type { Hand } from '../../panes/pane.ts';
import { type Counted, hiddenLines, withoutFacts } from '../../panes/state.ts';
import { byName } from '../../panes/worst-first.ts';
import { counted } from '../../text/ages.ts';
import type { Line } from '../../text/run.ts';
import type { View } from '../../view.ts';
import { dangerOf, readOnlyNote, whyNotStart } from './actions.ts';
import { type RunbookRow, runbookColumns, runbookRows } from './rows.ts';

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
  `${that} within ${durationText(withinMs)}${forMs > 0 ? ` for ${durationText(forMs)}` : ''}`;

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

const stepLine = ({ pen }: View, { part, title, calls }: StepWords): Line => [
  pen.run(`   ${part.padEnd(6)}`, 'faint'),
  pen.run(title),
  pen.run(calls === '' ? '' : `  ${calls}`, 'faint'),
];

const startLine = (view: View, { suggestion: { runbook } }: RunbookRow): Line => {
  const { pen, cockpit } = view;
  const whyNot = whyNotStart(cockpit, runbook);
  if (whyNot !== undefined)
    return [pen.run('   '), pen.glyph('denied', 'down'), pen.run(` why not: ${whyNot}`, 'down')];
  const note = readOnlyNote(cockpit, runbook);
  return [
    pen.run('   enter opens its card, which only reads', 'faint'),
    pen.run(note === undefined ? '' : ` · ${note}`, 'warn'),
  ];
};

/** Whether it can be started, why it fits or not; with `steps` all that it would read, call and prove. */
const runbookDetails = (view: View, row: RunbookRow, steps: boolean): readonly Line[] => {
  const { pen, columns } = view;
  const { runbook, why } = row.suggestion;
  const asks = runbook.params.map(({ name }) => name).join(', ');
  const head: Line = [
    pen.run(` ${runbook.title}`, 'bold'),
    pen.run(
      `  ${runbook.id}${asks === '' ? '' : ` · asks for ${asks}`} · ${keyOf(view.cockpit, 'runbook.steps', 'l')} ${steps ? 'hides' : 'shows'} its steps`,
      'faint',
    ),
  ];
  const said = why === '' ? [] : pen.wrap(why, columns - 4).slice(0, 2);
  return [
    head,
    ...said.map((piece): Line => [pen.run(`   ${piece}`)]),
    startLine(view, row),
    ...(steps ? stepsOf(runbook, dangerOf(row.suggestion)).map((step) => stepLine(view, step)) : []),
    ...(steps && runbook.notes !== undefined
      ? pen.wrap(runbook.notes, columns - 4).map((piece): Line => [pen.run(`   ${piece}`, 'faint')])
      : []),
  ];
};

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
