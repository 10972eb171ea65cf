import type { FactKind, FactTypes } from '../../../domain/facts.ts';
import type { Level } from '../../../domain/level.ts';
import { factKinds } from '../../../kinds/registry.ts';
import type { CockpitState, Suggestion } from '../../../store/cockpit.ts';
import { goToRow, openPlace } from '../../keys/places.ts';
import { definePane } from '../../panes/define-pane.ts';
import type { Hand } from '../../panes/pane.ts';
import type { PaneRow } from '../../panes/row.ts';
import { madeOnce } from '../../panes/rows-of.ts';
import { severityOf, severityOfRow, urgency } from '../../panes/severity.ts';
import { type Counted, hiddenLines, withoutFacts } from '../../panes/state.ts';
import { byName } from '../../panes/worst-first.ts';
import { counted } from '../../text/ages.ts';
import type { Line } from '../../text/run.ts';
import type { EnvView, View } from '../../view.ts';
import { whyNotStart } from '../runbooks/actions.ts';
import { asksForRow, asksForSignal } from './asked.ts';
import { nowColumns, sinceOf } from './columns.ts';
import { nowDetails } from './details.ts';
import type { NowRow } from './rank.ts';
import { type Blind, type Found, gather, inRank } from './rank.ts';

/** Questions that have not been answered yet and have not failed either, and sources that are not open yet. */
const awaited = ({ facts, snapshot }: EnvView): number => {
  const feeds = Object.values(facts.feeds).filter(
    ({ feed, known, faults }) => feed.everyMs > 0 && known === undefined && faults.length === 0,
  );
  return Math.max(feeds.length, ...factKinds().map((kind) => snapshot.kinds[kind].waiting));
};

const waitingLines = ({ pen }: View, waiting: number): readonly Line[] =>
  waiting === 0
    ? []
    : [
        [
          pen.run(' '),
          pen.glyph('loading', 'loading'),
          pen.run(
            ` ${counted(waiting, 'question')} not answered yet: what they hide is not known`,
            'loading',
          ),
        ],
      ];

/** '● nothing is wrong: 43 rows are OK, everything is seen', where that is so. */
const calmLine = ({ pen }: View, { snapshot }: EnvView, waiting: number): Line => {
  const levels = [
    ...snapshot.signals.map(({ level }) => level),
    ...factKinds().flatMap((kind) => snapshot.kinds[kind].rows.map(({ level }) => level)),
  ];
  const well = levels.filter((level) => level === 'ok').length;
  if (well === 0)
    return [
      pen.run(' '),
      pen.glyph('empty', 'loading'),
      pen.run(
        waiting > 0 ? ' nothing is read yet' : ' nothing is read here: no source of this profile gives rows',
        'loading',
      ),
    ];
  const held = snapshot.kinds.alerts.rows.filter(
    ({ fact, stale }) => !stale && (fact.state === 'silenced' || fact.state === 'inhibited'),
  ).length;
  const seen = waiting > 0 ? '' : ', everything is seen';
  const quiet = held === 0 ? '' : ` · ${counted(held, 'alert')} held back`;
  return [
    pen.run(' '),
    pen.glyph('ok', 'ok'),
    pen.run(
      ` nothing is wrong: ${counted(well, 'row')} ${well === 1 ? 'is' : 'are'} OK${seen}${quiet}`,
      'ok',
    ),
  ];
};

/** What is said where nothing is wrong, or not all of it is known. */
const nowStates = (view: View, count: Counted): readonly Line[] => {
  const { own } = view;
  if (own === undefined) return [...hiddenLines(view, count), withoutFacts(view)];
  const { found, blind } = gather(view);
  const waiting = awaited(own);
  const isCalm = found.length === 0 && blind.length === 0;
  return [
    ...hiddenLines(view, count),
    ...(isCalm ? [calmLine(view, own, waiting)] : []),
    ...waitingLines(view, waiting),
  ];
};

const aboutFact = <K extends FactKind>(when: string, kind: K, fact: FactTypes[K], level: Level): boolean =>
  asksForRow(when, kind, { key: '', fact, level, stale: false, feed: '' });

