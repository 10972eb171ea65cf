import type { Millis } from '../../../domain/base/fault.ts';
import type { CockpitState, RunView } from '../../../store/cockpit.ts';

/** The run of the open card. */
export const currentRun = ({ cockpit: { run } }: { readonly cockpit: CockpitState }): RunView | undefined =>
  run === undefined || run.background ? undefined : run;

/** Start of the first action, or of the run. */
export const actStartedAt = ({ events }: RunView): Millis | undefined =>
  (events.find(({ event }) => event === 'acting') ?? events[0])?.at;
