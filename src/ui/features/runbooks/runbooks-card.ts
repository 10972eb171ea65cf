import { pluralize } from '../../../domain/text/count-text.ts';
import type { RunbookSuggestion } from '../../../store/runbook-suggestion.ts';
import {
  type Card,
  cardHeading,
  cardInnerWidth,
  dangerLabel,
  inputField,
  keyHints,
} from '../../kit/components/card.ts';
import { visibleWindow } from '../../kit/components/window.ts';
import { justifyLine, lineWidth, type StyledLine } from '../../kit/text/line.ts';
import type { TextRole } from '../../kit/theme/roles.ts';
import type { KeyContext } from '../../shell/contract/pane.ts';
import type { RenderContext } from '../../shell/contract/render-context.ts';
import { unavailableLines } from '../../shell/dialogs/unavailable-lines.ts';
import {
  readOnlyWarning,
  runbookDanger,
  startBlockedReason,
  suggestionStanding,
  suggestionText,
} from '../../shell/state/blocked-reasons.ts';
import { boundKey } from '../../shell/state/keys-in-text.ts';
import { choicesProblem } from '../runbook-matching/choice-problems.ts';
import type { ListedRunbook } from '../runbook-matching/listed-runbooks.ts';
import type { RunbooksOverlay } from '../runbook-matching/open-runbook-list.ts';
import { runbookStandings } from './rows.ts';
import { newlySuggested, orderedRunbooks } from './runbook-list.ts';

/** Those of the pane. The card has no word for a manual runbook. */
const standings = { ...runbookStandings, never: { ...runbookStandings.never, word: '' } };

/** Indented details below the selected runbook. */
const setIn = (view: RenderContext, text: string, role: TextRole): readonly StyledLine[] =>
  view.pen
    .wrap(text, cardInnerWidth(view) - 4)
    .map((piece): StyledLine => [view.pen.run(`    ${piece}`, role)]);

/** Why it cannot be started, or a warning. */
const startLines = ({ view }: KeyContext, { runbook }: RunbookSuggestion): readonly StyledLine[] => {
  const { pen, cockpit } = view;
  const whyNot = startBlockedReason(cockpit, runbook);
  if (whyNot !== undefined)
    return unavailableLines(view, whyNot).map((line): StyledLine => [pen.run('    '), ...line]);
  const note = readOnlyWarning(cockpit, runbook);
  if (note === undefined) return [];
  return [
    [pen.run('    '), pen.glyph('denied', 'warn'), pen.run(` ${note} · the preview only reads`, 'warn')],
  ];
};

const overlayOf = ({ view }: KeyContext): RunbooksOverlay | undefined =>
  view.ui.overlay.is === 'runbooks' ? view.ui.overlay : undefined;

const isSearching = (context: KeyContext): boolean => {
  const { typing = false, text = '' } = overlayOf(context) ?? {};
  return typing || text !== '';
};

/** The typed symptom, or what the list is opened for. */
const searchInput = (context: KeyContext): StyledLine => {
  const { pen } = context.view;
  const { text = '', about } = overlayOf(context) ?? {};
  if (isSearching(context)) return [pen.run('  /', 'key'), ...inputField(pen, text)];
  return about === undefined ? [] : [pen.run(`  for ${about.title}`, 'bold')];
};

const countText = (context: KeyContext, offered: readonly ListedRunbook[]): string => {
  const found = offered.filter(({ excerpt }) => excerpt !== undefined).length;
  const { text = '', about } = overlayOf(context) ?? {};
  if (text.trim() !== '')
    return `${found} of ${pluralize(context.view.cockpit.suggestions.length, 'runbook')} mention the symptom`;
  if (about?.text === '') return `${found} of ${pluralize(offered.length, 'runbook')} match this row`;
  if (about !== undefined) return `${found} of ${pluralize(offered.length, 'runbook')} mention this`;
  const fitting = offered.filter(({ suggestion }) => suggestion.fits === 'yes').length;
  return `${fitting} of ${offered.length} match${fitting === 1 ? 'es' : ''}`;
};

/** A state of the list, wrapped: the key that helps is never cut. */
const emptyLines = ({ pen, columns }: RenderContext, text: string): readonly StyledLine[] =>
  pen
    .wrap(text, cardInnerWidth({ columns }) - 2)
    .map(
      (piece, index): StyledLine => [
        index === 0 ? pen.glyph('empty', 'loading') : pen.run(' '),
        pen.run(` ${piece}`, 'loading'),
      ],
    );

const noneText = (context: KeyContext): string =>
  context.view.cockpit.suggestions.length === 0
    ? 'this profile has no runbooks'
    : 'no runbook mentions this: try another word of the symptom';

/** Says that none of the listed runbooks mentions what the list is opened for. */
const noneAbout = (context: KeyContext, offered: readonly ListedRunbook[]): readonly StyledLine[] => {
  const { about, text = '' } = overlayOf(context) ?? {};
  if (about === undefined || text !== '' || offered.some(({ excerpt }) => excerpt !== undefined)) return [];
  return emptyLines(context.view, `no runbook mentions ${about.title}. / searches another word`);
};

