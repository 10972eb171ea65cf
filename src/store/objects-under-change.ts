import type { Millis } from '../domain/base/fault.ts';
import type { RunView } from './cockpit.ts';

/** The objects that a run in progress acts on: their problems are its work, and ask for no runbook. */
export interface ObjectsUnderChange {
  /** Id of its runbook. */
  readonly runbook: string;
  /** Names of the objects, in lower case. */
  readonly names: ReadonlySet<string>;
  /** When the run began to act. */
  readonly since: Millis;
}

/** Returns the objects that the run on screen is changing; undefined before it acts and after its end. */
export const objectsUnderChange = (
  run: Pick<RunView, 'stage' | 'events' | 'proposal' | 'runbook'> | undefined,
): ObjectsUnderChange | undefined => {
  if (run?.stage !== 'running' || run.proposal === undefined) return undefined;
  const acting = run.events.find(({ event }) => event === 'acting');
  if (acting === undefined) return undefined;
  const targets = run.proposal.steps.flatMap(({ plan }) => plan?.targets ?? []);
  return {
    runbook: run.runbook.id,
    names: new Set(targets.map(({ name }) => name.toLowerCase())),
    since: acting.at,
  };
};
