import { pluralize } from '../../../domain/text/count-text.ts';
import { factKinds } from '../../../kinds/registry/registry.ts';
import { renderSectionRule } from '../../kit/components/section-rule.ts';
import type { StyledLine } from '../../kit/text/line.ts';
import type { KeyContext } from '../../shell/contract/pane.ts';
import type { EnvironmentView, RenderContext } from '../../shell/contract/render-context.ts';
import { ruleLook } from '../../shell/layout/rule-look.ts';
import { moveCursorToRow, navigateTo } from '../../shell/navigation/navigation.ts';
import { defineKindPane } from '../../shell/panes/define-pane.ts';
import { ageSince, compareByLabel } from '../../shell/panes/ranking.ts';
import { hiddenRowsLines, missingFactsLine, type RowCounts } from '../../shell/panes/status-lines.ts';
import { startBlockedReason } from '../../shell/state/blocked-reasons.ts';
import { isGrouped, rowsByCause } from '../findings/cause-tree.ts';
import { findingState, isFindingRow, nowColumns, problemText } from '../findings/columns.ts';
import { collectFindings, type FindingRow, problemStart } from '../findings/findings.ts';
import { findingListColumns, findingTree, linesOfFinding, listFrom } from '../findings/list-columns.ts';
import { rollBackKey, whatChangedLines } from '../findings/what-changed.ts';
import { pendingResetLines } from '../run-words/pending-resets.ts';
import { acknowledgeKey } from './acknowledge.ts';
import { renderProblemCharts } from './charts.ts';
import { countFindings } from './counts.ts';
import { renderNowDetails } from './details.ts';
import { foldConsequences, foldKeys, selectedFinding } from './fold-keys.ts';
import { renderNotAffected } from './not-affected.ts';
import { problemTitle, renderProblemDetail } from './problem-detail.ts';
import { causesOf, unfoldedRows } from './rows.ts';

/** Feeds without a first answer or fault, and sources still opening. */
const awaited = ({ facts, snapshot }: EnvironmentView): number => {
  const feeds = Object.values(facts.feeds).filter(
    ({ feed, known, faults }) => feed.everyMs > 0 && known === undefined && faults.length === 0,
  );
  return Math.max(feeds.length, ...factKinds().map((kind) => snapshot.kinds[kind].waiting));
};

const waitingLines = ({ pen }: RenderContext, waiting: number): readonly StyledLine[] =>
  waiting === 0
    ? []
    : [
        [
          pen.run(' '),
          pen.glyph('loading', 'loading'),
          pen.run(` ${pluralize(waiting, 'feed')} still loading: their rows are unknown`, 'loading'),
        ],
      ];

/** '● no problems: 43 rows OK, every source has data' */
const calmLine = (view: RenderContext, { snapshot }: EnvironmentView, waiting: number): StyledLine => {
  const { pen } = view;
  const well = countFindings(view).ok;
  if (well === 0)
    return [
      pen.run(' '),
      pen.glyph('empty', 'loading'),
      pen.run(waiting > 0 ? ' no data yet' : ' no data: no source in this profile provides rows', 'loading'),
    ];
  const held = snapshot.kinds.alerts.rows.filter(
    ({ fact, stale }) => !stale && (fact.state === 'silenced' || fact.state === 'inhibited'),
  ).length;
  const seen = waiting > 0 ? '' : ', every source has data';
  const quiet = held === 0 ? '' : ` · ${pluralize(held, 'alert')} silenced or inhibited`;
  return [
    pen.run(' '),
    pen.glyph('ok', 'ok'),
    pen.run(` no problems: ${pluralize(well, 'row')} OK${seen}${quiet}`),
  ];
};

/** Status lines when there are no problems or data is incomplete. */
const nowStates = (view: RenderContext, count: RowCounts): readonly StyledLine[] => {
  const { own } = view;
  if (own === undefined) return [...hiddenRowsLines(view, count), missingFactsLine(view)];
  const { found, blind } = collectFindings(view);
  const waiting = awaited(own);
  const isCalm = found.length === 0 && blind.length === 0;
  return [
    ...hiddenRowsLines(view, count),
    ...pendingResetLines(view, true),
    ...(isCalm ? [calmLine(view, own, waiting)] : []),
    // Beside a list, the detail says what changed.
    ...(isCalm || view.columns < listFrom ? [] : whatChangedLines(view)),
    ...waitingLines(view, waiting),
  ];
};

