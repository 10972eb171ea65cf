import { goesOn } from '../../../domain/incidents/incident-status.ts';
import { followUpsOfRun, preventionsOfRun } from '../../../domain/runs/follow-ups.ts';
import { isStoppedAfterSending } from '../../../domain/runs/run.ts';
import { incidentOf, outcomeOf } from '../../../domain/runs/run-outcome.ts';
import { formatAge } from '../../../domain/text/duration.ts';
import type { CockpitState, PastRun, RunView } from '../../../store/cockpit.ts';
import type { RenderContext } from '../../shell/contract/render-context.ts';
import {
  type EndingStyle,
  outcomeStyle,
  relapsedStyle,
  type UnfinishedReason,
  unfinishedReasonTexts,
  unfinishedRunStyles,
  unfinishedStepTexts,
} from '../run-words/ending-styles.ts';
import { findRunEvent } from '../run-words/run-text.ts';
import { hasUndo } from './confirmation.ts';

/** The record of a run in the ledger; undefined if it has none. */
export const pastOf = ({ cockpit }: RenderContext, run: RunView): PastRun | undefined =>
  cockpit.runs?.find((pastRun) => pastRun.run === run.events[0]?.run);

interface Unended {
  readonly is: UnfinishedReason;
  readonly why: string;
}

/** The state of a run without an ending, and its explanation. */
export const unendedOf = (view: RenderContext, run: RunView): Unended => {
  const { unended = 'unknown', why = '' } = pastOf(view, run) ?? {};
  return {
    is: unended,
    why: `${why === '' ? unfinishedReasonTexts[unended] : why}: ${unfinishedStepTexts[unended]}`,
  };
};

/** The outcome: the ending, a relapse since then, or unfinished. */
export const cameTo = (
  run: RunView,
  { is }: Pick<Unended, 'is'>,
): EndingStyle & { readonly after: string } => {
  const end = findRunEvent(run, 'ended');
  if (end === undefined) return { ...unfinishedRunStyles[is], after: '' };
  const relapse = findRunEvent(run, 'relapsed');
  if (relapse === undefined) return { ...outcomeStyle(end, incidentOf(run.events)), after: '' };
  return { ...relapsedStyle, after: ` after ${formatAge(relapse.at - end.at)}` };
};

const whyOf = (run: RunView, { why }: Pick<Unended, 'why'>): string => {
  const end = findRunEvent(run, 'ended');
  if (end === undefined) return why;
  if (isStoppedAfterSending(end))
    return `${end.why} · ${hasUndo(run) ? 'u undoes the run' : 'no undo available'}`;
  const relapse = findRunEvent(run, 'relapsed');
  return relapse === undefined ? end.why : `${relapse.why}. Previously recovered: ${end.why}`;
};

/** Begins the reason of a verified step in an incident that goes on. */
export const stepVerified = 'step verified: ';

/** The reason of the outcome in words; of a verified step in an incident that goes on, what was verified. */
export const runResultText = (run: RunView, unended: Pick<Unended, 'why'>): string => {
  const end = findRunEvent(run, 'ended');
  const isStep = end !== undefined && outcomeOf(end, incidentOf(run.events)).is === 'incident-goes-on';
  return `${isStep ? stepVerified : ''}${whyOf(run, unended)}`;
};

/** True if the run recovered, has not relapsed, and no incident goes on around it. */
export const isWell = (run: RunView): boolean => {
  const end = findRunEvent(run, 'ended');
  if (end === undefined || findRunEvent(run, 'relapsed') !== undefined) return false;
  return end.ending === 'recovered' && !goesOn(incidentOf(run.events));
};

/** True if a run did something that the next shift must know. */
export const isWorthHandover = (run: RunView): boolean =>
  run.events.some(({ event }) => event === 'acting' || event === 'ticked');

/** The work that follows a run, and what keeps its problem from coming back, each once. */
export const followUpTitles = ({ events }: RunView): readonly string[] => [
  ...new Set([...followUpsOfRun(events), ...preventionsOfRun(events)].map(({ title }) => title)),
];

/** True where the work that follows a run can be filed as issues. */
export const canFileFollowUps = ({ open }: CockpitState, run: RunView): boolean =>
  open?.followUpTracker !== undefined && followUpTitles(run).length > 0;
