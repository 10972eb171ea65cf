import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'vitest';
import { readCatalogue } from '../../../scripts/coverage/catalogue.ts';
import { readKept } from '../../../scripts/coverage/kept.ts';
import { coverageOf } from '../../../scripts/coverage/report.ts';
import { readTouches } from '../../../scripts/coverage/touches.ts';
import { writtenIn } from '../../../scripts/coverage/written.ts';
import type { Ending, RunEvent } from '../../../src/domain/run.ts';
import { type Ended, openSimulation } from '../../simulation/simulation.ts';

/** A runbook that is carried out in a rehearsal, and how that must end. */
export interface RunExercise {
  readonly env: string;
  /** Which incident of the embedded world has happened; absent: none. */
  readonly incident?: string;
  readonly runbook: string;
  readonly params?: Readonly<Record<string, string | readonly string[]>>;
  readonly sets?: Readonly<Record<string, string>>;
  /** The targets' names, as `--confirm` takes them. */
  readonly confirm?: readonly string[];
  /** Manual steps that were done by hand. */
  readonly done?: readonly string[];
  /** What a person does by hand while the run waits for its verification. */
  byHand?(vars: Readonly<Record<string, string>>): Promise<void>;
  /** Default: recovered. */
  readonly ending?: Ending;
}

/** Commands in a simulation; the entries of the profile that they executed are kept. */
export interface Exercises extends AsyncDisposable {
  /** `opsdeck check`; gives its JSON. */
  check(env: string, incident?: string, sets?: Readonly<Record<string, string>>): Promise<Check>;
  /** `opsdeck logs --view`; there must be a line. */
  view(env: string, name: string, incident?: string): Promise<void>;
  /** `opsdeck run` with its diagnosis; gives its events. */
  run(exercise: RunExercise): Promise<readonly RunEvent[]>;
  /** The file for the entries that one more command executes, where a test starts it by itself: OPSDECK_TOUCHED. */
  touched(): string;
  /** Rows that docs/coverage.json names and that nothing executed until now. */
  lost(): Promise<readonly string[]>;
}

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

export const argsOf = ({
  env,
  incident,
  runbook,
  params = {},
  sets,
  confirm = [],
  done = [],
}: RunExercise) => [
  ...['run', runbook, '--env', env, '--json', '--diagnose', '--arm', 'an exercise'],
  ...rehearse(incident),
  ...setsOf(sets),
  ...Object.entries(params).flatMap(([name, value]) =>
    [value].flat().flatMap((one) => ['--param', `${name}=${one}`]),
  ),
  ...confirm.flatMap((name) => ['--confirm', name]),
  ...done.flatMap((step) => ['--done', step]),
];

export const eventsOf = ({ stdout, stderr }: Ended): readonly RunEvent[] => {
  if (stdout.trim() === '') throw new Error(`it said nothing: ${stderr}`);
  return stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
};

/** Opens the exercises of one system. */
export const openExercises = async (system: string): Promise<Exercises> => {
  const shared = process.env.OPSDECK_COVERAGE;
  const dir = shared ?? (await mkdtemp(join(tmpdir(), 'opsdeck-touched-')));
  let runs = 0;
  const touched = (): string => {
    runs += 1;
    return join(dir, `${system}-${process.pid}-${runs}.touched`);
  };

  const opsdeck = async (
    args: readonly string[],
    { env = '', byHand }: Partial<Pick<RunExercise, 'env' | 'byHand'>> = {},
  ): Promise<Ended> => {
    await using simulation = openSimulation();
    const vars = { OPSDECK_TOUCHED: touched() };
    if (byHand === undefined) return await simulation.run(args, vars);
    const command = simulation.start(args, vars);
    await command.printed(/"event":"verifying"/);
    await byHand(simulation.worlds[0]?.vars(env.split('/')[1] ?? '') ?? {});
    return await command.ended();
  };

  return {
    touched,
    check: async (env, incident, sets) => {
      const ended = await opsdeck([
        ...['check', '--env', env, '--json', '--timeout', '60s'],
        ...rehearse(incident),
        ...setsOf(sets),
      ]);
      expect([ended.stderr, ended.code]).toEqual(['', expect.toSatisfy((code) => code < 4)]);
      return JSON.parse(ended.stdout);
    },
    view: async (env, name, incident) => {
      const ended = await opsdeck(['logs', '--env', env, '--view', name, '--json', ...rehearse(incident)]);
      expect([ended.stderr, ended.code]).toEqual(['', 0]);
      expect(ended.stdout).not.toBe('');
    },
    run: async (exercise) => {
      const events = eventsOf(await opsdeck(argsOf(exercise), exercise));
      const last = events.at(-1);
      const { ending = 'recovered' } = exercise;
      expect(last, JSON.stringify(last)).toMatchObject({ event: 'ended', ending });
      return events;
    },
    lost: async () => {
      const [catalogue, kept, touches] = [await readCatalogue(), await readKept(), await readTouches(dir)];
      const { covered, ticked } = coverageOf(catalogue, system, touches, await writtenIn(system));
      const ids = new Set([...covered, ...ticked].map(({ id }) => id));
      return (kept[system] ?? []).filter((id) => !ids.has(id));
    },
    [Symbol.asyncDispose]: async () => {
      if (shared === undefined) await rm(dir, { recursive: true, force: true });
    },
  };
};
