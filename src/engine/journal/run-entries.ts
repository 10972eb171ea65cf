import type { Millis } from '../../domain/base/fault.ts';
import type { JournalEntry } from '../../domain/facts/journal.ts';
import type { Level } from '../../domain/facts/level.ts';
import type { IncidentStatus } from '../../domain/incidents/incident-status.ts';
import type { RunEvent } from '../../domain/runs/run.ts';
import { incidentLine, outcomeLine, outcomeOf } from '../../domain/runs/run-outcome.ts';
import { joinFirst } from '../../domain/text/count-text.ts';
import { formatDuration } from '../../domain/text/duration.ts';
import type { ArmingState } from '../../store/cockpit.ts';

const incidentLevels: Readonly<Record<IncidentStatus['state'], Level>> = {
  ongoing: 'crit',
  unknown: 'unknown',
  clearing: 'warn',
  'all-clear': 'ok',
};

/** Targets that a line names. */
const mostTargets = 3;

/** 'Restart the instances (bus-0, bus-1)': the title of a step, with the targets that it does not name. */
const stepText = (step: string, events: readonly RunEvent[]): string => {
  const acting = events.findLast((event) => event.event === 'acting' && event.step === step);
  const planned = events.findLast((event) => event.event === 'planned');
  const title = acting?.event === 'acting' ? acting.title : step;
  const plan =
    planned?.event === 'planned' ? planned.proposal.steps.find(({ id }) => id === step)?.plan : undefined;
  const names = [...new Set(plan?.targets.map(({ name }) => name))].filter((name) => !title.includes(name));
  const named = joinFirst(names, mostTargets);
  return named === '' ? title : `${title} (${named})`;
};

/** The journal text and level of an event; undefined for events that the journal omits. */
const reported = (event: RunEvent, events: readonly RunEvent[]): readonly [string, Level] | undefined => {
  switch (event.event) {
    case 'gated':
      return event.passed ? ['started', 'ok'] : [`refused: ${event.why}`, 'warn'];
    case 'acted':
      return [`${stepText(event.step, events)}: ${event.brief ?? event.result}`, event.ok ? 'ok' : 'crit'];
    case 'relapsed':
      return [`RELAPSED: ${event.why}`, 'crit'];
    case 'watched':
      return event.held
        ? ['the problem stayed away: the checks held until the end of the watch', 'ok']
        : undefined;
    case 'noted':
      return [`note: ${event.text}`, 'ok'];
    case 'approval-requested':
      return ['waits for the approval of another person', 'warn'];
    case 'approved':
      return ['approved by another person', 'ok'];
    case 'approval-refused':
      return [`approval refused: ${event.why}`, 'warn'];
    case 'approval-withdrawn':
      return [`approval withdrawn: ${event.why}`, 'warn'];
    case 'forward-closed':
      return [`${event.forward} ended: ${event.why}`, 'ok'];
    case 'reset-scheduled':
      return [`resets automatically in ${formatDuration(event.afterMs)}: ${event.title}`, 'ok'];
    case 'incident':
      return [incidentLine(event.incident), incidentLevels[event.incident.state]];
    case 'ended': {
      const { incident } = event;
      return [outcomeLine(event, incident), outcomeOf(event, incident).level];
    }
    default:
      return undefined;
  }
};

/**
 * The journal entry of an event of a run: its start, its actions, its ending. `events`: those up to this one. `drill`: it
 * acts on a simulator.
 */
export const runJournalEntry = (
  title: string,
  event: RunEvent,
  events: readonly RunEvent[],
  drill = false,
): JournalEntry | undefined => {
  const words = reported(event, events);
  if (words === undefined) return undefined;
  const [change, level] = words;
  return {
    at: event.at,
    kind: 'run',
    level,
    what: title,
    change,
    source: '',
    run: event.run,
    ...(drill ? { drill: true as const } : {}),
  };
};

/** The journal entry of arming or disarming; undefined when neither happened. */
export const armingJournalEntry = (
  env: string,
  was: ArmingState,
  now: ArmingState,
  time: Millis,
): JournalEntry | undefined => {
  const entry = (change: string, level: Level): JournalEntry => ({
    at: time,
    kind: 'run',
    level,
    what: env,
    change,
    source: '',
  });
  if (was.armedUntil === undefined && now.armedUntil !== undefined)
    return entry(`armed: ${now.reason ?? ''}`, 'warn');
  return was.armedUntil !== undefined && now.armedUntil === undefined
    ? entry('disarmed: the environment is read-only again', 'ok')
    : undefined;
};
