import { describe, expect, test } from 'vitest';
import { parseKubeconfig } from '../../../src/clients/kubernetes/kubeconfig.ts';

const read = (source: string) => parseKubeconfig(source, '/home/ana/.kube/config');
const cluster = (fields: string) =>
  read(`clusters:\n- name: prod\n  cluster:\n    server: https://prod:6443\n${fields}`).clusters[0]?.read();
const user = (fields: string) => read(`users:\n- name: ana\n  user:\n${fields}`).users[0]?.read();
const indented = (...lines: readonly string[]): string => lines.map((line) => `    ${line}\n`).join('');

describe('clusters', () => {
  test.each<[string, string, object]>([
    ['CA inline', 'certificate-authority-data: Q0E=', { caData: 'Q0E=' }],
    ['CA file, absolute', 'certificate-authority: /etc/ca.crt', { caFile: '/etc/ca.crt' }],
    ['CA file, relative', 'certificate-authority: pki/ca.crt', { caFile: '/home/ana/.kube/pki/ca.crt' }],
    ['insecure-skip-tls-verify', 'insecure-skip-tls-verify: true', { insecure: true }],
    ['server name', 'tls-server-name: kube', { serverName: 'kube' }],
    ['HTTP proxy', 'proxy-url: http://proxy:3128', { proxyUrl: 'http://proxy:3128' }],
    ['HTTPS proxy', 'proxy-url: https://proxy', { proxyUrl: 'https://proxy' }],
    ['SOCKS5 proxy', 'proxy-url: socks5://u:p@proxy', { proxyUrl: 'socks5://u:p@proxy' }],
    ['no compression', 'disable-compression: true', { disableCompression: true }],
  ])('%s', (_, field, expected) => {
    expect(cluster(indented(field))).toEqual({
      name: 'prod',
      server: 'https://prod:6443',
      insecure: false,
      ...expected,
    });
  });

  test.each([
    ['https://prod:6443/', 'https://prod:6443'],
    ['https://prod/k8s/clusters/c-1', 'https://prod/k8s/clusters/c-1'],
    ['prod:8080', 'http://prod:8080'],
  ])('the server %s is %s', (server, expected) => {
    expect(
      read(`clusters: [{ name: a, cluster: { server: "${server}" } }]`).clusters[0]?.read(),
    ).toMatchObject({ server: expected });
  });

  test('a server without a scheme uses https if TLS is configured', () => {
    const source =
      'clusters: [{ name: a, cluster: { server: "prod:6443", insecure-skip-tls-verify: true } }]';
    expect(read(source).clusters[0]?.read().server).toBe('https://prod:6443');
  });
});

describe('users', () => {
  test.each<[string, readonly string[], object]>([
    ['token', ['token: t'], { token: 't' }],
    ['token file, relative', ['tokenFile: run/token'], { tokenFile: '/home/ana/.kube/run/token' }],
    [
      'client certificate inline',
      ['client-certificate-data: Qw==', 'client-key-data: Sw=='],
      { certData: 'Qw==', keyData: 'Sw==' },
    ],
    [
      'client certificate in files',
      ['client-certificate: ana.crt', 'client-key: ../ana.key'],
      { certFile: '/home/ana/.kube/ana.crt', keyFile: '/home/ana/ana.key' },
    ],
    ['basic auth', ['username: ana', 'password: p'], { username: 'ana', password: 'p' }],
    ['auth-provider', ['auth-provider: { name: gcp }'], { provider: { name: 'gcp' } }],
    [
      'exec plugin',
      [
        'exec:',
        '  apiVersion: client.authentication.k8s.io/v1beta1',
        '  command: aws',
        '  args: [eks, get-token]',
        '  env: [{ name: AWS_PROFILE, value: prod }]',
        '  interactiveMode: Never',
        '  provideClusterInfo: true',
        '  installHint: install aws',
      ],
      {
        exec: {
          apiVersion: 'client.authentication.k8s.io/v1beta1',
          command: 'aws',
          args: ['eks', 'get-token'],
          env: { AWS_PROFILE: 'prod' },
          wantsTerminal: false,
          wantsCluster: true,
          installHint: 'install aws',
        },
      },
    ],
  ])('%s', (_, fields, expected) => {
    expect(user(indented(...fields))).toEqual({
      name: 'ana',
      dir: '/home/ana/.kube',
      groups: [],
      ...expected,
    });
  });

  test('anchors, aliases and merge keys are resolved', () => {
    const source = 'users:\n- name: a\n  user: &base { token: t }\n- name: b\n  user: { <<: *base, as: bob }';
    expect(read(source).users.map((kubeconfigEntry) => kubeconfigEntry.read())).toMatchObject([
      { name: 'a', token: 't' },
      { name: 'b', token: 't', as: 'bob' },
    ]);
  });
});

