import type { IncidentStatus } from '../incidents/incident-status.ts';
import { pluralize } from '../text/count-text.ts';
import { followUpsOfRun } from './follow-ups.ts';
import type { RunEnding, RunEvent } from './run.ts';
import { incidentOf } from './run-outcome.ts';

/** 'Users are not fine yet: 1 of 2 problems left, 1 new' */
const ongoingText = ({ began, remaining, arisen }: IncidentStatus): string => {
  const left =
    remaining === 0 ? [] : [`${remaining} of ${began} ${began === 1 ? 'problem' : 'problems'} left`];
  const added = arisen === 0 ? [] : [`${arisen} new`];
  return `Users are not fine yet: ${[...left, ...added].join(', ')}`;
};

/** Whether users are fine: yes since a time, not yet, or unknown. */
const usersText = (incident: IncidentStatus, ending: RunEnding, since: string | undefined): string => {
  switch (incident.state) {
    case 'all-clear': {
      const fine = `Users are fine${since === undefined ? '' : ` since ${since}`}`;
      return ending === 'recovered' ? fine : `${fine}. Nothing shows that this run was the cause`;
    }
    case 'clearing':
      return 'Users are fine, but not yet for long enough to be sure';
    case 'unknown':
      return incident.waitsUntil === undefined
        ? 'It is unknown whether users are fine: readings are missing'
        : 'It is unknown whether users are fine: some readings need a few more minutes';
    case 'ongoing':
      return ongoingText(incident);
  }
};

/** The next thing to do; empty when users are fine and nothing is left, or where the watch that is awaited is shown. */
const nextText = (
  { state, next, waitsUntil }: IncidentStatus,
  followUps: number,
  showsWatch: boolean,
): string => {
  if (state === 'all-clear')
    return followUps === 0
      ? ''
      : `add the ${followUps === 1 ? 'follow-up' : 'follow-ups'} to the incident or a ticket`;
  if (state === 'clearing')
    return showsWatch ? '' : 'wait for the all-clear while opsdeck watches for a relapse';
  if (next !== undefined) return `runbook ${next}`;
  if (waitsUntil !== undefined)
    return 'wait, because the other findings count the last minutes and clear by themselves';
  return state === 'unknown'
    ? 'restore the missing readings: opsdeck doctor says how'
    : 'no runbook matches the remaining problems. Escalate';
};

/** The rest, as far as it is known: work that follows, and calls of a run that ended early. Warnings may be left beside it. */
const leftText = ({ ending, sent }: Extract<RunEvent, { event: 'ended' }>, followUps: number): string => {
  const isPartial = ending === 'failed' || ending === 'cancelled';
  const parts = [
    ...(isPartial && sent.length > 0 ? [`${pluralize(sent.length, 'call')} already sent`] : []),
    ...(followUps === 0 ? [] : [pluralize(followUps, 'follow-up')]),
  ];
  return parts.length === 0 ? '' : `Left: ${parts.join(', ')}.`;
};

/**
 * The ending of a run in a sentence that can be read out in a call: whether users are fine, what is left over, what to do next.
 * Undefined before its end, of a run that did nothing, and where no problem was open at its start. `since`: the time of the all-clear.
 * `showsWatch`: the watch for a relapse is shown beside it.
 */
export const endingSentence = (
  events: readonly RunEvent[],
  since?: string,
  showsWatch = false,
): string | undefined => {
  const ended = events.findLast((event) => event.event === 'ended');
  const incident = incidentOf(events);
  const hasActed = events.some(({ event }) => event === 'acted' || event === 'ticked');
  if (ended?.event !== 'ended' || incident === undefined || !hasActed) return undefined;
  const relapse = events.findLast((event) => event.event === 'relapsed');
  const followUps = followUpsOfRun(events).length;
  const users =
    relapse === undefined
      ? usersText(incident, ended.ending, since)
      : 'Users are not fine: the problem is back';
  const next =
    relapse === undefined
      ? nextText(incident, followUps, showsWatch)
      : 'look for the cause, because the fix did not last';
  return [`${users}.`, leftText(ended, followUps), next === '' ? '' : `Next: ${next}.`]
    .filter((part) => part !== '')
    .join(' ');
};

/** The time at which the incident around a run was last said to be over; undefined while it is not. */
export const allClearAt = (events: readonly RunEvent[]): number | undefined => {
  if (incidentOf(events)?.state !== 'all-clear') return undefined;
  const said = events.filter(({ event }) => event === 'incident' || event === 'ended');
  const before = said.findLastIndex(
    (event) =>
      (event.event === 'incident' || event.event === 'ended') && event.incident?.state !== 'all-clear',
  );
  return said[before + 1]?.at;
};
