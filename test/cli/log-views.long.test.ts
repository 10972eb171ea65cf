import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { claimsOf } from '../../scripts/coverage/written.ts';
import { createContext } from '../../src/cli/command/context.ts';
import { pipeMerged } from '../../src/cli/logs/merged.ts';
import { createCounter } from '../../src/cli/logs/printer.ts';
import { logRequest } from '../../src/cli/logs/request.ts';
import { withEnvironment } from '../../src/cli/opening/open-environment.ts';
import { openSimulation } from '../simulation/simulation.ts';

const profiles = join(import.meta.dirname, '../../profiles');

interface Case {
  readonly env: string;
  /** Requirements of the runbook catalogue that concern log lines. */
  readonly rows: readonly string[];
  /** Views that always have lines, such as an occasional failed login. */
  readonly always: readonly string[];
  /** Views that show lines during an incident, by incident. */
  readonly evidence: Readonly<Record<string, readonly string[]>>;
  /** Views for problems that no incident of the simulator causes. */
  readonly never?: readonly string[];
}

const rows = (system: string, ...numbers: readonly string[]): readonly string[] =>
  numbers.map((number) => `${system}-R${number}`);

const cases: readonly Case[] = [
  {
    env: 'event-bus/production',
    rows: rows('S0', '27', '28', '29', '30', '31', '32', '33', '34'),
    always: ['event-bus', 'access', 'security'],
    evidence: {
      'wont-start': ['errors', 'error'],
      'high-memory': ['oom', 'errors'],
      'dependency-down': ['performance'],
      sla: ['performance'],
    },
  },
  {
    env: 'trading/production',
    rows: rows('S1', '37', '38', '39', '40', '41', '42'),
    always: ['service', 'database', 'database-file', 'gateway', 'access', 'deployments'],
    evidence: {
      'high-error-rate': ['errors', 'gateway-5xx'],
      'high-latency': ['pool', 'errors'],
      'restart-failed': ['starts'],
      'service-down': ['access-5xx'],
    },
    never: ['oom', 'leaks'],
  },
  {
    env: 'event-processing/production',
    rows: rows('S2', '21', '22', '23', '24', '27', '46', '48'),
    always: [
      'kafka',
      'mongodb',
      'slow-queries',
      'access',
      'localstack',
      'services',
      'service-files',
      'security',
    ],
    evidence: { 'breaker-open': ['breaker'], 'localstack-unavailable': ['aws'] },
  },
  {
    env: 'saga/production',
    rows: rows('S3', '08', '09', '38', '42'),
    always: ['inventory', 'payment'],
    evidence: { 'pool-exhaustion': ['connections', 'timeouts'], 'memory-leak': ['memory'] },
    never: ['passwords', 'passwords-services'],
  },
  {
    env: 'eventmesh/production',
    rows: rows('S4', '30', '31', '32', '33', '34', '35', '36', '37', '38', '39', '40', '41', '42'),
    always: [
      ...['api', 'logs', 'warnings', 'resources', 'deploys', 'health-monitor'],
      ...['memory-usage', 'cpu-usage', 'disk-io', 'resource-summary', 'build'],
    ],
    evidence: {
      crashed: ['errors', 'panics', 'health-alerts'],
      'port-conflict': ['errors', 'health-alerts'],
      'build-broken': ['compile-errors', 'known-issues'],
      'data-corruption': ['corruption'],
    },
    never: ['deploy-errors'],
  },
];

/** Every requirement that an entry of the system covers. */
const coveredBy = async (system: string): Promise<ReadonlySet<string>> =>
  new Set([...(await claimsOf(system)).values()].flatMap((ids) => [...ids.values()].flat()));

interface Looking {
  readonly all: readonly string[];
  /** Whether a view has a line, since a time or of any age; `previous`: of containers before their last restart. */
  shows(view: string, since?: string, previous?: true): Promise<boolean>;
}

/** Opens a simulated environment; healthy without an incident. */
const open = async (
  env: string,
  incident: string | undefined,
  work: (looking: Looking) => Promise<void>,
): Promise<void> => {
  const rehearse = incident === undefined ? {} : { incident };
  const plain = { sets: {}, color: false, ascii: true, share: false, debug: false };
  await using simulation = openSimulation();
  const context = createContext({ ...plain, profiles, rehearse, env }, simulation.platform);
  const { clock } = context;
  const looked = withEnvironment(
    context,
    { memory: false },
    async ({ profile, engine: { sources }, modules }) => {
      const { levels = {}, zone = 'utc' } = profile.logs ?? {};
      const head = { levels, zone, now: () => clock.wallNow() };
      const said: string[] = [];
      const reporter = {
        fault: ({ message }: { readonly message: string }) => said.push(message),
        problem: ({ message }: { readonly message: string }) => said.push(message),
        stopped: () => {},
        word: () => {},
        none: () => said.push('there is no stream'),
        hasFaults: false,
      };
      await work({
        all: profile.logViews.map(({ name }) => name),
        shows: async (view, since, previous = undefined) => {
          const flags = {
            view,
            ...(since === undefined ? { tail: 1 } : { since }),
            ...(previous && { previous }),
          };
          const request = logRequest(flags, profile, modules, head.now());
          const counter = createCounter();
          const parts = { request, clock, sources, head, reporter, isForPerson: false };
          await pipeMerged(parts, counter, new AbortController().signal);
          return counter.count > 0;
        },
      });
      expect(said).toEqual([]);
    },
  );
  await simulation.until(looked);
};

const lately = '10m';

describe.each(cases)('the log views of $env', ({ env, rows: wantedRows, always, evidence, never = [] }) => {
  const telling = [...new Set([...Object.values(evidence).flat(), ...never])];

  test('are empty in a healthy environment', async () => {
    await open(env, undefined, async ({ all, shows }) => {
      expect([...all].sort()).toEqual([...always, ...telling].sort());
      for (const view of always) expect([view, await shows(view)]).toEqual([view, true]);
      for (const view of telling) expect([view, await shows(view, lately)]).toEqual([view, false]);
    });
  });

  test.each(Object.entries(evidence))('%s: %j have lines', async (incident, views) => {
    await open(env, incident, async ({ shows }) => {
      // An OOM-killed container logged the reason in its previous run.
      for (const view of views)
        expect([view, (await shows(view, lately)) || (await shows(view, lately, true))]).toEqual([
          view,
          true,
        ]);
    });
  });

  test('cover the log requirements of the runbooks', async () => {
    const covered = await coveredBy(env.split('/')[0] ?? '');
    expect(wantedRows.filter((row) => !covered.has(row))).toEqual([]);
  });
});
