import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openWorkspace, type Workspace } from '../../simulation/workspace.ts';
import { longTest } from '../../support/layer.ts';
import { type LocalServer, localServer } from '../../support/local-server.ts';

const alerts = {
  status: 'success',
  data: {
    alerts: [
      {
        labels: { alertname: 'DiskFull', severity: 'warning' },
        annotations: { summary: 'disk is nearly full' },
        state: 'firing',
        activeAt: '2026-03-04T10:00:00Z',
        value: '1',
      },
    ],
  },
};

/** A Prometheus with one firing alert. */
const prometheus = (): Promise<LocalServer> =>
  localServer((request, response) => {
    response.setHeader('content-type', 'application/json');
    response.end(
      JSON.stringify(request.url?.startsWith('/api/v1/alerts') ? alerts : { status: 'success', data: {} }),
    );
  });

const kubeconfig = (user: string): string => `apiVersion: v1
kind: Config
current-context: shop-prod
contexts:
  - { name: shop-prod, context: { cluster: c, user: u, namespace: shop } }
  - { name: other, context: { cluster: c, user: u } }
clusters: [{ name: c, cluster: { server: "https://127.0.0.1:9" } }]
users: [{ name: u, user: ${user} }]
`;

let workspace: Workspace;
const open = (env: Readonly<Record<string, string>> = {}): void => {
  workspace = openWorkspace({
    env: { OPSDECK_PROFILES: 'profiles', DOCKER_HOST: 'unix:///nonexistent/docker.sock', ...env },
  });
};
beforeEach(() => open());
afterEach(() => workspace[Symbol.asyncDispose]());

longTest('reads a Prometheus of a flag, with the exit codes of check, and writes nothing', async () => {
  await using server = await prometheus();
  const { code, stdout } = await workspace.run([
    ...['check', '--env', 'here', '--json'],
    ...['--prometheus', server.url],
  ]);
  expect(code).toBe(1);
  const report = JSON.parse(stdout);
  expect(report).toMatchObject({ system: 'here', env: 'here', level: 'warn' });
  expect(report.alerts).toMatchObject([{ name: 'DiskFull', source: 'prometheus', state: 'firing' }]);
  expect(server.asked.every((call) => call.startsWith('GET '))).toBe(true);
  expect(readdirSync(workspace.home)).toEqual([]);
  expect(existsSync(workspace.stateDir)).toBe(false);
});

test('is the default without own profiles, and by its flags; several servers are several sources', async () => {
  await using one = await prometheus();
  await using two = await prometheus();
  const flags = ['--prometheus', one.url, '--prometheus', two.url];
  const { stdout, stderr } = await workspace.run(['doctor', '--json', ...flags]);
  expect(JSON.parse(stdout)).toMatchObject({
    env: 'here',
    sources: [{ source: 'prometheus' }, { source: 'prometheus2' }],
  });
  expect(stderr).toContain(`opsdeck: prometheus2: Prometheus, ${two.url}`);
  await workspace.put('profiles/own.yaml', 'opsdeck: 1\nsystem: own\nenv: dev\ntier: dev\nsources: {}\n');
  expect((await workspace.run(['check'])).stderr).toContain('profile profiles/own.yaml');
  expect((await workspace.run(['check', ...flags])).stderr).toContain('opsdeck: prometheus: Prometheus');
});

longTest('a profile of that name is opened by it', async () => {
  await workspace.put('profiles/h.yaml', 'opsdeck: 1\nsystem: own\nenv: here\ntier: dev\nsources: {}\n');
  expect((await workspace.run(['check', '--env', 'here'])).stderr).toContain('profile profiles/h.yaml');
  const { code, stderr } = await workspace.run(['check', '--env', 'here', '--host', 'web-1']);
  expect(stderr).toContain('apply to here, not to own/here');
  expect(code).toBe(4);
  const untrusted = await workspace.run(['check', '--env', 'here'], { OPSDECK_PROFILES: '' });
  expect(untrusted.stderr).toContain('found no system here');
});