test('contexts, with and without a namespace, and the current one', () => {
  const { current, contexts } = read(
    'current-context: b\ncontexts:\n- { name: a, context: { cluster: c, user: u } }\n- { name: b, context: { cluster: c, user: u, namespace: bus } }',
  );
  expect(current).toBe('b');
  expect(contexts.map((context) => context.read())).toEqual([
    { name: 'a', cluster: 'c', user: 'u' },
    { name: 'b', cluster: 'c', user: 'u', namespace: 'bus' },
  ]);
});

describe('errors name file, line and column, and no value', () => {
  const at = (line: number, col: number, what: string): string =>
    `/home/ana/.kube/config:${line}:${col}: ${what}`;
  test.each<[string, () => unknown, string]>([
    ['tab', () => read('users:\n\t- s3cret'), at(2, 1, 'invalid YAML: tab as indent')],
    ['duplicate key', () => read('users: []\nusers: []'), at(2, 1, 'invalid YAML: duplicate key')],
    ['two documents', () => read('a: 1\n---\nb: 2'), at(2, 1, 'invalid YAML: multiple docs')],
    [
      'list instead of a mapping',
      () => read('- s3cret'),
      at(1, 1, 'the top level of the file must be a mapping of keys to values'),
    ],
    ['text instead of a list', () => read('users: s3cret'), at(1, 8, 'users must be a list')],
    [
      'text instead of an entry',
      () => read('users:\n- s3cret'),
      at(2, 3, 'an entry of users must be a mapping'),
    ],
    ['number as a token', () => user('    token: 1234567'), at(4, 12, 'token must be a string')],
    [
      'text as a boolean',
      () => cluster('    insecure-skip-tls-verify: "true"'),
      at(5, 31, 'insecure-skip-tls-verify must be true or false'),
    ],
    [
      'no server',
      () => read('clusters:\n- name: prod\n  cluster: {}').clusters[0]?.read(),
      at(3, 12, 'cluster "prod" has no server. Add server: https://HOST:PORT to the cluster'),
    ],
    [
      'invalid server address',
      () => read('clusters: [{ name: a, cluster: { server: "ftp://s3cret" } }]').clusters[0]?.read(),
      at(1, 42, 'server of the cluster must be an address such as https://HOST:PORT'),
    ],
    [
      'unsupported proxy scheme',
      () => cluster('    proxy-url: socks4://s3cret@proxy'),
      at(5, 16, 'proxy-url must begin with http://, https:// or socks5:// and a host'),
    ],
    [
      'context without a cluster',
      () => read('contexts:\n- name: a\n  context: { user: u }').contexts[0]?.read(),
      at(3, 12, 'context "a" names no cluster. Add cluster: to the context'),
    ],
    [
      'exec with a removed API version',
      () => user('    exec: { apiVersion: client.authentication.k8s.io/v1alpha1, command: aws }'),
      at(
        4,
        25,
        'apiVersion must be client.authentication.k8s.io/v1 or client.authentication.k8s.io/v1beta1. Regenerate this entry with a newer version of the login tool',
      ),
    ],
    [
      'exec without a command',
      () => user('    exec: {}'),
      at(4, 11, 'exec has no command. Add command: to the entry'),
    ],
    [
      'unknown interactiveMode',
      () => user('    exec: { command: aws, interactiveMode: Sometimes }'),
      at(4, 44, 'interactiveMode must be one of Never, IfAvailable, Always'),
    ],
    [
      'environment variable without a name',
      () => user('    exec: { command: aws, env: [{ value: s3cret }] }'),
      at(4, 33, 'an env entry of exec has no name. Add name: to the entry'),
    ],
  ])('%s', (_, work, message) => {
    expect(work).toThrow(expect.objectContaining({ kind: 'malformed', message }));
    expect(message).not.toContain('s3cret');
  });

  test('an invalid entry only affects contexts that refer to it', () => {
    const { users } = read('users:\n- name: a\n  user: { token: 5 }\n- name: b\n  user: { token: t }');
    expect(users[1]?.read()).toMatchObject({ token: 't' });
    expect(() => users[0]?.read()).toThrow(/:3:18: token must be a string/);
  });
});
