import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { candidatesIn } from '../../../src/cli/discovery/cluster-services.ts';
import { openCockpitBy } from '../../simulation/cockpit.ts';
import { openWorkspace, type Workspace } from '../../simulation/workspace.ts';
import { longTest } from '../../support/layer.ts';
import { type LocalServer, localServer } from '../../support/local-server.ts';
import { proxyKubeconfig, service, serviceProxy, status } from '../../support/service-proxy.ts';

let workspace: Workspace;
beforeEach(() => {
  workspace = openWorkspace({
    env: { OPSDECK_PROFILES: 'profiles', DOCKER_HOST: 'unix:///nonexistent/docker.sock' },
  });
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await workspace[Symbol.asyncDispose]();
});

const alert = {
  labels: { alertname: 'DiskFull', severity: 'warning' },
  annotations: { summary: 'disk is nearly full' },
  state: 'firing',
  activeAt: '2026-03-04T10:00:00Z',
  value: '1',
};
const rule = { type: 'alerting', name: 'Slow', query: 'latency > 0.5', duration: 60, labels: {} };
const success = (data: unknown): unknown => ({ status: 'success', data });

/** The API of a Prometheus with one alert and one rule. */
const prometheus = (path: string): unknown => {
  const { pathname, searchParams } = new URL(path, 'http://x');
  const series = [{ metric: { job: 'api' }, value: [1_772_619_307, '0.7'] }];
  switch (pathname) {
    case '/api/v1/status/buildinfo':
      return success({ version: '2.42.0' });
    case '/api/v1/status/runtimeinfo':
      return success({ startTime: '2026-03-01T09:00:00.123456789Z' });
    case '/api/v1/rules':
      return success({ groups: [{ name: 'g', rules: [rule] }] });
    case '/api/v1/alerts':
      return success({ alerts: [alert] });
    case '/api/v1/alertmanagers':
      return success({ activeAlertmanagers: [{ url: 'http://10.0.0.9:9093/api/v2/alerts' }] });
    case '/api/v1/query':
      return success({
        resultType: 'vector',
        result: searchParams.get('query') === 'latency' ? series : [],
      });
    default:
      return undefined;
  }
};
const alertmanager = (path: string): unknown => {
  if (path === '/api/v2/status')
    return { versionInfo: { version: '0.25.0' }, uptime: '2026-03-01T08:00:00Z' };
  return path.startsWith('/api/v2/alerts') || path.startsWith('/api/v2/silences') ? [] : undefined;
};

const named = (name: string) => ({ 'app.kubernetes.io/name': name });
const services = [
  service('monitoring', 'prometheus-operated', 9090, { 'operated-prometheus': 'true' }),
  service('monitoring', 'kps-prometheus', 9090, named('prometheus')),
  service('monitoring', 'alertmanager-operated', 9093),
  service('shop', 'prometheus', 9090),
  service('shop', 'prometheus-node-exporter', 9100, named('prometheus-node-exporter')),
];
const answers = {
  'kps-prometheus:9090.monitoring': prometheus,
  'alertmanager-operated:9093.monitoring': alertmanager,
  // A page of another program with the name of a Prometheus.
  'prometheus:9090.shop': () => ({ status: 'success', data: {} }),
};

const withCluster = async (server: LocalServer): Promise<Readonly<Record<string, string>>> => {
  await workspace.put('kubeconfig', proxyKubeconfig(server.url));
  // The Kubernetes client merges the files of this variable, as kubectl does.
  vi.stubEnv('KUBECONFIG', workspace.path('kubeconfig'));
  return { KUBECONFIG: workspace.path('kubeconfig') };
};