test('with nothing to read it lists what was looked for, and names the demo', async () => {
  const { code, stderr } = await workspace.run(['check', '--env', 'here']);
  expect(code).toBe(4);
  expect(stderr).toContain('found no system here. Looked for:');
  for (const place of ['kubeconfig', 'Docker', 'compose file', 'systemd', 'PG variables', 'DATABASE_URL'])
    expect(stderr).toMatch(new RegExp(`^not found {2}${place}: \\S`, 'm'));
  for (const place of ['REDIS_URL', 'KAFKA variables', 'Prometheus', 'Alertmanager'])
    expect(stderr).toMatch(new RegExp(`^not found {2}${place}: \\S`, 'm'));
  expect(stderr).toContain('opsdeck demo');
  expect(stderr).not.toContain('internal error');
});

test.each([
  ['ops@[::1]', 'an SSH destination has no brackets. Write an IPv6 address without them'],
  ['ops@127.0.0.1:2222', 'an SSH destination has no port. Set Port for a Host alias'],
  ['-oProxyCommand=id', 'this is not an SSH destination. Use user@host'],
])('--host %s says what to write', async (host, said) => {
  const { code, stderr } = await workspace.run(['check', '--env', 'here', `--host=${host}`]);
  expect(code).toBe(4);
  expect(stderr).toContain(`not found  host: --host ${host}: ${said}`);
});

test.each(['nobody@127.0.0.2', 'nobody@::1'])(
  '--host %s without an SSH server has a remedy',
  async (host) => {
    // words: quoted
    const { stdout } = await workspace.run(['doctor', '--env', 'here', `--host=${host}`, '--json']);
    const { sources } = JSON.parse(stdout) as {
      sources: { findings: { ok: boolean; what: string; remedy?: string }[] }[];
    };
    const failed = sources.flatMap(({ findings }) => findings).filter(({ ok }) => !ok);
    expect(failed.length).toBeGreaterThan(0);
    expect(failed.filter(({ remedy }) => remedy === undefined)).toEqual([]);
  },
);

test('a kubeconfig of the current directory is not read by a relative path, and runs no program', async () => {
  await workspace.put('login', '#!/bin/sh\ntouch ran\n');
  await workspace.put(
    'kubeconfig',
    kubeconfig('{ exec: { apiVersion: client.authentication.k8s.io/v1, command: ./login } }'),
  );
  const { code, stderr } = await workspace.run(['check', '--env', 'here'], { KUBECONFIG: 'kubeconfig' });
  expect(code).toBe(4);
  expect(stderr).toContain('KUBECONFIG has the relative path kubeconfig, which depends on this directory');
  expect(existsSync(workspace.path('ran'))).toBe(false);
});

test.each([
  [['--context', 'other', '-n', 'web'], 'context other, namespace web. Other contexts: shop-prod'],
  [['-A'], 'context shop-prod, all namespaces'],
  [[], 'context shop-prod, namespace shop'],
])('%j selects the context and namespaces of the kubeconfig', async (flags, shown) => {
  await workspace.put('kubeconfig', kubeconfig('{ token: kube-token-77 }'));
  const { code, stdout, stderr } = await workspace.run(['check', '--env', 'here', ...flags], {
    KUBECONFIG: workspace.path('kubeconfig'),
  });
  expect(stderr).toContain(`opsdeck: k8s: kubeconfig, ${shown}`);
  expect(stdout + stderr).not.toMatch(/kube-token-77|internal error/);
  expect(code).toBe(3);
});

test('an unknown context is named, with those that exist', async () => {
  await workspace.put('kubeconfig', kubeconfig('{ token: t }'));
  const { stderr } = await workspace.run(['check', '--context', 'prod'], {
    KUBECONFIG: workspace.path('kubeconfig'),
  });
  expect(stderr).toContain('kubeconfig: no context prod. Contexts: shop-prod, other');
});

