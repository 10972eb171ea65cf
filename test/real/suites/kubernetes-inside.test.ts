import { rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { SignalSpec, SourceEntry, ViaSpec } from '../../../src/domain/profile/profile.ts';
import { systemClock } from '../../../src/platform/runtime/clock.ts';
import { entryOf, openRemote, type RemoteFixture, signalOf } from '../../engine/via/remote-fixture.ts';
import {
  type Cluster,
  dropNamespace,
  kubeconfigOf,
  makeNamespace,
  openCluster,
} from '../kubernetes/cluster.ts';
import { deployment } from '../kubernetes/objects.ts';
import { readyPods } from '../kubernetes/pods.ts';
import { underTest } from '../setting.ts';

const server = underTest();
const namespace = 'inside';
const box = {
  name: 'box',
  namespace,
  place: 'true' as const,
  replicas: 2,
  script: [
    'mkdir -p /data/sub',
    'printf "name,depth\\nq,7\\n" >/data/queue.csv',
    'printf "$HOSTNAME\\n" >/data/sub/who.log',
    'while :; do echo "a line" >>/data/app.log; sleep 0.2; done',
  ].join('; '),
};
const via: ViaSpec = { source: 'k8s', target: 'deployment/box' };

let cluster: Cluster;
let pods: readonly string[];

const open = (sources: readonly SourceEntry[], signals: readonly SignalSpec[] = []): Promise<RemoteFixture> =>
  openRemote(
    systemClock(),
    [
      entryOf('kubernetes', 'k8s', { kubeconfig: kubeconfigOf(server), namespace, facts: ['pods'] }),
      ...sources,
    ],
    signals,
    [{ name: 'all', include: [], exclude: [] }],
  );

const checks = (...runs: readonly (readonly [service: string, ...run: string[]])[]): SourceEntry =>
  entryOf(
    'script',
    'checks',
    { timeout: '2s', checks: runs.map(([service, ...run]) => ({ service, run })) },
    via,
  );

describe('programs and files in the containers of a real node', () => {
  beforeAll(async () => {
    cluster = await openCluster(server);
    await makeNamespace(cluster, namespace);
    await cluster.apply(deployment(box));
    pods = (await readyPods(cluster, box, 2)).map(({ metadata }) => metadata.name).sort();
  });
  afterAll(async () => {
    await dropNamespace(cluster, namespace);
    await cluster[Symbol.asyncDispose]();
  });

  test('runs a check in all pods: output, exit status, a missing program and a hanging one', async () => {
    await using inside = await open([
      checks(
        ['who', 'sh', '-c', 'echo "OK - $HOSTNAME"'],
        ['words', 'echo', '$(id); `id`', "it's"],
        ['bad', 'sh', '-c', 'echo "CRITICAL - no" >&2; exit 2'],
        ['none', 'no-such-check'],
        ['closed', '/data/queue.csv'],
        ['hangs', 'sleep', '1000'],
      ),
    ]);
    await inside.read();
    const [first] = pods;
    expect(inside.health().filter((row) => row.includes(first ?? ''))).toEqual([
      `who ${first} up OK - ${first}`,
      `words ${first} up $(id); \`id\` it's`,
      `bad ${first} down CRITICAL - no`,
      `none ${first} unknown no \`no-such-check\` in this container`,
      `closed ${first} unknown \`/data/queue.csv\` cannot be run in this container: permission denied`,
      `hangs ${first} down no answer in 2s`,
    ]);
    expect(inside.health()).toHaveLength(12);
    // Closing the connection does not end the program: the next one is delayed.
    await inside.read();
    expect(inside.health()).toContainEqual(
      expect.stringMatching(`^hangs ${first} down an earlier run has not ended there. Next attempt in `),
    );
    await using later = await open([checks(['left', 'sh', '-c', 'ps | grep "[s]leep 1000$" | wc -l'])]);
    await later.read();
    expect(later.health()).toEqual(pods.map((pod) => `left ${pod} up 1`));
  });

  test('files: sizes, the newest match of a glob, a column, appended lines', async () => {
    const files = entryOf('file', 'files', { paths: ['/data/*.log'] }, via);
    await using inside = await open(
      [files],
      [
        signalOf('depth', 'files', { csv: '/data/queue.csv', column: 'depth' }),
        signalOf('count', 'files', { newest: '/data/**/*.log', read: 'count' }),
        signalOf('age', 'files', { age: '/data/app.log' }),
        signalOf('none', 'files', { exists: '/data/none' }),
        signalOf('lines', 'files', { lines: 'all', per: '1s' }),
      ],
    );
    await inside.read();
    expect(inside.faults()).toEqual([]);
    const [first] = pods;
    expect(inside.samples()).toEqual(
      expect.arrayContaining([
        `depth ${first} 7`,
        `count ${first} 2`,
        expect.stringMatching(`^age ${first} \\d`),
        `none ${first} 0`,
        expect.stringMatching(`^lines ${first} [1-9]`),
      ]),
    );
  });

  test('a removed pod is not reported as down', async () => {
    await using inside = await open([checks(['who', 'true'])]);
    await inside.read();
    const [first = ''] = pods;
    await cluster.remove({ apiVersion: 'v1', kind: 'Pod', namespace, name: first });
    await inside.read();
    expect(inside.health().join()).not.toContain(' down');
    await readyPods(cluster, box, 2);
  });

  test('without the API all data is unknown', async () => {
    const kubeconfig = join(tmpdir(), `opsdeck-inside-${process.pid}`);
    const config = JSON.stringify({
      apiVersion: 'v1',
      kind: 'Config',
      clusters: [{ name: 'c', cluster: { server: 'http://127.0.0.1:1' } }],
      users: [{ name: 'u', user: { token: 'x' } }],
      contexts: [{ name: 'c', context: { cluster: 'c', user: 'u', namespace } }],
      'current-context': 'c',
    });
    await writeFile(kubeconfig, config, { mode: 0o600 });
    const k8s = entryOf('kubernetes', 'k8s', { kubeconfig, facts: ['pods'] });
    await using inside = await openRemote(systemClock(), [k8s, checks(['who', 'true'])]);
    await inside.read();
    await rm(kubeconfig);
    expect(inside.health()).toEqual(['who unknown tunnel cut: k8s deployment/box: connection refused']);
  });
});