longTest(
  'a Prometheus and an Alertmanager that run in the cluster are read through its API server, with GETs alone',
  async () => {
    await using server = await serviceProxy({ services, answers });
    const { stdout, stderr } = await workspace.run(
      ['check', '--env', 'here', '--json'],
      await withCluster(server),
    );
    const report = JSON.parse(stdout);
    expect(report.alerts).toMatchObject([{ name: 'DiskFull', source: 'prometheus', state: 'firing' }]);
    expect(report.signals).toContainEqual(
      expect.objectContaining({ title: 'Slow', value: 0.7, level: 'warn', labels: { job: 'api' } }),
    );
    expect(stderr).toContain(
      'opsdeck: prometheus: Prometheus, http://kps-prometheus.monitoring.svc:9090, through the API server, 1 limit of alert rules',
    );
    expect(stderr).toContain(
      'opsdeck: alertmanager: Alertmanager, http://alertmanager-operated.monitoring.svc:9093, through the API server',
    );
    expect(stderr).not.toContain('prometheus.shop');
    expect(server.asked.filter((call) => !call.startsWith('GET '))).toEqual([]);
    expect(server.asked).toContainEqual(
      expect.stringMatching(/services\/http:alertmanager-operated:9093\/proxy\/api\/v2\/alerts\?active=true/),
    );
    expect(stdout + stderr).not.toContain('cluster-token-5');
  },
);

test('a Service that only has the name is no Prometheus, and a missing permission is one line with the rule to request', async () => {
  const why =
    'services "http:kps-prometheus:9090" is forbidden: User "ana" cannot get resource "services/proxy" in API group "" in the namespace "monitoring"';
  await using server = await serviceProxy({
    services,
    answers,
    denied: (path) => (path.includes('/monitoring/services/') ? why : undefined),
  });
  const { stderr } = await workspace.run(['check', '--env', 'here'], await withCluster(server));
  const lines = stderr.split('\n').filter((line) => line.includes('of the cluster'));
  expect(lines).toEqual([
    expect.stringMatching(
      /^opsdeck: not read: Prometheus of the cluster: http:\/\/kps-prometheus\.monitoring\.svc:9090: answered 403 Forbidden: the login may not get services\/proxy in monitoring\. Request a Role in monitoring with \{ apiGroups: \[""\], resources: \["services\/proxy"\], verbs: \[get\] \}$/,
    ),
    expect.stringContaining('opsdeck: not read: Alertmanager of the cluster: '),
  ]);
  expect(stderr).not.toContain('opsdeck: prometheus:');
});

test.each([
  [401, 'Unauthorized', 'Unauthorized'],
  [403, 'Forbidden', 'secrets is forbidden: User "ana" cannot * resource "*" in API group "*"'],
])(
  'a Service that answers as the API server does (%i) is no login that has expired, and names no rule to request',
  async (code, reason, message) => {
    await using server = await serviceProxy({
      services,
      answers: { ...answers, 'kps-prometheus:9090.monitoring': () => status(code, reason, message) },
    });
    const { stderr } = await workspace.run(['check', '--env', 'here'], await withCluster(server));
    const line = stderr.split('\n').find((text) => text.includes('Prometheus of the cluster'));
    expect(line).toContain(`kps-prometheus.monitoring.svc:9090: answered ${code}`);
    expect(line).not.toMatch(/expired or are invalid|Renew|[Rr]equest (?:a |the )|ClusterRole with/);
  },
);

test('the cockpit says what is there and cannot be read, in the pane that would show it', async () => {
  await using server = await serviceProxy({
    services,
    answers,
    denied: (path) =>
      path.includes('/monitoring/services/')
        ? 'services "http:kps-prometheus:9090" is forbidden: User "ana" cannot get resource "services/proxy" in API group "" in the namespace "monitoring"'
        : undefined,
  });
  await workspace.put('.kube/config', proxyKubeconfig(server.url));
  vi.stubEnv('KUBECONFIG', workspace.path('.kube/config'));
  await using cockpit = await openCockpitBy(workspace, []);
  await cockpit.sees(/here · read-only/);
  await cockpit.sees(/not read: Alertmanager of the cluster: /);
  await cockpit.keys(':', 'a', 'l', 'e', 'r', 't', 's', '\r');
  await cockpit.sees(
    /Not read: Prometheus of the cluster: http:\/\/kps-prometheus\.monitoring\.svc:9090: answered 403/,
  );
  await cockpit.keys(':', 'm', 'e', 's', 's', 'a', 'g', 'e', 's', '\r');
  await cockpit.sees(/not read: Alertmanager of the cluster: /);
});

