import { readFile } from 'node:fs/promises';
import { tokenOf, type UserName } from '../../../src/simulator/servers/kubernetes/users.ts';
import { startSimulator } from '../../../src/simulator/start.ts';
import { type ManualClock, manualClock } from '../../support/manual-clock.ts';
import { type Api, openApi } from './api.ts';
import type { KubeObject } from './objects.ts';
import { pathOf } from './paths.ts';

/** The simulated API server, with the workloads of a simulated system. */
export interface Embedded extends AsyncDisposable {
  readonly clock: ManualClock;
  /** Namespace of its services. */
  readonly namespace: string;
  /** The API with the permissions of one user. */
  as(user: UserName): Api;
  /** Manifests that would create its objects. */
  manifests(): Promise<readonly KubeObject[]>;
}

const manifestKinds = [
  { apiVersion: 'v1', kind: 'ConfigMap' },
  { apiVersion: 'v1', kind: 'Secret' },
  { apiVersion: 'apps/v1', kind: 'Deployment' },
  { apiVersion: 'apps/v1', kind: 'StatefulSet' },
  { apiVersion: 'apps/v1', kind: 'DaemonSet' },
  { apiVersion: 'batch/v1', kind: 'CronJob' },
  { apiVersion: 'autoscaling/v2', kind: 'HorizontalPodAutoscaler' },
] as const;

interface Items {
  readonly items: readonly Pick<KubeObject, 'metadata'>[];
}

export const openEmbedded = async (): Promise<Embedded> => {
  const clock = manualClock();
  const simulator = await startSimulator('saga', { clock });
  const { 'world.kubeconfig': kubeconfig = '', 'world.namespace': namespace = '' } =
    simulator.vars('production');
  const { clusters }: { readonly clusters: readonly { readonly cluster: { readonly server: string } }[] } =
    JSON.parse(await readFile(kubeconfig, 'utf8'));
  const url = clusters[0]?.cluster.server ?? '';
  const apis: Api[] = [];
  const as = (user: UserName): Api => {
    const api = openApi({ server: url, ca: '', token: tokenOf(user) });
    apis.push(api);
    return api;
  };
  const admin = as('admin');
  return {
    clock,
    namespace,
    as,
    manifests: async () => {
      const lists = await Promise.all(
        manifestKinds.map(async (kind) => {
          const { items } = await admin.ask<Items>(pathOf(kind));
          return items.map((item) => manifestOf({ ...item, ...kind }));
        }),
      );
      return lists.flat();
    },
    [Symbol.asyncDispose]: async () => {
      await Promise.all(apis.map((api) => api.close()));
      await simulator.close();
    },
  };
};

/** Removes the fields that an API server sets. */
const manifestOf = ({ apiVersion, kind, metadata, status: _, ...rest }: KubeObject): KubeObject => {
  const { name, namespace, labels, annotations } = metadata;
  const ownMetadata = {
    name,
    ...(namespace === undefined ? {} : { namespace }),
    ...(labels === undefined ? {} : { labels }),
    ...(annotations === undefined ? {} : { annotations }),
  };
  return { apiVersion, kind, metadata: ownMetadata, ...rest };
};
