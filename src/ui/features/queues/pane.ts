import type { Row } from '../../../domain/facts/snapshot.ts';
import { pluralize } from '../../../domain/text/count-text.ts';
import { formatAge } from '../../../domain/text/duration.ts';
import { formatCount } from '../../../domain/text/format.ts';
import type { Queue } from '../../../kinds/queues/fact.ts';
import type { StyledLine } from '../../kit/text/line.ts';
import type { Binding, KeyContext } from '../../shell/contract/pane.ts';
import type { RenderContext } from '../../shell/contract/render-context.ts';
import { moveCursorToRow } from '../../shell/navigation/navigation.ts';
import { defineKindPane } from '../../shell/panes/define-pane.ts';
import type { PaneOrder } from '../../shell/panes/order.ts';
import { describeProblem } from '../../shell/panes/problem.ts';
import { compareByLabel, compareWorstFirst } from '../../shell/panes/ranking.ts';
import { memoizePerObject } from '../../shell/state/memoize.ts';
import { renderRelatedSignals } from '../signals/related-signals.ts';
import { type QueueRow, queueStateText, queueTableColumns, secondsText } from './columns.ts';

const rowsOf = ({ own }: RenderContext): readonly Row<'queues'>[] => own?.snapshot.kinds.queues.rows ?? [];

const made = memoizePerObject<QueueRow>();

/** The row of a fact; the same object while the fact is unchanged. */
const queueRow = (row: Row<'queues'>): QueueRow =>
  made(row, [], () => {
    const { fact, key, level } = row;
    return {
      key,
      level,
      label: fact.name,
      text: [fact.name, fact.kind, queueWords(fact), fact.dlq ?? '', ...fact.deadLettersOf].join(' '),
      subject: { kind: 'queues', fact },
      fact,
      row,
    };
  });

/** Words for the filter. */
const queueWords = ({ isFifo }: Queue): string => (isFifo === true ? 'fifo' : '');

/** 'dead-letter queue of orders, billing' */
const deadLetterText = ({ deadLettersOf }: Queue): string =>
  deadLettersOf.length === 0 ? '' : `dead-letter queue of ${deadLettersOf.join(', ')}`;

const dlqText = ({ dlq, dlqDepth, maxReceives }: Queue): string =>
  dlq === undefined
    ? 'no dead-letter queue'
    : [
        `dead-letter queue ${dlq}: ${dlqDepth === undefined ? 'depth unknown' : pluralize(dlqDepth, 'message')}`,
        maxReceives === undefined ? '' : `after ${pluralize(maxReceives, 'receive')}`,
      ]
        .filter((part) => part !== '')
        .join(', ');

/** 'redrive: 120 of 300 messages moved' */
const redriveText = ({ isRedriving, redriveMoved, redriveTotal }: Queue): string =>
  isRedriving === true
    ? `redrive: ${formatCount(redriveMoved)} of ${formatCount(redriveTotal)} messages moved`
    : '';

const renderQueueDetails = (
  { pen, now, own }: RenderContext,
  { fact, row, level }: QueueRow,
  opened: boolean,
): readonly StyledLine[] => {
  const time = Math.max(fact.at, own?.facts.feeds[row.feed]?.known?.at ?? fact.at);
  const about = [fact.kind, fact.isFifo === true ? 'fifo' : '', fact.source].filter((part) => part !== '');
  const head: StyledLine = [
    pen.run(` ${fact.name}`, 'bold'),
    pen.run(`  queue · ${about.join(' · ')}, ${formatAge(now - time)} ago`, 'faint'),
  ];
  const text = (line: string): StyledLine => [pen.run(`   ${line}`)];
  const role = deadLetterText(fact);
  const notes = [role, redriveText(fact)]
    .filter((note) => note !== '')
    .map((note): StyledLine => [pen.run(`   ${note}`, level === 'ok' ? 'plain' : level)]);
  if (!opened) return [head, ...notes];
  const consumers = fact.consumers === undefined ? [] : [text(`polled by ${fact.consumers.join(', ')}`)];
  if (fact.kind === 'topic')
    return [
      head,
      text(
        `subscriptions ${formatCount(fact.subscriptions)} · unconfirmed ${formatCount(fact.pendingSubscriptions)}`,
      ),
      ...(fact.uid === undefined ? [] : [text(fact.uid)]),
    ];
  return [
    head,
    ...notes,
    text(
      `waiting ${formatCount(fact.depth)} · in flight ${formatCount(fact.inFlight)} · delayed ${formatCount(fact.delayed)}`,
    ),
    ...(fact.sentPerSecond === undefined && fact.deletedPerSecond === undefined
      ? []
      : [
          text(
            `sent ${formatCount(fact.sentPerSecond, 1)}/s · processed ${formatCount(fact.deletedPerSecond, 1)}/s`,
          ),
        ]),
    ...consumers,
    ...(fact.kind === 'dlq' && fact.dlq === undefined ? [] : [text(dlqText(fact))]),
    text(
      `oldest message ${secondsText(fact.oldestSeconds)} · retention ${secondsText(fact.retentionSeconds)} · visibility timeout ${secondsText(fact.visibilitySeconds)}`,
    ),
    ...(fact.uid === undefined ? [] : [text(fact.uid)]),
  ];
};