longTest('a Compose file is data: without a daemon it is no system, and reading it ends', async () => {
  await workspace.put('compose.yaml', `services: { web: { image: web } }\n# ${'x'.repeat(200_000)}`);
  const bulky = await workspace.run(['check', '--env', 'here']);
  expect(bulky.stderr).toMatch(/not found {2}compose file: compose\.yaml: not trusted, and larger than/);
  await workspace.put('compose.yaml', 'services: { web: { image: web, command: "${exec:touch ran}" } }\n');
  const { code, stderr } = await workspace.run(['check', '--env', 'here']);
  expect(stderr).toContain('found no system here');
  expect(code).toBe(4);
  expect(existsSync(workspace.path('ran'))).toBe(false);
});

longTest('logs keeps -C and --context for lines around a match, and takes --kube-context', async () => {
  await using server = await prometheus();
  const flags = ['--env', 'here', '--prometheus', server.url, '-C', '2', '--context', '3'];
  const { stderr } = await workspace.run(['logs', ...flags, '--kube-context', 'shop', '-n', 'web']);
  expect(stderr).not.toMatch(/unknown option|internal error/);
  expect(stderr).toContain('opsdeck: prometheus: Prometheus');
});

test('a login stays in its variable, and is in no output', async () => {
  const { stdout, stderr, code } = await workspace.run(['doctor', '--env', 'here'], {
    DATABASE_URL: 'postgres://ana:pg-secret-42@127.0.0.1:9/orders',
    REDIS_URL: 'redis://:redis-secret-43@127.0.0.1:9/0',
  });
  expect(stderr).toContain('opsdeck: database: DATABASE_URL, PostgreSQL at 127.0.0.1:9');
  expect(stderr).toContain('opsdeck: redis: REDIS_URL, Redis at 127.0.0.1:9');
  expect(stdout + stderr).not.toMatch(/pg-secret-42|redis-secret-43|internal error/);
  expect(code).toBe(3);
});

test('the current context of the Docker CLI is used, and an unsupported one is named', async () => {
  const { createHash } = await import('node:crypto');
  const dir = `.docker/contexts/meta/${createHash('sha256').update('far').digest('hex')}`;
  mkdirSync(workspace.path(dir), { recursive: true });
  await workspace.put('.docker/config.json', '{"currentContext":"far"}');
  await workspace.put(`${dir}/meta.json`, '{"Endpoints":{"docker":{"Host":"ssh://ana@build"}}}');
  const far = await workspace.run(['check', '--env', 'here'], { DOCKER_HOST: '' });
  expect(far.stderr).toContain('ssh://ana@build (context far)');
  const gone = await workspace.run(['check', '--docker-context', 'gone']);
  expect(gone.stderr).toContain('Docker: no context gone. docker context ls lists them');
});

longTest('no runbook and no generic action may change anything', async () => {
  await using server = await prometheus();
  const { stdout } = await workspace.run(['runbooks', '--env', 'here', '--json']);
  expect(stdout).not.toContain('"fits":true');
  expect(server.asked).toEqual([]);
});

test('what a flag names and what is not there is told first, also beside systems that were found', async () => {
  await using one = await prometheus();
  const absent = 'http://127.0.0.1:9';
  const alone = await workspace.run(['check', '--prometheus', absent]);
  expect(alone.code).toBe(4);
  expect(alone.stderr.split('\n')[1]).toMatch(
    /^not found +Prometheus: http:\/\/127\.0\.0\.1:9: connection refused/,
  );
  const beside = await workspace.run(['doctor', '--prometheus', one.url, '--prometheus', absent]);
  expect(beside.stderr).toMatch(
    /^opsdeck: not read: Prometheus: http:\/\/127\.0\.0\.1:9: connection refused/,
  );
});
