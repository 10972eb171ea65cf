import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { openPtyTerminal } from '../scripts/shot/pty-terminal.ts';
import { type Figure, median, ms } from './support/figure.ts';
import { startKubeServer, wallNow } from './support/kube.ts';
import { launcher, openPlace, type Place } from './support/place.ts';

const pods = 10_000;
const rounds = 5;
const events = 12;
const mostFirst = 300;
const mostAll = 2000;
const mostBytes = 1536;
const mostEvent = 100;

interface Listed {
  readonly began: number;
  readonly firstRows: number;
  readonly allRows: number;
  readonly bytes: number;
}

const program = fileURLToPath(new URL('./programs/kube-list.ts', import.meta.url));

/** Fetches and parses the same list with plain fetch, as a baseline. */
const bareList = async (url: string): Promise<number> => {
  const began = performance.now();
  for (let next: string | undefined = ''; next !== undefined; ) {
    const at = `${url}/api/v1/namespaces/shop/pods?limit=500${next === '' ? '' : `&continue=${next}`}`;
    const list = (await (await fetch(at)).json()) as { metadata: { continue?: string } };
    next = list.metadata.continue;
  }
  return performance.now() - began;
};

const listing = async (place: Place): Promise<readonly Figure[]> => {
  await using server = await startKubeServer(pods, place.dir);
  const [first, all, bare, bytes]: number[][] = [[], [], [], []];
  for (let round = 0; round < rounds; round += 1) {
    const chunk = server.next('first-chunk');
    const argv = ['--expose-gc', program, server.kubeconfig, String(pods)];
    const { stdout } = await promisify(execFile)(process.execPath, argv);
    const listed = JSON.parse(stdout) as Listed;
    first?.push(listed.firstRows - (await chunk).at);
    all?.push(listed.allRows - listed.began);
    bytes?.push(listed.bytes);
    bare?.push(await bareList(server.url));
  }
  const [firstMs, allMs, bareMs, weight] = [first, all, bare, bytes].map((values) => median(values ?? []));
  const from = `${pods} pods in chunks of 500, medians of ${rounds}`;
  return [
    {
      name: 'pods: first rows after the first chunk',
      value: ms(firstMs ?? 0),
      target: `≤ ${mostFirst} ms`,
      met: (firstMs ?? 0) <= mostFirst,
      from,
    },
    {
      name: 'pods: all rows',
      value: ms(allMs ?? 0),
      target: `≤ ${mostAll} ms`,
      met: (allMs ?? 0) <= mostAll,
      from,
    },
    {
      name: 'the same compared with a bare client',
      value: `${((allMs ?? 0) / (bareMs ?? 1)).toFixed(1)} ×`,
      from: `which takes ${ms(bareMs ?? 0)}`,
    },
    {
      name: 'memory of a pod',
      value: `${Math.round(weight ?? 0)} bytes`,
      target: `≤ ${mostBytes} bytes`,
      met: (weight ?? 0) <= mostBytes,
      from: 'heap after collection, rows included',
    },
  ];
};

/** Latency from sending an event to its text on the screen of the real cockpit. */
const watching = async (place: Place): Promise<readonly Figure[]> => {
  await using server = await startKubeServer(pods, place.dir);
  const profile = `opsdeck: 1\nsystem: bench\nenv: dev\ntier: dev\nsources:\n  k8s: { type: kubernetes, kubeconfig: "${server.kubeconfig}", context: bench, namespace: shop, every: 10s, timeout: 20s }\n`;
  await writeFile(join(place.dir, 'dev.yaml'), profile);
  const argv = [process.execPath, launcher, '--env', 'bench/dev', '--profiles', place.dir];
  await using pty = openPtyTerminal(argv, { columns: 120, rows: 36, env: place.env });
  await pty.until((screen) => screen.some((line) => line.includes('6 Pods')), 'the panes', 20_000);
  pty.press('6z');
  await pty.until(
    (screen) => screen.some((line) => line.includes(`Pods  ${pods.toLocaleString('en')}`)),
    'every pod',
    20_000,
  );
  await pty.quiet(500, 5000);
  const took: number[] = [];
  for (let round = 0; round < events; round += 1) {
    const name = `pod-0${9000 + round}`;
    const sent = server.next('sent');
    server.crash(9000 + round);
    const { at } = await sent;
    await pty.until((screen) => screen.some((line) => line.includes(name)), `${name} in CrashLoopBackOff`);
    took.push(wallNow() - at);
    await pty.quiet(300, 3000);
  }
  const middle = median(took);
  return [
    {
      name: 'a watch event on the screen',
      value: ms(middle),
      target: `≤ ${mostEvent} ms`,
      met: middle <= mostEvent,
      from: `${pods} pods, ${events} events, ${took.map((value) => value.toFixed(0)).join(', ')}`,
    },
  ];
};

/** 10,000 pods: time to load, memory, and latency of a change. */
export const kubePods = async (): Promise<readonly Figure[]> => {
  await using place = await openPlace();
  return [...(await listing(place)), ...(await watching(place))];
};
