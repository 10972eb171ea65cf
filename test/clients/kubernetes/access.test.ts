import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { openKubeAccess } from '../../../src/clients/kubernetes/access.ts';
import type { KubeAccess } from '../../../src/clients/kubernetes/kube-types.ts';
import { toFault } from '../../../src/platform/network/to-fault.ts';
import { certificateOf } from '../../support/certificate.ts';
import { longTest } from '../../support/layer.ts';
import { manualClock } from '../../support/manual-clock.ts';

const { signal } = new AbortController();
let dir = '';
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'opsdeck-kube-access-'));
  // Isolates the test from the machine's own configuration.
  vi.stubEnv('HOME', dir);
  vi.stubEnv('KUBECONFIG', '');
  vi.stubEnv('KUBERNETES_SERVICE_HOST', '');
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(dir, { recursive: true });
});

interface Entry {
  readonly context?: string;
  readonly cluster?: object;
  readonly user?: object;
  readonly namespace?: string;
}

const configOf = (...entries: readonly Entry[]): string =>
  JSON.stringify({
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': entries[0]?.context ?? 'prod',
    clusters: entries.map(({ context = 'prod', cluster }) => ({
      name: `${context}-cluster`,
      cluster: { server: `https://${context}.example:6443/`, ...cluster },
    })),
    users: entries.map(({ context = 'prod', user = {} }) => ({ name: `${context}-user`, user })),
    contexts: entries.map(({ context = 'prod', namespace }) => ({
      name: context,
      context: { cluster: `${context}-cluster`, user: `${context}-user`, namespace },
    })),
  });

const put = async (name: string, text: string): Promise<string> => {
  const path = join(dir, name);
  await writeFile(path, text);
  return path;
};

const openWith = async (entry: Entry, clock = manualClock()): Promise<KubeAccess> =>
  openKubeAccess({ kubeconfig: await put('config', configOf(entry)) }, signal, clock);

const faultOf = async (work: Promise<unknown>) => {
  try {
    await work;
  } catch (error) {
    return toFault('k8s', 'kubeconfig', error, 0);
  }
  throw new Error('no fault');
};

/** A credential plugin that records each of its runs with its input. */
const plugin = async (
  script: string,
): Promise<{ command: string; runs: () => Promise<number>; input: string }> => {
  const book = join(dir, 'runs');
  const input = join(dir, 'input');
  const command = await put(
    'plugin',
    `#!/bin/sh\necho run >> ${book}\necho "$KUBERNETES_EXEC_INFO" > ${input}\n${script}\n`,
  );
  await chmod(command, 0o755);
  const runs = async (): Promise<number> =>
    (await readFile(book, 'utf8').catch(() => '')).split('\n').length - 1;
  return { command, runs, input: input };
};
const credential = (status: object): string =>
  `echo '${JSON.stringify({ apiVersion: 'client.authentication.k8s.io/v1', kind: 'ExecCredential', status })}'`;
const execOf = (command: string, more: object = {}): Entry => ({
  user: { exec: { apiVersion: 'client.authentication.k8s.io/v1', command, ...more } },
});

longTest('a context consists of its cluster, user and namespace', async () => {
  const access = await openWith({
    namespace: 'bus',
    user: { token: 'tok-1234' },
    cluster: { 'tls-server-name': 'kube' },
  });
  expect(access).toMatchObject({
    context: 'prod',
    cluster: 'prod-cluster',
    user: 'prod-user',
    namespace: 'bus',
    server: 'https://prod.example:6443',
    tls: { serverName: 'kube' },
  });
  expect(await access.headers(signal)).toEqual({ authorization: 'Bearer tok-1234' });
});

