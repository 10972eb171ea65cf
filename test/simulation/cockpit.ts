import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Command } from 'commander';
import { openScreen } from '../../src/cli/cockpit/open-screen.ts';
import {
  addGlobalOptions,
  type GlobalOptions,
  globalOptionsOf,
} from '../../src/cli/command/global-options.ts';
import type { ProgramParts } from '../../src/cli/opening/command-invocation.ts';
import type { WatchScreen } from '../../src/cli/opening/watch-screen.ts';
import { runCommandLine } from '../../src/cli/program.ts';
import type { ProcessTerminal } from '../../src/platform/terminal/terminal.ts';
import { contentOf } from '../screens/support/content.ts';
import { createTerminal, type FakeTerminal } from '../screens/support/terminal.ts';
import { type Cockpit, endedIn, type Keyboard, readMs } from '../support/cockpit-verbs.ts';
import { openSimulation, type Simulation } from './simulation.ts';

/** A cockpit in a simulation: its screen, its keyboard, and the simulated systems. */
export interface SimulatedCockpit extends Cockpit {
  readonly simulation: Simulation;
  readonly terminal: FakeTerminal;
}

/** Timeout, in simulated time, for an expected screen. */
const patienceMs = 90_000;

/** The unambiguous form of escape: a single escape byte would wait for more bytes. */
const lone = '\u001b[27u';
const bytesFor = (key: string): string => (key === '\x1b' ? lone : key);

const optionsIn = (args: readonly string[]): GlobalOptions => {
  const program = new Command();
  addGlobalOptions(program);
  program.parse([...args], { from: 'user' });
  return globalOptionsOf(program, {});
};

/** Lends the terminal of a cockpit to a program. */
type Interact = ProcessTerminal['interact'];

/** The terminal of a process without job control; `end` is the signal it receives when it is closed. */
const terminalOf = (end: (listener: () => void) => void, interact: Interact): ProcessTerminal => ({
  onEnd: end,
  onCrash: () => {},
  onStop: () => () => {},
  onContinue: () => () => {},
  onWindowChange: () => () => {},
  written: async () => {},
  run: async () => ({ status: 0 }),
  interact,
  stop: async () => {},
});

const lendsNothing: Interact = () => Promise.reject(new Error('not used here'));

const keyboardOf = (simulation: Simulation, terminal: FakeTerminal): Keyboard => {
  const { clock } = simulation;
  const screen = (): readonly string[] => contentOf(terminal.rows()).map((row) => row.trimEnd());
  return {
    screen,
    press: (bytes) => void terminal.send(bytesFor(bytes)),
    until: async (expected, what, timeoutMs = patienceMs) => {
      const end = clock.now() + timeoutMs;
      for (let seen = -1; ; ) {
        await simulation.quiet();
        const written = terminal.written().length;
        if (written !== seen && expected(screen())) return;
        seen = written;
        if (clock.now() > end)
          throw new Error(
            `${what}: not within ${timeoutMs} ms of simulated time. The screen is\n${screen()
              .map((line) => `  │${line}`)
              .join('\n')}`,
          );
        await simulation.step();
      }
    },
  };
};

/** Receives the text of the ledger of each cockpit that is closed. */
let ledgerListener: ((ledger: string) => void) | undefined;

/** Runs a test, and returns the ledgers of the cockpits that it has closed. */
export const ledgersOf = async (body: () => Promise<void>): Promise<readonly string[]> => {
  const ledgers: string[] = [];
  ledgerListener = (ledger) => ledgers.push(ledger);
  try {
    await body();
  } finally {
    ledgerListener = undefined;
  }
  return ledgers;
};

type Size = readonly [columns: number, rows: number];
type OpenCockpit = ProgramParts['openCockpit'];

/** Opens a cockpit on a terminal in memory. `open` ends with it. */
const openOn = async (
  simulation: Simulation,
  size: Size,
  open: (openCockpit: OpenCockpit, terminal: FakeTerminal) => Promise<unknown>,
  interact: Interact = lendsNothing,
): Promise<SimulatedCockpit> => {
  const terminal = createTerminal(...size);
  const { platform } = simulation;
  const env = { ...platform.processEnv, TERM: 'xterm-256color', COLORTERM: 'truecolor' };
  let end = (): void => {};
  const ended = open(
    (options, scored, watch) =>
      openScreen(
        options,
        {
          platform: { ...platform, processEnv: env },
          terminal: terminalOf((listener) => {
            end = listener;
          }, interact),
          stdin: terminal.stdin,
          stdout: terminal.stdout,
        },
        scored,
        watch,
      ),
    terminal,
  );
  const pty = keyboardOf(simulation, terminal);
  const ledger = (): Promise<string> => readFile(join(simulation.stateDir, 'audit.jsonl'), 'utf8');
  return {
    simulation,
    terminal,
    pty,
    sees: (text) => pty.until((screen) => text.test(screen.join('\n')), `waiting for ${String(text)}`),
    keys: async (...keys) => {
      for (const key of keys) {
        const before = pty.screen().join('\n');
        pty.press(key);
        await pty.until((screen) => screen.join('\n') !== before, `an answer to ${JSON.stringify(key)}`);
      }
    },
    reads: () => simulation.wait(readMs),
    ledger,
    ended: async () => endedIn(await ledger()),
    [Symbol.asyncDispose]: async () => {
      if (ledgerListener !== undefined) ledgerListener(await ledger().catch(() => ''));
      end();
      await simulation.until(ended);
    },
  };
};

/**
 * Opens the cockpit of an environment in a simulation, with further arguments. `interact`: lends its terminal to shells
 * and consoles; absent: none is opened. `watch`: makes the screen available to others.
 */
export const openCockpitIn = (
  simulation: Simulation,
  args: readonly string[],
  size: Size = [120, 40],
  interact?: Interact,
  watch?: WatchScreen,
): Promise<SimulatedCockpit> =>
  openOn(
    simulation,
    size,
    (openCockpit) => openCockpit(optionsIn([...args, '--state-dir', simulation.stateDir]), undefined, watch),
    interact,
  );

/** A cockpit that a command has opened. */
export interface CommandCockpit extends SimulatedCockpit {
  /** The exit code of the command, once the cockpit is closed. */
  readonly code: Promise<number>;
}

/** Runs a command that opens the cockpit, on a terminal. */
export const openCockpitBy = async (
  simulation: Simulation,
  args: readonly string[],
  size: Size = [120, 40],
): Promise<CommandCockpit> => {
  const code = Promise.withResolvers<number>();
  const cockpit = await openOn(simulation, size, (openCockpit, { stdout }) => {
    const command = runCommandLine([...args, '--state-dir', simulation.stateDir], {
      openCockpit,
      host: {
        platform: simulation.platform,
        streams: { stdout, stderr: stdout },
        stop: new AbortController().signal,
      },
    });
    code.resolve(command);
    return command;
  });
  return { ...cockpit, code: code.promise };
};

/** Opens an environment with an active incident in a new simulation. */
export const openCockpit = (env: string, incident: string): Promise<SimulatedCockpit> =>
  openCockpitOn(env, ['--rehearse', incident]);

/** Opens an environment in a new simulation, with further arguments. */
const openCockpitOn = async (env: string, more: readonly string[]): Promise<SimulatedCockpit> => {
  const simulation = openSimulation();
  const cockpit = await openCockpitIn(simulation, ['--env', env, ...more]);
  return {
    ...cockpit,
    [Symbol.asyncDispose]: async () => {
      await cockpit[Symbol.asyncDispose]();
      await simulation[Symbol.asyncDispose]();
    },
  };
};
