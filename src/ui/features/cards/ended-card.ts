import { clearedText } from '../../../domain/incidents/incident-status.ts';
import { allClearAt, endingSentence } from '../../../domain/runs/ending-sentence.ts';
import { followUpsOfRun, preventionsOfRun } from '../../../domain/runs/follow-ups.ts';
import { type RunEnding, recordingText } from '../../../domain/runs/run.ts';
import { incidentOf } from '../../../domain/runs/run-outcome.ts';
import { formatAge } from '../../../domain/text/duration.ts';
import { formatClockTime } from '../../../domain/text/format.ts';
import { mergeAlike } from '../../../domain/text/merge-alike.ts';
import { sentenceCase } from '../../../domain/text/sentence-case.ts';
import type { PastRun, RunView } from '../../../store/cockpit.ts';
import { type Card, cardInnerWidth, maxCardHeight } from '../../kit/components/card.ts';
import {
  type CardEntry,
  type CardZone,
  decisionRow,
  placeZones,
  rowsBesideBody,
  zonedCard,
  zoneRule,
} from '../../kit/components/card-zones.ts';
import { formatDate } from '../../kit/text/format.ts';
import { lineWidth, type StyledLine } from '../../kit/text/line.ts';
import { type RenderContext, toWallTime } from '../../shell/contract/render-context.ts';
import { actStartedAt } from '../../shell/state/current-run.ts';
import { flagsToKeys } from '../../shell/state/keys-in-text.ts';
import { failedOutput, filterRunEvents, findRunEvent } from '../run-words/run-text.ts';
import { hasUndo, runCardState } from './confirmation.ts';
import { diagnosisZone } from './diagnosis-lines.ts';
import {
  cameTo,
  canFileFollowUps,
  isWell,
  isWorthHandover,
  pastOf,
  runResultText,
  stepVerified,
  unendedOf,
} from './ended-words.ts';
import { incidentRows, nextRows, nextRunbook } from './incident-lines.ts';
import { markedRows, wordedRows } from './marked-rows.ts';
import { missingEntries } from './missing-lines.ts';
import { proofZone } from './proof-zone.ts';
import { readableOutput, withReadableTimes } from './readable-text.ts';
import { recoveryZones } from './recovery-zone.ts';
import { runTitleLines } from './run-head.ts';
import { startedSteps } from './step-lines.ts';
import { shownAccount } from './will-do-zone.ts';

/** Output lines shown after `tab`; Logs has all of them. */
const outputWhole = 100;
/** Output lines of an ended run, and of one that is followed while it goes on. */
const outputOfEnded = 2;
const outputOfGoing = 10;

/** Endings for which the list of sent calls adds nothing. */
const quiet: readonly RunEnding[] = ['recovered', 'executed-not-recovered', 'dry-run'];

const outputCount = (run: RunView, all: boolean): number => {
  if (all) return outputWhole;
  return run.isElsewhere === true ? outputOfGoing : outputOfEnded;
};

const word = ({ pen }: RenderContext, text: string): StyledLine => [pen.run(text, 'faint')];

/** Texts under one word, none of which is hidden. */
const wordedEntries = (view: RenderContext, label: string, texts: readonly string[]): readonly CardEntry[] =>
  texts.map((text, index) => ({
    rows: wordedRows(view, word(view, index === 0 ? label : ''), text),
    isKept: true,
  }));

/** Calls that were sent by a run that ended early, or that nothing was sent. */
const sentEntries = (view: RenderContext, run: RunView): readonly CardEntry[] => {
  const end = findRunEvent(run, 'ended');
  if (end === undefined || quiet.includes(end.ending)) return [];
  if (end.sent.length === 0) return wordedEntries(view, 'sent', ['nothing']);
  return end.sent.map((text, index) => ({
    rows: wordedRows(view, word(view, index === 0 ? 'sent' : ''), text, 'bold'),
    isKept: true,
  }));
};

const accountsText = (view: RenderContext, { accounts = [] }: PastRun): string =>
  accounts.length === 0 ? '' : ` (${accounts.map((each) => shownAccount(view, each)).join(', ')})`;

/** User, host and environment of a run read from the ledger. */
const byEntries = (view: RenderContext, run: RunView): readonly CardEntry[] => {
  const began = run.events[0];
  if (run.past !== true || began === undefined) return [];
  const past = pastOf(view, run);
  const who =
    past === undefined
      ? ''
      : `, by ${past.who} on ${past.host}${accountsText(view, past)}, in ${past.system}/${past.env}`;
  return wordedEntries(view, 'when', [`${formatDate(toWallTime(view, began.at))}${who}`]);
};

/** 'Watching for a relapse, 9m08s left': the watch of a run while all of it can be read; '' for any other. */
const watchText = ({ now }: RenderContext, run: RunView): string => {
  const left = (run.watchedUntil ?? 0) - now;
  const isWatched =
    findRunEvent(run, 'watched') === undefined &&
    run.relapsed !== true &&
    run.past !== true &&
    findRunEvent(run, 'watching')?.blind === undefined;
  return isWatched && left > 0 ? `Watching for a relapse, ${formatAge(left)} left` : '';
};

