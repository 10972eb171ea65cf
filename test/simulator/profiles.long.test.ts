import { existsSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { claimsOf } from '../../scripts/coverage/written.ts';
import type { Bound } from '../../src/domain/facts/threshold.ts';
import type { Profile } from '../../src/domain/profile/profile.ts';
import { formatDiagnostic } from '../../src/domain/text/position.ts';
import { localFiles } from '../../src/platform/files/local-files.ts';
import type { EntryIds } from '../../src/profile/document/coverage-file.ts';
import { type LoadedProfile, loadProfile } from '../../src/profile/load.ts';
import { startSimulator } from '../../src/simulator/start.ts';
import { simulatedEnvironments, simulatedSystems } from '../../src/simulator/systems.ts';
import { manualClock } from '../support/manual-clock.ts';
import { sourceModules } from '../support/source-modules.ts';

/** The value of each key, created on first use; read-only values are shared by the tests of this file. */
const shared = <T>(make: (key: string) => Promise<T>): ((key: string) => Promise<T>) => {
  const made = new Map<string, Promise<T>>();
  return (key) => {
    const value = made.get(key) ?? make(key);
    made.set(key, value);
    return value;
  };
};

const load = shared(
  (name: string): Promise<LoadedProfile> =>
    loadProfile(`profiles/${name}.yaml`, {
      files: localFiles,
      modules: sourceModules,
      sets: {},
      processEnv: {},
      now: 1_770_000_000_000,
    }),
);

/** A system can be simulated before its profile is shipped. */
const shipped = simulatedSystems
  .flatMap((system) => simulatedEnvironments(system).map((env) => ({ system, env })))
  .filter(({ system, env }) => existsSync(`profiles/${system}/${env}.yaml`));

/** The profile as a drill uses it. */
const rehearse = shared(async (name: string): Promise<Profile> => {
  const [system = '', env = ''] = name.split('/');
  const { draft } = await load(name);
  const simulator = await startSimulator(system, { clock: manualClock() });
  const vars = Object.entries(simulator.vars(env)).map(([name, url]) => [name.replace(/^world\./, ''), url]);
  await simulator.close();
  const finished = await draft?.finish({
    simulatorVars: Object.fromEntries(vars),
    ...(draft.head.world === undefined ? { varOverrides: simulator.rehearsalVars(env) } : {}),
    exec: () => Promise.reject(new Error('no profile here runs a command')),
  });
  if (finished === undefined) throw new Error(`${system}/${env} does not load`);
  expect(finished.diagnostics).toEqual([]);
  return finished.profile;
});
/** The requirements covered by each entry of an environment, by the path of the entry. */
const servedIn = async (system: string, env: string): Promise<EntryIds> =>
  (await claimsOf(system)).get(env) ?? new Map();

const rehearsed = (system: string, env: string): Promise<Profile> => rehearse(`${system}/${env}`);

/** CI of the event mesh is off without a repository and a token. */
const githubOff = [
  '${env:EVENTMESH_GITHUB_REPOSITORY} has no value: source gh is disabled',
  '${env:EVENTMESH_GITHUB_TOKEN} has no value: source gh is disabled',
];

/** Requirements of each system for its operator: addresses and secrets, and what is disabled without them. */
const supplied: Readonly<Record<string, readonly string[]>> = {
  'event-bus': [
    '${env:EVENT_BUS_DB_PASSWORD} has no value: source pg is disabled',
    '${env:EVENT_BUS_PROMETHEUS_URL} has no value: source prom is disabled',
    '${env:EVENT_BUS_ALERTMANAGER_URL} has no value: source alerts is disabled',
    '${env:EVENT_BUS_DOWNSTREAM_URL} has no value: source downstream is disabled',
    '${env:EVENT_BUS_TOKEN} has no value: source downstream is disabled',
    '${env:EVENT_BUS_GITHUB_REPOSITORY} has no value: source gh is disabled',
    '${env:EVENT_BUS_GITHUB_TOKEN} has no value: source gh is disabled',
    '${backups} has no value: source backups is disabled',
    '${backups} has no value: source expired is disabled',
    '${artifacts} has no value: source made is disabled',
    '${artifacts} has no value: source kept is disabled',
    '${artifacts} has no value: source heapdumps is disabled',
    '${backups} has no value: source dumps is disabled',
    '${stats-sla} has no value: signal own.sla has no value',
    '${stats-errors} has no value: signal own.errors has no value',
    '${stats-p95} has no value: signal own.p95 has no value',
    '${backups} has no value: signal backup.age has no value',
    '${backups} has no value: signal backup.bytes has no value',
    '${backups} has no value: signal backup.share has no value',
    '${backups} has no value: signal backup.whole has no value',
    '${backups} has no value: signal backup.expired has no value',
    '${artifacts} has no value: signal made.count has no value',
    '${artifacts} has no value: signal made.whole has no value',
    '${artifacts} has no value: signal kept.count has no value',
    '${artifacts} has no value: signal kept.whole has no value',
    '${artifacts} has no value: signal heapdumps.count has no value',
    '${artifacts} has no value: signal heapdumps.bytes has no value',
    '${artifacts} has no value: signal heapdumps.whole has no value',
    '${backups} has no value: signal backup.count has no value',
    '${manifests} has no value: runbook deploy cannot run',
    '${artifacts} has no value: runbook deploy cannot run',
    '${manifests} has no value: runbook deploy cannot run',
    '${manifests} has no value: runbook deploy cannot run',
    '${artifacts} has no value: runbook change-configuration cannot run',
    '${artifacts} has no value: runbook back-up cannot run',
    '${artifacts} has no value: runbook restore-dump cannot run',
    '${artifacts} has no value: runbook heap-dump cannot run',
    '${downstream-restart} has no value: runbook restore-downstream cannot run',
  ],
  'trading/local': [
    '${env:DOCKER_HOST} has no value: source compose is disabled',
    '${env:DOCKER_HOST} has no value: source green-compose is disabled',
    '${env:TRADING_DB_PASSWORD} has no value: source pg is disabled',
    '${env:TRADING_GITHUB_REPOSITORY} has no value: source gh is disabled',
    '${env:TRADING_GITHUB_TOKEN} has no value: source gh is disabled',
    '${env:TRADING_PAGERDUTY_TOKEN} has no value: source pd is disabled',
    '${env:TRADING_PAGERDUTY_FROM} has no value: source pd is disabled',
    '${env:TRADING_SLACK_TOKEN} has no value: source slack is disabled',
    '${env:TRADING_SLACK_CHANNEL} has no value: source slack is disabled',
    '${env:TRADING_GRAFANA_TOKEN} has no value: source graf is disabled',
    '${env:TRADING_REDIS_PASSWORD} has no value: source cache is disabled',
    '${env:TRADING_BROKER_SANDBOX_URL} has no value: source broker is disabled',
    '${env:TRADING_HOST} has no value: source machine is disabled',
    '${env:TRADING_BACKUPS} has no value: source backups is disabled',
    '${env:TRADING_BACKUPS} has no value: signal backup.count has no value',
    '${env:TRADING_BACKUPS} has no value: signal backup.hours has no value',
    '${env:TRADING_BACKUPS} has no value: signal backup.size has no value',
    '${env:TRADING_ACCESS_LOG} has no value: source access is disabled',
    '${env:TRADING_DATABASE_LOG} has no value: source database-log is disabled',
    '${env:TRADING_TLS_HOST} has no value: source certificates is disabled',
    '${env:TRADING_ZERODHA_STATUS_URL} has no value: source zerodha is disabled',
    '${env:TRADING_UPSTOX_STATUS_URL} has no value: source upstox is disabled',
    '${env:TRADING_ANGEL_ONE_STATUS_URL} has no value: source angel-one is disabled',
    '${env:TRADING_ALPHA_VANTAGE_STATUS_URL} has no value: source alpha-vantage is disabled',
    '${env:TRADING_NSE_STATUS_URL} has no value: source nse is disabled',
    '${env:TRADING_BSE_STATUS_URL} has no value: source bse is disabled',
    '${env:TRADING_RAZORPAY_STATUS_URL} has no value: source razorpay is disabled',
    '${env:TRADING_STRIPE_STATUS_URL} has no value: source stripe is disabled',
    '${env:TRADING_PROVIDER_STATUS_URL} has no value: opsdeck ignores link providers.',
  ],
  'trading/production': [
    '${env:DOCKER_HOST} has no value: source compose is disabled',
    '${env:DOCKER_HOST} has no value: source green-compose is disabled',
    '${env:TRADING_DB_PASSWORD} has no value: source pg is disabled',
    '${env:TRADING_GITHUB_REPOSITORY} has no value: source gh is disabled',
    '${env:TRADING_GITHUB_TOKEN} has no value: source gh is disabled',
    '${env:TRADING_PAGERDUTY_TOKEN} has no value: source pd is disabled',
    '${env:TRADING_PAGERDUTY_FROM} has no value: source pd is disabled',
    '${env:TRADING_SLACK_TOKEN} has no value: source slack is disabled',
    '${env:TRADING_SLACK_CHANNEL} has no value: source slack is disabled',
    '${env:TRADING_GRAFANA_TOKEN} has no value: source graf is disabled',
    '${env:TRADING_REDIS_PASSWORD} has no value: source cache is disabled',
    '${env:TRADING_HOST} has no value: source machine is disabled',
    '${env:TRADING_BACKUPS} has no value: source backups is disabled',
    '${env:TRADING_BACKUPS} has no value: signal backup.count has no value',
    '${env:TRADING_BACKUPS} has no value: signal backup.hours has no value',
    '${env:TRADING_BACKUPS} has no value: signal backup.size has no value',
    '${env:TRADING_ACCESS_LOG} has no value: source access is disabled',
    '${env:TRADING_DATABASE_LOG} has no value: source database-log is disabled',
    '${env:TRADING_TLS_HOST} has no value: source certificates is disabled',
    '${env:TRADING_ZERODHA_STATUS_URL} has no value: source zerodha is disabled',
    '${env:TRADING_UPSTOX_STATUS_URL} has no value: source upstox is disabled',
    '${env:TRADING_ANGEL_ONE_STATUS_URL} has no value: source angel-one is disabled',
    '${env:TRADING_ALPHA_VANTAGE_STATUS_URL} has no value: source alpha-vantage is disabled',
    '${env:TRADING_NSE_STATUS_URL} has no value: source nse is disabled',
    '${env:TRADING_BSE_STATUS_URL} has no value: source bse is disabled',
    '${env:TRADING_RAZORPAY_STATUS_URL} has no value: source razorpay is disabled',
    '${env:TRADING_STRIPE_STATUS_URL} has no value: source stripe is disabled',
    '${env:TRADING_MANAGEMENT_URL} has no value: source service is disabled',
    '${env:TRADING_MANAGEMENT_URL} has no value: source instances is disabled',
    '${env:TRADING_PROMETHEUS_URL} has no value: source monitoring is disabled',
    '${env:TRADING_PROMETHEUS_URL} has no value: source prom is disabled',
    '${env:TRADING_PROMETHEUS_URL} has no value: source requests is disabled',
    '${env:TRADING_PROMETHEUS_URL} has no value: opsdeck ignores link prometheus.',
    '${env:TRADING_ALERTMANAGER_URL} has no value: source monitoring is disabled',
    '${env:TRADING_ALERTMANAGER_URL} has no value: source alerts is disabled',
    '${env:TRADING_ALERTMANAGER_URL} has no value: opsdeck ignores link alertmanager.',
    '${env:TRADING_GRAFANA_URL} has no value: source monitoring is disabled',
    '${env:TRADING_GRAFANA_URL} has no value: source graf is disabled',
    '${env:TRADING_GRAFANA_URL} has no value: opsdeck ignores link grafana.',
    '${env:TRADING_POSTGRES_URL} has no value: source pg is disabled',
    '${env:TRADING_REDIS_URL} has no value: source cache is disabled',
    '${env:TRADING_KAFKA_BROKERS} has no value: source broker-cluster is disabled',
    '${env:TRADING_KONG_URL} has no value: source kong is disabled',
    '${env:TRADING_BLUE_URL} has no value: source colors is disabled',
    '${env:TRADING_GREEN_URL} has no value: source colors is disabled',
    '${env:TRADING_GREEN_URL} has no value: runbook green-deploy cannot run',
    '${env:TRADING_PROVIDER_STATUS_URL} has no value: opsdeck ignores link providers.',
  ],
  'event-processing/local': [
    '${env:DOCKER_HOST} has no value: source compose is disabled',
    '${env:EVENT_PROCESSING_PROMETHEUS_URL} has no value: source prometheus is disabled',
    '${env:EVENT_PROCESSING_LOGS} has no value: source service-files is disabled',
    '${env:EVENT_PROCESSING_BACKUPS} has no value: source dumps is disabled',
    '${env:EVENT_PROCESSING_BACKUPS} has no value: source topic-dumps is disabled',
    '${env:EVENT_PROCESSING_BACKUPS} has no value: signal backup.count has no value',
    '${env:EVENT_PROCESSING_BACKUPS} has no value: signal backup.hours has no value',
    '${env:EVENT_PROCESSING_BACKUPS} has no value: signal backup.whole has no value',
    '${env:EVENT_PROCESSING_BACKUPS} has no value: signal topic.backup.count has no value',
    '${env:EVENT_PROCESSING_BACKUPS} has no value: signal topic.backup.records has no value',
    '${env:EVENT_PROCESSING_BACKUPS} has no value: signal topic.backup.whole has no value',
    '${env:EVENT_PROCESSING_BACKUPS} has no value: runbook back-up cannot run',
    '${env:EVENT_PROCESSING_BACKUPS} has no value: runbook back-up-topic cannot run',
    '${env:EVENT_PROCESSING_BACKUPS} has no value: runbook restore cannot run',
    '${env:EVENT_PROCESSING_MONGO_TOOLS_CONFIG} has no value: runbook back-up cannot run',
    '${env:EVENT_PROCESSING_MONGO_TOOLS_CONFIG} has no value: runbook restore cannot run',
    '${env:EVENT_PROCESSING_DASHBOARDS_URL} has no value: source dashboards is disabled',
    '${env:EVENT_PROCESSING_DASHBOARDS_URL} has no value: opsdeck ignores link dashboards.',
  ],
  'event-processing/production': [
    '${env:EVENT_PROCESSING_AWS_KEY} has no value: source aws is disabled',
    '${env:EVENT_PROCESSING_AWS_SECRET} has no value: source aws is disabled',
    '${env:DOCKER_HOST} has no value: source compose is disabled',
    '${env:EVENT_PROCESSING_PROMETHEUS_URL} has no value: source prometheus is disabled',
    '${env:EVENT_PROCESSING_LOGS} has no value: source service-files is disabled',
    '${env:EVENT_PROCESSING_BACKUPS} has no value: source dumps is disabled',
    '${env:EVENT_PROCESSING_BACKUPS} has no value: source topic-dumps is disabled',
    '${env:EVENT_PROCESSING_BACKUPS} has no value: signal backup.count has no value',
    '${env:EVENT_PROCESSING_BACKUPS} has no value: signal backup.hours has no value',
    '${env:EVENT_PROCESSING_BACKUPS} has no value: signal backup.whole has no value',
    '${env:EVENT_PROCESSING_BACKUPS} has no value: signal topic.backup.count has no value',
    '${env:EVENT_PROCESSING_BACKUPS} has no value: signal topic.backup.records has no value',
    '${env:EVENT_PROCESSING_BACKUPS} has no value: signal topic.backup.whole has no value',
    '${env:EVENT_PROCESSING_BACKUPS} has no value: runbook back-up cannot run',
    '${env:EVENT_PROCESSING_BACKUPS} has no value: runbook back-up-topic cannot run',
    '${env:EVENT_PROCESSING_BACKUPS} has no value: runbook restore cannot run',
    '${env:EVENT_PROCESSING_MONGO_TOOLS_CONFIG} has no value: runbook back-up cannot run',
    '${env:EVENT_PROCESSING_MONGO_TOOLS_CONFIG} has no value: runbook restore cannot run',
    '${env:EVENT_PROCESSING_DASHBOARDS_URL} has no value: source dashboards is disabled',
    '${env:EVENT_PROCESSING_DASHBOARDS_URL} has no value: opsdeck ignores link dashboards.',
    '${env:EVENT_PROCESSING_8081_URL} has no value: source event-producer is disabled',
    '${env:EVENT_PROCESSING_8082_URL} has no value: source service-8082 is disabled',
    '${env:EVENT_PROCESSING_8083_URL} has no value: source service-8083 is disabled',
    '${env:EVENT_PROCESSING_8084_URL} has no value: source service-8084 is disabled',
    '${env:EVENT_PROCESSING_KAFKA_BROKERS} has no value: source kafka is disabled',
    '${env:EVENT_PROCESSING_MONGODB_URL} has no value: source mongodb is disabled',
    '${env:EVENT_PROCESSING_AWS_URL} has no value: source aws is disabled',
    '${env:EVENT_PROCESSING_AWS_URL} has no value: source localstack is disabled',
    '${env:EVENT_PROCESSING_AWS_URL} has no value: runbook dlq-redrive cannot run',
    '${env:EVENT_PROCESSING_AWS_URL} has no value: runbook review-day cannot run',
  ],
  'eventmesh/local': githubOff,
  'eventmesh/dev': [...githubOff, '${env:EVENTMESH_CHAT_WEBHOOK_URL} has no value: source chat is disabled'],
  'eventmesh/staging': [
    ...githubOff,
    '${env:EVENTMESH_CHAT_WEBHOOK_URL} has no value: source chat is disabled',
  ],
  'eventmesh/production': [
    ...githubOff,
    '${env:EVENTMESH_CHAT_WEBHOOK_URL} has no value: source chat is disabled',
    '${host-1} has no value: source host-1 is disabled',
    '${host-1} has no value: source metrics-1 is disabled',
    '${host-2} has no value: source metrics-2 is disabled',
    '${host-1} has no value: source hosts is disabled',
    '${host-2} has no value: source hosts is disabled',
    '${host-2} has no value: source host-2 is disabled',
    '${host-1} has no value: runbook deploy cannot run',
    '${host-2} has no value: runbook deploy cannot run',
  ],
  saga: [
    '${env:SAGA_POSTGRES_URL} has no value: source pg is disabled',
    '${env:SAGA_KAFKA_BROKERS} has no value: source kafka is disabled',
    '${env:SAGA_PROMETHEUS_URL} has no value: source prom is disabled',
    '${env:SAGA_PAYMENT_STATUS_URL} has no value: source payment-provider is disabled',
    '${env:SAGA_CLOUD_STATUS_URL} has no value: source cloud-provider is disabled',
    '${env:SAGA_MONITORING_STATUS_URL} has no value: source monitoring-vendor is disabled',
    '${env:SAGA_BACKUPS} has no value: source backups is disabled',
    '${env:SAGA_BACKUPS} has no value: signal backup.count has no value',
    '${env:SAGA_BACKUPS} has no value: signal backup.hours has no value',
    '${env:SAGA_BACKUPS} has no value: signal backup.whole has no value',
    '${env:SAGA_BACKUPS} has no value: runbook backup cannot run',
  ],
};

describe.each(shipped)('the profile $system/$env', ({ system, env }) => {
  test('loads, and lacks only the values its operator must supply', async () => {
    const { diagnostics, draft } = await load(`${system}/${env}`);
    const words = diagnostics
      .map(formatDiagnostic)
      .map(
        (line) =>
          /\$\{[\w:-]+\} has no value: (?:(?:source|signal|runbook) [\w.-]+ (?:is disabled|has no value|cannot run)|opsdeck ignores link [\w.-]+)/.exec(
            line,
          )?.[0] ?? line,
      );
    expect(words).toEqual(supplied[`${system}/${env}`] ?? supplied[system] ?? []);
    expect(draft?.head).toMatchObject({ system, env, tier: env });
  });

  test('is served completely by the simulator', async () => {
    const profile = await rehearsed(system, env);
    const off = [...profile.sources, ...profile.signals, ...profile.runbooks].filter(
      (entry) => entry.problem !== undefined,
    );
    expect(off).toEqual([]);
    const addresses =
      JSON.stringify(profile.sources.map(({ config }) => config)).match(/https?:\/\/[^"/]+/g) ?? [];
    // A source reached through another one needs no address.
    const own = addresses.filter((address) => address !== 'http://via');
    expect(own.filter((address) => !address.startsWith('http://127.0.0.1:'))).toEqual([]);
  });
});

const incidents = [
  ['event-bus', 'S0-I1', ['A1', 'A2', 'A3', 'A4', 'A5', 'D1', 'D2', 'D3', 'D4', 'D5']],
  ['event-bus', 'S0-I2', ['A1', 'A2', 'A3', 'A4', 'A5', 'D1', 'D2', 'D3', 'D4']],
  ['event-bus', 'S0-I3', ['A1', 'A2', 'A3', 'A4', 'A5', 'A6', 'D1']],
  ['event-bus', 'S0-I4', ['A1', 'A2', 'A3', 'A4', 'A5', 'D1', 'D2', 'D3']],
  ['event-bus', 'S0-I5', ['A1', 'A2', 'A3', 'A4', 'A5', 'D1', 'D2', 'D3']],
  ['event-processing', 'S2-I1', ['A1', 'A2', 'A3', 'A4', 'D1', 'D2']],
  ['event-processing', 'S2-I2', ['A1', 'A2', 'A3', 'A4', 'D1', 'D2']],
  ['event-processing', 'S2-I3', ['A1', 'A2', 'A3', 'A4', 'D1', 'D2', 'D3']],
  ['event-processing', 'S2-I4', ['A1', 'A2', 'A3', 'D1', 'D2']],
  ['event-processing', 'S2-I5', ['A1', 'A2', 'A3', 'A4', 'D1', 'D2']],
  ['eventmesh', 'S4-I1', ['A1', 'A2', 'A3', 'A4', 'D1', 'D2', 'D3']],
  ['eventmesh', 'S4-I2', ['A1', 'D1', 'D2', 'D3']],
  ['eventmesh', 'S4-I4', ['A1', 'A2', 'A3', 'D1', 'D2', 'D3', 'D4']],
  ['trading', 'S1-I1', ['A1', 'A2', 'A3', 'A4', 'A5', 'A6', 'D1', 'D2', 'D3']],
  ['trading', 'S1-I2', ['A1', 'A2', 'A3', 'A4', 'A5', 'D1', 'D2', 'D3']],
  ['trading', 'S1-I3', ['A1', 'A2', 'A3', 'A4', 'A5', 'A6', 'A7', 'D1', 'D2', 'D3']],
  ['trading', 'S1-I5', ['A1', 'A2', 'A3', 'A4', 'A5', 'D1', 'D2', 'D3']],
  ['trading', 'S1-I6', ['A1', 'A2', 'A3', 'D1', 'D2', 'D3', 'D4']],
  ['trading', 'S1-I4', ['A1', 'A2', 'A3', 'A4', 'A5', 'D1', 'D2', 'D3']],
  ['saga', 'S3-I1', ['A1', 'A2', 'A3', 'D1', 'D2', 'D3', 'D4', 'D5', 'D6']],
  ['saga', 'S3-I2', ['A1', 'A2', 'A3', 'D1', 'D2', 'D3', 'D4']],
  ['saga', 'S3-I3', ['A1', 'A2', 'A3', 'A4', 'A5', 'A6', 'D1', 'D2', 'D3']],
  ['saga', 'S3-I4', ['A1', 'A2', 'A3', 'A4', 'A5', 'D1', 'D2', 'D3']],
  ['saga', 'S3-I5', ['A1', 'A2', 'A3', 'D1', 'D2', 'D3']],
] as const;

test.each(incidents)('%s: every step of scenario %s is covered by a runbook', async (system, id, rows) => {
  const { runbooks } = await rehearsed(system, 'production');
  const ids = await servedIn(system, 'production');
  // Some steps are a choice between several runbooks.
  const covered = new Set(
    runbooks
      .filter((runbook) => ids.get(`runbooks.${runbook.id}`)?.includes(id))
      .flatMap((runbook) => [...ids].filter(([path]) => path.startsWith(`runbooks.${runbook.id}.`)))
      .flatMap(([, rows]) => rows)
      // What prevents the incident and what follows it are rows of their own.
      .filter((row) => row.startsWith(`${id}-`) && !/-[VF]\d+$/.test(row)),
  );
  expect([...covered].sort()).toEqual(rows.map((row) => `${id}-${row}`));
});

/** Returns `row: warn … crit …` of every signal with thresholds. */
/** As written in the profile. */
const written = ({ op, value }: Bound): string => `${op}${value}`;

const limitsOf = async (system: string): Promise<readonly string[]> => {
  const { signals } = await rehearsed(system, 'production');
  const ids = await servedIn(system, 'production');
  return signals
    .filter(({ threshold: { warn, crit } }) => warn !== undefined || crit !== undefined)
    .map(({ id, threshold: { warn, crit } }) =>
      [...(ids.get(`signals.${id}`) ?? []), warn && `warn ${written(warn)}`, crit && `crit ${written(crit)}`]
        .filter((part) => part !== undefined)
        .join(' '),
    );
};

test('signals have the thresholds of the runbooks', async () => {
  expect(await limitsOf('event-bus')).toEqual([
    'S0-R07 warn <95 crit <90',
    'S0-R08 warn >200 crit >1000',
    'S0-R13 warn >0.5 crit >1',
    'S0-R09 warn >1600000000 crit >2000000000',
    'S0-R10 warn >70 crit >80',
    'S0-R12 warn >1000',
    'S0-R12 warn >0',
    'S0-R12 crit >0',
    'S0-R36 warn >10',
    'S0-R14 warn >80 crit >95',
    'S0-R15 warn <1000 crit <100',
    'S0-R16 crit >0',
    'S0-R16 warn >0',
    'S0-R17 crit <1',
    'S0-R20 warn <100 crit <1',
    'S0-R20 warn >0',
    'S0-R41 crit >0',
    'S0-R35 warn >90',
    'S0-R26 warn >80',
    'S0-R26 warn >300',
    'S0-R42 warn >30 crit >300',
    'S0-R25 warn >0',
    'S0-R40 warn >26 crit >50',
    'S0-R40 warn <50',
    'S0-R40 crit <1',
    'S0-R40 S0-P4 warn >0',
    'S0-R31 warn >10',
    'S0-R31 crit >0',
    'S0-R33 warn >5',
    'S0-R05 warn >0',
  ]);
  expect(await limitsOf('trading')).toEqual([
    'S1-R34 crit >0',
    'S1-R33 crit >0',
    'S1-R35 warn >85 crit >95',
    'S1-R37 warn >0',
    'S1-R36 warn >85 crit >95',
    'S1-R36 warn >80 crit >90',
    'S1-R36 warn >85',
    'S1-R50 crit <1',
    'S1-R50 crit >0',
    'S1-R50 warn >0',
    'S1-R50 warn >=1000 crit >=10000',
    'S1-R48 crit <1',
    'S1-R48 warn >26 crit >50',
    'S1-R48 warn <50',
    'S1-R55 warn <30 crit <7',
    'S1-R56 warn >90',
    'S1-R52 warn >0',
    'S1-R01 crit <1',
    'S1-R18 crit <1',
    'S1-R20 crit <1',
    'S1-R02 crit <1',
    'S1-R04 crit <1',
    'S1-R05 warn >0.5 crit >1',
    'S1-R07 warn >500',
    'S1-R08 crit >2000',
    'S1-R10 warn >100',
    'S1-R11 crit >0',
    'S1-R12 warn >=40 crit >=50',
    'S1-R15 warn >70 crit >85',
    'S1-R19 warn >0.1 crit >1',
    'S1-R21 warn >0',
    'S1-R21 crit >0',
    'S1-R14 warn >0',
    'S1-R59 warn !=10',
    'S1-R16 warn >80',
    'S1-R17 warn >10 crit >30',
    'S1-R46 warn >500 crit >2000',
    // pg_stat_statements, without which there are no slow queries to read.
    'warn <1',
    'S1-R42 crit >0',
    'S1-R43 crit >0',
    'S1-R45 crit >0',
    'S1-R58 crit >0',
    'S1-R03 warn >0',
    'S1-R31 crit >=1',
    'S1-R49 warn >85',
    'S1-R49 warn >80',
    'S1-R49 warn >0',
    'S1-R51 crit <1',
    'S1-R51 warn >0',
    'S1-R33 crit <1',
    'S1-C3-5 crit <1',
  ]);
});

test('signals of the saga platform have the thresholds of its runbook', async () => {
  expect(await limitsOf('saga')).toEqual([
    'S3-R01 warn <=99.5 crit <99',
    'S3-R28 warn >0.5 crit >1',
    'S3-R33 warn >2',
    'S3-R02 warn >0.5 crit >1',
    'S3-R04 warn >=0.1 crit >1',
    'S3-R26 S3-R31 warn >=0.1 crit >1',
    'S3-R30 warn <50',
    'S3-R03 warn <=99.95 crit <99.9',
    'S3-R34 S3-R37 warn >0',
    'S3-R37 crit >0',
    'S3-R45 warn <30 crit <7',
    'S3-R39 warn !=True',
    'S3-R39 warn >=100',
    'S3-R16 warn >80 crit >90',
    'S3-R20 warn <12 crit <2',
    'S3-R22 crit >0',
    'S3-R10 warn >80 crit >95',
    'S3-R23 warn >300 crit >600',
    'S3-R17 warn >200',
    'S3-R41 warn >0',
    'S3-R14 warn >1000 crit >10000',
    'S3-R24 warn >1000 crit >10000',
    'S3-R14 crit <1',
    'S3-R40 warn >100',
    'S3-R11 S3-R29 warn >0.8 crit >0.95',
    'S3-P3 warn <1',
    'S3-R38 warn >0',
    'S3-R38 warn >0',
    'S3-P14 warn >0',
    'S3-R42 warn <100',
  ]);
  expect(await limitsOf('eventmesh')).toEqual([
    'S4-R15 warn >=500 crit >2000',
    'S4-R22 warn >=1 crit >=3',
    'S4-R16 S4-R13 S4-R08 warn >=200 crit >1000',
    'S4-R23 warn >=300',
    'S4-R19 warn >=1 crit >5',
    'S4-R27 crit !=success',
    'S4-R27 warn >=1800 crit >2400',
    'S4-R28 crit >0',
    'S4-R26 crit >0',
    'S4-R20 warn >=1800 crit >2400',
    'S4-R53 warn >0',
    'S4-R25 warn >0',
    'S4-R48 warn <1',
    'S4-R49 warn >80 crit >90',
    'S4-R50 warn <0',
    'S4-R17 warn >=70 crit >85',
    'S4-R18 warn >=60 crit >80',
    'S4-R52 warn >80 crit >90',
    'S4-R24 warn >80',
    'S4-R43 crit <1',
    'S4-R44 crit <1',
    'S4-R44 crit >0',
    'S4-R47 warn >0',
    'S4-R21 crit >0',
    'S4-R21 warn >0',
    'S4-R21 crit >0',
    'S4-R46 warn <1',
    'S4-R46 warn >1',
    'S4-I3-D1 warn >0',
    'S4-R45 crit <1',
    'S4-R40 warn >10',
    'S4-R40 crit >0',
    'S4-R33 warn >0',
  ]);
});

test('signals of event processing have the thresholds of its runbook', async () => {
  expect(await limitsOf('event-processing')).toEqual([
    'crit <4',
    'S2-R05 warn <99.99 crit <99.9',
    'S2-R06 warn <1000 crit <500',
    'S2-R07 S2-R18 warn >1000 crit >2000',
    'S2-R08 S2-R19 warn >=0.1 crit >5',
    'S2-R09 warn <99.9 crit <99',
    'S2-R10 warn >=1000 crit >10000',
    'S2-R10 warn >5000',
    'crit <1',
    'S2-R41 crit <1',
    'S2-R43 crit <1',
    'S2-R12 S2-R43 crit >0',
    'S2-R43 crit >0',
    'S2-R13 warn >3',
    'S2-R38 crit >=1',
    'S2-R14 warn >0',
    'S2-R14 crit >0',
    'S2-R15 warn >100 crit >1000',
    'S2-R15 S2-R28 warn >100 crit >1000',
    'S2-R16 warn >0',
    'S2-R29 warn <1',
    'S2-R40 warn >80 crit >90',
    'S2-R37 warn >0 crit >100',
    'crit >0',
    'S2-R34 crit >10000',
    'S2-R35 warn >0',
    'S2-R32 crit <2',
    'S2-R33 crit <1',
    'S2-R36 warn >0',
    'S2-R20 warn >0',
    'S2-R49 warn >180 crit >600',
    'S2-R45 warn >0',
    'S2-R47 crit >0',
    'S2-R50 warn >10',
    'S2-R25 warn >0',
    'S2-P2 warn <1',
    'S2-P3 warn <1',
    'S2-R27 warn >0',
    'S2-R48 warn >0',
    'S2-R46 warn >5',
  ]);
});

test('the demo shows every value and every alert once', async () => {
  const { sources, signals } = await rehearsed('demo', 'production');
  const titles = signals.map(({ title }) => title);
  expect(titles.filter((title, index) => titles.indexOf(title) !== index)).toEqual([]);
  const types = new Set(sources.map(({ type }) => type));
  expect([...types].sort()).toEqual([
    'actuator',
    'alertmanager',
    'file',
    'http',
    'loki',
    'prometheus',
    'promtext',
    'script',
  ]);
  const tellAlerts = sources.filter(({ type, config }) =>
    sourceModules
      .find((module) => module.type === type)
      ?.gives?.(config)
      ?.kinds.includes('alerts'),
  );
  expect(tellAlerts.map(({ id }) => id)).toEqual(['alerts']);
});

test('a production profile is read-only until armed', async () => {
  for (const { system } of shipped.filter(({ env }) => env === 'production'))
    expect((await rehearsed(system, 'production')).guard.readOnly).toBe(true);
});
