import { pluralize } from '../../../domain/text/count-text.ts';
import { justifyLine, type StyledLine } from '../../kit/text/line.ts';
import type { ProblemExplanation } from '../../shell/contract/features.ts';
import type { RenderContext } from '../../shell/contract/render-context.ts';
import { boundKey } from '../../shell/state/keys-in-text.ts';
import { viewSituation } from '../../shell/state/view-situation.ts';
import { rowsByCause } from '../findings/cause-tree.ts';
import type { FindingRow } from '../findings/findings.ts';
import { findingTree, renderFindingLine } from '../findings/list-columns.ts';
import { isAbout, subjectOf } from './finding-of-row.ts';
import { problemTitle, renderProblemDetail } from './problem-detail.ts';
import { causesOf, unfoldedRows } from './rows.ts';

/** The row that the situation names first; else the first problem. */
const worstRow = (view: RenderContext, rows: readonly FindingRow[]): FindingRow | undefined => {
  const cause = viewSituation(view)?.causes[0];
  const subject = cause === undefined ? undefined : subjectOf(view, cause);
  return (
    rows.find((row) => cause !== undefined && isAbout(row, cause, subject)) ??
    rows.find(({ is }) => is === 'finding' || is === 'blind')
  );
};

/** Lines of the heading of the other problems, and the fewest rows below it. */
const headingLines = 2;
const leastOthers = 2;

/** The other problems, by cause, in at most `height` lines. */
const otherProblems = (
  view: RenderContext,
  shown: FindingRow,
  { width, height }: { readonly width: number; readonly height: number },
): readonly StyledLine[] => {
  const { pen, cockpit } = view;
  const tree = findingTree(view, unfoldedRows(view));
  const rows = rowsByCause(view, unfoldedRows(view)).filter(
    (row) => row.key !== shown.key && (row.is === 'finding' || row.is === 'blind' || row.is === 'fold'),
  );
  const most = Math.min(rows.length, height - headingLines);
  if (most < Math.min(rows.length, leastOthers) || rows.length === 0) return [];
  const count = unfoldedRows(view).filter(({ is }) => is === 'finding' || is === 'blind').length;
  const note = `${boundKey(cockpit, 'pane.W', 'W')}${count === 1 ? '' : ' all'} ${pluralize(count, 'problem')} `;
  return [
    [],
    justifyLine([pen.run(' Other problems', 'bold')], [pen.run(note, 'faint')], width, 'plain', pen.ellipsis),
    ...rows
      .slice(0, most)
      .map((row): StyledLine => [pen.run(' '), ...renderFindingLine(view, tree, row, width - 2)]),
  ];
};

/**
 * Explains the problem that the situation names, for another pane: without charts, which that pane has above it, and without the keys of
 * Problems. Below it the other problems, where there is room.
 */
export const explainWorst = (view: RenderContext): ProblemExplanation | undefined => {
  const rows = unfoldedRows(view);
  const row = worstRow(view, rows);
  if (row === undefined) return undefined;
  return {
    title: problemTitle(view, row),
    lines: (detailView, room) => {
      const problems = { rows, causes: causesOf(detailView) };
      const parts = { hasKeys: false, hasCharts: false };
      const lines = renderProblemDetail(detailView, row, problems, room, parts);
      const left = { width: room.width, height: room.height - lines.length };
      return [...lines, ...otherProblems(detailView, row, left)];
    },
  };
};
