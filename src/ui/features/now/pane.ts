import type { FactKind, FactTypes } from '../../../domain/facts.ts';
import type { Level } from '../../../domain/level.ts';
import { factKinds } from '../../../kinds/registry.ts';
import type { CockpitState, RunbookSuggestion } from '../../../store/cockpit.ts';
import { moveCursorToRow, navigateTo } from '../../keys/navigation.ts';
import { defineKindPane } from '../../panes/define-pane.ts';
import { memoizeRows } from '../../panes/memoize.ts';
import type { KeyContext } from '../../panes/pane.ts';
import type { PaneRow } from '../../panes/pane-row.ts';
import { ageSince, compareByLabel } from '../../panes/ranking.ts';
import { rowSeverity, runbookSeverity, urgencyRank } from '../../panes/severity.ts';
import { hiddenRowsLines, missingFactsLine, type RowCounts } from '../../panes/status-lines.ts';
import type { EnvironmentView, RenderContext } from '../../render-context.ts';
import { pluralize } from '../../text/format.ts';
import type { StyledLine } from '../../text/line.ts';
import { startBlockedReason } from '../runbooks/actions.ts';
import { nowColumns, problemSince } from './columns.ts';
import { conditionMatchesRow, conditionUsesSignal } from './condition-match.ts';
import { renderNowDetails } from './details.ts';
import type { FindingRow } from './findings.ts';
import { type BlindSource, collectFindings, type PaneFinding, rankFindings } from './findings.ts';

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
const calmLine = ({ pen }: RenderContext, { snapshot }: EnvironmentView, waiting: number): StyledLine => {
  const levels = [
    ...snapshot.signals.map(({ level }) => level),
    ...factKinds().flatMap((kind) => snapshot.kinds[kind].rows.map(({ level }) => level)),
  ];
  const well = levels.filter((level) => level === 'ok').length;
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
    pen.run(` no problems: ${pluralize(well, 'row')} OK${seen}${quiet}`, 'ok'),
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
    ...(isCalm ? [calmLine(view, own, waiting)] : []),
    ...waitingLines(view, waiting),
  ];
};

const aboutFact = <K extends FactKind>(when: string, kind: K, fact: FactTypes[K], level: Level): boolean =>
  conditionMatchesRow(when, kind, { key: '', fact, level, stale: false, feed: '' });

/** The first runbook of the profile that matches because of this row. */
const runbookOf = (
  { suggestions }: CockpitState,
  { subject, level }: PaneRow,
): RunbookSuggestion | undefined => {
  if (subject === undefined) return undefined;
  return suggestions.find(({ fits, runbook }) => {
    if (fits !== 'yes' || runbook.when === undefined) return false;
    return subject.kind === 'signal'
      ? conditionUsesSignal(runbook.when, subject.signal.id)
      : aboutFact<FactKind>(runbook.when, subject.kind, subject.fact, level);
  });
};

const findingRow = (view: RenderContext, { pane, finding }: PaneFinding): FindingRow => {
  const { row } = finding;
  const { subject } = row;
  const runbook = runbookOf(view.cockpit, row);
  const severity = rowSeverity(view.cockpit, row);
  return {
    is: 'finding',
    key: `${pane.id} ${row.key}`,
    level: row.level,
    label: row.label,
    // Computed lazily: there are thousands of rows, and only filters read the text.
    get text() {
      return `${pane.title} ${row.label} ${finding.describe(view)}${severity === undefined ? '' : ` ${severity.id}`}`;
    },
    pane,
    finding,
    ...(subject === undefined ? {} : { subject }),
    ...(runbook === undefined ? {} : { runbook }),
    ...(severity === undefined ? {} : { severity }),
  };
};

const blindRow = (blind: BlindSource): FindingRow => {
  const { source, kind, message } = blind.fault;
  return {
    is: 'blind',
    key: `blind ${source} ${kind} ${message}`,
    level: 'unknown',
    label: source,
    text: `${source} ${kind} ${message}`,
    ...blind,
  };
};

const suggestionRow = (suggestion: RunbookSuggestion, { cockpit }: RenderContext): FindingRow => {
  const { runbook, fits, why } = suggestion;
  const severity = runbookSeverity(cockpit, runbook.id);
  return {
    is: 'runbook',
    key: `runbook ${runbook.id}`,
    level: fits === 'yes' ? 'ok' : 'unknown',
    isNotable: true,
    label: runbook.title,
    text: `runbook ${runbook.id} ${runbook.title} ${why}${severity === undefined ? '' : ` ${severity.id}`}`,
    suggestion,
    ...(severity === undefined ? {} : { severity }),
  };
};

/** Orders runbooks by the urgency of their severity. */
const byUrgency = (a: FindingRow, b: FindingRow): number =>
  urgencyRank(a.severity, a.level) - urgencyRank(b.severity, b.level);

/**
 * Rows of NOW: matching runbooks, then all findings in the order of `rankFindings`, then runbooks whose match is
 * unknown.
 */
const nowRows = (view: RenderContext): readonly FindingRow[] => {
  const { found, blind } = collectFindings(view);
  const suggested = (fits: RunbookSuggestion['fits']): readonly FindingRow[] =>
    view.cockpit.suggestions
      .filter((one) => one.fits === fits)
      .map((one) => suggestionRow(one, view))
      .toSorted(byUrgency);
  const findings = rankFindings([...found.map((one) => findingRow(view, one)), ...blind.map(blindRow)]);
  return [...suggested('yes'), ...findings, ...suggested('unknown')];
};

/** Opens the row in its pane; for a runbook, opens its preview. */
const enter = (context: KeyContext, row: FindingRow) => {
  const { model, view, commands, notify: say } = context;
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

const keptRows = memoizeRows('now', nowRows);

/** W NOW: the problems of all panes in one list. */
export const nowPane = defineKindPane<FindingRow>({
  id: 'now',
  key: 'W',
  title: 'NOW',
  noun: 'findings',
  keys: [],
  statusLines: nowStates,
  rows: keptRows,
  isCounted: ({ is }) => is !== 'runbook',
  orders: [
    { name: 'newest first', column: 'SINCE', value: (row) => ageSince({ since: problemSince(row) }) },
    {
      name: 'longest first',
      column: 'SINCE',
      value: (row) => ageSince({ since: problemSince(row) }),
      largestFirst: true,
    },
    { name: 'by name', compare: compareByLabel },
  ],
  table: (view, _, width) => nowColumns(view, keptRows(view), width),
  details: renderNowDetails,
  enter,
});
