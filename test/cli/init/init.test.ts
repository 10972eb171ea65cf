import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openWorkspace, type Workspace } from '../../simulation/workspace.ts';
import { localServer } from '../../support/local-server.ts';

const kubeconfig = `apiVersion: v1
kind: Config
current-context: shop-prod
contexts:
  - { name: shop-prod, context: { cluster: c, user: u, namespace: shop } }
  - { name: other, context: { cluster: c, user: u } }
clusters: [{ name: c, cluster: { server: "https://127.0.0.1:9" } }]
users: [{ name: u, user: { token: kube-token-77 } }]
`;
const compose = `name: shop
services:
  web: { image: web }
  db: { image: postgres }
`;

let workspace: Workspace;
const open = (env: Readonly<Record<string, string>>): Workspace => {
  workspace = openWorkspace({ env: { OPSDECK_PROFILES: 'profiles', ...env } });
  return workspace;
};
beforeEach(() => {
  open({
    KUBECONFIG: 'kubeconfig',
    PGHOST: 'db.internal',
    PGUSER: 'ana',
    PGDATABASE: 'orders',
    PGPASSWORD: 'pg-secret-42',
    KAFKA_BROKERS: 'kafka-0:9092,kafka-1:9092',
    PROMETHEUS_URL: 'http://127.0.0.1:9',
  });
});
afterEach(() => workspace[Symbol.asyncDispose]());

const path = 'profiles/shop/production.yaml';
const init = (...args: readonly string[]) => workspace.run(['init', '--env', 'shop/production', ...args]);

test.each(['a/b/c', 'shop/', '/dev', 'a/b/'])('--env %s is refused before anything is read', async (env) => {
  await workspace.put('kubeconfig', kubeconfig);
  const { code, stdout, stderr } = await workspace.run(['init', '--env', env]);
  expect(code).toBe(4);
  expect(stderr).toContain(`--env "${env}" is not a name; write --env ENV or --env SYSTEM/ENV`);
  expect(stdout).toBe('');
  expect(existsSync(workspace.path('profiles'))).toBe(false);
});

test('writes what it finds, says what it does not, and reads the sources once', async () => {
  await workspace.put('kubeconfig', kubeconfig);
  await workspace.put('compose.yaml', compose);
  const { code, stdout, stderr } = await init();
  expect(stderr).not.toMatch(/internal error/);
  expect(stdout).toMatch(/^found {6}kubeconfig: context shop-prod, namespace shop; other contexts: other$/m);
  expect(stdout).toMatch(/^found {6}compose file: compose\.yaml, project shop, 2 services$/m);
  expect(stdout).toMatch(/^found {6}PG variables: database orders at db\.internal:5432$/m);
  expect(stdout).toMatch(/^found {6}KAFKA variables: KAFKA_BROKERS, kafka-0:9092, kafka-1:9092$/m);
  expect(stdout).toMatch(/^not found {2}Prometheus: http:\/\/127\.0\.0\.1:9: /m);
  expect(stdout).toMatch(/(?:UNKNOWN|CRIT) +shop production/);
  expect(code).toBe(0);
  const text = readFileSync(workspace.path(path), 'utf8');
  expect(text).toContain('k8s: { type: kubernetes, context: shop-prod, namespace: shop }');
  expect(text).toContain('docker: { type: docker, project: shop }');
  expect(text).toContain('password: "${env:PGPASSWORD}"');
  expect(text + stdout + stderr).not.toMatch(/pg-secret-42|kube-token-77/);
  expect((await workspace.run(['validate', '--strict', path])).code).toBe(0);
});

