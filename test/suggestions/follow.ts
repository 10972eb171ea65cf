import type { Millis } from '../../src/domain/base/fault.ts';
import { nextRunbook } from '../../src/ui/features/cards/incident-lines.ts';
import { type AnsweredRun, answerRun, type OperatedCockpit } from './default-operator.ts';
import { openHeadless } from './measure.ts';

/** An incident whose suggestions were followed: the first one, then `n`. */
export interface FollowedIncident {
  readonly env: string;
  readonly incident: string;
  readonly runs: readonly AnsweredRun[];
  /** True: the simulator has nothing left of the incident. */
  readonly isOver: boolean;
  /** Keys from the first screen to the last run. */
  readonly keys: number;
  /** Seconds from the first screen to the end of the incident, or until it was given up. */
  readonly seconds: number;
  /** Why it was given up. */
  readonly deadEnd?: string;
  /** Times at which `n` and the situation named different runbooks: 'restart, restore'. */
  readonly disagreements: readonly string[];
}

/** Time to read the first screen, while the suggestions settle. */
const firstLookMs: Millis = 30_000;
/** What only counts the past, as a rate or an alert, may hold the next suggestion back for this long. */
const patienceMs: Millis = 6 * 60_000;
const stepMs: Millis = 5000;
export const mostRuns = 3;

/** Follows the suggestions of an incident with the default answers, for at most three runs. */
export const followIncident = async (env: string, incident: string): Promise<FollowedIncident> => {
  await using opened = await openHeadless(env, incident);
  const { simulation, cockpit, commands } = opened;
  const startedAt = simulation.clock.now();
  const operated: OperatedCockpit = { state: cockpit.getState, commands, wait: simulation.wait };
  const isFixed = (): boolean => simulation.simulators.every((simulator) => simulator.incident === undefined);
  /** A service that was stopped by a person is no incident of the simulator: then the suggestions tell. */
  let isTold = true;
  const isOver = (): boolean =>
    isFixed() &&
    (isTold ||
      cockpit
        .getState()
        .suggestions.every(({ fits, hindrance }) => fits !== 'yes' || hindrance !== undefined));
  const runs: AnsweredRun[] = [];
  const disagreements: string[] = [];
  const told = (deadEnd?: string): FollowedIncident => ({
    ...{ env, incident, runs, disagreements },
    isOver: isOver(),
    // `R enter` opens the first suggestion, and `n` each further one.
    keys: runs.reduce((sum, { keys }, index) => sum + keys + (index === 0 ? 2 : 1), 0),
    seconds: Math.round((simulation.clock.now() - startedAt) / 1000),
    ...(deadEnd === undefined || isOver() ? {} : { deadEnd }),
  });
  const suggested = (): string | undefined => {
    const { run, suggestions } = cockpit.getState();
    const head = suggestions.find(({ fits }) => fits === 'yes')?.runbook.id;
    if (run === undefined || runs.length === 0) return head;
    const next = nextRunbook({ suggestions }, run);
    if (next !== undefined && next !== head) disagreements.push(`${next}, ${head}`);
    return next;
  };
  /** Waits until the incident is over, or something is suggested. */
  const settled = async (): Promise<string | undefined> => {
    const isRefused = runs.at(-1)?.outcome.startsWith('refused') === true;
    const untilMs = isRefused ? firstLookMs : patienceMs;
    for (let waited = 0; waited < untilMs && !isOver(); waited += stepMs) {
      const next = suggested();
      if (next !== undefined) return next;
      await simulation.wait(stepMs);
    }
    return undefined;
  };
  await simulation.wait(firstLookMs);
  isTold = !isFixed();
  while (runs.length < mostRuns) {
    const next = await settled();
    if (isOver()) return told();
    if (next === undefined) return told('nothing is suggested');
    runs.push(await answerRun(operated, next));
    // Rows of the next reading tell what is left.
    await simulation.wait(stepMs);
  }
  // Nothing further is tried: what the last run has changed has the time that it takes.
  for (let waited = 0; waited < patienceMs && !isOver(); waited += stepMs) await simulation.wait(stepMs);
  return told(`not over after ${mostRuns} runs`);
};
