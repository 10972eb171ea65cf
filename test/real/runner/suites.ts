import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { command } from '../machine/command.ts';
import type { Address, Tier } from '../servers/server.ts';
import { type Setting, setVariable } from '../setting.ts';
import { countsIn } from './counts.ts';
import type { ChaosOptions } from './options.ts';
import type { SuiteCount } from './report.ts';

/** The suites of a kind of server. */
const suitesOf: Readonly<Record<Address['kind'], readonly string[]>> = {
  spring: [
    'contract',
    'pace',
    'actuator-shape',
    'actuator-log-file',
    'actuator-heap-dump',
    'breaker',
    'false-recovery-actuator',
    'false-recovery-loggers',
    'chaos',
  ],
  'node-exporter': ['contract', 'pace', 'chaos'],
  prometheus: [
    'contract',
    'pace',
    'prometheus-shape',
    'promql',
    'check',
    'serve-metrics',
    'false-recovery-prometheus',
    'chaos',
  ],
  kubernetes: [
    'kube-cluster',
    'kubernetes-acting',
    'saga-incidents',
    'kubernetes',
    'kubernetes-shape',
    'kubernetes-watch',
    'kubernetes-many',
    'check-kubernetes',
    'chaos',
  ],
  'kube-node': [
    'kube-node',
    'kubernetes-exec',
    'kubernetes-forward',
    'kubernetes-inside',
    'kubernetes-containers',
    'check-kubernetes',
  ],
  postgres: ['postgres-server', 'postgres', 'check-postgres', 'false-recovery-postgres', 'chaos'],
  'state-database': [
    'team-state',
    'team-locks',
    'team-outage',
    'team-presence',
    'team-approval',
    'team-follow',
    'team-call',
    'team-failover',
    'team-commands',
    'team-tls',
    'team-cockpits',
    'team-break-glass',
    'team-two-persons',
    'team-forged',
  ],
  'incident-database': ['team-incident', 'team-readings'],
  mongodb: ['mongodb', 'chaos'],
  mongosh: ['mongodb-console'],
  redis: ['redis', 'redis-topology', 'false-recovery-redis', 'chaos'],
  kafka: ['kafka-server', 'kafka', 'check-kafka', 'false-recovery-kafka', 'chaos'],
  'kafka-cluster': ['kafka-cluster-server', 'kafka-cluster', 'check-kafka', 'chaos'],
  docker: [
    'docker-server',
    'docker',
    'docker-shell',
    'docker-compose',
    'docker-logs',
    'docker-inside',
    'check-docker',
    'false-recovery-docker',
    'chaos',
  ],
  'docker-compose': ['docker-compose'],
  host: ['host-server', 'host', 'eventmesh-incident', 'check-host', 'chaos'],
  loki: ['contract', 'pace', 'loki', 'loki-logql', 'loki-shape', 'chaos', 'false-recovery-loki'],
  moto: ['aws', 'aws-services', 'aws-acting', 'chaos'],
  elasticmq: ['aws-redrive', 'chaos'],
  'node-release': ['node-release'],
  sshd: [
    'sshd-server',
    'host-local',
    'host-acting',
    'host-files',
    'check-host',
    'false-recovery-host',
    'chaos',
  ],
  alertmanager: [
    'contract',
    'pace',
    'alertmanager-shape',
    'silence',
    'false-recovery-alerts',
    'false-recovery-incident',
    'chaos',
  ],
};

/** The suites of a kind of server in a tier: all of them, in tier fast without rounds of faults; with `chaos`, only those. */
export const suitesIn = (
  tier: Tier,
  kind: Address['kind'],
  chaos: ChaosOptions | undefined,
): readonly string[] => {
  if (chaos !== undefined) return suitesOf[kind].filter((name) => name === 'chaos');
  return suitesOf[kind].filter((name) => name !== 'chaos' || tier === 'all');
};

/** The server under test, what runs beside it, and the number of its rounds of faults. */
interface SuiteRun {
  readonly under: Address;
  readonly servers: readonly Address[];
  readonly chaos: ChaosOptions | undefined;
}

/** Runs these suites in a separate process, and gives their output to `show`; undefined if they were aborted. */
export const runSuites = async (
  names: readonly string[],
  { under, servers, chaos }: SuiteRun,
  show: (chunk: Buffer) => void,
  signal: AbortSignal,
): Promise<readonly SuiteCount[] | undefined> => {
  const dir = await mkdtemp(join(tmpdir(), 'opsdeck-real-'));
  const report = join(dir, 'report.json');
  try {
    const args = [
      'node_modules/vitest/vitest.mjs',
      'run',
      '--config=vitest.real.config.ts',
      '--reporter=default',
      '--reporter=json',
      `--outputFile.json=${report}`,
      ...names.map((name) => `test/real/suites/${name}.test.ts`),
    ];
    // Leftovers of an aborted suite are removed with this directory.
    const setting: Setting = { under: under.name, servers };
    const rounds = chaos === undefined ? {} : { CHAOS_ROUNDS: chaos.rounds, CHAOS_SEED: chaos.seed };
    const env = { [setVariable]: JSON.stringify(setting), TMPDIR: dir, ...rounds };
    const { status } = await command(process.execPath, args, { env, show, signal });
    if (signal.aborted) return undefined;
    return countsIn(await readFile(report, 'utf8').catch(() => '{}'), status === 0);
  } finally {
    await rm(dir, { recursive: true, force: true, maxRetries: 10 });
  }
};
