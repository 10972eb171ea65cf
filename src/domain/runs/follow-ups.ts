import type { FollowUp } from '../runbooks/runbook.ts';
import type { RunEvent } from './run.ts';

/** Returns the work that follows a run which has acted; none before its end, and of a run that did nothing. */
export const followUpsOfRun = (events: readonly RunEvent[]): readonly FollowUp[] => {
  const planned = events.find((event) => event.event === 'planned');
  const hasActed = events.some(({ event }) => event === 'acted' || event === 'ticked');
  const hasEnded = events.some(({ event }) => event === 'ended');
  return planned?.event === 'planned' && hasActed && hasEnded ? (planned.proposal.followUps ?? []) : [];
};
