import { formatAge } from '../../../domain/text/duration.ts';
import { formatBytes, formatCount } from '../../../domain/text/format.ts';
import { renderGauge } from '../../kit/components/gauge.ts';
import { joints } from '../../kit/components/panel.ts';
import type { Column } from '../../kit/components/table.ts';
import type { StyledLine } from '../../kit/text/line.ts';
import { ruleGlyph } from '../../kit/theme/glyphs.ts';
import type { TextRole } from '../../kit/theme/roles.ts';
import type { RenderContext } from '../../shell/contract/render-context.ts';
import { fieldColumns } from '../../shell/panes/field-columns.ts';
import { renderStale, renderState } from '../../shell/panes/problem.ts';
import { moreText } from '../../shell/panes/ranking.ts';
import { treeIndent } from '../../shell/panes/tree.ts';
import { clusterNames } from '../../shell/state/cluster-names.ts';
import type { Branch } from './branches.ts';
import { hostSuffix, type WorkloadRow, workloadStateText } from './workload-tree.ts';

const roleOf = ({ row }: WorkloadRow): TextRole => (row.stale ? 'stale' : 'plain');

/** '0/1'; for a container 'yes' or 'no'. */
const readyText = ({ fact: { kind, ready, wanted } }: WorkloadRow): string => {
  if (ready === undefined) return '–';
  if (kind === 'container' && wanted === undefined) return ready > 0 ? 'yes' : 'no';
  return `${ready}/${wanted ?? '–'}`;
};

/** '88 %' of the limit; without a limit the usage itself. */
export const shareText = (
  used: number | undefined,
  limit: number | undefined,
  text: (used: number) => string,
): string => {
  if (used === undefined) return '–';
  return limit === undefined || limit <= 0 ? text(used) : `${Math.round((100 * used) / limit)} %`;
};

/** '250m', '1.5': an amount of CPU as Kubernetes writes it. */
export const formatCores = (used: number): string =>
  used < 1 ? `${Math.round(1000 * used)}m` : formatCount(used, 1);

const right = (
  { pen }: RenderContext,
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

/** Minimum width of a table with bars beside the shares: in a narrower one, each row that scrolls would cost twice its bytes. */
const minBarsWidth = 128;
const barCells = 12;

const shareOf = (used: number | undefined, limit: number | undefined): number | undefined =>
  used === undefined || limit === undefined || limit <= 0 ? undefined : used / limit;

/** The share of a limit as a bar; blank without a limit, or where the reading is old: the number beside it says all. */
const usageBar = (
  { pen }: RenderContext,
  name: string,
  of: (row: WorkloadRow) => number | undefined,
): Column<WorkloadRow> => ({
  head: '',
  name: `${name} BAR`,
  width: barCells + 1,
  hideBelow: minBarsWidth,
  cell: (row): StyledLine => {
    const share = row.row.stale ? undefined : of(row);
    return share === undefined ? [] : renderGauge(pen, share, barCells, 'ok');
  },
  renderFolded: () => [],
});

/** '39/39': the sum over folded rows that report readiness. */
const foldedReady = (rows: readonly WorkloadRow[]): string => {
  const reporting = rows.filter(({ fact }) => fact.ready !== undefined && fact.wanted !== undefined);
  const total = (of: (row: WorkloadRow) => number | undefined): number =>
    reporting.reduce((sum, row) => sum + (of(row) ?? 0), 0);
  return reporting.length === 0 ? '–' : `${total((r) => r.fact.ready)}/${total((r) => r.fact.wanted)}`;
};

/** Letters after the name of the owner from which on they stand for the whole name. */
const leastCut = 8;

/** '├─ ' or '╰─ ' before the name of a row below its owner, and the part of its name that the owner does not have. */
const nameRuns = (
  { pen }: RenderContext,
  row: WorkloadRow,
  branch: Branch | undefined,
  indent: StyledLine,
): StyledLine => {
  const { name } = row.fact;
  if (branch === undefined) return [...indent, pen.run(name, roleOf(row))];
  const { owner, isLast } = branch;
  const up = 1;
  const right = 2;
  const down = 4;
  const lines = `${ruleGlyph(up + right + (isLast ? 0 : down), pen.ascii)}${ruleGlyph(joints.horizontal, pen.ascii)} `;
  const rest = name.slice(owner.name.length);
  // Names are masked as a whole, and a short one needs no room.
  const isShort = !pen.shared && name.startsWith(`${owner.name}-`) && rest.length >= leastCut;
  return [pen.run(lines, 'rule'), ...indent, pen.run(isShort ? `${pen.ellipsis}${rest}` : name, roleOf(row))];
};

/** All columns; a narrow overview omits those that do not fit. `branches`: the rows that are directly below their owner. */
export const workloadTableColumns = (
  view: RenderContext,
  total: number,
  branches: ReadonlyMap<string, Branch>,
): readonly Column<WorkloadRow>[] => {
  const { pen, now } = view;
  const cluster = clusterNames(view);
  return [
    {
      head: '',
      name: 'STATE',
      required: true,
      width: 18,
      cell: (row): StyledLine =>
        row.row.stale
          ? renderStale(pen, workloadStateText(row))
          : renderState(view, row.level, workloadStateText(row)),
      renderFolded: () => pen.glyph('ok', 'ok'),
    },
    {
      head: 'NAME',
      required: true,
      width: 20,
      grow: 3,
      keepsEnd: () => true,
      cell: (row): StyledLine => [
        ...nameRuns(
          view,
          row,
          branches.get(row.key),
          treeIndent(
            pen,
            row.treePosition?.depth === 0 && row.treePosition.state === undefined
              ? undefined
              : row.treePosition,
          ),
        ),
        pen.run(hostSuffix(row.fact), 'faint'),
      ],
      renderFolded: (rows) => pen.run(moreText(rows.length, total, 'workload')),
    },
    ...(cluster === undefined
      ? []
      : [
          {
            head: 'CLUSTER',
            width: 10,
            cell: (row: WorkloadRow) => pen.run(cluster(row.fact.source), roleOf(row)),
          },
        ]),
    { head: 'KIND', width: 14, hideBelow: 80, cell: (row) => pen.run(row.fact.kind, roleOf(row)) },
    right(view, 'READY', 7, readyText, { renderFolded: (rows) => pen.run(foldedReady(rows)) }),
    right(view, 'RESTARTS', 9, ({ fact }) => formatCount(fact.restarts)),
    usageBar(view, 'CPU', ({ fact }) => shareOf(fact.cpuCores, fact.cpuLimitCores)),
    right(view, 'CPU', 7, ({ fact }) => shareText(fact.cpuCores, fact.cpuLimitCores, formatCores), {
      align: 'decimal',
      hideBelow: 64,
    }),
    usageBar(view, 'MEMORY', ({ fact }) => shareOf(fact.memoryBytes, fact.memoryLimitBytes)),
    right(view, 'MEMORY', 9, ({ fact }) => shareText(fact.memoryBytes, fact.memoryLimitBytes, formatBytes), {
      align: 'decimal',
      hideBelow: 64,
    }),
    right(view, 'AGE', 7, ({ fact }) =>
      fact.startedAt === undefined ? '–' : formatAge(now - fact.startedAt),
    ),
    {
      head: 'OWNER',
      width: 12,
      grow: 2,
      hideBelow: 90,
      cell: ({ row, fact }) =>
        pen.run(fact.detail ?? (fact.owner === '' ? '–' : fact.owner), row.stale ? 'stale' : 'faint'),
    },
    ...fieldColumns<WorkloadRow>(view, 'workloads', ({ row }) => row),
  ];
};