/** 'dead letters · dead-letter queue of orders' */
const queueProblem = describeProblem<QueueRow>((row) => [
  queueStateText(row),
  row.fact.depth === undefined ? '' : formatCount(row.fact.depth),
  redriveText(row.fact),
  deadLetterText(row.fact),
]);

const byNumber = (
  name: string,
  column: string,
  value: (fact: Queue) => number | undefined,
): PaneOrder<QueueRow> => ({ name, column, value: ({ fact }) => value(fact), largestFirst: true });

const orders: readonly PaneOrder<QueueRow>[] = [
  { name: 'by name', column: 'QUEUE', compare: compareByLabel },
  byNumber('by waiting', 'WAITING', ({ depth }) => depth),
  byNumber('by in flight', 'IN FLIGHT', ({ inFlight }) => inFlight),
  byNumber('by dead letters', 'DLQ', ({ dlqDepth }) => dlqDepth),
  byNumber('by sent', 'SENT/s', ({ sentPerSecond }) => sentPerSecond),
  byNumber('by processed', 'DONE/s', ({ deletedPerSecond }) => deletedPerSecond),
  byNumber('oldest first', 'OLDEST', ({ oldestSeconds }) => oldestSeconds),
];

/** The row of the dead-letter queue of a row; of a dead-letter queue the first of its queues. */
const pairedRow = ({ row, view }: Pick<KeyContext, 'row' | 'view'>): Row<'queues'> | undefined => {
  if (row?.subject?.kind !== 'queues') return undefined;
  const { source, dlq, deadLettersOf } = row.subject.fact;
  const name = dlq ?? deadLettersOf[0];
  return name === undefined
    ? undefined
    : rowsOf(view).find(({ fact }) => fact.source === source && fact.name === name);
};

const whyNotPaired = (context: KeyContext): string | undefined => {
  if (context.row?.subject?.kind !== 'queues') return 'no queue is selected: move the cursor to a queue';
  const paired = pairedRow(context);
  if (paired === undefined) return 'this queue has no dead-letter queue';
  return context.pane.rows(context.view).some(({ key }) => key === paired.key)
    ? undefined
    : 'the filter hides that row: press esc to clear the filter';
};

const goToPaired = (context: KeyContext): void => {
  const paired = pairedRow(context);
  if (paired !== undefined) moveCursorToRow(context.model, 'queues', paired.key);
};

/** The keys of Queues. */
const queueKeys: readonly Binding[] = [
  {
    id: 'queue.dlq',
    keys: ['w'],
    description: 'go to the dead-letter queue of the row, or back to the queue',
    footer: 'dead letters',
    whyNot: whyNotPaired,
    run: goToPaired,
  },
];

/** Queues: message queues with their dead-letter queues. */
export const queuesPane = defineKindPane<QueueRow>({
  id: 'queues',
  title: 'Queues',
  noun: 'queues',
  kind: 'queues',
  optional: true,
  keys: queueKeys,
  rows: (view) => rowsOf(view).map(queueRow).toSorted(compareWorstFirst),
  problem: queueProblem,
  orders,
  table: (view) => queueTableColumns(view, rowsOf(view).length),
  details: renderQueueDetails,
  below: renderRelatedSignals,
});