/** Says that the first suggestion has changed while the list was open, or that no runbook matches. */
const suggestionLines = (context: KeyContext, offered: readonly ListedRunbook[]): readonly StyledLine[] => {
  const { pen } = context.view;
  const better = newlySuggested(context);
  if (better !== undefined)
    return [
      [
        pen.run('suggested first now: ', 'focus'),
        pen.run(better.suggestion.runbook.id, 'bold'),
        pen.run(' · ', 'faint'),
        pen.run('r', 'key'),
        pen.run(' sorts the list', 'faint'),
      ],
    ];
  const { about } = overlayOf(context) ?? {};
  if (isSearching(context) || about !== undefined) return [];
  if (offered.some(({ suggestion }) => suggestion.fits === 'yes')) return [];
  const { contacts = [], escalation = [] } = context.view.cockpit.open ?? {};
  const key = boundKey(context.view.cockpit, 'pane.9', '9');
  const call = contacts.length + escalation.length === 0 ? '' : ` · esc, then ${key}: contacts`;
  return emptyLines(context.view, `no runbook matches now · / searches a symptom${call}`);
};

/** The number of runbooks that fit: one that was found by a text, or has no choices, has a line for it. */
const rowsIn = (view: RenderContext, offered: readonly ListedRunbook[], lines: number): number => {
  const found = offered.filter(
    ({ excerpt, suggestion }) =>
      excerpt !== undefined || choicesProblem(view, suggestion.runbook) !== undefined,
  ).length;
  return Math.max(1, found * 2 <= lines ? lines - found : Math.floor(lines / 2));
};

/** Width of the longest danger. */
const dangerCells = 'DESTRUCTIVE'.length;

/** One runbook: id, title, whether it matches and its danger; the selected one with its reasons. */
const runbookLines = (
  context: KeyContext,
  { suggestion, excerpt }: ListedRunbook,
  chosen: boolean,
  idCells: number,
): readonly StyledLine[] => {
  const { view } = context;
  const { pen } = view;
  const { runbook, fits } = suggestion;
  const why = suggestionText(suggestion);
  const { word, glyph, role } = standings[suggestionStanding(suggestion)];
  const left = [
    chosen ? pen.glyph('chosen', 'key') : pen.run(' '),
    pen.run(' '),
    pen.glyph(glyph, role),
    pen.run(` ${runbook.id.padEnd(idCells)} `, chosen ? 'bold' : 'plain'),
    pen.run(runbook.title, chosen ? 'plain' : 'faint'),
  ];
  const danger = dangerLabel(pen, runbookDanger(suggestion));
  // The words before dangers of different lengths line up.
  const gap = ' '.repeat(1 + Math.max(0, dangerCells - lineWidth(danger)));
  const right = [pen.run(` ${word}`, role), pen.run(gap), ...danger];
  const width = cardInnerWidth(view);
  const line = justifyLine(left, right, width, 'plain', pen.ellipsis);
  const found = excerpt === undefined ? [] : setIn(view, excerpt, chosen ? 'focus' : 'faint').slice(0, 1);
  const noChoices = choicesProblem(view, runbook);
  // The reason in full for the selected runbook, on one line for the others.
  const lost = noChoices === undefined ? [] : setIn(view, noChoices, 'unknown').slice(0, chosen ? 2 : 1);
  if (!chosen) return [line, ...found, ...lost];
  const isCut = lineWidth(left) + lineWidth(right) > width;
  const reason = `${fits === 'unknown' ? 'cannot tell: ' : ''}${why}`;
  return [
    line,
    ...(isCut ? setIn(view, runbook.title, 'plain') : []),
    ...found,
    ...lost,
    ...(why === '' ? [] : setIn(view, reason, role).slice(0, 2)),
    ...startLines(context, suggestion),
  ];
};

/** '19 more below': the runbooks that the list is too short for. */
const hiddenText = (
  { from, to }: { readonly from: number; readonly to: number },
  count: number,
): readonly string[] => {
  const parts = [from > 0 ? `${from} above` : '', to < count ? `${count - to} below` : ''].filter(
    (part) => part !== '',
  );
  return parts.length === 0 ? [] : [parts.join(', ')];
};

/** Renders the runbook list, matching ones first, with reasons. */
export const renderRunbookList = (context: KeyContext, position: number, room: number): Card => {
  const { pen } = context.view;
  const offered = orderedRunbooks(context);
  const none =
    offered.length === 0 ? emptyLines(context.view, noneText(context)) : noneAbout(context, offered);
  const notes = offered.length === 0 ? [] : suggestionLines(context, offered);
  const lost = notes.length + none.length;
  const seen = visibleWindow(offered.length, rowsIn(context.view, offered, room - 7 - lost), position);
  const idCells = Math.min(20, Math.max(0, ...offered.map(({ suggestion }) => suggestion.runbook.id.length)));
  const lines = offered
    .slice(seen.from, seen.to)
    .flatMap((listed, index) => runbookLines(context, listed, seen.from + index === position, idCells));
  return {
    edge: 'focus',
    lines: [
      cardHeading(
        context.view,
        [pen.run('Runbooks', 'bold'), ...searchInput(context)],
        [pen.run(countText(context, offered))],
      ),
      ...(offered.length === 0 ? [] : [...none, ...notes]),
      ...lines,
      ...(offered.length === 0 ? none : []),
      keyHints(
        pen,
        'enter preview',
        ...(isSearching(context) ? ['esc end search'] : ['/ search', 'esc close']),
        ...hiddenText(seen, offered.length),
      ),
    ],
  };
};
