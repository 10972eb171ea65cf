import { execFileSync } from 'node:child_process';
import { homedir } from 'node:os';
import { describe, expect, test } from 'vitest';
import type { CommandRow } from '../../src/domain/facts/row-command.ts';
import { formatShellCommand } from '../../src/domain/text/shell-words.ts';
import type { CiKind, CiRow } from '../../src/kinds/ci/fact.ts';
import { breaker, health, lag, noon, pool } from '../support/made-facts.ts';
import { sourceModules } from '../support/source-modules.ts';

/** The command of a row of a source with this entry, as in a profile. */
const commandOf = (type: string, entry: object, row: CommandRow): readonly string[] | undefined => {
  const module = sourceModules.find((sourceModule) => sourceModule.type === type);
  if (module === undefined) throw new Error(`no source type ${type}`);
  return module.rowCommand?.(module.config.parse(entry), row, '/etc/opsdeck');
};

const stamp = { source: 's', at: noon };
const workload = (
  kind: 'pod' | 'container' | 'node' | 'unit' | 'service',
  name: string,
  more = {},
): CommandRow => ({
  kind: 'workloads',
  fact: { ...stamp, kind, namespace: 'shop', name, owner: '', node: '', status: 'Running', ...more },
});
const signal = (read: Record<string, unknown>, labels: Record<string, string> = {}): CommandRow => ({
  kind: 'signal',
  read,
  labels,
});
const session = (pid: number): CommandRow => ({
  kind: 'sessions',
  fact: {
    ...stamp,
    database: 'shop',
    pid,
    user: 'app',
    state: 'active',
    waiting: '',
    blockedBy: [],
    query: '',
  },
});
const alert = (name: string, labels: Record<string, string>): CommandRow => ({
  kind: 'alerts',
  fact: { ...stamp, name, severity: '', state: 'firing', labels, summary: '' },
});

const ciRow = (kind: CiKind, more: Partial<CiRow> = {}): CommandRow => ({
  kind: 'ci',
  fact: {
    ...stamp,
    kind,
    repo: 'acme/shop',
    workflow: 'CI',
    branch: 'main',
    run: '42',
    status: 'failure',
    isRequired: true,
    ...more,
  },
});

const kafka = { brokers: ['kafka-1:9092', 'kafka-2'] };
const postgres = { url: 'postgres://ops:s3cret@db:5432/shop?sslmode=require&password=s3cret' };
const k8s = { context: 'prod eu', kubeconfig: '~/kube/prod', namespace: 'shop' };

