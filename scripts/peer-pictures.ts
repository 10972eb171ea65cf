import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs, promisify } from 'node:util';
import { Resvg } from '@resvg/resvg-js';
import { monospaceFamily, noFont } from './shot/font.ts';
import { openPtyTerminal, type PtyTerminal } from './shot/pty-terminal.ts';
import { svgOf } from './shot/svg.ts';

const usage = `npm run peer-pictures -- [--out DIR]
Draws opsdeck and other terminal programs that are installed (btop, k9s, lazygit, lnav), all in the same terminal of 120x36.
  --out DIR    where the pictures are written; default docs/gallery
  --only NAME  one of the pictures: opsdeck-overview, opsdeck-pods, opsdeck-logs, btop, k9s, lazygit, lnav`;

const size = { columns: 120, rows: 36 } as const;
const launcher = fileURLToPath(new URL('../bin/opsdeck.js', import.meta.url));
const checkout = fileURLToPath(new URL('..', import.meta.url));
const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** A picture of one program. */
interface Picture {
  readonly name: string;
  readonly argv: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** Keys to press, each after a wait. */
  readonly keys?: readonly string[];
  readonly waitMs: number;
}

/** The path of a program in PATH; undefined if it is not installed. */
const installed = (program: string): string | undefined =>
  (process.env.PATH ?? '')
    .split(delimiter)
    .map((dir) => join(dir, program))
    .find((path) => existsSync(path));

const draw = async (pty: PtyTerminal, path: string, family: string): Promise<void> => {
  const svg = svgOf(pty.terminal, { title: '', font: family });
  const font = { loadSystemFonts: true, defaultFontFamily: family, monospaceFamily: family };
  await writeFile(path, new Resvg(svg, { font }).render().asPng());
};

const opsdeck = (...args: readonly string[]): readonly string[] => [process.execPath, launcher, ...args];

const accessReview = { apiVersion: 'authorization.k8s.io/v1', kind: 'SelfSubjectAccessReview' };

/** The kubeconfig of a cluster without login behind a proxy that logs in: other programs send no token without TLS. */
const kubeconfigBehindProxy = async (
  kubeconfig: string,
  path: string,
): Promise<AsyncDisposable & { readonly kubeconfig: string }> => {
  const { clusters, users } = JSON.parse(await readFile(kubeconfig, 'utf8'));
  const { server } = clusters[0].cluster;
  const { token } = users[0].user;
  const proxy = createServer((from, to) => {
    // k9s asks in protobuf what it may do, which the simulator does not speak.
    if (from.url?.endsWith('/selfsubjectaccessreviews') === true) {
      from.resume();
      to.writeHead(201, { 'content-type': 'application/json' });
      to.end(JSON.stringify({ ...accessReview, status: { allowed: true } }));
      return;
    }
    const headers = { ...from.headers, authorization: `Bearer ${token}` };
    const sent = request(new URL(from.url ?? '/', server), { method: from.method, headers }, (answer) => {
      to.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(to);
    });
    sent.on('error', () => to.destroy());
    to.on('close', () => sent.destroy());
    from.pipe(sent);
  });
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
  const { port } = proxy.address() as AddressInfo;
  await writeFile(
    path,
    JSON.stringify({
      ...{ apiVersion: 'v1', kind: 'Config', 'current-context': 'production', users: [{ name: 'admin' }] },
      clusters: [{ name: 'production', cluster: { server: `http://127.0.0.1:${port}` } }],
      contexts: [
        { name: 'production', context: { cluster: 'production', user: 'admin', namespace: 'microservices' } },
      ],
    }),
  );
  return {
    kubeconfig: path,
    [Symbol.asyncDispose]: async () => {
      proxy.closeAllConnections();
      await new Promise((resolve) => proxy.close(resolve));
    },
  };
};

/** Starts the simulator of saga with a memory leak, and returns its kubeconfig. */
const simulatedCluster = async (): Promise<AsyncDisposable & { readonly kubeconfig: string }> => {
  const pty = openPtyTerminal(
    opsdeck('simulator', '--system', 'saga', '--scenario', 'memory-leak', '--json'),
    { columns: 4000, rows: 50 },
  );
  await pty.until((screen) => screen.join('').includes('world.kubeconfig'), 'the address of the cluster');
  const [, kubeconfig = ''] = /"world\.kubeconfig":"([^"]+)"/.exec(pty.output()) ?? [];
  return { kubeconfig, [Symbol.asyncDispose]: () => pty[Symbol.asyncDispose]() };
};