test('the profile permits no change, also when it is armed and every name is confirmed', async () => {
  const changes: string[] = [];
  await using wire = await localServer((request, response) => {
    if (request.method !== 'GET') changes.push(`${request.method} ${request.url}`);
    response.end('ok');
  });
  await workspace.put('compose.yaml', compose);
  expect((await init('--no-check')).code).toBe(0);
  const drafted = readFileSync(workspace.path(path), 'utf8');
  // The same rules, with a system that can be changed.
  const rules = drafted.slice(0, drafted.indexOf('sources:'));
  await workspace.put(
    path,
    `${rules}sources:
  api: { type: http, url: "${wire.url}", checks: [{ service: api, path: / }] }
runbooks:
  - id: change
    title: Change it
    act: [{ id: a1, title: Call, use: api.request, danger: safe, with: { method: POST, path: /x } }]
    verify: none
`,
  );
  const armed = ['--arm', 'INC-1', '--confirm', 'shop/production', '--confirm', `POST ${wire.url}/x`];
  const run = await workspace.run(['run', 'change', '--env', 'shop/production', ...armed]);
  expect(run.stdout + run.stderr).toMatch(/may only read|authority|everyone/);
  expect(run.code).toBe(3);
  expect(changes).toEqual([]);
});

test('never overwrites: neither without --force nor without a terminal to ask', async () => {
  await workspace.put('compose.yaml', compose);
  await workspace.put(path, '# mine\n');
  for (const flags of [[], ['--force']]) {
    const { code, stderr } = await init('--no-check', ...flags);
    expect(stderr).toMatch(/already exists.*nothing was written/s);
    expect(code).toBe(4);
  }
  expect(readFileSync(workspace.path(path), 'utf8')).toBe('# mine\n');
  expect(readdirSync(workspace.path('profiles/shop'))).toEqual(['production.yaml']);
});

test('without any system it writes nothing and exits 4', async () => {
  await workspace[Symbol.asyncDispose]();
  open({ KUBECONFIG: 'none', PROMETHEUS_URL: 'http://127.0.0.1:9' });
  const { code, stdout, stderr } = await init();
  expect(stdout.match(/^not found/gm)).toHaveLength(5);
  expect(stderr).toContain('found no system; nothing was written');
  expect(code).toBe(4);
  expect(existsSync(workspace.path('profiles'))).toBe(false);
});

test('found text is data: its references neither start a program nor read a file', async () => {
  const context = 'a${exec:touch started}\nb';
  const file = { 'current-context': context, contexts: [{ name: context, context: { cluster: 'c' } }] };
  await workspace.put('kubeconfig', JSON.stringify(file));
  const { code, stdout } = await init();
  expect(code).toBe(0);
  expect(stdout).toContain('found      kubeconfig: context a${exec:touch started} b, namespace default\n');
  expect(readFileSync(workspace.path(path), 'utf8')).toContain('context: "a$${exec:touch started}\\nb"');
  expect(existsSync(workspace.path('started'))).toBe(false);
});

test.each([
  ['PGHOST', { PGHOST: 'a b, c' }, /PGHOST or PGPORT is not valid/],
  ['KAFKA_BROKERS', { KAFKA_BROKERS: 'x}: {' }, /KAFKA_BROKERS is not a list of HOST:PORT/],
  [
    'PROMETHEUS_URL',
    { PROMETHEUS_URL: 'http://metrics.example.com' },
    /not on this machine and was not contacted/,
  ],
  ['PROMETHEUS_URL', { PROMETHEUS_URL: 'http://u:p@127.0.0.1' }, /not an http address without credentials/],
])('a value of %s that is no address is reported and not used', async (_name, env, message) => {
  await workspace[Symbol.asyncDispose]();
  open({ KUBECONFIG: 'none', ...env });
  expect((await init()).stdout).toMatch(message);
});

test('a damaged kubeconfig or compose file is reported with its reason', async () => {
  await workspace.put('kubeconfig', 'contexts: [');
  await workspace.put('compose.yaml', 'services: [');
  const { stdout } = await init('--no-check');
  expect(stdout).toMatch(/^not found {2}kubeconfig: \S/m);
  expect(stdout).toMatch(/^not found {2}compose file: compose\.yaml: \S/m);
});