test.each<[string, object, object]>([
  ['no credentials', {}, {}],
  ['a token', { token: 'tok-1234' }, { authorization: 'Bearer tok-1234' }],
  [
    'a name and a password',
    { username: 'ana', password: 'hunter22' },
    { authorization: 'Basic YW5hOmh1bnRlcjIy' },
  ],
  [
    'an id token of an auth-provider',
    { 'auth-provider': { name: 'oidc', config: { 'id-token': 'id-1234' } } },
    { authorization: 'Bearer id-1234' },
  ],
  [
    'a token that impersonates another user',
    { token: 'tok-1234', as: 'bob', 'as-groups': ['ops'] },
    { authorization: 'Bearer tok-1234', 'impersonate-user': 'bob', 'impersonate-group': ['ops'] },
  ],
  [
    'a token that impersonates a user with groups, a UID and extra fields',
    {
      token: 'tok-1234',
      as: 'bob',
      'as-groups': ['ops', 'dba'],
      'as-uid': 'u-1',
      'as-user-extra': { 'acme.com/Team': ['a', 'b'] },
    },
    {
      authorization: 'Bearer tok-1234',
      'impersonate-user': 'bob',
      'impersonate-group': ['ops', 'dba'],
      'impersonate-uid': 'u-1',
      'impersonate-extra-acme.com%2Fteam': ['a', 'b'],
    },
  ],
  [
    'a token and an exec plugin: the token takes precedence',
    {
      token: 'tok-1234',
      exec: { apiVersion: 'client.authentication.k8s.io/v1', command: 'no-such-login-tool' },
    },
    { authorization: 'Bearer tok-1234' },
  ],
  [
    'a token and a missing token file',
    { token: 'tok-1234', tokenFile: 'none' },
    { authorization: 'Bearer tok-1234' },
  ],
])('a user with %s', async (_, user, headers) => {
  expect(await (await openWith({ user })).headers(signal)).toEqual(headers);
});

test('a token file is found beside the kubeconfig, and reread for each request', async () => {
  const path = await put('token', 'first-token\n');
  const access = await openWith({ user: { tokenFile: 'token' } });
  expect(await access.headers(signal)).toEqual({ authorization: 'Bearer first-token' });
  await writeFile(path, 'second-token');
  expect(await access.headers(signal)).toEqual({ authorization: 'Bearer second-token' });
  await rm(path);
  expect(await faultOf(access.headers(signal))).toMatchObject({
    kind: 'missing',
    message: expect.stringContaining('/token: no such file'),
  });
});

test('certificates are read from the kubeconfig or from files beside it', async () => {
  const { cert, key } = certificateOf('ana', new Date('2027-01-01'));
  await put('ana.crt', cert);
  const data = Buffer.from(key).toString('base64');
  const access = await openWith({
    cluster: { 'certificate-authority-data': Buffer.from(cert).toString('base64') },
    user: { 'client-certificate': 'ana.crt', 'client-key-data': data },
  });
  expect(access.tls).toEqual({ ca: cert, cert, key });
});

test('several files of $KUBECONFIG are merged: the first value wins, a missing file is skipped', async () => {
  const a = await put('a', configOf({ context: 'dev', user: { token: 'dev-token' } }));
  const b = await put('b', configOf({ context: 'prod' }, { context: 'dev', user: { token: 'another' } }));
  vi.stubEnv('KUBECONFIG', `${a}:${join(dir, 'none')}:${b}`);
  expect((await openKubeAccess({}, signal)).context).toBe('dev');
  expect((await openKubeAccess({ context: 'prod' }, signal)).server).toBe('https://prod.example:6443');
  expect(await (await openKubeAccess({ context: 'dev' }, signal)).headers(signal)).toEqual({
    authorization: 'Bearer dev-token',
  });
});

test('an empty HOME is not the working directory', async () => {
  const before = process.cwd();
  await mkdir(join(dir, '.kube'));
  await put('.kube/config', configOf({ context: 'here' }));
  vi.stubEnv('HOME', '');
  process.chdir(dir);
  try {
    expect(await faultOf(openKubeAccess({ context: 'here' }, signal))).toMatchObject({ kind: 'missing' });
  } finally {
    process.chdir(before);
  }
});

