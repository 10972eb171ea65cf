import { splitUse } from '../../../domain/runbooks/operation.ts';
import type { RunEvent } from '../../../domain/runs/run.ts';
import type { RunView } from '../../../store/cockpit.ts';
import type { Engine } from '../../engine.ts';

/** True for an event after which the system may differ from the last readings. */
const mayHaveChanged = (event: RunEvent, before: readonly RunEvent[]): boolean => {
  switch (event.event) {
    case 'acted':
      return true;
    case 'ticked':
      return event.done && event.ask !== true;
    case 'ended':
      return event.sent.length > 0 || before.some((runEvent) => mayHaveChanged(runEvent, []));
    default:
      return false;
  }
};

/** The sources through which the steps of a run have acted so far. */
const actedSources = ({ proposal, events }: RunView): readonly string[] => {
  const acted = new Set(events.flatMap((event) => (event.event === 'acting' ? [event.step] : [])));
  const used = (proposal?.steps ?? []).flatMap(({ id, plan }) =>
    plan === undefined || !acted.has(id) ? [] : [splitUse(plan.use).source],
  );
  return [...new Set(used)];
};

/**
 * Reads the sources again once a step has acted, and once more when the run has ended, so that the screen shows the system as
 * the run left it, not as their intervals or back-off happen to show it. `run`: with this event.
 */
export const readAfterRunEvent = (
  engine: Pick<Engine, 'readAfterChange'>,
  run: RunView,
  event: RunEvent,
): void => {
  if (mayHaveChanged(event, run.events)) engine.readAfterChange(actedSources(run));
};
