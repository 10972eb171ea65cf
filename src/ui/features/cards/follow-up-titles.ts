import { followUpsOfRun, preventionsOfRun } from '../../../domain/runs/follow-ups.ts';
import type { CockpitState, RunView } from '../../../store/cockpit.ts';

/** The work that follows a run, and what keeps its problem from coming back, each once. */
export const followUpTitles = ({ events }: RunView): readonly string[] => [
  ...new Set([...followUpsOfRun(events), ...preventionsOfRun(events)].map(({ title }) => title)),
];

/** True where the work that follows a run can be filed as issues. */
export const canFileFollowUps = ({ open }: CockpitState, run: RunView): boolean =>
  open?.followUpTracker !== undefined && followUpTitles(run).length > 0;
