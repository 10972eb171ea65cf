import type { DescribedObject } from '../../../domain/facts/object-description.ts';
import type { Row } from '../../../domain/facts/snapshot.ts';
import { formatAge } from '../../../domain/text/duration.ts';
import type { CiRow } from '../../../kinds/ci/fact.ts';
import type { StyledLine } from '../../kit/text/line.ts';
import type { Binding, KeyContext } from '../../shell/contract/pane.ts';
import type { RenderContext } from '../../shell/contract/render-context.ts';
import { formatBlockedReason, openReader } from '../../shell/dialogs/open-reader.ts';
import { defineKindPane } from '../../shell/panes/define-pane.ts';
import { type NoteRequest, renderNotes } from '../../shell/panes/note-lines.ts';
import type { PaneOrder } from '../../shell/panes/order.ts';
import { describeProblem } from '../../shell/panes/problem.ts';
import { ageSince, compareByLabel, compareWorstFirst } from '../../shell/panes/ranking.ts';
import { memoizePerObject } from '../../shell/state/memoize.ts';
import { renderRelatedSignals } from '../signals/related-signals.ts';
import { type CiPaneRow, ciDetail, ciName, ciStateText, ciTableColumns, tookText } from './columns.ts';

const rowsOf = ({ own }: RenderContext): readonly Row<'ci'>[] => own?.snapshot.kinds.ci.rows ?? [];

const made = memoizePerObject<CiPaneRow>();

/** The row of a fact; the same object while the fact is unchanged. */
const ciRow = (row: Row<'ci'>): CiPaneRow =>
  made(row, [], () => {
    const { fact, key, level } = row;
    return {
      key,
      level,
      label: ciName(fact),
      text: [
        ciName(fact),
        fact.kind,
        fact.workflow,
        fact.branch,
        fact.status,
        fact.actor ?? '',
        fact.event ?? '',
        fact.displayTitle ?? '',
        fact.failedStep ?? '',
      ].join(' '),
      subject: { kind: 'ci', fact },
      fact,
      row,
    };
  });

/** 'run #42, attempt 2 of CI · push by ana' */
const aboutText = ({ kind, workflow, number, attempt, event, actor, repo }: CiRow): string =>
  [
    [
      kind,
      number === undefined ? '' : `#${number}`,
      attempt === undefined || attempt === 1 ? '' : `attempt ${attempt}`,
    ]
      .filter((part) => part !== '')
      .join(' '),
    kind === 'run' ? '' : workflow,
    [event ?? '', actor === undefined ? '' : `by ${actor}`].filter((part) => part !== '').join(' '),
    repo,
  ]
    .filter((part) => part !== '')
    .join(' · ');

/** Earlier runs and the rate limit, read when the row is opened. */
const noteRequests = (_: RenderContext, { fact: { source } }: CiPaneRow): readonly NoteRequest[] => [
  { source, name: 'history' },
  { source, name: 'limits' },
];

const renderCiDetails = (view: RenderContext, row: CiPaneRow, opened: boolean): readonly StyledLine[] => {
  const { pen, now, own } = view;
  const { fact, level } = row;
  const time = Math.max(fact.at, own?.facts.feeds[row.row.feed]?.known?.at ?? fact.at);
  const head: StyledLine = [
    pen.run(` ${ciName(fact)}`, 'bold'),
    pen.run(`  ${aboutText(fact)} · ${fact.source}, ${formatAge(now - time)} ago`, 'faint'),
  ];
  const detail = ciDetail(fact);
  const notes = detail === '' ? [] : [[pen.run(`   ${detail}`, level === 'ok' ? 'plain' : level)]];
  if (!opened) return [head, ...notes];
  const { sha, displayTitle, url, branch, source, workflow } = fact;
  const commit = [
    branch,
    sha === undefined ? '' : sha.slice(0, 7),
    displayTitle ?? '',
    fact.seconds === undefined ? '' : `took ${tookText(fact, now)}`,
  ].filter((part) => part !== '');
  return [
    head,
    ...notes,
    [pen.run(`   ${commit.join(' · ')}`)],
    ...(url === undefined ? [] : [[pen.run(`   ${url}`, 'faint')]]),
    ...(fact.kind === 'deployment'
      ? []
      : renderNotes(view, 'runs', { source, name: 'history' }, (note) =>
          note.title.startsWith(`${workflow} #`),
        )),
    ...renderNotes(view, 'rate limit', { source, name: 'limits' }, () => true),
  ];
};

/** 'failure · main · test / Run tests · by ana' */
const ciProblem = describeProblem<CiPaneRow>((row) => [
  ciStateText(row),
  row.fact.kind === 'gate' ? `gate of ${row.fact.branch}` : row.fact.branch,
  ciDetail(row.fact),
  row.fact.actor === undefined ? '' : `by ${row.fact.actor}`,
]);

const orders: readonly PaneOrder<CiPaneRow>[] = [
  { name: 'by name', column: 'NAME', compare: compareByLabel },
  { name: 'newest first', column: 'AGE', value: ({ fact }) => ageSince({ since: fact.startedAt }) },
  { name: 'by duration', column: 'TOOK', value: ({ fact }) => fact.seconds, largestFirst: true },
];

/** The run or deployment of the row; a missing gate has none. */
const selected = ({ row }: KeyContext): DescribedObject | undefined => {
  if (row?.subject?.kind !== 'ci') return undefined;
  const { source, kind, run, repo, workflow } = row.subject.fact;
  if (run === '') return undefined;
  return {
    source,
    kind: kind === 'deployment' ? 'deployment' : 'run',
    namespace: repo,
    name: run,
    owner: workflow,
    node: '',
  };
};

/** The keys of CI. */
const ciKeys: readonly Binding[] = [
  {
    id: 'ci.describe',
    keys: ['d'],
    description: 'describe: jobs, steps, and the log of the failed step',
    footer: 'jobs and log',
    whyNot: (context) => {
      const subject = selected(context);
      return subject === undefined
        ? 'this row does not belong to a run: choose a run'
        : formatBlockedReason(context, subject.source, 'describe');
    },
    run: (context) => {
      const subject = selected(context);
      if (subject !== undefined) openReader(context, subject, 'describe');
    },
  },
];

/** CI: the newest runs, gates, approvals and deployments of CI systems. */
export const ciPane = defineKindPane<CiPaneRow>({
  id: 'ci',
  title: 'CI',
  noun: 'workflow runs',
  kind: 'ci',
  optional: true,
  keys: ciKeys,
  rows: (view) => rowsOf(view).map(ciRow).toSorted(compareWorstFirst),
  problem: ciProblem,
  orders,
  table: (view) => ciTableColumns(view, rowsOf(view).length),
  details: renderCiDetails,
  below: renderRelatedSignals,
  noteRequests,
});