const cases: readonly [type: string, entry: object, row: CommandRow, line: string][] = [
  [
    'kafka',
    kafka,
    { kind: 'lag', fact: lag("billing's group") },
    `kafka-consumer-groups --bootstrap-server kafka-1:9092,kafka-2:9092 --describe --group 'billing'\\''s group'`,
  ],
  [
    'kafka',
    { ...kafka, tls: {} },
    signal({ partitions: 'payments' }),
    'kafka-topics --bootstrap-server kafka-1:9092,kafka-2:9092 --command-config client.properties --describe --topic payments',
  ],
  [
    'prometheus',
    { url: 'http://prom:9090/prom/' },
    signal({ query: 'sum(rate(http_total{code=~"5.."}[1m])) > 0' }),
    `curl -fsS -G http://prom:9090/prom/api/v1/query --data-urlencode 'query=sum(rate(http_total{code=~"5.."}[1m])) > 0'`,
  ],
  [
    'prometheus',
    { url: 'http://prom:9090' },
    alert('Lag', { group: 'a"b', 'not a label': 'x' }),
    `curl -fsS -G http://prom:9090/api/v1/query --data-urlencode 'query=ALERTS{alertname="Lag",group="a'\\\\'"b"}'`,
  ],
  [
    'alertmanager',
    { url: 'http://am:9093' },
    alert('Lag', {}),
    `curl -fsS -G http://am:9093/api/v2/alerts --data-urlencode 'filter=alertname="Lag"'`,
  ],
  [
    'postgres',
    postgres,
    session(4711),
    `psql 'postgres://ops@db:5432/shop?sslmode=require' -c 'SELECT pid, usename, state, wait_event, now() - query_start AS running, query FROM pg_stat_activity WHERE pid = 4711'`,
  ],
  [
    'postgres',
    { database: 'shop' },
    signal({ sql: 'SELECT count(*) FROM orders WHERE state = $1', params: ["it's"] }),
    `psql -d shop -c 'SELECT count(*) FROM orders WHERE state = '\\''it'\\'''\\''s'\\'''`,
  ],
  [
    'kubernetes',
    k8s,
    workload('pod', 'billing-0'),
    `kubectl --kubeconfig ${homedir()}/kube/prod --context 'prod eu' -n shop describe pod/billing-0`,
  ],
  [
    'kubernetes',
    { kubeconfig: 'kube.yaml' },
    workload('node', 'n1'),
    'kubectl --kubeconfig /etc/opsdeck/kube.yaml describe node/n1',
  ],
  [
    'kubernetes',
    {},
    workload('container', 'app', { owner: 'billing-0' }),
    'kubectl -n shop describe pod/billing-0',
  ],
  [
    'kubernetes',
    { namespaces: ['*'] },
    signal({ ready: 'app=bus' }),
    'kubectl --all-namespaces get pods -l app=bus -o wide',
  ],
  [
    'http',
    { url: 'http://shop/', checks: [{ service: 'api', path: '/health?full=1' }] },
    { kind: 'health', fact: health('api') },
    `curl -sS -i -m 10 'http://shop/health?full=1'`,
  ],
  ['http', { checks: [{ service: 'db', tcp: 'db:5432' }] }, signal({ latency: 'db' }), 'nc -vz -w 5 db 5432'],
  [
    'actuator',
    { service: 'billing', url: 'http://billing:8081/actuator' },
    { kind: 'breakers', fact: breaker('psp') },
    'curl -fsS -m 10 http://billing:8081/actuator/circuitbreakers',
  ],
  [
    'actuator',
    { service: 'billing', instances: { a: 'http://a:8081/actuator', b: 'http://b:8081/actuator' } },
    { kind: 'pools', fact: pool('Hikari 1', { instance: 'b' }) },
    `curl -fsS -m 10 'http://b:8081/actuator/metrics/hikaricp.connections.active?tag=pool%3AHikari+1'`,
  ],
  [
    'docker',
    { socket: '/run/docker.sock' },
    workload('container', 'shop-api-1'),
    'docker -H unix:///run/docker.sock inspect shop-api-1',
  ],
  [
    'host',
    { ssh: ['deploy@vm-1', 'deploy@vm-2'] },
    workload('unit', 'a b;reboot', { node: 'vm-2' }),
    // The remote shell sees one quoted word, too.
    `ssh deploy@vm-2 'systemctl status --no-pager -- '\\''a b;reboot'\\'''`,
  ],
  [
    'promtext',
    { urls: { a: 'http://a/metrics', b: 'http://b/metrics' } },
    signal({ metric: 'up' }, { instance: 'b' }),
    'curl -fsS -m 10 http://b/metrics',
  ],
  [
    'github',
    { repo: 'acme/shop' },
    ciRow('run', { run: '42', failedStep: 'test / Run tests' }),
    'gh run view 42 --repo acme/shop --log-failed',
  ],
  [
    'github',
    { repo: 'acme/shop', url: 'https://github.example.com/api/v3' },
    ciRow('approval', { run: '42' }),
    'gh run view 42 --repo github.example.com/acme/shop',
  ],
  [
    'github',
    { repo: 'acme/shop' },
    ciRow('deployment', { run: '7' }),
    'gh api repos/acme/shop/deployments/7/statuses',
  ],
  ['github', { repo: 'acme/shop' }, ciRow('gate', { run: '' }), 'gh run list --repo acme/shop'],
  [
    'aws',
    { region: 'eu-west-1', queues: ['orders'] },
    alert('Orders are slow', {}),
    `aws cloudwatch describe-alarms --alarm-names 'Orders are slow' --region eu-west-1`,
  ],
  ...[
    [
      'arn:aws:sqs:eu-west-1:123456789012:orders',
      undefined,
      'https://sqs.eu-west-1.amazonaws.com/123456789012/orders',
    ],
    [
      'arn:aws:sqs:eu-west-1:000000000000:orders',
      'http://localstack:4566',
      'http://localstack:4566/000000000000/orders',
    ],
  ].map(([uid = '', endpoint, url = '']): [string, object, CommandRow, string] => [
    'aws',
    { region: 'eu-west-1', queues: ['orders'], ...(endpoint === undefined ? {} : { endpoint }) },
    { kind: 'queues', fact: { source: 'aws', at: 0, kind: 'queue', name: 'orders', uid, deadLettersOf: [] } },
    `aws sqs get-queue-attributes --attribute-names All --queue-url ${url} --region eu-west-1${endpoint === undefined ? '' : ` --endpoint-url ${endpoint}`}`,
  ]),
  [
    'grafana',
    { url: 'http://grafana:3000/metrics', auth: { bearer: 's3cret' } },
    { kind: 'health', fact: health('grafana') },
    'curl -sS http://grafana:3000/metrics/api/health',
  ],
  [
    'mongodb',
    { url: 'mongodb://ops:s3cret@db:27017/shop?replicaSet=rs0' },
    session(7),
    `mongosh 'mongodb://db:27017/shop?replicaSet=rs0' --username ops --authenticationDatabase shop --eval 'db.currentOp({connectionId: 7})'`,
  ],
  [
    'redis',
    { url: 'rediss://cache:6380/2', user: 'ops', password: 's3cret' },
    signal({ length: 'orders' }),
    'redis-cli -h cache -p 6380 -n 2 --tls --user ops TYPE orders',
  ],
];

describe('the command of a row', () => {
  test('every source type with a command has a case', () => {
    const tested = new Set(cases.map(([type]) => type));
    const untested = sourceModules.flatMap(({ type, rowCommand }) =>
      rowCommand === undefined || tested.has(type) ? [] : [type],
    );
    expect(untested, `add a row of ${untested.join(', ')} and its command to cases, in this file`).toEqual(
      [],
    );
  });

  test.each(cases)('%s %o', (type, entry, row, line) => {
    const argv = commandOf(type, entry, row);
    expect(argv === undefined ? undefined : formatShellCommand(argv)).toBe(line);
    // Pasted into a shell, the program gets exactly these words.
    const printed = execFileSync('/bin/sh', ['-c', `printf '%s\\0' ${line}`], { encoding: 'utf8' });
    expect(printed).toBe(`${(argv ?? []).join('\0')}\0`);
    expect(line).not.toContain('s3cret');
  });

  test.each<[string, object, CommandRow]>([
    ['kafka', kafka, session(1)],
    ['kubernetes', k8s, signal({ secretExpiry: 'tls' })],
    ['postgres', postgres, signal({ sql: 'SELECT $1' })],
    [
      'actuator',
      { service: 'x', instances: { a: 'http://a', b: 'http://b' } },
      { kind: 'health', fact: health('x', { instance: 'gone' }) },
    ],
    ['host', { ssh: ['vm-1', 'vm-2'] }, workload('unit', 'api', { node: 'vm-3' })],
  ])('%s has none for a row that no tool reads', (type, entry, row) =>
    expect(commandOf(type, entry, row)).toBeUndefined(),
  );
});
