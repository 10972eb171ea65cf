import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'vitest';
import type { TerminalProgram } from '../../../src/platform/processes/run-in-terminal.ts';
import type { InteractiveTerminal } from '../../../src/platform/terminal/interactive-terminal.ts';
import { openCockpitIn } from '../../simulation/cockpit.ts';
import { openSimulation } from '../../simulation/simulation.ts';
import { arm, chooseRunbook, enter } from '../../support/cockpit-verbs.ts';

/** A console that a runbook opens in the terminal of the cockpit, by keys and through the gates. */
export interface ConsoleExercise {
  readonly env: string;
  /** The runbook. */
  readonly opens: string;
  /** The program that is started, by name in PATH. */
  readonly program: string;
  /** Pattern that its arguments must match. */
  readonly args: RegExp;
  /** Variables that it must be given. */
  readonly variables: Readonly<Record<string, string>>;
  /** The name to type on the card; absent: enter confirms. */
  readonly typed?: string;
}

interface ConsoleOptions {
  readonly trace: string;
  /** The directory of the profiles; absent: the shipped ones. */
  readonly profiles?: string | undefined;
  /** True: the console is acknowledged, and its program not started. */
  readonly isInert?: boolean;
}

/** A terminal that records the programs that it runs. Each exits at once. */
const recordingTerminal = (started: TerminalProgram[]): InteractiveTerminal => ({
  size: () => ({ columns: 100, rows: 30 }),
  onResize: () => {},
  onInput: () => {},
  write: () => {},
  run: async (program) => {
    started.push(program);
    return { status: 0 };
  },
});

/** Puts a directory with a program of this name first in PATH, so that the machine needs no client installed. */
const installed = async (program: string): Promise<AsyncDisposable> => {
  const before = process.env.PATH;
  const dir = await mkdtemp(join(tmpdir(), 'opsdeck-programs-'));
  const file = join(dir, program);
  await writeFile(file, '#!/bin/sh\nexit 0\n');
  await chmod(file, 0o755);
  process.env.PATH = `${dir}:${before}`;
  return {
    [Symbol.asyncDispose]: async () => {
      process.env.PATH = before;
      await rm(dir, { recursive: true, force: true });
    },
  };
};

/** Opens the console from the list of runbooks, and expects its program and a verified ledger of one run. */
export const openConsoleByKeys = async (
  { env, opens, program, args, variables, typed }: ConsoleExercise,
  { trace, profiles, isInert = false }: ConsoleOptions,
): Promise<void> => {
  await using _ = await installed(program);
  const started: TerminalProgram[] = [];
  const terminal = recordingTerminal(isInert ? [] : started);
  await using simulation = openSimulation(
    profiles === undefined ? {} : { env: { OPSDECK_PROFILES: profiles } },
  );
  const opened = ['--env', env, '--rehearse', '--trace', trace];
  const cockpit = await openCockpitIn(simulation, opened, [120, 40], (use) => use(terminal));
  try {
    await cockpit.sees(/read-only/);
    await arm(cockpit, 'an exercise');
    await chooseRunbook(cockpit, opens);
    await cockpit.sees(/Confirm in PRODUCTION/);
    await cockpit.sees(typed === undefined ? /enter confirm/ : new RegExp(`type +${typed} +to confirm`));
    await cockpit.reads();
    // Nothing is opened before the confirmation.
    expect(started).toEqual([]);
    await cockpit.keys(...(typed ?? ''), enter);
    await cockpit.sees(/EXECUTED, NOT VERIFIED/);
    expect(await cockpit.ended()).toMatchObject([{ ending: 'recovered' }]);
  } finally {
    await cockpit[Symbol.asyncDispose]();
  }
  expect(started.map(({ argv }) => argv.join(' '))).toEqual([expect.stringMatching(args)]);
  expect(started[0]?.env).toMatchObject(variables);
};
