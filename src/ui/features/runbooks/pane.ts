import { daysSinceReviewDue } from '../../../domain/profile/profile.ts';
import type { Danger } from '../../../domain/runbooks/operation.ts';
import type {
  ActStep,
  DiagnoseStep,
  ParamSpec,
  Runbook,
  VerifyStep,
} from '../../../domain/runbooks/runbook.ts';
import { pluralize } from '../../../domain/text/count-text.ts';
import { formatDuration } from '../../../domain/text/duration.ts';
import { isIrreversible } from '../../../runs/policy/danger.ts';
import type { StyledLine } from '../../kit/text/line.ts';
import { paneState, updatePane } from '../../shell/contract/model.ts';
import type { KeyContext } from '../../shell/contract/pane.ts';
import { type RenderContext, wallNow } from '../../shell/contract/render-context.ts';
import { defineKindPane } from '../../shell/panes/define-pane.ts';
import { ageSince, compareByLabel } from '../../shell/panes/ranking.ts';
import { hiddenRowsLines, missingFactsLine, type RowCounts } from '../../shell/panes/status-lines.ts';
import {
  readOnlyWarning,
  runbookDanger,
  startBlockedReason,
  suggestionText,
} from '../../shell/state/blocked-reasons.ts';
import { boundKey } from '../../shell/state/keys-in-text.ts';
import { runbookChecklistKey } from '../checklists/keys.ts';
import { runbooksPaneId as id, type RunbookRow, runbookColumns, selectRunbookRows } from './rows.ts';

/** One step: its title and its call or condition; or a parameter that is asked for before the first step. */
interface StepWords {
  readonly part: 'param' | 'diagnose' | 'act' | 'verify' | 'undo';
  readonly title: string;
  readonly calls: string;
}

const given = (values: Readonly<Record<string, unknown>> | undefined): string =>
  Object.entries(values ?? {})
    .map(([name, value]) => ` ${name}=${typeof value === 'object' ? JSON.stringify(value) : String(value)}`)
    .join('');

const callOf = (step: ActStep | DiagnoseStep | VerifyStep): string => {
  if (step.use !== undefined) return `${step.use}${given(step.with)}`;
  return 'that' in step && step.that !== undefined ? step.that : 'manual step';
};

const verificationText = (step: VerifyStep): string => {
  const { withinMs, forMs } = step;
  return `${callOf(step)} within ${formatDuration(withinMs)}${forMs > 0 ? ` for ${formatDuration(forMs)}` : ''}`;
};

const checks = ({ verify }: Runbook): readonly StepWords[] => {
  if (verify === 'none') return [{ part: 'verify', title: 'not required', calls: '' }];
  if (verify.length === 0)
    return [
      { part: 'verify', title: 'the runbook defines no checks, so a run cannot end as RECOVERED', calls: '' },
    ];
  return verify.map((step) => ({ part: 'verify', title: step.title, calls: verificationText(step) }));
};

/** 'Minimum age (days)', 'days · default 7': a parameter, its name, and the value that the runbook offers. */
const paramWords = ({ name, title, default: value, recommended }: ParamSpec): StepWords => {
  const parts = [
    title === undefined ? '' : name,
    value === undefined ? '' : `default ${Array.isArray(value) ? value.join(', ') : value}`,
    recommended === undefined ? '' : `recommended ${recommended}`,
  ];
  return { part: 'param', title: title ?? name, calls: parts.filter((part) => part !== '').join(' · ') };
};

/** All parameters, steps with their calls, the verification and the undo. */
const stepsOf = (
  { cockpit }: RenderContext,
  runbook: Runbook,
  danger: Danger | undefined,
): readonly StepWords[] => [
  ...runbook.params.map(paramWords),
  ...runbook.diagnose.map(
    (step): StepWords => ({ part: 'diagnose', title: step.title, calls: callOf(step) }),
  ),
  ...runbook.act.map((step): StepWords => ({ part: 'act', title: step.title, calls: callOf(step) })),
  ...checks(runbook),
  {
    part: 'undo',
    title: isIrreversible(danger)
      ? 'the run cannot be undone, because the changes are irreversible'
      : `press ${boundKey(cockpit, 'undo', 'u')} after the run, if the steps recorded the previous state`,
    calls: '',
  },
];

