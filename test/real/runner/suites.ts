import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { command } from '../machine/command.ts';
import type { Address } from '../servers/server.ts';
import { type Setting, setVariable } from '../setting.ts';
import { countsIn } from './counts.ts';
import type { SuiteCount } from './report.ts';

/** The suites of a kind of server. */
export const suitesOf: Readonly<Record<Address['kind'], readonly string[]>> = {
  spring: ['contract', 'pace', 'actuator-shape', 'actuator-log-file', 'actuator-heap-dump', 'breaker'],
  'node-exporter': ['contract', 'pace'],
  prometheus: ['contract', 'pace', 'prometheus-shape', 'promql', 'check', 'serve-metrics'],
  kubernetes: [
    'kube-cluster',
    'kubernetes-acting',
    'saga-incidents',
    'kubernetes',
    'kubernetes-shape',
    'kubernetes-watch',
    'kubernetes-many',
    'check-kubernetes',
  ],
  'kube-node': [
    'kube-node',
    'kubernetes-exec',
    'kubernetes-forward',
    'kubernetes-inside',
    'kubernetes-containers',
    'check-kubernetes',
  ],
  postgres: ['postgres-server', 'postgres', 'check-postgres'],
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
  ],
  'incident-database': ['team-incident'],
  mongodb: ['mongodb'],
  mongosh: ['mongodb-console'],
  redis: ['redis', 'redis-topology'],
  kafka: ['kafka-server', 'kafka', 'check-kafka'],
  'kafka-cluster': ['kafka-cluster-server', 'kafka-cluster', 'check-kafka'],
  docker: [
    'docker-server',
    'docker',
    'docker-shell',
    'docker-compose',
    'docker-logs',
    'docker-inside',
    'check-docker',
  ],
  'docker-compose': ['docker-compose'],
  host: ['host-server', 'host', 'eventmesh-incident', 'check-host'],
  loki: ['contract', 'pace', 'loki', 'loki-logql', 'loki-shape'],
  moto: ['aws', 'aws-services', 'aws-acting'],
  elasticmq: ['aws-redrive'],
  'node-release': ['node-release'],
  sshd: ['sshd-server', 'host-local', 'host-acting', 'host-files', 'check-host'],
  alertmanager: ['contract', 'pace', 'alertmanager-shape', 'silence'],
};

/** Runs these suites in a separate process, and gives their output to `show`; undefined if they were aborted. */
export const runSuites = async (
  names: readonly string[],
  { under, servers }: { readonly under: Address; readonly servers: readonly Address[] },
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
    const env = { [setVariable]: JSON.stringify(setting), TMPDIR: dir };
    const { status } = await command(process.execPath, args, { env, show, signal });
    if (signal.aborted) return undefined;
    return countsIn(await readFile(report, 'utf8').catch(() => '{}'), status === 0);
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
};
