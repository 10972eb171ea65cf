import { goesOn } from '../../../domain/incidents/incident-status.ts';
import { isStoppedAfterSending, type RunEnding, recordingText } from '../../../domain/runs/run.ts';
import { incidentOf, outcomeOf } from '../../../domain/runs/run-outcome.ts';
import { formatAge } from '../../../domain/text/duration.ts';
import type { PastRun, RunView } from '../../../store/cockpit.ts';
import {
  type Card,
  cardEventLine,
  cardInnerWidth,
  cardTitleLines,
  keyHints,
  labeledLine,
  labeledList,
} from '../../kit/components/card.ts';
import { formatDate } from '../../kit/text/format.ts';
import type { StyledLine } from '../../kit/text/line.ts';
import { widthOf } from '../../kit/text/width.ts';
import { type RenderContext, toWallTime } from '../../shell/contract/render-context.ts';
import { actStartedAt } from '../../shell/state/current-run.ts';
import { flagsToKeys } from '../../shell/state/keys-in-text.ts';
import {
  type EndingStyle,
  outcomeStyle,
  relapsedStyle,
  type UnfinishedReason,
  unfinishedReasonTexts,
  unfinishedRunStyles,
  unfinishedStepTexts,
} from '../run-words/ending-styles.ts';
import {
  failedOutputLines,
  filterRunEvents,
  findRunEvent,
  recentOutputLines,
} from '../run-words/run-text.ts';
import { changeLines } from './change-lines.ts';
import { hasUndo, runCardState } from './confirmation.ts';
import { renderDiagnosis } from './diagnosis-lines.ts';
import { incidentLines, nextRunbook } from './incident-lines.ts';
import { completedStepLines, verificationLines } from './step-lines.ts';

/** Output lines shown after `tab`; Logs has all of them. */
const outputWhole = 100;
/** Output lines of an ended run, and of one that is followed while it goes on. */
const outputOfEnded = 2;
const outputOfGoing = 10;

/** Endings for which the list of sent calls adds nothing. */
const quiet: readonly RunEnding[] = ['recovered', 'executed-not-recovered', 'dry-run'];

const outputCount = (run: RunView, { showsCalls }: { readonly showsCalls: boolean }): number => {
  if (showsCalls) return outputWhole;
  return run.isElsewhere === true ? outputOfGoing : outputOfEnded;
};

const sentLines = (
  view: RenderContext,
  ending: RunEnding,
  sent: readonly string[],
): readonly StyledLine[] => {
  const { pen } = view;
  if (quiet.includes(ending)) return [];
  if (sent.length === 0) return [labeledLine(pen, 'sent', 'nothing')];
  return labeledList(view, 'sent', sent, { all: true, role: 'bold' });
};

const pastOf = ({ cockpit }: RenderContext, run: RunView): PastRun | undefined =>
  cockpit.runs?.find((pastRun) => pastRun.run === run.events[0]?.run);

/** User, host and environment of a run read from the ledger. */
const byLines = (view: RenderContext, run: RunView): readonly StyledLine[] => {
  const began = run.events[0];
  if (run.past !== true || began === undefined) return [];
  const past = pastOf(view, run);
  const who = past === undefined ? '' : `, by ${past.who} on ${past.host}, in ${past.system}/${past.env}`;
  return labeledList(view, 'when', [`${formatDate(toWallTime(view, began.at))}${who}`], { all: true });
};

/** The relapse watch of a recovered run: in progress, blind, or its result. */
const watchLines = (view: RenderContext, run: RunView): readonly StyledLine[] => {
  const { pen, now } = view;
  const watched = findRunEvent(run, 'watched');
  if (watched !== undefined) {
    const level = watched.held ? 'ok' : findRunEvent(run, 'relapsed') === undefined ? 'unknown' : 'crit';
    return cardEventLine(view, 'watched', { mark: pen.glyph(level, level), text: watched.why });
  }
  const left = (run.watchedUntil ?? 0) - now;
  if (run.relapsed === true || run.past === true || left <= 0) return [];
  const blind = findRunEvent(run, 'watching')?.blind;
  if (blind !== undefined)
    return cardEventLine(view, 'watched', {
      mark: pen.glyph('unknown', 'unknown'),
      text: `no data: ${blind}`,
      role: 'unknown',
      time: `${formatAge(left)} left`,
    });
  return cardEventLine(view, 'watched', {
    mark: pen.glyph('loading', 'loading'),
    text: 'watching for a relapse',
    time: `${formatAge(left)} left`,
  });
};

const noteLines = (view: RenderContext, run: RunView): readonly StyledLine[] =>
  labeledList(
    view,
    'note',
    filterRunEvents(run, 'noted').map(({ text }) => text),
    { all: true },
  );

/** The state of a run without an ending, and its explanation. */
const unendedOf = (
  view: RenderContext,
  run: RunView,
): { readonly is: UnfinishedReason; readonly why: string } => {
  const { unended = 'unknown', why = '' } = pastOf(view, run) ?? {};
  return {
    is: unended,
    why: `${why === '' ? unfinishedReasonTexts[unended] : why}: ${unfinishedStepTexts[unended]}`,
  };
};

