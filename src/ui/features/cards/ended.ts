import { ageText } from '../../../domain/duration.ts';
import type { Ending } from '../../../domain/run.ts';
import type { PastRun, RunView } from '../../../store/cockpit.ts';
import { inKeys } from '../../keys/rebound.ts';
import { dateText } from '../../text/ages.ts';
import type { Line } from '../../text/run.ts';
import type { View } from '../../view.ts';
import { type Card, hints, labelled, listed, titled, told } from './card.ts';
import { diagnosisLines } from './diagnosis.ts';
import { doneLines, proofLines } from './done.ts';
import {
  endingLooks,
  type Look,
  relapsedLook,
  type Unended,
  unendedLooks,
  unendedRest,
  unendedWords,
} from './endings.ts';
import { beganAt, eventOf, eventsOf, outputLines } from './progress.ts';
import { cardStateOf, undoOf } from './question.ts';

/** Lines of output that `tab` shows; LOGS has all of them. */
const outputWhole = 100;

/** Endings before which nothing was meant to be sent. */
const quiet: readonly Ending[] = ['recovered', 'executed-not-recovered', 'dry-run'];

const sentLines = (view: View, ending: Ending, sent: readonly string[]): readonly Line[] => {
  const { pen } = view;
  if (quiet.includes(ending)) return [];
  if (sent.length === 0) return [labelled(pen, 'sent', 'nothing')];
  return listed(view, 'sent', sent, { all: true, role: 'bold' });
};

const pastOf = ({ cockpit }: View, run: RunView): PastRun | undefined =>
  cockpit.runs?.find((one) => one.run === run.events[0]?.run);

/** Who ran it where, of a run that is read from the ledger. */
const byLines = (view: View, run: RunView): readonly Line[] => {
  const { wallOffset } = view;
  const began = run.events[0];
  if (run.past !== true || began === undefined) return [];
  const past = pastOf(view, run);
  const who = past === undefined ? '' : `, by ${past.who} on ${past.host}, in ${past.system}/${past.env}`;
  return listed(view, 'when', [`${dateText(began.at + wallOffset)}${who}`], { all: true });
};

/** Whether the proofs of a run that has recovered are still looked at, and what came of that. */
const watchLines = (view: View, run: RunView): readonly Line[] => {
  const { pen, now } = view;
  const watched = eventOf(run, 'watched');
  if (watched !== undefined) {
    const look = watched.held ? 'ok' : eventOf(run, 'relapsed') === undefined ? 'unknown' : 'crit';
    return told(view, 'watched', { mark: pen.glyph(look, look), text: watched.why });
  }
  const left = (run.watchedUntil ?? 0) - now;
  if (run.relapsed === true || run.past === true || left <= 0) return [];
  const blind = eventOf(run, 'watching')?.blind;
  if (blind !== undefined)
    return told(view, 'watched', {
      mark: pen.glyph('unknown', 'unknown'),
      text: `not seen now: ${blind}`,
      role: 'unknown',
      time: `${ageText(left)} more`,
    });
  return told(view, 'watched', {
    mark: pen.glyph('loading', 'loading'),
    text: 'its proofs are looked at for a relapse',
    time: `${ageText(left)} more`,
  });
};

const noteLines = (view: View, run: RunView): readonly Line[] =>
  listed(
    view,
    'note',
    eventsOf(run, 'noted').map(({ text }) => text),
    { all: true },
  );

/** What is known of a run that has no ending, and in what words. */
const unendedOf = (view: View, run: RunView): { readonly is: Unended; readonly why: string } => {
  const { unended = 'unknown', why = '' } = pastOf(view, run) ?? {};
  return { is: unended, why: `${why === '' ? unendedWords[unended] : why}: ${unendedRest[unended]}` };
};

/** What it came to: its ending; that a proof has failed since; or that nobody knows. */
const cameTo = (run: RunView, { is }: { readonly is: Unended }): Look & { readonly after: string } => {
  const end = eventOf(run, 'ended');
  if (end === undefined) return { ...unendedLooks[is], after: '' };
  const relapse = eventOf(run, 'relapsed');
  if (relapse === undefined) return { ...endingLooks[end.ending], after: '' };
  return { ...relapsedLook, after: ` after ${ageText(relapse.at - end.at)}` };
};

const whyOf = (run: RunView, { why }: { readonly why: string }): string => {
  const end = eventOf(run, 'ended');
  if (end === undefined) return why;
  const relapse = eventOf(run, 'relapsed');
  return relapse === undefined ? end.why : `${relapse.why}; it had recovered: ${end.why}`;
};

/** Nothing is left to be mended. */
const isWell = (run: RunView): boolean =>
  eventOf(run, 'ended')?.ending === 'recovered' && eventOf(run, 'relapsed') === undefined;

/** Keys that are live, those that mend things first. */
const keyWords = (run: RunView, tab: readonly string[]): readonly string[] => [
  ...(isWell(run) ? [] : ['R runbooks']),
  ...(undoOf(run) ? ['u undo'] : []),
  '! note',
  'y copy',
  ...(eventOf(run, 'output') === undefined ? [] : ['L output']),
  ...(isWell(run) ? tab : []),
  'esc close',
];

/** How it ended: what was done, which proofs hold, why it is called that, and what can be done next. */
export const endedCard = (view: View, run: RunView): Card => {
  const { pen } = view;
  const end = eventOf(run, 'ended');
  const unended = unendedOf(view, run);
  const look = cameTo(run, unended);
  const began = beganAt(run);
  const lastAt = end?.at ?? run.events.at(-1)?.at;
  const took = began === undefined || lastAt === undefined ? '' : ageText(lastAt - began);
  const state = cardStateOf(view, run);
  const head = titled(
    view,
    [pen.glyph(look.glyph, look.role), pen.run(` ${look.word}${look.after}`, look.role)],
    run.proposal?.title ?? run.runbook.title,
    [pen.run(took)],
  );
  const checks = Object.keys(run.diagnosis).length > 0;
  return {
    edge: look.role,
    head: head.length,
    scroll: state.scroll,
    lines: [
      ...head,
      ...byLines(view, run),
      ...(state.calls ? diagnosisLines(view, run, true) : []),
      ...doneLines(view, run),
      ...proofLines(view, run),
      ...outputLines(view, run, state.calls ? outputWhole : 2),
      ...(end === undefined ? [] : sentLines(view, end.ending, end.sent)),
      ...listed(view, 'so', [inKeys(whyOf(run, unended), view.cockpit)], { all: true }),
      ...watchLines(view, run),
      ...listed(
        view,
        'undo',
        (end?.undo ?? []).map((call) => call.title),
        { all: true },
      ),
      ...noteLines(view, run),
      hints(pen, ...keyWords(run, checks ? [state.calls ? 'tab short' : 'tab checks'] : [])),
    ],
  };
};
