import { ageText } from '../../../domain/duration.ts';
import { bytes, count } from '../../../domain/format.ts';
import type { Column } from '../../components/table.ts';
import { branchRuns } from '../../panes/tree.ts';
import { howMany } from '../../panes/worst-first.ts';
import { levelCell, staleCell } from '../../panes/wrong.ts';
import type { Line } from '../../text/run.ts';
import type { Role } from '../../theme/roles.ts';
import type { View } from '../../view.ts';
import { hostOf, type WorkloadRow, wordOf } from './nodes.ts';

const roleOf = ({ row }: WorkloadRow): Role => (row.stale ? 'stale' : 'plain');

/** '0/1', of a container 'yes' or 'no'. */
const readyText = ({ fact: { kind, ready, wanted } }: WorkloadRow): string => {
  if (ready === undefined) return '–';
  if (kind === 'container' && wanted === undefined) return ready > 0 ? 'yes' : 'no';
  return `${ready}/${wanted ?? '–'}`;
};

/** '88 %' of a limit, or what is used where there is none. */
const share = (
  used: number | undefined,
  limit: number | undefined,
  text: (used: number) => string,
): string => {
  if (used === undefined) return '–';
  return limit === undefined || limit <= 0 ? text(used) : `${Math.round((100 * used) / limit)} %`;
};

const cores = (used: number): string => (used < 1 ? `${Math.round(1000 * used)}m` : count(used, 1));

const right = (
  { pen }: View,
  head: string,
  width: number,
  text: (row: WorkloadRow) => string,
  more: Partial<Column<WorkloadRow>> = {},
): Column<WorkloadRow> => ({
  head,
  width,
  align: 'right',
  cell: (row) => pen.run(text(row), roleOf(row)),
  ...more,
});

/** '39/39' of what was folded, as far as they say. */
const foldedReady = (rows: readonly WorkloadRow[]): string => {
  const told = rows.filter(({ fact }) => fact.ready !== undefined && fact.wanted !== undefined);
  const total = (of: (row: WorkloadRow) => number | undefined): number =>
    told.reduce((sum, row) => sum + (of(row) ?? 0), 0);
  return told.length === 0 ? '–' : `${total((r) => r.fact.ready)}/${total((r) => r.fact.wanted)}`;
};

/** Every column; what a narrow overview has no room for is left out. */
export const workloadColumns = (
  view: View,
  brief: boolean,
  total: number,
): readonly Column<WorkloadRow>[] => {
  const { pen, now } = view;
  const head = (text: string): string => (brief ? '' : text);
  return [
    {
      head: '',
      width: 18,
      cell: (row): Line =>
        row.row.stale ? staleCell(pen, wordOf(row)) : levelCell(pen, row.level, wordOf(row)),
      folded: () => [pen.glyph('ok', 'ok'), pen.run(' OK', 'ok')],
    },
    {
      head: head('NAME'),
      width: 20,
      grow: 3,
      keepsEnd: () => true,
      cell: (row): Line => [
        ...branchRuns(
          pen,
          row.branch?.depth === 0 && row.branch.state === undefined ? undefined : row.branch,
        ),
        pen.run(row.fact.name, row.level === 'ok' ? roleOf(row) : 'bold'),
        pen.run(hostOf(row.fact), 'faint'),
      ],
      folded: (rows) => pen.run(howMany(rows.length, total, 'workload')),
    },
    { head: head('KIND'), width: 12, hideBelow: 80, cell: (row) => pen.run(row.fact.kind, roleOf(row)) },
    right(view, head('READY'), 7, readyText, { folded: (rows) => pen.run(foldedReady(rows)) }),
    right(view, head('RST'), 5, ({ fact }) => count(fact.restarts)),
    right(view, head('CPU'), 7, ({ fact }) => share(fact.cpuCores, fact.cpuLimitCores, cores), {
      hideBelow: 64,
    }),
    right(view, head('MEM'), 9, ({ fact }) => share(fact.memoryBytes, fact.memoryLimitBytes, bytes), {
      hideBelow: 64,
    }),
    right(view, head('AGE'), 7, ({ fact }) =>
      fact.startedAt === undefined ? '–' : ageText(now - fact.startedAt),
    ),
    {
      head: head('OWNER'),
      width: 12,
      grow: 2,
      hideBelow: 90,
      cell: ({ row, fact }) =>
        pen.run(fact.detail ?? (fact.owner === '' ? '–' : fact.owner), row.stale ? 'stale' : 'faint'),
    },
  ];
};
