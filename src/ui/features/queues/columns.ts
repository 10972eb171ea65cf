import type { Row } from '../../../domain/facts/snapshot.ts';
import { formatDuration } from '../../../domain/text/duration.ts';
import { absentText, formatCount } from '../../../domain/text/format.ts';
import type { Queue } from '../../../kinds/queues/fact.ts';
import { stateWord } from '../../../kinds/registry/registry.ts';
import type { Column } from '../../kit/components/table.ts';
import type { TextRole } from '../../kit/theme/roles.ts';
import type { PaneRow } from '../../shell/contract/pane-row.ts';
import type { RenderContext } from '../../shell/contract/render-context.ts';
import { renderStale, renderState } from '../../shell/panes/problem.ts';
import { moreText } from '../../shell/panes/ranking.ts';

/** A message queue. */
export interface QueueRow extends PaneRow {
  readonly fact: Queue;
  readonly row: Row<'queues'>;
}

const roleOf = ({ row }: QueueRow): TextRole => (row.stale ? 'stale' : 'plain');

/** The state in one or two words: 'dead letters', 'waiting', 'empty'. */
export const queueStateText = ({ fact }: QueueRow): string => stateWord('queues', fact);

/** '3d', '30s'; absent when it is unknown. */
export const secondsText = (seconds: number | undefined): string =>
  seconds === undefined ? absentText : formatDuration(Math.round(seconds) * 1000);

/** All columns. DLQ is the number of messages in the dead-letter queue of the row. */
export const queueTableColumns = (view: RenderContext, total: number): readonly Column<QueueRow>[] => {
  const { pen } = view;
  const right = (
    head: string,
    width: number,
    text: (fact: Queue) => string,
    more: Partial<Column<QueueRow>> = {},
  ): Column<QueueRow> => ({
    head,
    width,
    align: 'right',
    cell: (row) => pen.run(text(row.fact), roleOf(row)),
    ...more,
  });
  return [
    {
      head: '',
      name: 'STATE',
      required: true,
      width: 15,
      cell: (row) =>
        row.row.stale
          ? renderStale(pen, queueStateText(row))
          : renderState(view, row.level, queueStateText(row)),
      renderFolded: () => pen.glyph('ok', 'ok'),
    },
    {
      head: 'QUEUE',
      required: true,
      width: 20,
      grow: 3,
      keepsEnd: () => true,
      cell: (row) => pen.run(row.fact.name, roleOf(row)),
      renderFolded: (rows) => pen.run(moreText(rows.length, total, 'queue')),
    },
    right('WAITING', 9, ({ depth }) => formatCount(depth)),
    right('IN FLIGHT', 10, ({ inFlight }) => formatCount(inFlight)),
    right('DELAYED', 9, ({ delayed }) => formatCount(delayed), { hideBelow: 76 }),
    right('OLDEST', 8, ({ oldestSeconds }) => secondsText(oldestSeconds), { hideBelow: 110 }),
    right('SENT/s', 8, ({ sentPerSecond }) => formatCount(sentPerSecond, 1), { wide: true }),
    right('DONE/s', 8, ({ deletedPerSecond }) => formatCount(deletedPerSecond, 1), { wide: true }),
    right('DLQ', 7, ({ dlq, dlqDepth }) => (dlq === undefined ? absentText : formatCount(dlqDepth))),
    {
      head: 'DEAD-LETTER QUEUE',
      width: 20,
      grow: 2,
      hideBelow: 100,
      cell: ({ fact, row }) => pen.run(fact.dlq ?? absentText, row.stale ? 'stale' : 'faint'),
    },
    {
      head: 'CONSUMERS',
      width: 20,
      grow: 1,
      wide: true,
      cell: ({ fact, row }) =>
        pen.run(fact.consumers?.join(' ') ?? absentText, row.stale ? 'stale' : 'faint'),
    },
    right('RETENTION', 10, ({ retentionSeconds }) => secondsText(retentionSeconds), { wide: true }),
    right('VISIBILITY', 11, ({ visibilitySeconds }) => secondsText(visibilitySeconds), { wide: true }),
    {
      head: 'KIND',
      width: 6,
      hideBelow: 120,
      cell: (row) => pen.run(row.fact.kind, row.row.stale ? 'stale' : 'faint'),
    },
  ];
};
