import { runOutputSource } from '../../../logs/format/log-stream.ts';
import type { RunView } from '../../../store/cockpit.ts';
import type { RenderContext } from '../../shell/contract/render-context.ts';

/** The id of a run; undefined before it has one. */
export const runIdOf = ({ proposal, events }: RunView): string | undefined => proposal?.run ?? events[0]?.run;

/** True if Logs was opened from the card of the current run. `esc` then returns to that card. */
export const isOpenedFromRunCard = ({ cockpit: { run, logs } }: RenderContext): boolean => {
  const id = run?.background === true ? runIdOf(run) : undefined;
  return (
    id !== undefined &&
    logs?.scope?.of.some(({ source, of }) => source === runOutputSource && of === id) === true
  );
};