/** The relapse watch of a recovered run: blind, or its result. */
const watchRows = (view: RenderContext, run: RunView): readonly StyledLine[] => {
  const { pen, now } = view;
  const watched = findRunEvent(run, 'watched');
  if (watched !== undefined) {
    const level = watched.held ? 'ok' : findRunEvent(run, 'relapsed') === undefined ? 'unknown' : 'crit';
    return markedRows(view, pen.glyph(level, level), watched.why);
  }
  const left = (run.watchedUntil ?? 0) - now;
  if (run.relapsed === true || run.past === true || left <= 0) return [];
  const blind = findRunEvent(run, 'watching')?.blind;
  const end = `${formatAge(left)} left`;
  return blind === undefined
    ? []
    : markedRows(view, pen.glyph('unknown', 'unknown'), `watching for a relapse: no data: ${blind}`, {
        ...{ role: 'unknown', end },
      });
};

/** True if a text is made of the titles of the checks that hold. */
const isProofOf = (run: RunView, text: string): boolean => {
  const titles = (findRunEvent(run, 'verifying')?.proofs ?? []).map(({ title }) => title);
  return titles.length > 0 && text.split(/[;,] /).every((part) => titles.includes(part));
};

/** A sentence in bold and what is known beside it, in one row if that has room. */
const sentenceRows = (view: RenderContext, sentence: string, beside: string): readonly StyledLine[] => {
  const { pen } = view;
  const width = cardInnerWidth(view);
  const whole: StyledLine = [pen.run(sentence, 'bold'), pen.run(sentence === '' ? beside : ` ${beside}`)];
  if (beside !== '' && lineWidth(whole) <= width) return [whole];
  const rowsOf = (text: string, role: 'bold' | 'plain'): readonly StyledLine[] =>
    text === '' ? [] : pen.wrap(text, width).map((piece): StyledLine => [pen.run(piece, role)]);
  return [...rowsOf(sentence, 'bold'), ...rowsOf(beside, 'plain')];
};

/** The reason of the outcome, and the incident around it. What one row says, no other repeats. */
const verdictRows = (view: RenderContext, run: RunView): readonly StyledLine[] => {
  const { pen } = view;
  const end = findRunEvent(run, 'ended');
  const incident = end === undefined ? undefined : incidentOf(run.events);
  const text = withReadableTimes(view, flagsToKeys(runResultText(run, unendedOf(view, run))));
  // The proof below says what holds.
  const isSaid = isProofOf(run, text.replace(stepVerified, ''));
  const clearAt = allClearAt(run.events);
  const since = clearAt === undefined ? undefined : formatClockTime(toWallTime(view, clearAt)).slice(0, 5);
  const watch = watchText(view, run);
  const sentence = endingSentence(run.events, since, watch !== '');
  const isOver = incident?.state === 'all-clear' || incident?.state === 'clearing';
  const isTold = sentence !== undefined && isOver;
  const beside = [isTold ? sentenceCase(clearedText(incident)) : '', watch].filter((part) => part !== '');
  return [
    ...(isTold ? [] : incidentRows(view, incident)),
    ...sentenceRows(view, sentence ?? '', beside.map((part) => `${part}.`).join(' ')),
    ...(isSaid ? [] : pen.wrap(text, cardInnerWidth(view)).map((piece): StyledLine => [pen.run(piece)])),
    ...watchRows(view, run),
  ];
};

const doneZone = (view: RenderContext, run: RunView, all: boolean): CardZone => {
  const { pen } = view;
  const lines = filterRunEvents(run, 'output').map(({ text }) => text);
  // Of a run that did what it should, Logs has the output.
  const failures = new Set(failedOutput(view, run, all));
  const output =
    isWell(run) && !all
      ? []
      : readableOutput(view, lines)
          .slice(-outputCount(run, all))
          .filter((line) => !failures.has(line));
  const sent = findRunEvent(run, 'ended')?.sent ?? [];
  return {
    title: 'What was done',
    note: sent.length === 0 ? '' : `${sent.length} sent`,
    entries: [
      ...byEntries(view, run),
      ...startedSteps(view, run),
      ...sentEntries(view, run),
      ...[...failures].map((text, index) => ({
        rows: wordedRows(view, word(view, index === 0 ? 'failure' : ''), text),
        isKept: true,
      })),
      ...output.map((text, index) => ({
        rows: [[...word(view, (index === 0 ? 'output' : '').padEnd(10)), pen.run(text, 'faint')]],
      })),
      ...wordedEntries(view, 'record', (findRunEvent(run, 'ended')?.recordings ?? []).map(recordingText)),
    ],
  };
};

const nextZone = (view: RenderContext, run: RunView): CardZone => {
  const { pen } = view;
  const end = findRunEvent(run, 'ended');
  const next = end === undefined ? [] : nextRows(view, run, incidentOf(run.events));
  const undo = mergeAlike((end?.undo ?? []).map(({ title }) => withReadableTimes(view, title)));
  return {
    title: 'Next',
    entries: [
      ...missingEntries(view, run),
      ...(next.length === 0 ? [] : [{ rows: next, isKept: true }]),
      ...undo.map((title, index) => ({
        rows: wordedRows(view, index === 0 ? [pen.run('u', 'key'), pen.run(' undo')] : [], title, 'faint'),
        isKept: index === 0,
      })),
    ],
  };
};

