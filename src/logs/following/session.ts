import { noContext } from '../format/chip.ts';
import type { LogScope } from '../format/stream.ts';
import type { LogCommands } from '../ring/commands.ts';
import type { SessionParts } from './session-parts.ts';
import { createShown, type Looking, type Shown } from './shown.ts';

/** The lines of one environment, as the screen shows them. */
export interface LogSession extends LogCommands {
  /** Looks for streams now, and tries those again that wait. */
  askNow(): void;
  /** Resolves when nothing is read any more. */
  end(): Promise<void>;
}

/** Reads the streams of a scope into a ring, and judges what comes by the chips. */
export const createLogSession = (parts: SessionParts): LogSession => {
  let shown: Shown | undefined;
  /** What was looked for last, for the next scope too. */
  let looking: Looking = { chips: [], context: noContext, sought: undefined };
  let ending: Promise<unknown> = Promise.resolve();

  const close = (): void => {
    if (shown === undefined) return;
    looking = shown.looking();
    ending = Promise.all([ending, shown.end()]);
    shown = undefined;
    parts.publish(undefined);
  };

  return {
    open: (scope: LogScope) => {
      if (shown !== undefined && JSON.stringify(shown.scope) === JSON.stringify(scope)) return;
      if (shown !== undefined) {
        looking = shown.looking();
        ending = Promise.all([ending, shown.end()]);
      }
      shown = createShown(parts, scope);
      shown.look(looking.chips, looking.context);
      shown.seek(looking.sought);
    },
    close,
    look: (chips, context = noContext) => {
      if (shown === undefined) looking = { ...looking, chips, context };
      else shown.look(chips, context);
    },
    seek: (sought) => {
      if (shown === undefined) looking = { ...looking, sought };
      else shown.seek(sought);
    },
    hold: (on) => shown?.hold(on),
    older: () => shown?.older(),
    askNow: () => shown?.askNow(),
    end: async () => {
      close();
      await ending;
    },
  };
};
