import { readFileSync, writeFileSync } from 'node:fs';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { ingressHostsIn } from '../../../src/cli/discovery/ingress-hosts.ts';
import { openWorkspace, type Workspace } from '../../simulation/workspace.ts';
import { longTest } from '../../support/layer.ts';
import { proxyKubeconfig, serviceProxy } from '../../support/service-proxy.ts';

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

const paths = (...all: readonly string[]) => ({
  paths: all.map((path) => ({ path, pathType: 'Prefix', backend: { service: { name: 'web' } } })),
});
const ingress = (rules: readonly object[], tls: readonly string[] = [], name = 'web') => ({
  metadata: { name, namespace: 'shop' },
  spec: { rules, ...(tls.length === 0 ? {} : { tls: [{ hosts: tls, secretName: 'cert' }] }) },
});

const listPath = '/apis/networking.k8s.io/v1/namespaces/shop/ingresses';
const clusterWith = (...items: readonly object[]) => ({
  services: [],
  answers: {},
  objects: { [listPath]: { kind: 'IngressList', metadata: {}, items } },
});
const shop = clusterWith(
  ingress([{ host: 'shop.example.com', http: paths('/') }], ['shop.example.com']),
  ingress([{ host: 'api.example.com', http: paths('/v1', '/v2') }], [], 'api'),
);

const use = async (url: string): Promise<Readonly<Record<string, string>>> => {
  await workspace.put('kubeconfig', proxyKubeconfig(url));
  // The Kubernetes client merges the files of this variable, as kubectl does.
  vi.stubEnv('KUBECONFIG', workspace.path('kubeconfig'));
  return { KUBECONFIG: workspace.path('kubeconfig') };
};

test('each host of an Ingress is listed once, with the scheme of its certificates and a path that it serves', () => {
  const hosts = ingressHostsIn([
    ingress([{ host: 'a.example.com', http: paths('/app', '/') }]),
    ingress([{ host: 'a.example.com' }], ['*.example.com'], 'tls'),
    ingress([{ host: 'deep.a.example.com', http: paths('/app') }], ['*.example.com']),
    ingress([{ host: 'b.example.com', http: paths('/api(/|$)(.*)') }]),
  ]);
  expect(hosts.map(({ scheme, host, path }) => `${scheme}://${host}${path}`)).toEqual([
    'https://a.example.com/',
    'http://deep.a.example.com/app',
    'http://b.example.com/',
  ]);
});

test.each([
  '*.example.com',
  '',
  'a b',
  'a\n- x: y',
  'user:pw@host',
  'host:80',
  'host/path',
  '${exec:id}',
  undefined,
  7,
])('%j is no host that can be requested', (host) => {
  expect(ingressHostsIn([ingress([{ host, http: paths('/') }])])).toEqual([]);
});

test('hosts are offered, and not requested: here names them, and opens no source for them', async () => {
  await using server = await serviceProxy(shop);
  const { stdout, stderr } = await workspace.run(['check', '--env', 'here', '--json'], await use(server.url));
  expect(stderr).toContain(
    'opsdeck: hosts of ingresses: 2 hosts: offered as HTTP checks in comments of a saved profile, and not requested',
  );
  expect(stdout).not.toContain('example.com');
  // The source of the cluster begins with the list of the search.
  expect(server.asked.filter((call) => call.includes('/ingresses'))).toEqual([`GET ${listPath}?limit=500`]);
});

test('init writes a check of each host as a comment; without it, the check is an entry', async () => {
  await using server = await serviceProxy(shop);
  const env = await use(server.url);
  expect((await workspace.run(['init', '--no-check', '--env', 'shop/dev'], env)).code).toBe(0);
  const file = workspace.path('profiles/shop/dev.yaml');
  const text = readFileSync(file, 'utf8');
  expect(text).toContain(
    `  # Ingress shop/web
  # shop-example-com: { type: http, url: "https://shop.example.com", checks: [{ service: shop.example.com, path: "/" }], every: "1m" }
  # Ingress shop/api
  # api-example-com: { type: http, url: "http://api.example.com", checks: [{ service: api.example.com, path: "/v1" }], every: "1m" }`,
  );
  writeFileSync(file, text.replaceAll(/^ {2}# (?=\S+-example-com: )/gm, '  '));
  const validated = await workspace.run(['validate', '--strict', 'profiles/shop/dev.yaml'], env);
  expect([validated.code, validated.stderr]).toEqual([0, '0 errors, 0 warnings\n']);
});

longTest('a search that is off, or that the account may not make, is no obstacle', async () => {
  await using denying = await serviceProxy({
    ...shop,
    denied: (path) => (path.startsWith(listPath) ? 'ingresses is forbidden' : undefined),
  });
  const denied = await workspace.run(['check', '--env', 'here'], await use(denying.url));
  expect(denied.stderr).not.toContain('ingresses');
  await using server = await serviceProxy(shop);
  const off = { ...(await use(server.url)), OPSDECK_INGRESS_HOSTS: 'off' };
  const { stderr } = await workspace.run(['check', '--env', 'here'], off);
  expect(stderr).not.toContain('ingresses');
});