/** The work that follows the run: it goes into the incident or a ticket. */
const followUpZone = (view: RenderContext, run: RunView): CardZone => {
  const entries = followUpsOfRun(run.events).map(({ title }) => ({
    rows: markedRows(view, view.pen.glyph('empty', 'faint'), title),
  }));
  const note = canFileFollowUps(view.cockpit, run) ? 'f file as issues' : 'for the incident or a ticket';
  return { title: 'Follow-ups', note: entries.length === 0 ? '' : note, entries };
};

/** The work that keeps the problem from coming back: proposed, and decided later. */
const preventionZone = (view: RenderContext, run: RunView): CardZone => ({
  title: 'To prevent it',
  note: canFileFollowUps(view.cockpit, run) ? 'f file as issues' : '',
  entries: preventionsOfRun(run.events).map(({ title }) => ({
    rows: markedRows(view, view.pen.glyph('empty', 'faint'), title),
  })),
});

/** Keys, the most needed last: the first ones give way, and still work. */
const keyHintsOf = ({ cockpit }: RenderContext, run: RunView, tab: readonly string[]): readonly string[] => [
  'y copy',
  ...(findRunEvent(run, 'output') === undefined ? [] : ['L output']),
  ...(isWell(run) ? [] : ['R runbooks']),
  '! note',
  ...(canFileFollowUps(cockpit, run) ? ['f file follow-ups'] : []),
  ...tab,
  ...(isWorthHandover(run) ? ['H handover'] : []),
  ...(hasUndo(run) ? ['u undo'] : []),
  ...(nextRunbook(cockpit, run) === undefined ? [] : ['n next runbook']),
  'esc close',
];

/** '15:15:44 to 15:15:57', with the runbook where there is room. */
const whenText = (view: RenderContext, run: RunView, room: number): string => {
  const began = actStartedAt(run);
  const lastAt = findRunEvent(run, 'ended')?.at ?? run.events.at(-1)?.at;
  if (began === undefined || lastAt === undefined) return '';
  const clock = (at: number): string => formatClockTime(toWallTime(view, at));
  const times = `${clock(began)} to ${clock(lastAt)}`;
  return room >= times.length + run.runbook.id.length + 3
    ? `${run.runbook.id} · ${times}`
    : room >= times.length
      ? times
      : '';
};

/** Renders the result card: outcome with its reason, before and after, verification, what was done, and next actions. */
export const renderEndedCard = (view: RenderContext, run: RunView): Card => {
  const { pen } = view;
  const end = findRunEvent(run, 'ended');
  const style = cameTo(run, unendedOf(view, run));
  const began = actStartedAt(run);
  const lastAt = end?.at ?? run.events.at(-1)?.at;
  const took = began === undefined || lastAt === undefined ? '' : formatAge(lastAt - began);
  const { showsCalls: all, scroll } = runCardState(view, run);
  const title: StyledLine = [
    pen.glyph(style.glyph, style.role),
    pen.run(` ${style.word}${style.after}`, style.role),
    ...(took === '' ? [] : [pen.run('  in ', 'faint'), pen.run(took, 'bold')]),
  ];
  const room = cardInnerWidth(view) - lineWidth(title) - 8;
  const next = nextZone(view, run);
  const others: readonly CardZone[] = [
    proofZone(view, run),
    doneZone(view, run, all),
    ...(isWell(run) ? [next] : []),
    followUpZone(view, run),
    preventionZone(view, run),
    {
      title: 'Notes',
      entries: wordedEntries(
        view,
        '',
        filterRunEvents(run, 'noted').map(({ text }) => text),
      ),
    },
    ...(all ? [diagnosisZone(view, run, true)] : []),
  ];
  const head = runTitleLines(view, run.proposal?.title ?? run.runbook.title, run.proposal?.run ?? '');
  const verdict = verdictRows(view, run);
  const footOf = (tab: readonly string[]): readonly StyledLine[] => [
    decisionRow(view, [], keyHintsOf(view, run, tab)),
  ];
  const height = maxCardHeight(view.rows) - rowsBesideBody(head, footOf([])) - verdict.length;
  const first = isWell(run) ? [] : [next];
  const changes = recoveryZones(view, run, [...first, ...others], { height, all });
  const { lines, hidden } = placeZones(view, [...first, ...changes, ...others], height, all);
  const checks = Object.keys(run.diagnosis).length > 0;
  const tab = all ? ['tab short'] : hidden > 0 || checks ? ['tab all'] : [];
  return zonedCard(view, {
    edge: style.role === 'plain' ? 'focus' : style.role,
    frame: 'rounded',
    title,
    right: [pen.run(whenText(view, run, room), 'faint')],
    head,
    body: [...verdict, ...lines],
    rule: zoneRule(pen, ''),
    foot: footOf(tab),
    scroll,
  });
};