const stepLine = ({ pen }: RenderContext, { part, title, calls }: StepWords): StyledLine => [
  pen.run(`   ${part.padEnd(9)}`, 'faint'),
  pen.run(title),
  pen.run(calls === '' ? '' : `  ${calls}`, 'faint'),
];

const startLine = (view: RenderContext, { suggestion: { runbook } }: RunbookRow): StyledLine => {
  const { pen, cockpit } = view;
  const whyNot = startBlockedReason(cockpit, runbook);
  if (whyNot !== undefined)
    return [pen.run('   '), pen.glyph('denied', 'down'), pen.run(` unavailable: ${whyNot}`, 'down')];
  const note = readOnlyWarning(cockpit, runbook);
  return [
    pen.run('   enter opens a preview. Nothing is sent', 'faint'),
    pen.run(note === undefined ? '' : ` · ${note}`, 'warn'),
  ];
};

/** Details of a runbook: why it matches and whether it can start; with `steps` all its steps. */
const runbookDetails = (view: RenderContext, row: RunbookRow, steps: boolean): readonly StyledLine[] => {
  const { pen, columns } = view;
  const { runbook } = row.suggestion;
  const why = suggestionText(row.suggestion);
  const asks = runbook.params.map(({ name }) => name).join(', ');
  const head: StyledLine = [
    pen.run(` ${runbook.title}`, 'bold'),
    pen.run(
      `  ${runbook.id}${asks === '' ? '' : ` · parameters: ${asks}`} · ${boundKey(view.cockpit, 'runbook.steps', 'l')} ${steps ? 'hides' : 'shows'} the steps`,
      'faint',
    ),
  ];
  const reasonLines = why === '' ? [] : pen.wrap(why, columns - 4).slice(0, 2);
  return [
    head,
    ...reasonLines.map((piece): StyledLine => [pen.run(`   ${piece}`)]),
    startLine(view, row),
    // Before the steps, which a small terminal has no room for.
    ...(steps && runbook.notes !== undefined
      ? pen.wrap(runbook.notes, columns - 4).map((piece): StyledLine => [pen.run(`   ${piece}`, 'faint')])
      : []),
    ...(steps
      ? stepsOf(view, runbook, runbookDanger(row.suggestion)).map((step) => stepLine(view, step))
      : []),
  ];
};

/** '▲ review overdue since 2025-10-06 (149 days) · monthly · owner Platform Engineering Team' */
const reviewLines = (view: RenderContext): readonly StyledLine[] => {
  const { pen, cockpit } = view;
  const { review, zone } = cockpit.open ?? {};
  if (review === undefined) return [];
  const { next, every, owner } = review;
  const past = daysSinceReviewDue(review, wallNow(view), zone);
  const owned = owner === '' ? 'no owner' : `owner ${owner}`;
  const rest = [every, owned].filter((part) => part !== '').join(' · ');
  if (next === undefined || past === undefined) return [[pen.run(` no review scheduled · ${rest}`, 'faint')]];
  return past > 0
    ? [
        [
          pen.run(' '),
          pen.glyph('warn', 'warn'),
          pen.run(` review overdue since ${next} (${pluralize(past, 'day')})`, 'warn'),
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
          pen.run(' this profile has no runbooks · see docs/reference/runbooks.md', 'stale'),
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

/** Runbooks: every runbook, whether it matches now, its steps and its last run. */
export const runbooksPane = defineKindPane<RunbookRow>({
  id,
  title: 'Runbooks',
  noun: 'runbooks',
  keys: [
    {
      id: 'runbook.steps',
      keys: ['l', 'right'],
      description: 'show or hide the steps',
      footer: 'steps',
      whyNot: ({ row }) => (row === undefined ? 'no runbook is selected: move the cursor to one' : undefined),
      run: ({ model, view }) => updatePane(model, id, { opened: !paneState(view.ui, id).opened }),
    },
    runbookChecklistKey,
  ],
  statusLines: states,
  rows: selectRunbookRows,
  order: 'matching first',
  orders: [
    { name: 'by name', compare: compareByLabel },
    { name: 'most recent run first', column: 'LAST RUN', value: ({ last }) => ageSince({ since: last?.at }) },
  ],
  hasLevels: false,
  extraLines: reviewLines,
  table: runbookColumns,
  details: runbookDetails,
  enter,
});
