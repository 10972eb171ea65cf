import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { startKubeServer } from '../support/kube.ts';
import { openPlace, type Place } from '../support/place.ts';
import {
  type Contest,
  cockpit,
  installed,
  type Load,
  loadInPipe,
  loadOnScreen,
  loadPeriodMs,
  type Outcome,
  race,
  untilSeen,
  wholeRun,
} from './contest.ts';

const pods = 10_000;
const rounds = 5;
const streams = 50;
const perSecond = 200;

/** Writes a profile of this cluster; returns the command line for it. */
const clusterProfile = async (dir: string, kubeconfig: string): Promise<readonly string[]> => {
  await writeFile(
    join(dir, 'dev.yaml'),
    `opsdeck: 1\nsystem: bench\nenv: dev\ntier: dev\nsources:\n  k8s: { type: kubernetes, kubeconfig: "${kubeconfig}", context: bench, namespace: shop, every: 10s, timeout: 20s }\n`,
  );
  return ['--env', 'bench/dev', '--profiles', dir];
};

/** Without this, k9s asks a server on the Internet for its newest release. */
const keepK9sLocal = async ({ env }: Place): Promise<void> => {
  const dir = join(env.XDG_CONFIG_HOME ?? '', 'k9s');
  await mkdir(dir, { recursive: true });
  await writeFile(join(dir, 'config.yaml'), 'k9s: { skipLatestRevCheck: true }\n');
};

/** 10,000 pods on the screen or printed, and the load of watching them. */
const listing = async (): Promise<readonly Outcome[]> => {
  await using place = await openPlace();
  await using server = await startKubeServer(pods, place.dir);
  const args = await clusterProfile(place.dir, server.kubeconfig);
  await keepK9sLocal(place);
  const kubectl = installed('kubectl');
  const k9s = installed('k9s');
  const kube = ['--kubeconfig', server.kubeconfig, '-n', 'shop'];
  const keys = { keys: '66', after: /6 Pods/ };
  const inPods = new RegExp(`Pods  ${pods.toLocaleString('en')}`);
  const watched = async (): Promise<Load> => loadOnScreen([...cockpit, ...args], place, inPods, keys);
  const last = new RegExp(`pod-0${pods - 1}`);
  const opened: Contest = {
    title: `Show ${pods.toLocaleString('en')} pods`,
    work: 'one namespace, lists of 500 on loopback; from start until every pod is counted on the screen (opsdeck, k9s) or printed (kubectl)',
    unit: 'ms',
    entries: [
      { program: 'opsdeck, Pods', measure: () => untilSeen([...cockpit, ...args], place, inPods, keys) },
      {
        program: 'kubectl get pods',
        measure:
          kubectl === undefined ? undefined : () => wholeRun([kubectl, ...kube, 'get', 'pods'], place, last),
      },
      {
        program: 'k9s',
        measure:
          k9s === undefined ? undefined : () => untilSeen([k9s, ...kube, '-c', 'pods'], place, /\[10,000\]/),
      },
    ],
    note: 'opsdeck decodes full objects of 6 KB each, because its other panes need them; kubectl asks the server for a table of five columns.',
  };
  const loads = new Map<string, Load>();
  const loadOf =
    (program: string, load: () => Promise<Load>): (() => Promise<number>) =>
    async () => {
      loads.set(program, await load());
      return (loads.get(program)?.cpu ?? Number.NaN) * 100;
    };
  const watchers = [
    { program: 'opsdeck, Pods', load: watched },
    {
      program: 'kubectl get pods --watch',
      load:
        kubectl === undefined
          ? undefined
          : () => loadInPipe([kubectl, ...kube, 'get', 'pods', '--watch'], place),
    },
    {
      program: 'k9s',
      load:
        k9s === undefined ? undefined : () => loadOnScreen([k9s, ...kube, '-c', 'pods'], place, /\[10,000\]/),
    },
  ];
  const idle: Contest = {
    title: `Idle, watching ${pods.toLocaleString('en')} pods: CPU`,
    work: 'nothing changes; 5 s after it has settled',
    unit: '% of a core',
    entries: watchers.map(({ program, load }) => ({
      program,
      measure: load === undefined ? undefined : loadOf(program, load),
    })),
  };
  const idleOutcome = await race(idle, 1);
  const memory: Contest = {
    ...idle,
    title: `Idle, watching ${pods.toLocaleString('en')} pods: memory`,
    unit: 'MiB',
    entries: watchers.map(({ program, load }) => ({
      program,
      measure: load === undefined ? undefined : async () => loads.get(program)?.mib ?? Number.NaN,
    })),
  };
  return [await race(opened, rounds), idleOutcome, await race(memory, 1)];
};

/** Logs of 50 containers followed in one stream of lines. */
const following = async (): Promise<readonly Outcome[]> => {
  await using place = await openPlace();
  await using server = await startKubeServer(streams, place.dir, perSecond);
  const args = await clusterProfile(place.dir, server.kubeconfig);
  const stern = installed('stern');
  const perThousand = async (load: Promise<Load & { readonly lines: number }>): Promise<number> => {
    const { cpu, lines } = await load;
    if (lines === 0) throw new Error('no line arrived');
    return (cpu * loadPeriodMs * 1000) / lines;
  };
  const ours = [...cockpit, 'logs', ...args, '--follow', '--tail', '0'];
  const theirs = [
    '--kubeconfig',
    server.kubeconfig,
    '-n',
    'shop',
    '--tail',
    '0',
    '--max-log-requests',
    '100',
    '--color',
    'never',
    '.',
  ];
  return [
    await race(
      {
        title: `Follow ${streams} containers`,
        work: `${perSecond} lines/s each, printed to a pipe; CPU time per 1,000 lines over 5 s`,
        unit: 'ms',
        entries: [
          { program: 'opsdeck logs --follow', measure: () => perThousand(loadInPipe(ours, place)) },
          {
            program: 'stern',
            measure:
              stern === undefined ? undefined : () => perThousand(loadInPipe([stern, ...theirs], place)),
          },
        ],
      },
      3,
    ),
  ];
};

/** Pods and their logs beside the tools that only show these. */
export const podPeers = async (): Promise<readonly Outcome[]> => [
  ...(await listing()),
  ...(await following()),
];
