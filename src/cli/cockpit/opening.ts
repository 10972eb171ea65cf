import { constants } from 'node:os';
import { enterTerminal, leaveTerminal, terminalSize } from '../../ui/shell/terminal/modes.ts';
import type { GlobalOptions } from '../command/global-options.ts';
import type { ProcessEnv } from '../command/process-env.ts';

/** The frame that is shown while the screen loads. */
export interface Opening {
  /** The screen has taken over the terminal. */
  handOver(): void;
  /** Restores the terminal, because there will be no screen. No effect after it has taken over. */
  abandon(): void;
}

/** Whether an opening frame is wanted: a screen reader would read it, and an error of a trace file is printed before the screen opens. */
export const showsOpening = (options: Pick<GlobalOptions, 'trace'>, env: ProcessEnv): boolean =>
  options.trace === undefined && env.INK_SCREEN_READER !== 'true';

/** Signals that end a process that is still loading. */
const endings = ['SIGHUP', 'SIGINT', 'SIGQUIT', 'SIGTERM'] as const;

const bold = (text: string): string => `\u001b[1m${text}\u001b[22m`;
const cursorTo = (row: number, column: number): string => `\u001b[${row};${column}H`;

/**
 * Takes the terminal and says that opsdeck opens, before React and the panes are loaded, which takes twice as long as this.
 * Keys typed meanwhile wait in the terminal. The first frame of the screen has the same words in the same places.
 */
export const showOpening = (stdout: NodeJS.WriteStream, stdin: NodeJS.ReadStream): Opening => {
  const { columns, rows } = terminalSize(stdout);
  const keys = 'q quit';
  enterTerminal(stdout, stdin);
  stdout.write(
    `${cursorTo(1, 2)}${bold('opsdeck')}${cursorTo(3, 2)}opening${cursorTo(rows, Math.max(1, columns - keys.length))}${keys}`,
  );
  const leave = (): void => leaveTerminal(stdout, stdin);
  const stops = endings.map((signal) => {
    const end = (): void => {
      leave();
      process.exit(128 + constants.signals[signal]);
    };
    process.on(signal, end);
    return () => process.off(signal, end);
  });
  let isShown = true;
  const handOver = (): void => {
    isShown = false;
    for (const stop of stops) stop();
  };
  return {
    handOver,
    abandon: () => {
      if (!isShown) return;
      handOver();
      leave();
    },
  };
};
