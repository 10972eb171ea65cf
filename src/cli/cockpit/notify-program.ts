import type { NotificationFacts } from '../../domain/profile/notification.ts';
import { escapeControls } from '../../domain/text/controls.ts';

/** The dependencies of the notification program. */
interface NotifyProgramParts {
  /** The program of the settings. */
  argv(): readonly string[];
  /** Runs it with the facts as JSON; resolves to why it failed. */
  run(argv: readonly string[], input: string): Promise<string | undefined>;
  /** Reports a failure. */
  failed(why: string): void;
}

/** Two notifications as one, for a program that is still running. */
const merged = (was: NotificationFacts | undefined, now: NotificationFacts): NotificationFacts =>
  was === undefined
    ? now
    : {
        ...now,
        text: `${was.text}; ${now.text}`,
        events: [...was.events, ...now.events].slice(0, 20),
        more: was.more + now.more + Math.max(0, was.events.length + now.events.length - 20),
      };

/** Creates the door to the notification program: one process at a time; what comes meanwhile is sent together after it. */
export const createNotifyProgram = ({
  argv,
  run,
  failed,
}: NotifyProgramParts): ((facts: NotificationFacts) => void) => {
  let next: NotificationFacts | undefined;
  let isRunning = false;
  const work = async (): Promise<void> => {
    isRunning = true;
    while (next !== undefined) {
      const facts = next;
      next = undefined;
      const program = argv();
      if (program.length === 0) break;
      const why = await run(program, `${escapeControls(JSON.stringify(facts))}\n`).catch(String);
      if (why !== undefined) failed(`notification program ${program[0]} failed: ${why}`);
    }
    isRunning = false;
  };
  return (facts) => {
    next = merged(next, facts);
    if (!isRunning) void work();
  };
};