/** The outcome: the ending, a relapse since then, or unfinished. */
const cameTo = (
  run: RunView,
  { is }: { readonly is: UnfinishedReason },
): EndingStyle & { readonly after: string } => {
  const end = findRunEvent(run, 'ended');
  if (end === undefined) return { ...unfinishedRunStyles[is], after: '' };
  const relapse = findRunEvent(run, 'relapsed');
  if (relapse === undefined) return { ...outcomeStyle(end, incidentOf(run.events)), after: '' };
  return { ...relapsedStyle, after: ` after ${formatAge(relapse.at - end.at)}` };
};

const whyOf = (run: RunView, { why }: { readonly why: string }): string => {
  const end = findRunEvent(run, 'ended');
  if (end === undefined) return why;
  if (isStoppedAfterSending(end)) return `${end.why} · ${hasUndo(run) ? 'u undoes it' : 'no undo available'}`;
  const relapse = findRunEvent(run, 'relapsed');
  return relapse === undefined ? end.why : `${relapse.why}; previously recovered: ${end.why}`;
};

/** True if the run recovered, has not relapsed, and no incident goes on around it. */
const isWell = (run: RunView): boolean => {
  const end = findRunEvent(run, 'ended');
  if (end === undefined || findRunEvent(run, 'relapsed') !== undefined) return false;
  return end.ending === 'recovered' && !goesOn(incidentOf(run.events));
};

/** True if a run did something that the next shift must know. */
const isWorthHandover = (run: RunView): boolean =>
  run.events.some(({ event }) => event === 'acting' || event === 'ticked');

/** Hints that give way first where the card is too narrow for all: their keys still work. */
const yieldingHints: readonly string[] = ['y copy', 'L output', 'R runbooks', '! note'];

/** Key hints; those that help after a failure come first. */
const keyWords = (view: RenderContext, run: RunView, tab: readonly string[]): readonly string[] => {
  const words = [
    ...(nextRunbook(run) === undefined ? [] : ['n next runbook']),
    ...(isWell(run) ? [] : ['R runbooks']),
    ...(hasUndo(run) ? ['u undo'] : []),
    '! note',
    ...(isWorthHandover(run) ? ['H handover'] : []),
    'y copy',
    ...(findRunEvent(run, 'output') === undefined ? [] : ['L output']),
    ...(isWell(run) ? tab : []),
    'esc close',
  ];
  return yieldingHints.reduce<readonly string[]>(
    (shown, hint) =>
      widthOf(shown.join(' · ')) <= cardInnerWidth(view) ? shown : shown.filter((word) => word !== hint),
    words,
  );
};

/** Renders the result card: steps, verification, outcome with its reason, and next actions. */
export const renderEndedCard = (view: RenderContext, run: RunView): Card => {
  const { pen } = view;
  const end = findRunEvent(run, 'ended');
  const unended = unendedOf(view, run);
  const style = cameTo(run, unended);
  const began = actStartedAt(run);
  const lastAt = end?.at ?? run.events.at(-1)?.at;
  const took = began === undefined || lastAt === undefined ? '' : formatAge(lastAt - began);
  const state = runCardState(view, run);
  const head = cardTitleLines(
    view,
    [pen.glyph(style.glyph, style.role), pen.run(` ${style.word}${style.after}`, style.role)],
    run.proposal?.title ?? run.runbook.title,
    [pen.run(took)],
  );
  const checks = Object.keys(run.diagnosis).length > 0;
  const incident = end === undefined ? undefined : incidentOf(run.events);
  const isVerifiedStep = end !== undefined && outcomeOf(end, incident).is === 'incident-goes-on';
  const result = labeledList(
    view,
    isVerifiedStep ? 'step' : 'result',
    [`${isVerifiedStep ? 'verified: ' : ''}${flagsToKeys(whyOf(run, unended))}`],
    { all: true },
  );
  // A change in effect without its verification, or an incident that goes on, is what the operator must know first.
  const isFirst = isStoppedAfterSending(end) || goesOn(incident);
  return {
    edge: style.role,
    head: head.length,
    scroll: state.scroll,
    lines: [
      ...head,
      ...(isFirst ? [...result, ...incidentLines(view, run, incident)] : []),
      ...byLines(view, run),
      ...(state.showsCalls ? renderDiagnosis(view, run, true) : []),
      ...completedStepLines(view, run),
      ...verificationLines(view, run),
      ...changeLines(view, run, state.showsCalls),
      ...failedOutputLines(view, run, state.showsCalls),
      ...recentOutputLines(view, run, outputCount(run, state)),
      ...(end === undefined ? [] : sentLines(view, end.ending, end.sent)),
      ...(isFirst ? [] : [...result, ...incidentLines(view, run, incident)]),
      ...watchLines(view, run),
      ...labeledList(view, 'record', (end?.recordings ?? []).map(recordingText), { all: true }),
      ...labeledList(
        view,
        'undo',
        (end?.undo ?? []).map((call) => call.title),
        { all: true },
      ),
      ...noteLines(view, run),
      keyHints(pen, ...keyWords(view, run, checks ? [state.showsCalls ? 'tab short' : 'tab checks'] : [])),
    ],
  };
};
