import type { Row } from '../../../domain/facts/snapshot.ts';
import { formatAge } from '../../../domain/text/duration.ts';
import { absentText, formatBytes, formatCount } from '../../../domain/text/format.ts';
import type { ClusterNode } from '../../../kinds/nodes/fact.ts';
import { stateWord } from '../../../kinds/registry/registry.ts';
import type { Column } from '../../kit/components/table.ts';
import type { TextRole } from '../../kit/theme/roles.ts';
import type { PaneRow } from '../../shell/contract/pane-row.ts';
import type { RenderContext } from '../../shell/contract/render-context.ts';
import { renderLevel, renderStale } from '../../shell/panes/problem.ts';
import { moreText } from '../../shell/panes/ranking.ts';
import { formatCores, shareText } from '../workloads/columns.ts';

/** A node of a cluster. */
export interface NodeRow extends PaneRow {
  readonly fact: ClusterNode;
  readonly row: Row<'nodes'>;
}

const roleOf = ({ row }: NodeRow): TextRole => (row.stale ? 'stale' : 'plain');

/** The state in one word: 'Ready', 'NotReady', 'MemoryPressure', 'cordoned'. */
export const nodeStateText = ({ fact }: NodeRow): string => stateWord('nodes', fact);

/** '31/110': pods of all that fit. */
const podsText = ({ pods, podsAllocatable }: ClusterNode): string =>
  pods === undefined
    ? absentText
    : `${formatCount(pods)}/${podsAllocatable === undefined ? absentText : formatCount(podsAllocatable)}`;

/** All columns. USED is the share of the allocatable amount in use, REQ the share that pods have requested. */
export const nodeTableColumns = (view: RenderContext, total: number): readonly Column<NodeRow>[] => {
  const { pen, now } = view;
  const right = (
    head: string,
    width: number,
    text: (fact: ClusterNode) => string,
    more: Partial<Column<NodeRow>> = {},
  ): Column<NodeRow> => ({
    head,
    width,
    align: 'right',
    cell: (row) => pen.run(text(row.fact), roleOf(row)),
    ...more,
  });
  return [
    {
      head: '',
      width: 18,
      cell: (row) =>
        row.row.stale
          ? renderStale(pen, nodeStateText(row))
          : renderLevel(pen, row.level, nodeStateText(row)),
      renderFolded: () => [pen.glyph('ok', 'ok'), pen.run(' Ready')],
    },
    {
      head: 'NAME',
      width: 18,
      grow: 3,
      keepsEnd: () => true,
      cell: (row) => pen.run(row.fact.name, roleOf(row)),
      renderFolded: (rows) => pen.run(moreText(rows.length, total, 'node')),
    },
    right('PODS', 9, podsText),
    right('CPU', 7, (fact) => shareText(fact.cpuCores, fact.cpuAllocatableCores, formatCores)),
    right('CPU REQ', 9, (fact) => shareText(fact.cpuRequestedCores, fact.cpuAllocatableCores, formatCores)),
    right('MEM', 7, (fact) => shareText(fact.memoryBytes, fact.memoryAllocatableBytes, formatBytes)),
    right('MEM REQ', 9, (fact) =>
      shareText(fact.memoryRequestedBytes, fact.memoryAllocatableBytes, formatBytes),
    ),
    right('AGE', 7, ({ startedAt }) => (startedAt === undefined ? absentText : formatAge(now - startedAt)), {
      hideBelow: 90,
    }),
    {
      head: 'KUBELET',
      width: 12,
      hideBelow: 100,
      cell: (row) => pen.run(row.fact.kubelet ?? absentText, roleOf(row)),
    },
    {
      head: 'ROLES',
      width: 14,
      grow: 1,
      hideBelow: 120,
      cell: ({ fact, row }) =>
        pen.run(fact.roles.length === 0 ? absentText : fact.roles.join(','), row.stale ? 'stale' : 'faint'),
    },
  ];
};
