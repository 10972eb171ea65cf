import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync } from 'node:fs';
import { delimiter } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { resolvePostgresAddress, sslModes } from '../../../src/clients/postgres/address.ts';
import { openWorkspace, type Workspace } from '../../simulation/workspace.ts';
import { longTest } from '../../support/layer.ts';
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
  expect(stderr).toContain(`--env "${env}" is not a name. Write --env ENV or --env SYSTEM/ENV`);
  expect(stdout).toBe('');
  expect(existsSync(workspace.path('profiles'))).toBe(false);
});

test('writes what it finds, says what it does not, and reads the sources once', async () => {
  await workspace.put('kubeconfig', kubeconfig);
  await workspace.put('compose.yaml', compose);
  const { code, stdout, stderr } = await init();
  expect(stderr).not.toMatch(/internal error/);
  expect(stdout).toMatch(/^found {6}kubeconfig: context shop-prod, namespace shop\. Other contexts: other$/m);
  expect(stdout).toMatch(/^found {6}compose file: compose\.yaml, project shop, 2 services$/m);
  expect(stdout).toMatch(/^found {6}PG variables: database orders at db\.internal:5432$/m);
  expect(stdout).toMatch(/^found {6}KAFKA variables: KAFKA_BROKERS, kafka-0:9092, kafka-1:9092$/m);
  expect(stdout).toMatch(/^not found {2}Prometheus: http:\/\/127\.0\.0\.1:9: /m);
  expect(stdout).toMatch(/(?:UNKNOWN|CRIT) .*\n +shop production/);
  expect(code).toBe(0);
  const text = readFileSync(workspace.path(path), 'utf8');
  expect(text).toContain('k8s: { type: kubernetes, context: shop-prod, namespace: shop }');
  expect(text).toContain('docker: { type: docker, project: shop }');
  expect(text).toContain('password: "${env:PGPASSWORD}"');
  expect(text + stdout + stderr).not.toMatch(/pg-secret-42|kube-token-77/);
  expect((await workspace.run(['validate', '--strict', path])).code).toBe(0);
});