test.each<[string, () => Promise<unknown>, string, RegExp, RegExp?]>([
  [
    'a missing context',
    async () =>
      openKubeAccess(
        { kubeconfig: await put('c', configOf({ context: 'dev' }, { context: 'prod' })), context: 'prd' },
        signal,
      ),
    'missing',
    /no context "prd". Contexts: dev, prod/,
    /correct context/,
  ],
  ['no kubeconfig', async () => openKubeAccess({}, signal), 'missing', /no kubeconfig found/, /KUBECONFIG/],
  [
    'a path without a file',
    async () => openKubeAccess({ kubeconfig: join(dir, 'none') }, signal),
    'missing',
    /kubeconfig \S+\/none: file not found/,
  ],
  [
    'a file that is not YAML',
    async () =>
      openKubeAccess({ kubeconfig: await put('c', 'users:\n - token: "s3cret-token\n  x: [') }, signal),
    'malformed',
    /^kubeconfig: kubeconfig \S+\/c:3:7: invalid YAML: missing char$/,
  ],
  [
    'a file that is not a kubeconfig',
    async () => openKubeAccess({ kubeconfig: await put('c', '- a') }, signal),
    'malformed',
    /\/c:1:1: the top level of the file must be a mapping of keys to values/,
  ],
  [
    'an empty file',
    async () => openKubeAccess({ kubeconfig: await put('c', '') }, signal),
    'unconfigured',
    /has no current context/,
    /the kubeconfig defines no contexts/,
  ],
  ['a directory', async () => openKubeAccess({ kubeconfig: dir }, signal), 'malformed', /is a directory/],
  [
    'no current context',
    async () => openKubeAccess({ kubeconfig: await put('c', '{"clusters":[],"contexts":[]}') }, signal),
    'unconfigured',
    /no current context/,
  ],
  [
    'a context with a missing cluster',
    async () =>
      openKubeAccess(
        {
          kubeconfig: await put(
            'c',
            '{"contexts":[{"name":"x","context":{"cluster":"gone","user":""}}],"current-context":"x"}',
          ),
        },
        signal,
      ),
    'malformed',
    /context "x" refers to the cluster "gone"/,
  ],
  [
    'a removed auth-provider',
    () => openWith({ user: { 'auth-provider': { name: 'gcp' } } }),
    'unconfigured',
    /auth-provider gcp/,
    /exec plugin/,
  ],
  [
    'a missing certificate',
    () => openWith({ user: { 'client-certificate': 'gone.crt' } }),
    'missing',
    /gone\.crt: no such file/,
  ],
])('%s has a precise error', async (_, open, kind, message, remedy = /^/) => {
  const fault = await faultOf(open());
  expect(fault).toMatchObject({ kind, message: expect.stringMatching(message) });
  expect(fault.remedy ?? '').toMatch(remedy);
  expect(JSON.stringify(fault)).not.toContain('s3cret');
});

longTest(
  'a token of a plugin is used until its expiry. The plugin learns that no terminal is available',
  async () => {
    const clock = manualClock();
    const until = (ms: number): string => new Date(clock.now() + ms).toISOString();
    const { command, runs, input } = await plugin(
      `read line && exit 9\n${credential({ token: 'plugin-token', expirationTimestamp: until(60_000) })}`,
    );
    const access = await openWith({ ...execOf(command, { provideClusterInfo: true }) }, clock);
    expect(await access.headers(signal)).toEqual({ authorization: 'Bearer plugin-token' });
    await access.headers(signal);
    expect(await runs()).toBe(1);
    expect(JSON.parse(await readFile(input, 'utf8'))).toEqual({
      apiVersion: 'client.authentication.k8s.io/v1',
      kind: 'ExecCredential',
      spec: { interactive: false, cluster: { server: 'https://prod.example:6443' } },
    });
    await clock.advance(61_000);
    await access.headers(signal);
    expect(await runs()).toBe(2);
  },
);

test('concurrent requests share one run of the plugin, and canceling one does not stop it', async () => {
  const { command, runs } = await plugin(`sleep 0.3\n${credential({ token: 'plugin-token' })}`);
  const access = await openWith(execOf(command), manualClock());
  const leaving = new AbortController();
  const abandoned = faultOf(access.headers(leaving.signal));
  const stayed = access.headers(signal);
  leaving.abort(new DOMException('no longer wanted', 'AbortError'));
  expect(await abandoned).toMatchObject({ kind: 'cancelled' });
  expect(await stayed).toEqual({ authorization: 'Bearer plugin-token' });
  expect(await runs()).toBe(1);
});

test('a plugin may return a certificate', async () => {
  const { command } = await plugin(credential({ clientCertificateData: 'CERT', clientKeyData: 'KEY' }));
  const access = await openWith(execOf(command));
  expect(await access.headers(signal)).toEqual({});
  expect(access.tls).toEqual({ cert: 'CERT', key: 'KEY' });
});

test('a plugin that requires a login is reported with its message and a remedy, without secrets', async () => {
  const { command } = await plugin('echo "the token s3cret-token has expired" >&2; echo more >&2; exit 1');
  const access = await openWith(execOf(command, { args: ['--client-secret', 's3cret-token', 'login'] }));
  const fault = await faultOf(access.headers(signal));
  expect(fault).toMatchObject({
    kind: 'denied',
    message: `kubeconfig: login expired: "${command} --client-secret … login" exited with status 1: the token …masked has expired`,
    remedy: `log in manually: ${command} --client-secret … login`,
  });
});

