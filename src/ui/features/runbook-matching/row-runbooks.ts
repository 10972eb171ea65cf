import type { CockpitState } from '../../../store/cockpit.ts';
import type { RunbookSuggestion } from '../../../store/runbook-suggestion.ts';
import { lineWidth, type StyledLine } from '../../kit/text/line.ts';
import { widthOf } from '../../kit/text/width.ts';
import { paneState } from '../../shell/contract/model.ts';
import type { Binding, KeyContext } from '../../shell/contract/pane.ts';
import type { PaneRow } from '../../shell/contract/pane-row.ts';
import type { RenderContext } from '../../shell/contract/render-context.ts';
import { openPageReader } from '../../shell/dialogs/open-reader.ts';
import { foreignEnvironment } from '../../shell/panes/foreign-cell.ts';
import { matchText, startBlockedReason, suggestionText } from '../../shell/state/blocked-reasons.ts';
import { boundKey } from '../../shell/state/keys-in-text.ts';
import { memoizePerObject } from '../../shell/state/memoize.ts';
import { timeTravelBlockedReason } from '../../shell/state/past-context.ts';
import { runbooksMatchingRow } from '../relations/condition-match.ts';
import { linkedPage, openablePageName } from './linked-page.ts';
import {
  conditionExcerpt,
  type ListedRunbook,
  matchingRunbookOf,
  namedExcerpt,
  runbookSubject,
  runbooksFor,
  urlExcerpt,
} from './listed-runbooks.ts';
import { actionsForRow, proposeAction } from './row-actions.ts';
import type { RunbookSubject } from './runbook-subject.ts';

/** True if the row is an alert of another environment, whose runbooks are not loaded. */
const isElsewhere = (view: RenderContext, { subject }: PaneRow): boolean =>
  subject?.kind === 'alerts' &&
  view.own?.snapshot.kinds.alerts.rows.some(({ fact }) => fact === subject.fact) === false;

/** The row as the subject of a runbook list: with its text, if it is an alert or a log line, and what matches it. */
const openedRowSubject = (view: RenderContext, pane: string, row: PaneRow): RunbookSubject => {
  const matching = runbooksMatchingRow(view, row).map(({ runbook }) => runbook.id);
  return { title: row.label, text: '', ...runbookSubject(pane, row), matching };
};

const found = memoizePerObject<readonly ListedRunbook[]>();

/** The runbooks for a row, the best first; [] for a row of another environment. */
const runbooksForRow = (view: RenderContext, pane: string, row: PaneRow): readonly ListedRunbook[] =>
  isElsewhere(view, row)
    ? []
    : found(row, [view.cockpit.suggestions, view.own?.facts.frame.signals, pane], () =>
        runbooksFor(view, openedRowSubject(view, pane, row)),
      );

/** True if only words led to the runbook. */
const isByWords = ({ excerpt = '' }: ListedRunbook): boolean =>
  excerpt !== conditionExcerpt && excerpt !== urlExcerpt && !excerpt.startsWith(namedExcerpt);

/** True if only words led to the runbook, and it does not match now: it may be about something else. */
export const isMentionOnly = (listed: ListedRunbook): boolean =>
  listed.suggestion.fits !== 'yes' && isByWords(listed);

const matchingForPanes = memoizePerObject<RunbookSuggestion | undefined>();

/**
 * The runbook for a row that matches now, or that names its alert; undefined if there is none. It is the one that enter
 * opens. Words are searched in the matching runbooks only, which are few: panes name a runbook for each of their rows.
 */
export const matchingRunbookFor = (
  view: RenderContext,
  pane: string,
  row: PaneRow,
): RunbookSuggestion | undefined =>
  isElsewhere(view, row)
    ? undefined
    : matchingForPanes(row, [view.cockpit.suggestions, view.own?.facts.frame.signals, pane], () =>
        matchingRunbookOf(view, openedRowSubject(view, pane, row)),
      );

/** True if the rule of an alert links a runbook: another one that only mentions words of the alert does not take its place. */
const linksRunbook = ({ subject }: PaneRow): boolean =>
  subject?.kind === 'alerts' && subject.fact.runbookUrl !== undefined;

/** The address of the page that an alert links, and its name, if the profile's places have it. */
export const pageFor = (
  view: RenderContext,
  row: PaneRow,
): { readonly address: string; readonly name: string } | undefined => {
  const address =
    row.subject?.kind === 'alerts' && !isElsewhere(view, row) ? row.subject.fact.runbookUrl : undefined;
  const name = openablePageName(linkedPage(view, address));
  return address === undefined || name === undefined ? undefined : { address, name };
};

