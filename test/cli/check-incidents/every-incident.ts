import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createContext } from '../../../src/cli/context.ts';
import { withEnvironment } from '../../../src/cli/with-environment.ts';
import { checkReport } from '../../../src/engine/check.ts';
import { type SystemClock, systemClock } from '../../../src/io/clock.ts';
import { systemSpec, worldEnvironments } from '../../../src/world/systems.ts';
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

/** The world shares this process and a busy machine: what it takes to answer is no news of the system. */
const patientClock = (): SystemClock => {
  const clock = systemClock();
  return { ...clock, deadline: (ms) => clock.deadline(4 * ms) };
};

/** One reading, as `check --rehearse [INCIDENT] --json` makes it; it must be a report as promised. */
const checked = async (
  env: string,
  sets: Readonly<Record<string, string>>,
  incident?: string,
): Promise<CheckReport> => {
  const stateDir = await mkdtemp(join(tmpdir(), 'opsdeck-checked-'));
  const clock = patientClock();
  const rehearse = incident === undefined ? {} : { incident };
  const context = createContext(
    {
      env,
      profiles: 'profiles',
      stateDir,
      sets,
      color: false,
      ascii: false,
      share: false,
      debug: false,
      rehearse,
    },
    clock,
    { HOME: stateDir, PATH: process.env.PATH },
  );
  const report = await withEnvironment(
    context,
    { memory: false, until: Number.POSITIVE_INFINITY },
    async ({ profile, engine }) => {
      await engine.readOnce(60_000);
      return checkReport(engine.snapshot(), profile, clock.wallOffset());
    },
  ).finally(() => rm(stateDir, { recursive: true, force: true }));
  // What is left out, or no number, would not survive being written.
  expect(JSON.parse(JSON.stringify(report))).toStrictEqual(report);
  return checkReportShape.parse(report);
};

/** How long this very machine takes to ask a server on loopback: slow beside other tests, whatever the world does. */
const isOwnTime = (raised: string): boolean => / signals (api|health)\.ms$/.test(raised);

/** Checks each environment of a system, healthy and in each incident of its world. */
export const checkEveryIncident = ({ system, sets = () => ({}), envs, incidents }: SystemCases): void => {
  test.concurrent.each([...envs])(
    `${system}/%s, healthy: all is ok, and nothing is at fault`,
    { timeout: 120_000 },
    async (env) => {
      const report = await checked(`${system}/${env}`, sets(env));
      expect(raisedIn(report).filter((raised) => !isOwnTime(raised))).toEqual([]);
      expect(report.faults).toEqual([]);
    },
  );

  const struck = incidents.flatMap((one) => (one.envs ?? envs).map((env) => ({ ...one, env })));

  test.concurrent.each(struck)(
    `${system}/$env, $incident: $level, by the rows that name it`,
    { timeout: 120_000 },
    async (one) => {
      const report = await checked(`${system}/${one.env}`, sets(one.env), one.incident);
      const raised = raisedIn(report);
      if (one.level === 'ok') expect(raised.filter((each) => !isOwnTime(each))).toEqual([]);
      else expect(report.level).toBe(one.level);
      expect(raised).toEqual(expect.arrayContaining([...one.raised]));
      expect(raised.filter((each) => one.calm.some((list) => each.includes(` ${list} `)))).toEqual([]);
    },
  );

  test(`the table has every environment and every incident of ${system}`, () => {
    expect([...envs].sort()).toEqual([...worldEnvironments(system)].sort());
    const known = systemSpec(system).incidents.map(({ name }) => name);
    for (const env of envs) {
      const here = incidents.filter((one) => (one.envs ?? envs).includes(env));
      expect(here.map(({ incident }) => incident).sort()).toEqual([...known].sort());
    }
  });
};
