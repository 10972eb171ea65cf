import { formatStateAge } from '../../../domain/facts/state-start.ts';
import { pluralize } from '../../../domain/text/count-text.ts';
import { justifyLine, type StyledLine } from '../../kit/text/line.ts';
import type { CauseExplanation } from '../../shell/contract/features.ts';
import type { PaneRow } from '../../shell/contract/pane-row.ts';
import type { RenderContext } from '../../shell/contract/render-context.ts';
import { boundKey } from '../../shell/state/keys-in-text.ts';
import { problemText } from '../findings/columns.ts';
import { type FindingRow, problemStart } from '../findings/findings.ts';
import { findingMark } from '../findings/list-columns.ts';
import { causesOf, unfoldedRows } from './rows.ts';

/** Most findings of a cause. */
const mostFindings = 3;

const paneTitle = (row: FindingRow): string => (row.is === 'finding' ? row.pane.title : 'source');

/** '✗ database   connection refused          Health · ≥40s' */
const causeLine = (view: RenderContext, row: FindingRow): StyledLine => {
  const { pen, now, columns } = view;
  const age = formatStateAge(problemStart(row), now);
  const where = [paneTitle(row), age].filter((part) => part !== '').join(' · ');
  return justifyLine(
    [...[pen.run(' '), findingMark(view, row), pen.run(` ${row.label}  `)], pen.run(problemText(view, row))],
    [pen.run(` ${where} `, 'faint')],
    columns,
    'plain',
    pen.ellipsis,
  );
};

/** Explains the cause of a row of another pane: undefined for a row that is no problem, or whose cause is unknown. */
export const explainCause = (
  view: RenderContext,
  pane: string,
  { key, level }: PaneRow,
): CauseExplanation | undefined => {
  if (level === 'ok') return undefined;
  const rows = unfoldedRows(view);
  const own = rows.find((row) => row.is === 'finding' && row.pane.id === pane && row.finding.row.key === key);
  if (own === undefined) return undefined;
  const causes = causesOf(view);
  const certain = causes.causeOf(own);
  const cause = certain ?? causes.possibleCauseOf(own)?.cause;
  if (cause === undefined) return undefined;
  const problems = rows.filter(({ is }) => is === 'finding' || is === 'blind');
  // Other findings of the same object tell more about it.
  const alike = problems.filter((row) => row !== cause && row.label === cause.label && row !== own);
  const count = causes.consequencesOf(cause).length;
  return {
    title: `${certain === undefined ? 'Possible cause' : 'Cause'}: ${cause.label}`,
    note: `${boundKey(view.cockpit, 'pane.W', 'W')} ${pluralize(count, 'consequence')} of ${pluralize(problems.length, 'problem')}`,
    lines: (detailView) => [cause, ...alike].slice(0, mostFindings).map((row) => causeLine(detailView, row)),
  };
};
