import { afterEach, beforeEach, expect, test } from 'vitest';
import { openCockpitBy } from '../../simulation/cockpit.ts';
import { openWorkspace, type Workspace } from '../../simulation/workspace.ts';
import { longTest } from '../../support/layer.ts';
import { type LocalServer, localServer } from '../../support/local-server.ts';

let workspace: Workspace;
let wire: LocalServer;

const firing = [
  {
    labels: { alertname: 'DiskFull', severity: 'critical', instance: 'db-1' },
    annotations: { summary: 'disk is full' },
    startsAt: '2026-03-04T10:13:42Z',
    status: { state: 'active', silencedBy: [], inhibitedBy: [] },
  },
];

beforeEach(async () => {
  workspace = openWorkspace();
  wire = await localServer((request, response) => {
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify(request.url?.includes('/api/v2/alerts') ? firing : []));
  });
  const simulator = await workspace.platform.startSimulator('event-bus', { clock: workspace.clock });
  for (const [env, of] of [
    ['eu', 'production'],
    // The same names in another cluster.
    ['us', 'production'],
  ] as const)
    await workspace.put(
      `profiles/shop/${env}.yaml`,
      `opsdeck: 1
system: shop
env: ${env}
tier: ${env === 'eu' ? 'production' : 'dev'}
sources:
  k8s: { type: kubernetes, kubeconfig: "${simulator.vars(of)['world.kubeconfig']}", context: ${of}, facts: [pods, deployments] }
  am: { type: alertmanager, url: "${wire.url}" }
runbooks:
  - { id: call, title: Call, act: [{ id: a1, title: Call, manual: true }], verify: none }
`,
    );
});
afterEach(async () => {
  await workspace[Symbol.asyncDispose]();
  await wire[Symbol.asyncDispose]();
});

test('SYSTEM/* is one list over the clusters of all environments', async () => {
  const { stdout, stderr, code } = await workspace.run(['check', '--env', 'shop/*', '--json']);
  expect(stderr).toContain('profiles/shop/eu.yaml');
  expect(stderr).toContain('profiles/shop/us.yaml');
  const report = JSON.parse(stdout);
  expect(report).toMatchObject({ system: 'shop', env: '*' });
  const workloads: readonly { readonly source: string; readonly kind: string; readonly name: string }[] =
    report.workloads;
  const deployments = workloads.filter(
    ({ kind, name }) => kind === 'deployment' && name === 'event-bus-service',
  );
  expect(deployments.map(({ source }) => source).sort()).toEqual(['eu-k8s', 'us-k8s']);
  const ofEach = Object.groupBy(workloads, ({ source }) => source);
  expect(ofEach['eu-k8s']?.length).toBe(ofEach['us-k8s']?.length);
  // Rows of the other kinds do not tell their clusters apart.
  expect([report.health, report.breakers, report.pools, report.sessions]).toEqual([[], [], [], []]);
  // Equal alerts of two clusters are two alerts.
  expect(
    report.alerts.map(({ name, source, labels }: Readonly<Record<string, unknown>>) => [
      name,
      source,
      labels,
    ]),
  ).toEqual([
    ['DiskFull', 'us-am', { severity: 'critical', instance: 'db-1', cluster: 'us' }],
    ['DiskFull', 'eu-am', { severity: 'critical', instance: 'db-1', cluster: 'eu' }],
  ]);
  expect(code).toBe(2);
});

longTest('it only shows: it has neither runbooks nor actions, and nothing can be sent', async () => {
  expect(JSON.parse((await workspace.run(['runbooks', '--env', 'shop/*', '--json'])).stdout)).toEqual([]);
  for (const id of ['call', 'silence-alert', 'silence-alert-eu-am', 'restart-deployment-eu-k8s']) {
    const run = await workspace.run([
      'run',
      id,
      '--env',
      'shop/*',
      '--arm',
      'INC-1',
      '--confirm',
      'DiskFull',
    ]);
    expect(run.code).toBe(4);
    expect(run.stderr).toContain(`shop/* has no runbook ${id}`);
  }
  expect(wire.asked.filter((call) => !call.startsWith('GET'))).toEqual([]);
});

longTest('a system without environments is an error that names what there is', async () => {
  const { stderr, code } = await workspace.run(['check', '--env', 'shops/*']);
  expect(code).toBe(4);
  expect(stderr).toContain('no environment is called "shops/*"');
});

test('the panes of the cockpit have a column with the environment', async () => {
  await using cockpit = await openCockpitBy(workspace, ['--env', 'shop/*']);
  await cockpit.sees(/shop: us, eu/);
  await cockpit.keys('6');
  await cockpit.sees(/CLUSTER/);
  await cockpit.sees(/event-bus-service .* eu /);
  await cockpit.sees(/event-bus-service .* us /);
});
