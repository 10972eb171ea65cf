import { acknowledgementOf } from '../../../domain/incidents/acknowledgement.ts';
import { requestsToAnswer, type WaitingApproval } from '../../../domain/runs/approval.ts';
import type { ShownReset } from '../../../domain/runs/pending-reset.ts';
import { pluralize } from '../../../domain/text/count-text.ts';
import { factKinds } from '../../../kinds/registry/registry.ts';
import { sameFailure } from '../../../situation/source-finding.ts';
import type { RunbookSuggestion } from '../../../store/cockpit.ts';
import { renderSectionRule } from '../../kit/components/section-rule.ts';
import type { StyledLine } from '../../kit/text/line.ts';
import type { KeyContext } from '../../shell/contract/pane.ts';
import type { EnvironmentView, RenderContext } from '../../shell/contract/render-context.ts';
import { ruleLook } from '../../shell/layout/rule-look.ts';
import { moveCursorToRow, navigateTo } from '../../shell/navigation/navigation.ts';
import { defineKindPane } from '../../shell/panes/define-pane.ts';
import { ageSince, compareByLabel } from '../../shell/panes/ranking.ts';
import { rowSeverity, runbookSeverity } from '../../shell/panes/severity.ts';
import { hiddenRowsLines, missingFactsLine, type RowCounts } from '../../shell/panes/status-lines.ts';
import { startBlockedReason, suggestionText } from '../../shell/state/blocked-reasons.ts';
import { allInputs, memoizeRows } from '../../shell/state/memoize.ts';
import { groupingInputs, isGrouped, lastBelowCauses, rowsByCause } from '../findings/cause-tree.ts';
import { type CauseIndex, causesAmong } from '../findings/causes.ts';
import { findingState, isFindingRow, nowColumns, problemText } from '../findings/columns.ts';
import {
  type BlindSource,
  collectFindings,
  type FindingRow,
  type PaneFinding,
  paneFindingKey,
  problemStart,
  rankFindings,
  sourceFindingKey,
} from '../findings/findings.ts';
import { type FindingTree, findingListColumns, linesOfFinding, listFrom } from '../findings/list-columns.ts';
import { rollBackKey, whatChangedLines } from '../findings/what-changed.ts';
import { askedResets, pendingResetLines } from '../run-words/pending-resets.ts';
import { acknowledgedText, acknowledgeKey } from './acknowledge.ts';
import { renderProblemCharts } from './charts.ts';
import { countFindings } from './counts.ts';
import { renderNowDetails } from './details.ts';
import { foldConsequences, foldKeys, selectedFinding } from './fold-keys.ts';
import { renderNotAffected } from './not-affected.ts';
import { problemTitle, renderProblemDetail } from './problem-detail.ts';

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

const findingRow = (view: RenderContext, { pane, finding }: PaneFinding): FindingRow => {
  const { row } = finding;
  const { subject } = row;
  const severity = rowSeverity(view.cockpit, row);
  const key = paneFindingKey(pane, row);
  const acknowledged = acknowledgementOf(view.cockpit.acknowledged, key);
  return {
    is: 'finding',
    key,
    level: row.level,
    label: row.label,
    // Computed lazily: there are thousands of rows, and only filters read the text.
    get text() {
      return [
        `${pane.title} ${row.label} ${finding.describe(view)}`,
        severity?.id ?? '',
        acknowledged === undefined ? '' : acknowledgedText(view, acknowledged),
      ].join(' ');
    },
    aboutKey: row.key,
    pane,
    finding,
    origin: { pane: pane.id, key: row.key },
    ...(subject === undefined ? {} : { subject }),
    ...(severity === undefined ? {} : { severity }),
    ...(acknowledged === undefined ? {} : { acknowledged }),
  };
};

const blindRow = (view: RenderContext, blind: BlindSource): FindingRow => {
  const { source, kind, message } = blind.fault;
  const acknowledged = acknowledgementOf(view.cockpit.acknowledged, sourceFindingKey(blind.fault));
  return {
    is: 'blind',
    key: `blind ${sameFailure(blind.fault)}`,
    level: 'unknown',
    label: source,
    text: `${source} ${kind} ${message}${acknowledged === undefined ? '' : ` ${acknowledgedText(view, acknowledged)}`}`,
    ...blind,
    ...(acknowledged === undefined ? {} : { acknowledged }),
  };
};

const suggestionRow = (suggestion: RunbookSuggestion, { cockpit }: RenderContext): FindingRow => {
  const { runbook, fits } = suggestion;
  const severity = runbookSeverity(cockpit, runbook.id);
  return {
    is: 'runbook',
    key: `runbook ${runbook.id}`,
    level: fits === 'yes' ? 'ok' : 'unknown',
    isNotable: true,
    // A suggestion is no finding.
    standsFor: 0,
    label: runbook.title,
    text: `runbook ${runbook.id} ${runbook.title} ${suggestionText(suggestion)}${severity === undefined ? '' : ` ${severity.id}`}`,
    suggestion,
    ...(severity === undefined ? {} : { severity }),
  };
};

const approvalRow = (request: WaitingApproval): FindingRow => ({
  is: 'approval',
  key: `approval ${request.run}`,
  level: 'warn',
  isNotable: true,
  // A request is no finding.
  standsFor: 0,
  label: request.proposal.title,
  text: `run waiting for approval ${request.run} ${request.proposal.title}`,
  request,
});

const resetRow = (reset: ShownReset): FindingRow => ({
  is: 'reset',
  key: `reset ${reset.run} ${reset.step}`,
  level: 'warn',
  isNotable: true,
  // A pending reset is no finding.
  standsFor: 0,
  label: reset.title,
  text: `due: reset of ${reset.title} · enter to send`,
  reset,
});

/**
 * Rows of Problems: runs that wait for this person's approval, resets that are due, all findings in the order of `rankFindings`, then matching
 * runbooks, and those whose match is unknown.
 */
const nowRows = (view: RenderContext): readonly FindingRow[] => {
  const { found, blind } = collectFindings(view);
  const suggested = (fits: RunbookSuggestion['fits']): readonly FindingRow[] =>
    view.cockpit.suggestions
      .filter((suggestion) => suggestion.fits === fits)
      .map((suggestion) => suggestionRow(suggestion, view));
  const findings = rankFindings([
    ...found.map((paneFinding) => findingRow(view, paneFinding)),
    ...blind.map((blindSource) => blindRow(view, blindSource)),
  ]);
  // They concern the present, whatever time is shown.
  const requests = view.past === undefined ? requestsToAnswer(view.cockpit.approvals ?? []) : [];
  return [
    ...requests.map(approvalRow),
    ...askedResets(view).map(resetRow),
    ...findings,
    ...suggested('yes'),
    ...suggested('unknown'),
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
  if (pane === undefined) return say(`no pane shows data of ${row.label}`);
  if (row.is === 'finding') moveCursorToRow(model, pane.id, row.finding.row.key);
  navigateTo(model, pane.id);
};

const unfoldedRows = memoizeRows('now', nowRows);

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

const causesOf = (view: RenderContext): CauseIndex => causesAmong(view, unfoldedRows(view));

/** The tree of the shown rows. */
const listTree = (view: RenderContext): FindingTree => {
  const causes = causesOf(view);
  return { causes, last: lastBelowCauses(rowsByCause(view, unfoldedRows(view)), causes) };
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
  inputs: (view) => [...allInputs(view), ...groupingInputs(view)],
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
      ? findingListColumns(view, listTree(view), width)
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