/** The lines of the demo during an incident, in a file. */
const writeLogs = async (path: string): Promise<void> => {
  const args = ['logs', '--env', 'demo/production', '--rehearse', 'dependency-down', '--tail', '2000'];
  const pty = openPtyTerminal(['sh', '-c', `"$0" "$@" > "${path}"`, ...opsdeck(...args)], size);
  await pty.exited;
  await pty[Symbol.asyncDispose]();
};

/** A repository with the profiles of the demo, in two commits. */
const writeRepository = async (path: string): Promise<void> => {
  await cp(join(checkout, 'profiles', 'demo'), path, { recursive: true });
  const git = (...args: readonly string[]) =>
    promisify(execFile)('git', [
      '-C',
      path,
      '-c',
      'user.name=Ana',
      '-c',
      'user.email=ana@example.com',
      ...args,
    ]);
  await git('init', '-q', '-b', 'main');
  await git('add', 'base.yaml');
  await git('commit', '-qm', 'Describe the shop');
  await git('add', '.');
  await git('commit', '-qm', 'Add the runbooks and the environments');
};

const picturesOf = (kubeconfig: string, logs: string, repository: string): readonly Picture[] => {
  const peers: readonly (readonly [string, readonly string[], Omit<Picture, 'name' | 'argv'>])[] = [
    ['btop', [], { waitMs: 8000 }],
    [
      'k9s',
      ['--kubeconfig', kubeconfig, '-n', 'microservices', '-c', 'pods'],
      { waitMs: 12_000, keys: ['\r', ':pods\r', ''] },
    ],
    ['lazygit', ['-p', repository], { waitMs: 6000, keys: ['\r', '4', 'j'] }],
    ['lnav', [logs], { waitMs: 6000 }],
  ];
  return [
    {
      name: 'opsdeck-overview',
      argv: opsdeck('--env', 'saga/production', '--rehearse', 'memory-leak'),
      waitMs: 75_000,
    },
    {
      name: 'opsdeck-pods',
      argv: opsdeck('--env', 'saga/production', '--rehearse', 'memory-leak'),
      waitMs: 75_000,
      keys: ['6', 'z'],
    },
    {
      name: 'opsdeck-logs',
      argv: opsdeck('--env', 'demo/production', '--rehearse', 'dependency-down'),
      waitMs: 60_000,
      keys: ['L'],
    },
    ...peers.flatMap(([program, args, more]) => {
      const path = installed(program);
      if (path === undefined) console.error(`${program} is not installed: no picture of it`);
      return path === undefined ? [] : [{ name: program, argv: [path, ...args], ...more }];
    }),
  ];
};

const { values } = parseArgs({
  options: {
    out: { type: 'string', default: 'docs/gallery' },
    only: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
});
const family = monospaceFamily();
if (values.help) console.log(usage);
else if (family === undefined) {
  console.error(noFont);
  process.exitCode = 2;
} else {
  await mkdir(values.out, { recursive: true });
  const dir = await mkdtemp(join(tmpdir(), 'opsdeck-peers-'));
  try {
    const logs = join(dir, 'shop.log');
    await writeLogs(logs);
    const repository = join(dir, 'shop');
    await writeRepository(repository);
    await using cluster = await simulatedCluster();
    await using proxy = await kubeconfigBehindProxy(cluster.kubeconfig, join(dir, 'kubeconfig.json'));
    for (const { name, argv, keys = [], waitMs } of picturesOf(proxy.kubeconfig, logs, repository)) {
      if (values.only !== undefined && values.only !== name) continue;
      const home = join(dir, name);
      await mkdir(join(home, 'opsdeck'), { recursive: true, mode: 0o700 });
      // The offer of the first start is not for a picture.
      await writeFile(join(home, 'opsdeck', 'tour'), 'offered\n');
      // Its list of processes would show this machine.
      await mkdir(join(home, 'btop'));
      await writeFile(join(home, 'btop', 'btop.conf'), 'shown_boxes = "cpu mem net"\n');
      await using pty = openPtyTerminal(argv, {
        ...size,
        env: { HOME: home, XDG_CONFIG_HOME: home, XDG_STATE_HOME: home },
      });
      await sleep(waitMs);
      for (const key of keys) {
        pty.press(key);
        await sleep(2500);
      }
      await draw(pty, join(values.out, `beside-${name}.png`), family);
      console.log(join(values.out, `beside-${name}.png`));
    }
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}