longTest('the profile permits no change, also when it is armed and every name is confirmed', async () => {
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

longTest('never overwrites: neither without --force nor without a terminal to ask', async () => {
  await workspace.put('compose.yaml', compose);
  await workspace.put(path, '# mine\n');
  for (const flags of [[], ['--force']]) {
    const { code, stderr } = await init('--no-check', ...flags);
    expect(stderr).toMatch(/already exists.*Nothing was written/s);
    expect(code).toBe(4);
  }
  expect(readFileSync(workspace.path(path), 'utf8')).toBe('# mine\n');
  expect(readdirSync(workspace.path('profiles/shop'))).toEqual(['production.yaml']);
});

test('without any system it writes nothing and exits 4', async () => {
  await workspace[Symbol.asyncDispose]();
  open({ KUBECONFIG: 'none', PROMETHEUS_URL: 'http://127.0.0.1:9' });
  const { code, stdout, stderr } = await init();
  expect(stdout.match(/^not found/gm)).toHaveLength(10);
  expect(stderr).toContain('found no system. Nothing was written');
  expect(stderr).toContain('opsdeck import RUNBOOK.md --system NAME');
  // The package has no docs.
  expect(stderr).not.toContain('docs/');
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

/** Opens a workspace with these variables alone, and runs init there without reading the sources. */
const initWith = async (env: Readonly<Record<string, string>>) => {
  await workspace[Symbol.asyncDispose]();
  open({ KUBECONFIG: 'none', PROMETHEUS_URL: 'http://127.0.0.1:9', ...env });
  const { stdout, stderr } = await init('--no-check');
  const profile = existsSync(workspace.path(path)) ? readFileSync(workspace.path(path), 'utf8') : '';
  return { stdout, profile, all: stdout + stderr + profile };
};

const isNoPort = 'PG variables: PGPORT is not a port. Set a number from 1 to 65535';
const looksLikeUrl = 'looks like a URL or a connection string';

test.each<[Readonly<Record<string, string>>, string]>([
  [{ PGHOST: 'a b, c' }, 'PG variables: PGHOST is not a host name or an IP address. Correct the variable'],
  [{ PGHOST: 'u:SEKRET' }, 'PG variables: PGHOST is not a host name or an IP address. Correct the variable'],
  [
    { PGHOST: '::1%SEKRET' },
    'PG variables: PGHOST is not a host name or an IP address. Correct the variable',
  ],
  [{ PGHOST: 'db', PGUSER: 'postgres://me:SEKRET@h' }, `PG variables: PGUSER ${looksLikeUrl}`],
  [{ PGHOST: 'db', PGUSER: 'a password=SEKRET' }, `PG variables: PGUSER ${looksLikeUrl}`],
  [{ PGDATABASE: 'postgres://me:SEKRET@h/d' }, `PG variables: PGDATABASE ${looksLikeUrl}`],
  [{ PGHOST: 'db', PGPORT: '0' }, isNoPort],
  [{ PGHOST: 'db', PGPORT: '65536' }, isNoPort],
  [{ PGHOST: 'db', PGPORT: 'SEKRET' }, isNoPort],
  [
    { PGHOST: 'db', PGSSLMODE: 'SEKRET' },
    'PG variables: PGSSLMODE is invalid. Set one of disable, allow, prefer, require, ',
  ],
  [
    { KAFKA_BROKERS: 'x}: {' },
    'KAFKA variables: KAFKA_BROKERS is not a list of brokers. Write HOST:PORT,HOST:PORT',
  ],
  [
    { KAFKA_BROKERS: 'u:SEKRET@a:9092' },
    'KAFKA variables: KAFKA_BROKERS is not a list of brokers. Write HOST:PORT,HOST:PORT',
  ],
  [
    { KAFKA_BROKERS: 'a:65536' },
    'KAFKA variables: KAFKA_BROKERS is not a list of brokers. Write HOST:PORT,HOST:PORT',
  ],
  [
    { KAFKA_BROKERS: ',' },
    'KAFKA variables: KAFKA_BROKERS is not a list of brokers. Write HOST:PORT,HOST:PORT',
  ],
  [
    { PROMETHEUS_URL: 'http://metrics.example.com' },
    'Prometheus: metrics.example.com is not on this machine and was not contacted',
  ],
  [
    { PROMETHEUS_URL: 'http://u:SEKRET@127.0.0.1' },
    'Prometheus: PROMETHEUS_URL is not an http address without credentials. Write http://HOST:PORT',
  ],
  [
    { PROMETHEUS_URL: 'http://127.0.0.1:9/?token=SEKRET' },
    'Prometheus: PROMETHEUS_URL has a query or a fragment',
  ],
  [{ PROMETHEUS_URL: 'http://h:9090/#SEKRET' }, 'Prometheus: PROMETHEUS_URL has a query or a fragment'],
])('%j is reported without the value, and not used', async (env, message) => {
  const { stdout, profile, all } = await initWith(env);
  expect(stdout).toContain(`not found  ${message}`);
  expect(profile).toBe('');
  expect(all).not.toContain('SEKRET');
});

test.each<[Readonly<Record<string, string>>, string]>([
  [{ PGHOST: '::1' }, 'url: "postgres://[::1]:5432/postgres" }'],
  [
    { PGHOST: 'db', PGPORT: '6432', PGSSLMODE: 'verify-full' },
    '"postgres://db:6432/postgres?sslmode=verify-full" }',
  ],
  [{ PGHOST: 'db', PGUSER: 'ana@corp', PGPASSWORD: '' }, '"postgres://ana%40corp@db:5432/ana%40corp" }'],
  [{ PGHOST: 'db', PGPASSWORD: 'pg-secret-42' }, 'password: "${env:PGPASSWORD}" }'],
  [{ KAFKA_BROKERS: 'SASL_SSL://a:9092,[::1]:9093,' }, 'brokers: ["a:9092", "[::1]:9093"] }'],
])('%j is written', async (env, entry) => {
  const { profile } = await initWith(env);
  expect(profile).toContain(entry);
  expect((await workspace.run(['validate', '--strict', path], env)).code).toBe(0);
});

test.each(sslModes)('the connection of PGSSLMODE=%s is one that the source can open', async (mode) => {
  const { profile } = await initWith({ PGHOST: 'db', PGSSLMODE: mode });
  const url = /url: "([^"]+)"/.exec(profile)?.[1] ?? '';
  expect(resolvePostgresAddress({ url }, {})).toMatchObject({ host: 'db', port: 5432 });
});

test('an empty PROMETHEUS_URL is not set', async () => {
  const { stdout } = await initWith({ PROMETHEUS_URL: '' });
  expect(stdout).toMatch(/Prometheus: http:\/\/127\.0\.0\.1:9090/);
});

longTest('the build information of a Prometheus below a path is requested', async () => {
  const requests: (string | undefined)[] = [];
  await using wire = await localServer((request, response) => {
    requests.push(request.url);
    response.end('{"status":"success","data":{}}');
  });
  const { profile } = await initWith({ PROMETHEUS_URL: `${wire.url}/prom//` });
  expect(requests[0]).toBe('/prom/api/v1/status/buildinfo');
  expect(requests.every((call) => call?.startsWith('/prom/api/v1/'))).toBe(true);
  expect(profile).toContain(`url: "${wire.url}/prom" }`);
});

test('a damaged kubeconfig or compose file is reported with its reason', async () => {
  await workspace.put('kubeconfig', 'contexts: [');
  await workspace.put('compose.yaml', 'services: [');
  const { stdout } = await init('--no-check');
  expect(stdout).toMatch(/^not found {2}kubeconfig: \S/m);
  expect(stdout).toMatch(/^not found {2}compose file: compose\.yaml:1:12: invalid YAML: \S/m);
});

test('a broken file of KUBECONFIG does not hide the others', async () => {
  await workspace.put('bad', 'contexts: [');
  await workspace.put('kubeconfig', kubeconfig);
  const files = { KUBECONFIG: ['none', 'bad', 'kubeconfig'].join(delimiter) };
  const { code, stdout } = await workspace.run(['init', '--env', 'shop/production'], files);
  expect(stdout).toMatch(/^found {6}kubeconfig: context shop-prod, .*; skipped bad:1:\d+: invalid YAML/m);
  expect(stdout).not.toMatch(/invalid YAML.*invalid YAML/s);
  expect(code).toBe(0);
  const entry = `context: shop-prod, kubeconfig: ${JSON.stringify(workspace.path('kubeconfig'))}, namespace: shop`;
  expect(readFileSync(workspace.path(path), 'utf8')).toContain(entry);
});

test.each(['"${file:/etc/hostname}"', '"*"', 'Shop'])('the namespace %s is reported', async (namespace) => {
  await workspace.put('kubeconfig', kubeconfig.replace('namespace: shop', `namespace: ${namespace}`));
  const { stdout } = await init('--no-check');
  expect(stdout).toContain('not found  kubeconfig: the namespace of context shop-prod is not a valid name');
  expect(readFileSync(workspace.path(path), 'utf8')).not.toContain('k8s');
});

test.each(['', 'home'])('the kubeconfig of this directory is not that of HOME=%j', async (home) => {
  await workspace.put('.kube/config', kubeconfig);
  await workspace.put('home/.kube/config', kubeconfig);
  const { stdout } = await workspace.run(['init', '--env', 'shop/production', '--no-check'], {
    KUBECONFIG: '',
    HOME: home,
  });
  expect(stdout).not.toContain('shop-prod');
});

test.each([
  [
    'a file has the name of the directory',
    'profiles',
    [],
    /cannot create the directory profiles: the path exists, but is not a directory \(ENOTDIR\)/,
  ],
  [
    'a part of --out is a file',
    'zz',
    ['--out', 'zz/f'],
    /cannot create the directory zz\/f: a part of the path is not a directory \(ENOTDIR\)/,
  ],
  [
    'a file has the name of the system',
    'out/shop',
    ['--out', 'out'],
    /cannot write out\/shop.*not a directory \(ENOTDIR\)/,
  ],
])('%s: the error names the path and --out, without a stack', async (_name, file, flags, says) => {
  await workspace.put('compose.yaml', compose);
  await workspace.put(file, 'mine');
  const { code, stderr } = await init('--no-check', ...flags);
  expect(stderr).toMatch(says);
  expect(stderr).toContain('Nothing was written. Choose another directory with --out.');
  expect(stderr).not.toMatch(/internal error|\n {4}at /);
  expect(code).toBe(4);
});

test.each(['profiles/shop/production.yml', 'profiles/shop/eu.yaml', 'profiles/shop-prod.yaml'])(
  'a profile of the environment in %s counts as existing',
  async (file) => {
    await workspace.put('compose.yaml', compose);
    const mine = 'opsdeck: 1\nsystem: shop\nenv: production\ntier: production\n';
    await workspace.put(file, mine);
    const { code, stderr } = await init('--no-check');
    expect(stderr).toContain(`opsdeck: ${file} already exists. Nothing was written.`);
    expect(code).toBe(4);
    expect(readFileSync(workspace.path(file), 'utf8')).toBe(mine);
    expect(existsSync(workspace.path(path))).toBe(false);
  },
);

test.each([
  ['a directory', () => mkdirSync(workspace.path(path), { recursive: true })],
  [
    'a symbolic link that leads nowhere',
    () => {
      mkdirSync(workspace.path('profiles/shop'), { recursive: true });
      symlinkSync('nowhere', workspace.path(path));
    },
  ],
])('%s with the name of the profile is refused', async (_name, put) => {
  await workspace.put('compose.yaml', compose);
  put();
  const { code, stdout, stderr } = await init('--no-check');
  expect(stderr).toContain(`${path} already exists and is not a file`);
  expect(stdout).not.toContain('wrote');
  expect(code).toBe(4);
  expect(readdirSync(workspace.path('profiles/shop'))).toEqual(['production.yaml']);
});

test.each([
  [['--profiles', 'mine'], 'mine/shop/production.yaml', 'mine'],
  [['--profiles', 'mine', '--out', 'other'], 'other/shop/production.yaml', 'other/shop'],
])('%j is the directory of the profile', async (flags, file, next) => {
  await workspace.put('compose.yaml', compose);
  const { code, stdout } = await init('--no-check', ...flags);
  expect(code).toBe(0);
  expect(stdout).toContain(`wrote      ${file}: `);
  expect(stdout).toContain(`Next: opsdeck --profiles ${next} --env shop/production`);
  expect(existsSync(workspace.path(file))).toBe(true);
  expect(existsSync(workspace.path('profiles'))).toBe(false);
});
