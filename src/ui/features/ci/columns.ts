import type { Millis } from '../../../domain/base/fault.ts';
import type { Row } from '../../../domain/facts/snapshot.ts';
import { formatAge, formatDuration } from '../../../domain/text/duration.ts';
import { absentText } from '../../../domain/text/format.ts';
import type { CiRow } from '../../../kinds/ci/fact.ts';
import { isActiveCi, isFailedCi } from '../../../kinds/ci/status.ts';
import type { Column } from '../../kit/components/table.ts';
import type { TextRole } from '../../kit/theme/roles.ts';
import type { PaneRow } from '../../shell/contract/pane-row.ts';
import type { RenderContext } from '../../shell/contract/render-context.ts';
import { renderLevel, renderStale } from '../../shell/panes/problem.ts';
import { moreText } from '../../shell/panes/ranking.ts';

/** A run, gate, approval or deployment. */
export interface CiPaneRow extends PaneRow {
  readonly fact: CiRow;
  readonly row: Row<'ci'>;
}

const roleOf = ({ row }: CiPaneRow): TextRole => (row.stale ? 'stale' : 'plain');

/** The status in words: 'in progress', 'failure', 'failed, in progress'. */
export const ciStateText = ({ fact }: Pick<CiPaneRow, 'fact'>): string => {
  const word = fact.status.replaceAll('_', ' ');
  return isActiveCi(fact) && isFailedCi(fact) ? `failed, ${word}` : word;
};

/** The name of the row: the workflow, the gate, the environment. */
export const ciName = ({ kind, workflow, gate = '', environment = '' }: CiRow): string =>
  kind === 'run' ? workflow : kind === 'gate' ? gate : environment;

/** '12m' of a run, of one in progress until now; absent when it is unknown. */
export const tookText = (fact: CiRow, now: Millis): string => {
  const { seconds, startedAt } = fact;
  if (seconds === undefined) return absentText;
  const ms = isActiveCi(fact) && startedAt !== undefined ? now - startedAt : seconds * 1000;
  return formatDuration(Math.round(ms / 1000) * 1000);
};

/** The job that the row waits for or failed in; the commit of a deployment. */
export const ciDetail = ({ failedStep, waitsFor = [], sha, kind, displayTitle }: CiRow): string => {
  if (waitsFor.length > 0) return `waits for ${waitsFor.join(', ')}`;
  if (failedStep !== undefined) return failedStep;
  return kind === 'deployment' ? (sha ?? '').slice(0, 7) : (displayTitle ?? '');
};

/** All columns. DETAIL is the failed step, the reviewers, the commit or the title. */
export const ciTableColumns = ({ pen, now }: RenderContext, total: number): readonly Column<CiPaneRow>[] => {
  const plain = (
    head: string,
    width: number,
    text: (fact: CiRow) => string | undefined,
    more: Partial<Column<CiPaneRow>> = {},
  ): Column<CiPaneRow> => ({
    head,
    width,
    cell: (row) => {
      const value = text(row.fact);
      return pen.run(value === undefined || value === '' ? absentText : value, roleOf(row));
    },
    ...more,
  });
  return [
    {
      head: '',
      name: 'STATE',
      required: true,
      width: 21,
      cell: (row) =>
        row.row.stale ? renderStale(pen, ciStateText(row)) : renderLevel(pen, row.level, ciStateText(row)),
      renderFolded: () => pen.glyph('ok', 'ok'),
    },
    {
      head: 'NAME',
      required: true,
      width: 14,
      grow: 2,
      keepsEnd: () => true,
      cell: (row) => pen.run(ciName(row.fact), roleOf(row)),
      renderFolded: (rows) => pen.run(moreText(rows.length, total, 'row')),
    },
    plain('KIND', 10, ({ kind }) => kind, { hideBelow: 76 }),
    plain('BRANCH', 12, ({ branch }) => branch, { grow: 1, keepsEnd: () => true }),
    plain('AGE', 7, ({ startedAt }) => (startedAt === undefined ? undefined : formatAge(now - startedAt)), {
      align: 'right',
    }),
    plain('TOOK', 8, (fact) => tookText(fact, now), { align: 'right', hideBelow: 64 }),
    plain('BY', 12, ({ actor }) => actor, { hideBelow: 90 }),
    plain('DETAIL', 16, ciDetail, { grow: 3, hideBelow: 100 }),
    plain('NUMBER', 7, ({ number }) => (number === undefined ? undefined : `#${number}`), {
      align: 'right',
      wide: true,
    }),
    plain('EVENT', 18, ({ event }) => event, { wide: true }),
    plain('COMMIT', 8, ({ sha }) => sha?.slice(0, 7), { wide: true }),
    plain('REPOSITORY', 18, ({ repo }) => repo, { wide: true }),
  ];
};
