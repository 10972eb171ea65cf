import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { goldenFacts, goldenSignals, knownSeries } from '../../../src/cli/discovery/golden-signals.ts';
import { splitCondition } from '../../../src/importer/promql-rule.ts';
import { openWorkspace, type Workspace } from '../../simulation/workspace.ts';
import { longTest } from '../../support/layer.ts';
import { type LocalServer, localServer } from '../../support/local-server.ts';

let workspace: Workspace;
beforeEach(() => {
  workspace = openWorkspace({
    env: { OPSDECK_PROFILES: 'profiles', DOCKER_HOST: 'unix:///nonexistent/docker.sock' },
  });
});
afterEach(() => workspace[Symbol.asyncDispose]());

const rule = (name: string, query: string, severity: string, duration = 60) => ({
  ...{ type: 'alerting', name, query, duration, labels: { severity }, annotations: {} },
});
const rules = [
  rule('Slow', 'latency > 0.5', 'warning'),
  rule('VerySlow', 'latency > 1', 'critical'),
  rule('Hostile', 'x{a="${exec:touch ran}"} > 1', 'page'),
  rule('Both', 'a > 1 and b > 2', 'critical'),
  { type: 'recording', name: 'job:latency', query: 'latency > 3' },
];

/** A Prometheus with rules, golden series and these Alertmanagers. */
const prometheus = (alertmanagers: readonly string[] = []): Promise<LocalServer> =>
  localServer((request, response) => {
    const url = new URL(request.url ?? '', 'http://x');
    const query = url.searchParams.get('query') ?? '';
    const series = (metric: object, value: string) => ({ metric, value: [1_772_619_307, value] });
    const vector = (result: readonly object[]) => ({ resultType: 'vector', result });
    const data = {
      '/api/v1/rules': { groups: [{ name: 'g', rules }] },
      '/api/v1/alertmanagers': { activeAlertmanagers: alertmanagers.map((text) => ({ url: text })) },
      '/api/v1/alerts': { alerts: [] },
      '/api/v1/query': query.startsWith('count by (__name__)')
        ? vector([
            series({ __name__: 'http_requests_total' }, '4'),
            series({ __name__: 'hikaricp_connections_active' }, '1'),
          ])
        : vector(query === 'latency' ? [series({ job: 'api' }, '0.7')] : []),
    }[url.pathname];
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify({ status: 'success', data: data ?? {} }));
  });

longTest(
  'alert rules become rows with the limits of the team; an unknown condition becomes none',
  async () => {
    await using server = await prometheus();
    const { code, stdout, stderr } = await workspace.run(['check', '--json', '--prometheus', server.url]);
    const { signals } = JSON.parse(stdout);
    expect(signals.map(({ title }: { title: string }) => title)).toEqual(
      expect.arrayContaining(['Slow', 'Hostile', 'HTTP requests', 'HTTP errors']),
    );
    expect(signals).toContainEqual(
      expect.objectContaining({ title: 'Slow', value: 0.7, level: 'warn', labels: { job: 'api' } }),
    );
    expect(signals.filter(({ title }: { title: string }) => /Both|VerySlow|job:/.test(title))).toEqual([]);
    expect(stderr).toContain('2 limits of alert rules, 2 signals of well-known series');
    expect(code).not.toBe(4);
  },
);

longTest('init writes them: limits, for and severity of the rules, text of a rule as data', async () => {
  await using server = await prometheus();
  const flags = ['--no-check', '--env', 'shop/dev', '--prometheus', server.url];
  expect((await workspace.run(['init', ...flags])).code).toBe(0);
  const text = readFileSync(workspace.path('profiles/shop/dev.yaml'), 'utf8');
  expect(text).toContain('facts: { pools: hikaricp }');
  expect(text).toMatch(
    /title: Slow\n {4}source: metrics\n {4}unit: ""\n {4}warn: ">0\.5"\n {4}crit: ">1"\n {4}for: "60s"\n {4}noData: ok\n {4}read: \{ query: latency, rules: \{ crit: VerySlow, warn: Slow \} \}/,
  );
  expect(text).toContain('$${exec:touch ran}');
  expect((await workspace.run(['validate', '--strict', 'profiles/shop/dev.yaml'])).code).toBe(0);
});

test('an Alertmanager that a Prometheus names is read, and only one on the same host', async () => {
  await using manager = await localServer((request, response) => {
    response.setHeader('content-type', 'application/json');
    response.end(request.url === '/api/v2/status' ? '{"versionInfo":{"version":"0.25.0"}}' : '[]');
  });
  await using server = await prometheus([
    `${manager.url}/api/v2/alerts`,
    'http://alerts.internal:9093/api/v2/alerts',
  ]);
  const { stderr } = await workspace.run(['check', '--prometheus', server.url]);
  expect(stderr).toContain(`opsdeck: alertmanager: Alertmanager, ${manager.url}`);
  expect(stderr).not.toContain('alerts.internal');
});

test('a rule that no profile may hold is left out, and limits that contradict each other are two rows', async () => {
  const bad = [
    ...[rule('', 'up == 0', 'page'), rule('Never', 'a > 1', 'page', 1e30)],
    ...[rule('Warn', 'x > 90', 'warning'), rule('Crit', 'x > 80', 'critical')],
    ...[rule('Twice', 'y > 1', 'page'), rule('Twice', 'y > 1', 'page')],
    ...[
      rule('z'.repeat(100_000), 'z > 1', 'page'),
      { type: 'alerting', name: 5, query: {}, labels: null },
      null,
    ],
  ];
  await using server = await localServer((request, response) => {
    response.setHeader('content-type', 'application/json');
    const isRules = request.url?.startsWith('/api/v1/rules') === true;
    if (request.url?.startsWith('/api/v1/alertmanagers') === true) response.statusCode = 403;
    const data = isRules ? { groups: [{ name: 'g', rules: bad }] } : { resultType: 'vector', result: [] };
    response.end(JSON.stringify({ status: 'success', data }));
  });
  const { code, stdout, stderr } = await workspace.run(['check', '--json', '--prometheus', server.url]);
  expect(code).not.toBe(4);
  const titles = JSON.parse(stdout).signals.map(({ title }: { title: string }) => title);
  expect(titles.sort()).toEqual(['Crit', 'Twice', 'Warn', 'z'.repeat(120)]);
  expect(stderr).toMatch(/4 limits of alert rules, its Alertmanagers not read: /);
});

test('golden signals are found by series; each query is PromQL', () => {
  expect(goldenSignals(new Set())).toEqual([]);
  expect(goldenFacts(new Set(['kafka_consumergroup_lag']))).toEqual({ lag: 'kafka_exporter' });
  const all = goldenSignals(new Set(knownSeries));
  expect(new Set(all.map(({ title }) => title)).size).toBe(all.length);
  for (const { read } of all)
    expect(splitCondition(`${String(read.query)} > 1`), String(read.query)).toMatchObject({ bound: '>1' });
});