test('a plugin that waits for input is killed after 20 s', async () => {
  const clock = manualClock();
  const { command, runs } = await plugin('echo "open https://login" >&2; exec sleep 60');
  const access = await openWith(execOf(command), clock);
  const fault = faultOf(access.headers(signal));
  while ((await runs()) === 0) await clock.settle();
  await clock.advance(20_000);
  expect(await fault).toMatchObject({
    kind: 'denied',
    message: expect.stringContaining('did not finish: waiting for a login'),
  });
});

test.each<[string, string, object, string, RegExp]>([
  [
    'prints another API version',
    credential({ token: 's3cret' }),
    { apiVersion: 'client.authentication.k8s.io/v1beta1' },
    'malformed',
    /printed apiVersion \S+\/v1, but the kubeconfig expects \S+\/v1beta1$/,
  ],
  [
    'prints no ExecCredential',
    'echo hello s3cret',
    {},
    'malformed',
    /printed no ExecCredential\. Run the command by hand, and log in again$/,
  ],
  [
    'returns no credentials',
    credential({}),
    {},
    'malformed',
    /returned neither a token nor a client certificate/,
  ],
  ['requires a terminal', 'exit 0', { interactiveMode: 'Always' }, 'denied', /requires a terminal/],
])('a plugin that %s', async (_, script, more, kind, message) => {
  const { command } = await plugin(script);
  const fault = await faultOf((await openWith(execOf(command, more))).headers(signal));
  expect(fault).toMatchObject({ kind, message: expect.stringMatching(message) });
});

test('a plugin that is not installed is reported', async () => {
  const fault = await faultOf((await openWith(execOf('no-such-login-tool'))).headers(signal));
  expect(fault).toMatchObject({
    kind: 'missing',
    message: expect.stringContaining('program "no-such-login-tool" not found in PATH'),
  });
});

test('the error of a plugin that is not installed has the install hint of its entry', async () => {
  const installHint = 'brew install no-such-login-tool\nor see https://example.com';
  const access = await openWith(execOf('no-such-login-tool', { installHint }));
  expect(await faultOf(access.headers(signal))).toMatchObject({
    kind: 'missing',
    remedy: expect.stringMatching(/^brew install no-such-login-tool.*example\.com$/),
  });
});

test('a plugin gets the environment variables of its entry, is found beside the kubeconfig, and receives its cluster', async () => {
  const input = join(dir, 'input');
  const command = await put(
    'login.sh',
    `#!/bin/sh\necho "$KUBERNETES_EXEC_INFO" > ${input}\necho '{"kind":"ExecCredential","apiVersion":"client.authentication.k8s.io/v1beta1","status":{"token":"'"$STAGE-$1"'"}}'\n`,
  );
  await chmod(command, 0o755);
  const access = await openWith({
    cluster: {
      'tls-server-name': 'kube',
      'insecure-skip-tls-verify': true,
      'proxy-url': 'socks5://proxy:1080',
      'disable-compression': true,
      extensions: [{ name: 'client.authentication.k8s.io/exec', extension: { audience: 'ops' } }],
    },
    user: {
      exec: {
        apiVersion: 'client.authentication.k8s.io/v1beta1',
        command: './login.sh',
        args: ['token'],
        env: [{ name: 'STAGE', value: 'prod' }],
        interactiveMode: 'IfAvailable',
        provideClusterInfo: true,
      },
    },
  });
  expect(await access.headers(signal)).toEqual({
    authorization: 'Bearer prod-token',
    'accept-encoding': 'identity',
  });
  expect(JSON.parse(await readFile(input, 'utf8')).spec).toEqual({
    interactive: false,
    cluster: {
      server: 'https://prod.example:6443',
      'tls-server-name': 'kube',
      'insecure-skip-tls-verify': true,
      'proxy-url': 'socks5://proxy:1080',
      'disable-compression': true,
      config: { audience: 'ops' },
    },
  });
});

test.each([
  [
    'aws',
    ['eks', 'get-token', '--profile', 'prod'],
    'log in again: aws sso login --profile prod (or renew the keys in use)',
  ],
  ['gke-gcloud-auth-plugin', [], 'log in again: gcloud auth login'],
  ['/usr/bin/kubelogin', ['get-token', '--server-id', 'x'], 'log in again: az login'],
])('the remedy for %s', async (command, args, remedy) => {
  expect((await openWith(execOf(command, { args }))).login.words).toBe(remedy);
});

test('close kills a running plugin', async () => {
  const { command, runs } = await plugin('exec sleep 60');
  const access = await openWith(execOf(command));
  const fault = faultOf(access.headers(signal));
  while ((await runs()) === 0) await manualClock().settle();
  access.close();
  expect(await fault).toMatchObject({ kind: 'cancelled' });
});