/** The runbook that enter opens for a row; undefined if there is none. */
export const firstRunbookFor = (
  view: RenderContext,
  pane: string,
  row: PaneRow,
): ListedRunbook | undefined => {
  const [first] = runbooksForRow(view, pane, row);
  return first !== undefined && linksRunbook(row) && isByWords(first) ? undefined : first;
};

/** Why the runbook is listed: its condition and the reason of its place, or the words that it mentions. */
const reasonText = ({ suggestion, excerpt = '' }: ListedRunbook): string => {
  if (excerpt !== conditionExcerpt && !excerpt.startsWith(namedExcerpt) && excerpt !== urlExcerpt)
    return `mentions ${excerpt}`;
  const match = suggestion.fits === 'yes' && suggestionText(suggestion) !== '' ? matchText(suggestion) : '';
  const named = excerpt === urlExcerpt || match === '' ? excerpt : '';
  return [named, match].filter((part) => part !== '').join(' · ');
};

/** A line with the reason why its runbook is listed. One that has no room is its first word, or nothing: a part of it says neither. */
const withReason = (
  { pen, columns }: RenderContext,
  said: StyledLine,
  listedRunbook: ListedRunbook,
): StyledLine => {
  const reason = reasonText(listedRunbook);
  const room = columns - lineWidth(said) - 1;
  const [word = '', ...others] = reason.split(': ');
  const brief = others.length === 0 ? word : `${word}${pen.ellipsis}`;
  const text = [reason, brief].find((form) => widthOf(form) + 3 <= room);
  const role = listedRunbook.suggestion.fits === 'yes' ? 'ok' : 'faint';
  return text === undefined ? said : [...said, pen.run(` · ${text}`, role)];
};

/** Most runbooks that the details of a row name. */
const mostNamed = 3;
/** Minimum width for the title of a runbook beside its id; below it, the title has a line of its own. */
const oneLineFrom = 60;

/** Help where no runbook matches: the search by symptom, and contacts. */
const noneLine = ({ pen, cockpit }: RenderContext, pane: string): StyledLine => {
  const list = boundKey(cockpit, 'runbook.card', 'R');
  const { contacts = [], escalation = [] } = cockpit.open ?? {};
  const isEmpty = cockpit.suggestions.length === 0;
  const helps = [
    ...(isEmpty ? [] : [`${list} then / searches a symptom`]),
    ...(contacts.length + escalation.length === 0 ? [] : [`${boundKey(cockpit, 'pane.9', '9')} contacts`]),
  ];
  const noun = pane === 'alerts' ? 'alert' : pane === 'logs' ? 'line' : 'row';
  const none = isEmpty ? 'this profile has no runbooks' : `no runbook matches this ${noun}`;
  return [pen.run(`   ${[none, ...helps].join(' · ')}`, 'faint')];
};

/** True if the row asks for a runbook: an alert, whatever its state, or a problem, if there are runbooks. A chart needs its lines. */
const needsRunbook = ({ suggestions }: CockpitState, { level, subject }: PaneRow): boolean =>
  subject?.kind === 'alerts' || (level !== 'ok' && subject?.kind !== 'signal' && suggestions.length > 0);

/**
 * The first lines of the details of an opened row: the runbooks for it, each with the key that opens it and the reason. A
 * problem without one says what helps. Empty for a row that is OK and has none, and in the past.
 */
export const rowRunbookLines = (view: RenderContext, pane: string, row: PaneRow): readonly StyledLine[] => {
  const { pen, cockpit } = view;
  if (view.past !== undefined || cockpit.open === undefined || isElsewhere(view, row)) return [];
  const all = runbooksForRow(view, pane, row);
  const open = boundKey(cockpit, 'row.runbook', 'enter');
  const opens = firstRunbookFor(view, pane, row) !== undefined;
  const page = opens ? undefined : pageFor(view, row);
  if (all.length === 0 && page === undefined) return needsRunbook(cockpit, row) ? [noneLine(view, pane)] : [];
  const list = boundKey(cockpit, 'runbook.card', 'R');
  const cells = Math.max(open.length, list.length);
  const named = all.slice(0, all.length > mostNamed ? mostNamed - 1 : mostNamed);
  const more = all.length - named.length;
  const pageLine: readonly StyledLine[] =
    page === undefined
      ? []
      : [
          [
            pen.run(`   ${open.padEnd(cells)} `, 'key'),
            pen.glyph('chosen', 'key'),
            pen.run(` ${page.name}`, 'bold'),
            pen.run(` · page of the ${urlExcerpt}`, 'faint'),
          ],
        ];
  return [
    ...pageLine,
    ...named.flatMap((listedRunbook, index): readonly StyledLine[] => {
      const { runbook } = listedRunbook.suggestion;
      const isNarrow = view.columns < oneLineFrom;
      const head = [
        pen.run(`   ${(index === 0 && opens ? open : list).padEnd(cells)} `, 'key'),
        index === 0 && opens ? pen.glyph('chosen', 'key') : pen.run(' '),
        pen.run(` ${runbook.id}`, 'bold'),
      ];
      const said = isNarrow ? head : [...head, pen.run(` ${runbook.title}`)];
      const line = withReason(view, said, listedRunbook);
      const indent = ' '.repeat(cells + 6);
      const title = isNarrow ? pen.wrap(runbook.title, view.columns - indent.length) : [];
      return [line, ...title.map((piece): StyledLine => [pen.run(`${indent}${piece}`)])];
    }),
    ...(more === 0
      ? []
      : [[pen.run(`   ${list.padEnd(cells)} `, 'key'), pen.run(`  ${more} more`, 'faint')] as const]),
  ];
};

