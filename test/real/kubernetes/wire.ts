import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FailureMode } from '../../../src/testing/failure-modes.ts';
import type { Wire } from '../../../src/testing/source-rig.ts';
import { kubernetesRig } from '../../contract/rigs/kubernetes.ts';
import { secret } from '../../contract/wired.ts';
import { manualClock } from '../../support/manual-clock.ts';
import { until } from '../machine/until.ts';
import { openProxy, type Way } from '../proxy.ts';
import type { Address } from '../servers/server.ts';
import { detailOf } from '../setting.ts';
import { accessIn } from './api.ts';
import { type Cluster, kubeconfigOf, openCluster } from './cluster.ts';
import { namespace, readBusPod } from './contract.ts';
import { pathOf } from './paths.ts';
import { contractBindings } from './permissions.ts';

/** A failure mode caused by the proxy, by revoked permissions, or by an expired token in the token file. */
export interface KubeFailureMode extends FailureMode {
  readonly way?: Way;
  readonly permissions?: 'none';
  readonly login?: 'ended';
}

export const kubeFailureModes: readonly KubeFailureMode[] = [
  { name: 'down', fault: 'unreachable', row: 'down', way: 'refuse' },
  { name: 'denied', fault: 'denied', row: 'unknown', permissions: 'none' },
  { name: 'a login that has ended', fault: 'denied', row: 'unknown', login: 'ended' },
  { name: 'garbage', fault: 'malformed', row: 'down', way: 'garbage' },
  { name: 'hanging', fault: 'timeout', row: 'down', hangs: true, way: 'silent' },
  {
    name: 'an answer that stops after its headers',
    fault: 'timeout',
    row: 'down',
    hangs: true,
    way: 'headers-only',
  },
  { name: 'a body cut in half', fault: 'unreachable', row: 'down', way: 'cut' },
];

/** Deletes the matching bindings and creates all others; resolves when the authorizer has applied it. */
const applyBindings = async (admin: Cluster, cluster: Cluster, revoked: RegExp): Promise<void> => {
  for (const contractBinding of contractBindings)
    if (revoked.test(contractBinding.metadata.name))
      await admin.remove({ ...contractBinding, ...contractBinding.metadata });
    else await admin.apply(contractBinding);
  const probes = [
    { binding: 'opsdeck:contract', path: pathOf({ apiVersion: 'v1', kind: 'Pod', namespace }) },
    { binding: 'opsdeck:contract-nodes', path: pathOf({ apiVersion: 'v1', kind: 'Node' }) },
  ];
  for (const { binding, path } of probes)
    await until(`${binding} is granted or revoked`, async () => {
      const { status } = await cluster.api.call(`${path}?limit=1`);
      return status === (revoked.test(binding) ? 403 : 200);
    });
};
const nothing = /$^/;
const everything = /^/;

/** A kubeconfig of our user with its token in a separate file, as in a pod: it can be renewed and expire. */
const kubeconfigText = (server: string, ca: string, tokenFile: string): string =>
  JSON.stringify({
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [
      { name: 'real', cluster: { server, 'certificate-authority-data': Buffer.from(ca).toString('base64') } },
    ],
    users: [{ name: 'contract', user: { tokenFile } }],
    contexts: [{ name: 'contract', context: { cluster: 'real', user: 'contract', namespace } }],
  });

/** The wire to an API server, with TLS on both sides of the proxy; its URL is the path of a kubeconfig. `uid`: the cluster's. */
export const openKubeWire = async (
  server: Address,
): Promise<{
  readonly uid: string;
  readonly busPod: Awaited<ReturnType<typeof readBusPod>>;
  readonly wire: Wire<KubeFailureMode>;
}> => {
  await using opened = new AsyncDisposableStack();
  const admin = opened.use(await openCluster(server));
  const cluster = opened.use(await openCluster(server, 'contract'));
  const certificate = await readFile(detailOf(server, 'certificate'), 'utf8');
  const tls = { certificate, key: await readFile(detailOf(server, 'key'), 'utf8') };
  const proxy = await openProxy(server.port, tls);
  opened.defer(() => proxy.close());
  // The other API server is the simulated one, which starts at once: same certificate, no authentication.
  const other = await kubernetesRig.start(manualClock());
  opened.defer(() => other.close());
  const stranger = await openProxy(Number(new URL(other.url).port), { ...tls, onward: 'plain' });
  opened.defer(() => stranger.close());
  const system = { apiVersion: 'v1', kind: 'Namespace', name: 'kube-system' };
  const busPod = await readBusPod(admin);
  const { uid } = (await admin.get<{ readonly metadata: { readonly uid: string } }>(system)).metadata;

  const dir = await mkdtemp(join(tmpdir(), 'opsdeck-contract-'));
  opened.defer(() => rm(dir, { recursive: true }));
  const tokenFile = join(dir, 'token');
  await writeFile(join(dir, 'config'), kubeconfigText(proxy.origin, certificate, tokenFile));
  const { token: ended = '' } = await accessIn(kubeconfigOf(server, 'expired'));
  let revoked = nothing;
  const change = async (next: RegExp): Promise<void> => {
    if (next === revoked) return;
    revoked = next;
    await applyBindings(admin, cluster, next);
  };
  const heal = async (): Promise<void> => {
    await proxy.set('through');
    await writeFile(tokenFile, secret);
    await change(nothing);
  };
  opened.defer(heal);
  await heal();
  const all = opened.move();
  const wire: Wire<KubeFailureMode> = {
    ...proxy,
    url: join(dir, 'config'),
    set: async ({ way = 'through', permissions, login }) => {
      await heal();
      await proxy.set(way);
      if (login === 'ended') await writeFile(tokenFile, ended);
      if (permissions === 'none') await change(everything);
    },
    heal,
    denyOnly: (calls) => change(calls),
    turnStranger: async () => proxy.leadTo(Number(new URL(stranger.origin).port)),
    close: () => all.disposeAsync(),
  };
  return { uid, busPod, wire };
};