/** Opens the row in its pane, the preview of a runbook, or the consequences of a cause. */
const enter = (context: KeyContext, row: FindingRow) => {
  const { model, view, commands, notify: say } = context;
  if (row.is === 'approval') return commands.openApproval(row.request.run);
  if (row.is === 'reset') return commands.reset(row.reset.run, row.reset.step);
  if (row.is === 'fold') return foldConsequences(context, row.cause, !row.isOpen);
  if (row.is === 'runbook') {
    const { runbook } = row.suggestion;
    const whyNot = startBlockedReason(view.cockpit, runbook);
    return whyNot === undefined ? commands.propose(runbook.id, {}) : say(`${runbook.title}: ${whyNot}`);
  }
  const { pane } = row;
  if (pane === undefined) return say(`no pane shows the data of ${row.label}`);
  if (row.is === 'finding') moveCursorToRow(model, pane.id, row.finding.row.key);
  navigateTo(model, pane.id);
};

/** The heading above the suggested runbooks, below the problems. */
const suggestionsHeading = (
  view: RenderContext,
  row: FindingRow,
  previous: FindingRow | undefined,
  width: number,
): readonly StyledLine[] => {
  if (row.is !== 'runbook' || previous?.is === 'runbook') return [];
  const { pen } = view;
  const { suggestions } = view.cockpit;
  const count = suggestions.filter(({ fits }) => fits === 'yes').length;
  const note = `${count} of ${suggestions.length} ${count === 1 ? 'matches' : 'match'}`;
  const look = ruleLook(view);
  const title = [pen.run('Suggested runbooks', 'bold')];
  const rule = { title, note: [pen.run(note, 'faint')], look, role: look.focused };
  return [[], renderSectionRule(pen, rule, width)];
};

/** '2 causes · 19 problems': the rows that have no cause, and those behind them; undefined where the list is not grouped by cause. */
const countedCauses = (view: RenderContext): string | undefined => {
  if (!isGrouped(view)) return undefined;
  const { causeOf } = causesOf(view);
  const problems = unfoldedRows(view).filter(({ is }) => is === 'finding' || is === 'blind');
  const causes = problems.filter((row) => causeOf(row) === undefined).length;
  return causes === problems.length
    ? undefined
    : `${pluralize(causes, 'cause')} · ${pluralize(problems.length, 'problem')}`;
};

/** The cause that the row under the cursor is, stands for, or is a consequence of. */
const causeOfSelected = (context: KeyContext): FindingRow | undefined => {
  const row = selectedFinding(context);
  if (row === undefined) return undefined;
  if (row.is === 'fold') return row.cause;
  const { causeOf, consequencesOf } = causesOf(context.view);
  const isGathered = row.is === 'finding' && row.alike !== undefined;
  return causeOf(row) ?? (isGathered || consequencesOf(row).length > 0 ? row : undefined);
};

/** W Problems: the problems of all panes in one list. */
export const nowPane = defineKindPane<FindingRow>({
  shortRow: (view, row) =>
    isFindingRow(row)
      ? {
          state: findingState(view, row),
          problem: problemText(view, row),
          // The title of a runbook is a sentence.
          isSentence: row.is !== 'finding' && row.is !== 'blind',
        }
      : undefined,
  id: 'now',
  key: 'W',
  title: 'Problems',
  noun: 'findings',
  keys: [acknowledgeKey, rollBackKey, ...foldKeys(causeOfSelected)],
  statusLines: nowStates,
  rowParts: [unfoldedRows, causesOf],
  rows: (view, everything) =>
    everything === true ? unfoldedRows(view) : rowsByCause(view, unfoldedRows(view)),
  caption: (view, _, form, width) => (form === 'full' && width < listFrom ? (countedCauses(view) ?? '') : ''),
  // The header counts its findings by level.
  hasLevels: false,
  orders: [
    { name: 'newest first', column: 'SINCE', value: (row) => ageSince(problemStart(row)) },
    {
      name: 'longest first',
      column: 'SINCE',
      value: (row) => ageSince(problemStart(row)),
      largestFirst: true,
    },
    { name: 'by name', compare: compareByLabel },
  ],
  table: (view, _, width) =>
    width < listFrom
      ? findingListColumns(view, findingTree(view, unfoldedRows(view)), width)
      : nowColumns(view, unfoldedRows(view), width, causesOf(view)),
  details: (view, row) => renderNowDetails(view, row, causesOf(view)),
  below: (view, row, room) =>
    renderProblemCharts(view, row, { rows: unfoldedRows(view), causes: causesOf(view) }, room),
  beside: {
    title: problemTitle,
    lines: (view, row, room) =>
      renderProblemDetail(view, row, { rows: unfoldedRows(view), causes: causesOf(view) }, room),
    section: suggestionsHeading,
    linesOf: (view, row, width) => linesOfFinding(view, causesOf(view), row, width),
    below: renderNotAffected,
  },
  enter,
});