/** The runbook that fits now because of this very row; of several the first of the profile. Absent: none does. */
const runbookOf = ({ suggestions }: CockpitState, { subject, level }: PaneRow): Suggestion | undefined => {
  if (subject === undefined) return undefined;
  return suggestions.find(({ fits, runbook }) => {
    if (fits !== 'yes' || runbook.when === undefined) return false;
    return subject.kind === 'signal'
      ? asksForSignal(runbook.when, subject.signal.id)
      : aboutFact<FactKind>(runbook.when, subject.kind, subject.fact, level);
  });
};

const findingRow = (view: View, { pane, finding }: Found): NowRow => {
  const { row } = finding;
  const { subject } = row;
  const runbook = runbookOf(view.cockpit, row);
  const severity = severityOfRow(view.cockpit, row);
  return {
    is: 'finding',
    key: `${pane.id} ${row.key}`,
    level: row.level,
    label: row.label,
    // Thousands of rows have a text, and only a filter reads it.
    get text() {
      return `${pane.title} ${row.label} ${finding.says(view)}${severity === undefined ? '' : ` ${severity.id}`}`;
    },
    pane,
    finding,
    ...(subject === undefined ? {} : { subject }),
    ...(runbook === undefined ? {} : { runbook }),
    ...(severity === undefined ? {} : { severity }),
  };
};

const blindRow = (blind: Blind): NowRow => {
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

const suggestionRow = (suggestion: Suggestion, { cockpit }: View): NowRow => {
  const { runbook, fits, why } = suggestion;
  const severity = severityOf(cockpit, runbook.id);
  return {
    is: 'runbook',
    key: `runbook ${runbook.id}`,
    level: fits === 'yes' ? 'ok' : 'unknown',
    notable: true,
    label: runbook.title,
    text: `runbook ${runbook.id} ${runbook.title} ${why}${severity === undefined ? '' : ` ${severity.id}`}`,
    suggestion,
    ...(severity === undefined ? {} : { severity }),
  };
};

/** Runbooks for what is most urgent first; the others as in the profile. */
const byUrgency = (a: NowRow, b: NowRow): number =>
  urgency(a.severity, a.level) - urgency(b.severity, b.level);

/**
 * What is wrong now, and what is there to do about it: runbooks that fit, then every finding of all panes in the order
 * of `inRank`, then runbooks of which nobody can tell whether they fit.
 */
const nowRows = (view: View): readonly NowRow[] => {
  const { found, blind } = gather(view);
  const suggested = (fits: Suggestion['fits']): readonly NowRow[] =>
    view.cockpit.suggestions
      .filter((one) => one.fits === fits)
      .map((one) => suggestionRow(one, view))
      .toSorted(byUrgency);
  const findings = inRank([...found.map((one) => findingRow(view, one)), ...blind.map(blindRow)]);
  return [...suggested('yes'), ...findings, ...suggested('unknown')];
};

/** To the row in its pane; a runbook is started, which puts its card up. */
const enter = (hand: Hand, row: NowRow) => {
  const { model, view, commands, say } = hand;
  if (row.is === 'runbook') {
    const { runbook } = row.suggestion;
    const whyNot = whyNotStart(view.cockpit, runbook);
    return whyNot === undefined ? commands.propose(runbook.id, {}) : say(`${runbook.title}: ${whyNot}`);
  }
  const { pane } = row;
  if (pane === undefined) return say(`no pane shows what ${row.label} would give`);
  if (row.is === 'finding') goToRow(model, pane.id, row.finding.row.key);
  openPlace(model, pane.id);
};

const keptRows = madeOnce('now', nowRows);

/** W NOW: what is wrong, of all panes, in one list. */
export const nowPane = definePane<NowRow>({
  id: 'now',
  key: 'W',
  title: 'NOW',
  noun: 'findings',
  keys: [],
  states: nowStates,
  rows: keptRows,
  orders: [
    { name: 'newest first', compare: (a, b) => (sinceOf(b) ?? 0) - (sinceOf(a) ?? 0) },
    {
      name: 'longest first',
      compare: (a, b) => (sinceOf(a) ?? Number.MAX_VALUE) - (sinceOf(b) ?? Number.MAX_VALUE),
    },
    { name: 'by name', compare: byName },
  ],
  caption: () => [],
  table: (view, _, width) => nowColumns(view, keptRows(view), width),
  details: nowDetails,
  enter,
});
