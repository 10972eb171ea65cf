import { expect, test } from 'vitest';
import { simulatedEnvironments, systemSpec } from '../../../src/simulator/systems.ts';
import { openSimulation } from '../../simulation/simulation.ts';
import { type CheckReport, checkReportShape, type LeveledList, raisedIn } from './report.ts';

/** An incident and the expected result of one check. */
export interface IncidentCase {
  readonly incident: string;
  /** 'ok': no automatic reading shows the incident. */
  readonly level: 'ok' | 'warn' | 'crit';
  /** Rows that identify the incident, as `level list name`; further rows may be affected. */
  readonly raised: readonly string[];
  /** Unaffected lists: every row of them is ok. */
  readonly calm: readonly LeveledList[];
  /** Environments in which the incident is visible; default: all. */
  readonly envs?: readonly string[];
}

interface SystemCases {
  readonly system: string;
  /** Vars that replace those of the drill. */
  readonly sets?: (env: string) => Readonly<Record<string, string>>;
  readonly envs: readonly string[];
  readonly incidents: readonly IncidentCase[];
}

/** Runs `opsdeck check --rehearse [INCIDENT] --json` and parses its report strictly. */
const checked = async (
  env: string,
  sets: Readonly<Record<string, string>>,
  incident?: string,
): Promise<CheckReport> => {
  await using simulation = openSimulation();
  const { stdout, stderr } = await simulation.run([
    ...['check', '--json', '--env', env, '--timeout', '60s', '--rehearse'],
    ...(incident === undefined ? [] : [incident]),
    ...Object.entries(sets).flatMap(([name, value]) => ['--set', `${name}=${value}`]),
  ]);
  expect(stderr).toMatch(/^opsdeck: profile \S+\n$/);
  return checkReportShape.parse(JSON.parse(stdout));
};

/** In a sample, one of this many combinations of incident and environment. */
const sampleOf = 60;

/** Checks each environment of a system, healthy and in each incident of its simulator, or a sample of both. */
export const checkEveryIncident = (
  sampled: <T>(all: readonly T[], keep: (item: T, index: number) => boolean) => readonly T[],
  { system, sets = () => ({}), envs, incidents }: SystemCases,
): void => {
  test.each(sampled(envs, (env) => env === envs.at(-1)))(
    `${system}/%s, healthy: reports every row as ok and no faults`,
    async (env) => {
      const report = await checked(`${system}/${env}`, sets(env));
      expect(raisedIn(report)).toEqual([]);
      expect(report.faults).toEqual([]);
    },
  );

  const cases = incidents.flatMap((incident) => (incident.envs ?? envs).map((env) => ({ ...incident, env })));

  test.each(sampled(cases, (_, index) => index % sampleOf === 0))(
    `${system}/$env, $incident: reports $level in the rows of the incident`,
    async (entry) => {
      const report = await checked(`${system}/${entry.env}`, sets(entry.env), entry.incident);
      const raised = raisedIn(report);
      if (entry.level === 'ok') expect(raised).toEqual([]);
      else expect(report.level).toBe(entry.level);
      expect(raised).toEqual(expect.arrayContaining([...entry.raised]));
      expect(raised.filter((each) => entry.calm.some((list) => each.includes(` ${list} `)))).toEqual([]);
    },
  );

  test(`covers every environment and every incident of ${system}`, () => {
    expect([...envs].sort()).toEqual([...simulatedEnvironments(system)].sort());
    const known = systemSpec(system).incidents.map(({ name }) => name);
    for (const env of envs) {
      const here = incidents.filter((incident) => (incident.envs ?? envs).includes(env));
      expect(here.map(({ incident }) => incident).sort()).toEqual([...known].sort());
    }
  });
};
