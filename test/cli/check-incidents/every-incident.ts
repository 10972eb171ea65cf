import { expect, test } from 'vitest';
import { simulatedEnvironments, systemSpec } from '../../../src/simulator/systems.ts';
import { openSimulation } from '../../simulation/simulation.ts';
import { type CheckReport, checkReportShape, type LeveledList, raisedIn } from './report.ts';

/** What one reading has to say of an incident. */
export interface IncidentCase {
  readonly incident: string;
  /** 'ok': nothing that is read by itself tells of it. */
  readonly level: 'ok' | 'warn' | 'crit';
  /** Rows that name it, as `level list name`; others may follow from it. */
  readonly raised: readonly string[];
  /** Lists that it leaves alone: every row of them is ok. */
  readonly calm: readonly LeveledList[];
  /** Environments of the system where it shows; default: all of them. */
  readonly envs?: readonly string[];
}

interface SystemCases {
  readonly system: string;
  /** Vars that stand in place of those of a rehearsal. */
  readonly sets?: (env: string) => Readonly<Record<string, string>>;
  readonly envs: readonly string[];
  readonly incidents: readonly IncidentCase[];
}

/** One reading by `opsdeck check --rehearse [INCIDENT] --json`; it must be a report as promised. */
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

/** Checks each environment of a system, healthy and in each incident of its simulator. */
export const checkEveryIncident = ({ system, sets = () => ({}), envs, incidents }: SystemCases): void => {
  test.each([...envs])(`${system}/%s, healthy: every row is ok, no source is at fault`, async (env) => {
    const report = await checked(`${system}/${env}`, sets(env));
    expect(raisedIn(report)).toEqual([]);
    expect(report.faults).toEqual([]);
  });

  const struck = incidents.flatMap((one) => (one.envs ?? envs).map((env) => ({ ...one, env })));

  test.each(struck)(`${system}/$env, $incident: $level, by the rows that name it`, async (one) => {
    const report = await checked(`${system}/${one.env}`, sets(one.env), one.incident);
    const raised = raisedIn(report);
    if (one.level === 'ok') expect(raised).toEqual([]);
    else expect(report.level).toBe(one.level);
    expect(raised).toEqual(expect.arrayContaining([...one.raised]));
    expect(raised.filter((each) => one.calm.some((list) => each.includes(` ${list} `)))).toEqual([]);
  });

  test(`the table has every environment and every incident of ${system}`, () => {
    expect([...envs].sort()).toEqual([...simulatedEnvironments(system)].sort());
    const known = systemSpec(system).incidents.map(({ name }) => name);
    for (const env of envs) {
      const here = incidents.filter((one) => (one.envs ?? envs).includes(env));
      expect(here.map(({ incident }) => incident).sort()).toEqual([...known].sort());
    }
  });
};
