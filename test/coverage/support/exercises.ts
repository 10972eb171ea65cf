import { mkdtemp, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'vitest';
import { listedRows, readCatalogue } from '../../../scripts/coverage/catalogue.ts';
import { readKept } from '../../../scripts/coverage/kept.ts';
import { coverageOf } from '../../../scripts/coverage/report.ts';
import { readTouches } from '../../../scripts/coverage/touches.ts';
import { writtenIn } from '../../../scripts/coverage/written.ts';
import type { RunEnding, RunEvent } from '../../../src/domain/runs/run.ts';
import { type Ended, openSimulation, type Simulation } from '../../simulation/simulation.ts';
import { type ConsoleExercise, openConsoleByKeys } from './console-exercise.ts';
import {
  assertCheck,
  assertEvents,
  assertLines,
  checkName,
  type Expectations,
  expectedOf,
} from './expectations.ts';
import { inertAction } from './inert-action.ts';
import { systemAddresses } from './system-addresses.ts';

/** A runbook to run as a drill, and its expected ending. */
export interface RunExercise {
  readonly env: string;
  /** Scenario of the simulator; absent: none. */
  readonly incident?: string;
  readonly runbook: string;
  readonly params?: Readonly<Record<string, string | readonly string[]>>;
  readonly sets?: Readonly<Record<string, string>>;
  /** Target names for `--confirm`. */
  readonly confirm?: readonly string[];
  /** Manual steps marked as done. */
  readonly done?: readonly string[];
  /** Manual work while the run waits for its verification. */
  byHand?(vars: Readonly<Record<string, string>>): Promise<void>;
  /** Default: recovered. */
  readonly ending?: RunEnding;
  /** A run on the same system afterwards, which recovers only if this one had its effect. */
  readonly next?: Pick<RunExercise, 'runbook' | 'params' | 'confirm'> & { readonly prints: RegExp };
}

/** Commands in a simulation; their traces record which entries of the profile they executed. */
export interface Exercises extends AsyncDisposable {
  /** Runs `opsdeck check`; returns its JSON. */
  check(env: string, incident?: string, sets?: Readonly<Record<string, string>>): Promise<Check>;
  /** Runs `opsdeck logs --view`; expects at least one line, and only lines that the view is meant for. */
  view(env: string, name: string, incident?: string): Promise<void>;
  /** Runs `opsdeck run` with its diagnosis; returns its events. */
  run(exercise: RunExercise): Promise<readonly RunEvent[]>;
  /** Opens a console by keys. */
  console(exercise: ConsoleExercise): Promise<void>;
  /** Trace file for a command that the test starts itself. */
  trace(): string;
  /** Environment variables for such a command: they select the profiles. */
  readonly processEnv: Readonly<Record<string, string>>;
  /** Rows of docs/coverage.json that have not been executed yet. */
  lost(): Promise<readonly string[]>;
}

/** Options for running exercises. */
export interface ExerciseOptions {
  /** Expected results in addition to the ending. */
  readonly expected?: Expectations;
  /** The directory of the profiles; absent: the shipped ones. */
  readonly profiles?: string;
  /** An action step that is acknowledged but not executed. */
  readonly inert?: { readonly runbook: string; readonly step: string };
  /** Directory for the traces; absent: a temporary one. */
  readonly tracesIn?: string;
}

/** The profile or the command line was rejected: nothing was tried. */
class Refused extends Error {}

interface Check {
  readonly level: string;
  readonly faults: readonly { readonly source: string; readonly kind: string; readonly message: string }[];
  readonly signals: readonly {
    readonly id: string;
    readonly value: number | string | null;
    readonly level: string;
  }[];
}

const setsOf = (sets: Readonly<Record<string, string>> = {}): readonly string[] =>
  Object.entries(sets).flatMap(([name, value]) => ['--set', `${name}=${value}`]);

const rehearse = (incident: string | undefined): readonly string[] =>
  incident === undefined ? ['--rehearse'] : ['--rehearse', incident];

/** The arguments of an exercise. `system`: those that select the system; default: a drill of its own. */
export const argsOf = (
  { env, incident, runbook, params = {}, sets, confirm = [], done = [] }: RunExercise,
  system: readonly string[] = rehearse(incident),
) => [
  ...['run', runbook, '--env', env, '--json', '--diagnose', '--arm', 'an exercise'],
  ...['--override', 'an exercise', '--allow-outage', 'an exercise'],
  ...system,
  ...setsOf(sets),
  ...Object.entries(params).flatMap(([name, value]) =>
    [value].flat().flatMap((text) => ['--param', `${name}=${text}`]),
  ),
  ...confirm.flatMap((name) => ['--confirm', name]),
  ...done.flatMap((step) => ['--done', step]),
];

/** Without problems, stderr only names the profile in use. */
const itsProfileAlone = expect.stringMatching(/^opsdeck: profile \S+\n$/);

export const eventsOf = ({ stdout, stderr }: Ended): readonly RunEvent[] => {
  if (stdout.trim() === '') throw new Refused(`no output: ${stderr}`);
  return stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
};

/** The arguments of a command; those of an exercise with a next run select a simulator that both share. */
const onSharedSystem = async (
  simulation: Simulation,
  args: readonly string[],
  exercise: RunExercise | undefined,
): Promise<{ readonly given: readonly string[]; readonly at?: readonly string[] }> => {
  if (exercise?.next === undefined) return { given: args };
  const at = await systemAddresses(simulation, exercise);
  return { given: argsOf(exercise, at), at };
};

/** Opens the exercises of one system. */
export const openExercises = async (
  system: string,
  { expected = {}, profiles, inert, tracesIn }: ExerciseOptions = {},
): Promise<Exercises> => {
  const shared = tracesIn ?? process.env.OPSDECK_COVERAGE;
  const processEnv: Readonly<Record<string, string>> =
    profiles === undefined ? {} : { OPSDECK_PROFILES: profiles };
  const dir = shared ?? (await mkdtemp(join(tmpdir(), 'opsdeck-traces-')));
  let runs = 0;
  const path = (): string => {
    runs += 1;
    return join(dir, `${system}-${process.pid}-${performance.now()}-${runs}`);
  };

  /** Carries out the next run of an exercise, on the same system. */
  const carryOn = async (
    simulation: Simulation,
    { env: on, next }: RunExercise,
    at: readonly string[] | undefined,
  ): Promise<void> => {
    if (next === undefined) return;
    const { prints, ...rest } = next;
    const trace = path();
    const { stdout } = await simulation.run(
      [...argsOf({ env: on, ...rest }, at), '--trace', trace],
      processEnv,
    );
    expect(stdout).toMatch(/"event":"ended"[^\n]*"ending":"recovered"/);
    expect(stdout).toMatch(prints);
    await rename(trace, `${trace}.trace`);
  };

  /** A trace counts only after the result has been checked: until then its file has another name. */
  const opsdeck = async (
    args: readonly string[],
    assess: (ended: Ended) => void,
    exercise?: RunExercise,
  ): Promise<Ended> => {
    const act =
      inert !== undefined && inert.runbook === exercise?.runbook ? inertAction(inert.step) : undefined;
    await using simulation = openSimulation(act === undefined ? {} : { saboteur: act.saboteur });
    const trace = path();
    const { given, at } = await onSharedSystem(simulation, args, exercise);
    const command = simulation.start([...given, '--trace', trace], processEnv);
    act?.follow(command);
    if (exercise?.byHand !== undefined) {
      await command.printed(/"event":"verifying"/);
      await exercise.byHand(simulation.simulators[0]?.vars(exercise.env.split('/')[1] ?? '') ?? {});
    }
    const ended = await command.ended();
    if (profiles !== undefined && /cannot load profile /.test(ended.stderr)) throw new Refused(ended.stderr);
    assess(ended);
    await rename(trace, `${trace}.trace`);
    if (exercise?.next !== undefined) await carryOn(simulation, exercise, at);
    return ended;
  };

  return {
    trace: () => `${path()}.trace`,
    processEnv,
    check: async (env, incident, sets) => {
      const assess = ({ stdout, stderr, code }: Ended): void => {
        expect([stderr, code]).toEqual([itsProfileAlone, expect.toSatisfy((value) => value < 4)]);
        const report: Check = JSON.parse(stdout);
        assertCheck(expectedOf(expected, checkName(env, incident ?? 'healthy', sets)), report);
      };
      const args = [
        'check',
        '--env',
        env,
        '--json',
        '--timeout',
        '60s',
        ...rehearse(incident),
        ...setsOf(sets),
      ];
      return JSON.parse((await opsdeck(args, assess)).stdout);
    },
    view: async (env, name, incident) => {
      const args = ['logs', '--env', env, '--view', name, '--json', ...rehearse(incident)];
      await opsdeck(args, ({ stdout, stderr, code }) => {
        expect([stderr, code]).toEqual([itsProfileAlone, 0]);
        expect(stdout).not.toBe('');
        assertLines(expectedOf(expected, `view ${name} of ${env}, ${incident ?? 'healthy'}`), stdout);
      });
    },
    run: async (exercise) => {
      const { env, incident = 'healthy', runbook, ending = 'recovered' } = exercise;
      const assess = (ended: Ended): void => {
        const events = eventsOf(ended);
        const last = events.at(-1);
        expect(last, JSON.stringify(last)).toMatchObject({ event: 'ended', ending });
        const name = `${runbook} of ${env}, ${incident}${ending === 'recovered' ? '' : `: ${ending}`}`;
        assertEvents(expectedOf(expected, name), events);
      };
      return eventsOf(await opsdeck(argsOf(exercise), assess, exercise));
    },
    console: async (exercise) => {
      const trace = path();
      await openConsoleByKeys(exercise, { trace, profiles, isInert: inert?.runbook === exercise.opens });
      await rename(trace, `${trace}.trace`);
    },
    lost: async () => {
      const catalogue = await readCatalogue();
      const kept = await readKept();
      const touches = await readTouches(dir);
      const { covered, ticked } = coverageOf(catalogue, system, touches, await writtenIn(system));
      const ids = new Set([...covered, ...ticked].map(({ id }) => id));
      // A test of its own opens the lists of the others.
      const listed = new Set(listedRows(catalogue, system).map(({ id }) => id));
      return (kept[system] ?? []).filter((id) => !ids.has(id) && !listed.has(id));
    },
    [Symbol.asyncDispose]: async () => {
      if (shared === undefined) await rm(dir, { recursive: true, force: true });
    },
  };
};