test('without the right to list all Services, those of the namespaces that may be listed are searched', async () => {
  await using server = await serviceProxy({
    services,
    answers,
    denied: (path) =>
      path.startsWith('/api/v1/services') || path.includes('/shop/services?')
        ? 'services is forbidden: User "ana" cannot list resource "services" in API group "" at the cluster scope'
        : undefined,
  });
  const { stderr } = await workspace.run(['doctor', '--env', 'here'], await withCluster(server));
  expect(stderr).toContain('opsdeck: prometheus: Prometheus, http://kps-prometheus.monitoring.svc:9090');
  expect(server.asked.filter((call) => call.includes('/services?'))).toHaveLength(4);
});

test('PROMETHEUS_URL=off and --prometheus switch the search off', async () => {
  await using server = await serviceProxy({ services, answers });
  const env = await withCluster(server);
  await workspace.run(['check', '--env', 'here'], { ...env, PROMETHEUS_URL: 'off' });
  await workspace.run(['check', '--prometheus', 'http://127.0.0.1:9'], env);
  // The services of its own namespace are read by the source itself.
  expect(
    server.asked.filter((call) => call.includes('services') && !call.includes('/namespaces/shop/')),
  ).toEqual([]);
});

test('a server of the cluster that is forwarded to this machine is one server', async () => {
  await using server = await serviceProxy({ services, answers });
  await using forwarded = await localServer((request, response) => {
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify(prometheus(request.url ?? '') ?? null));
  });
  const env = { ...(await withCluster(server)), PROMETHEUS_URL: forwarded.url };
  const { stderr } = await workspace.run(['check', '--env', 'here'], env);
  expect(stderr).toContain(`opsdeck: prometheus: Prometheus, ${forwarded.url}`);
  expect(stderr).not.toContain('kps-prometheus');
});

test('init writes them with the context, and the profile reads them; a silence is no operation there', async () => {
  await using server = await serviceProxy({ services, answers });
  const env = await withCluster(server);
  expect((await workspace.run(['init', '--no-check', '--env', 'shop/dev'], env)).code).toBe(0);
  const text = readFileSync(workspace.path('profiles/shop/dev.yaml'), 'utf8');
  expect(text).toMatch(
    /prometheus: \{ type: prometheus, url: "http:\/\/kps-prometheus\.monitoring\.svc:9090", apiServer: \{ context: shop-prod \} \}/,
  );
  expect((await workspace.run(['validate', '--strict', 'profiles/shop/dev.yaml'], env)).code).toBe(0);
  const { stdout } = await workspace.run(['doctor', '--env', 'shop/dev', '--json'], env);
  expect(stdout).toContain('Prometheus 2.42.0 at http://kps-prometheus.monitoring.svc:9090');
});

test('candidates: labels, names and ports. One of a kind per namespace, and none that leads out of the cluster', () => {
  const outward = {
    ...service('a', 'prometheus', 9090),
    spec: { type: 'ExternalName', ports: [{ port: 9090 }] },
  };
  expect(candidatesIn([outward, null, { metadata: 5 }])).toEqual([]);
  expect(candidatesIn([...services, service('b', 'prom-alertmanager', 80)]).map(({ url }) => url)).toEqual([
    'http://kps-prometheus.monitoring.svc:9090',
    'http://prometheus.shop.svc:9090',
    'http://alertmanager-operated.monitoring.svc:9093',
    'http://prom-alertmanager.b.svc:80',
  ]);
});

test('a url that names no Service, and a login of its own, are refused with apiServer', async () => {
  const source = (keys: string) =>
    `opsdeck: 1\nsystem: s\nenv: dev\ntier: dev\nsources:\n  p: { type: prometheus, apiServer: {}, ${keys} }\n`;
  await workspace.put('a.yaml', source('url: "http://metrics.example.com:9090"'));
  await workspace.put('b.yaml', source('url: "http://p.monitoring.svc:9090", auth: { bearer: x }'));
  expect((await workspace.run(['validate', 'a.yaml'])).stdout).toContain(
    'with apiServer, the url must name a Service and the namespace: http://NAME.NAMESPACE.svc:PORT',
  );
  expect((await workspace.run(['validate', 'b.yaml'])).stdout).toContain('Remove auth');
});
