import type { FollowUp } from '../runbooks/runbook.ts';
import type { RunEvent } from './run.ts';

const hasActedAndEnded = (events: readonly RunEvent[]): boolean =>
  events.some(({ event }) => event === 'acted' || event === 'ticked') &&
  events.some(({ event }) => event === 'ended');

/** Returns the work that follows a run which has acted; none before its end, and of a run that did nothing. */
export const followUpsOfRun = (events: readonly RunEvent[]): readonly FollowUp[] => {
  const planned = events.find((event) => event.event === 'planned');
  return planned?.event === 'planned' && hasActedAndEnded(events) ? (planned.proposal.followUps ?? []) : [];
};

/** Returns the work that keeps the problem of a run from coming back; none before its end, and of a run that did nothing. */
export const preventionsOfRun = (events: readonly RunEvent[]): readonly FollowUp[] => {
  const planned = events.find((event) => event.event === 'planned');
  return planned?.event === 'planned' && hasActedAndEnded(events) ? (planned.proposal.preventions ?? []) : [];
};