/** Text in place of runbooks if the selected cell belongs to another environment. */
export const foreignCellLine = ({ pen, cockpit }: RenderContext, env: string): StyledLine => [
  pen.run(
    `   runbooks and actions of ${env}: press ${boundKey(cockpit, 'environment', 'e')} to switch there`,
    'faint',
  ),
];

/** The opened row of the focused pane, if its details name runbooks. */
const openedRow = ({ view, pane, row }: KeyContext): PaneRow | undefined =>
  pane.offersRunbooks === true &&
  row !== undefined &&
  foreignEnvironment(view, pane, row) === undefined &&
  row.foldedKeys === undefined &&
  view.ui.place !== 'overview' &&
  paneState(view.ui, pane.id).opened
    ? row
    : undefined;

/** The runbook that enter opens: the first one of the opened row. */
const firstRunbook = (context: KeyContext): RunbookSuggestion | undefined => {
  const row = openedRow(context);
  return row === undefined ? undefined : firstRunbookFor(context.view, context.pane.id, row)?.suggestion;
};

/** The row that `R` lists the runbooks of first: an alert, a log line, or an opened row with runbooks. */
export const listSubject = (context: KeyContext): RunbookSubject | undefined => {
  const { view, pane, row } = context;
  if (row === undefined || isElsewhere(view, row)) return undefined;
  const about = runbookSubject(pane.id, row);
  if (openedRow(context) === undefined && about === undefined) return undefined;
  const subject = openedRowSubject(view, pane.id, row);
  return about === undefined && subject.matching?.length === 0 ? undefined : subject;
};

/** The page that enter opens: of an alert without a runbook of the profile. */
const firstPage = (context: KeyContext): ReturnType<typeof pageFor> => {
  const row = openedRow(context);
  return row === undefined || firstRunbook(context) !== undefined ? undefined : pageFor(context.view, row);
};

/** Enter on an opened row: previews its first runbook, with the parameters that the row answers, or opens its linked page. */
export const rowRunbookKey: Binding = {
  id: 'row.runbook',
  keys: ['enter'],
  description: 'preview the runbook of the opened row, or read the page that the alert links',
  footer: 'runbook',
  isChange: true,
  whyNot: (context) => {
    if (openedRow(context) === undefined) return 'no row is open: open one with enter';
    return firstRunbook(context) === undefined && firstPage(context) === undefined
      ? 'no runbook matches this row: choose one in Runbooks'
      : undefined;
  },
  run: (context) => {
    const { view, commands, row, notify } = context;
    const page = firstPage(context);
    if (page !== undefined) return openPageReader(context, page.address, page.name);
    const runbook = firstRunbook(context)?.runbook;
    if (runbook === undefined) return;
    const whyNot = startBlockedReason(view.cockpit, runbook);
    if (whyNot !== undefined) return notify(`${runbook.id}: ${whyNot}`);
    const action = actionsForRow(view.cockpit, row?.subject).find(
      (candidate) => candidate.suggestion.runbook.id === runbook.id && candidate.whyNot === undefined,
    );
    return action === undefined ? commands.propose(runbook.id, {}) : proposeAction(context, action);
  },
};

/** Why enter does not close the row; undefined if it does. */
export const rowRunbookReason = (context: KeyContext): string | undefined =>
  timeTravelBlockedReason(context.view) === undefined && rowRunbookKey.whyNot?.(context) === undefined
    ? 'enter opens the runbook: press esc to close the row'
    : undefined;
