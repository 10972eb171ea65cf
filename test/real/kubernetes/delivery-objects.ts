import { gzipSync } from 'node:zlib';
import { until } from '../machine/until.ts';
import type { Cluster } from './cluster.ts';
import type { KubeObject } from './objects.ts';
import { pathOf } from './paths.ts';

/** Kinds of Argo CD and Flux, without their controllers: any content is stored as it is written, the status too. */
const customKinds = [
  { group: 'argoproj.io', version: 'v1alpha1', kind: 'Application' },
  { group: 'kustomize.toolkit.fluxcd.io', version: 'v1', kind: 'Kustomization' },
] as const;

const definitionOf = ({ group, version, kind }: (typeof customKinds)[number]): KubeObject => {
  const singular = kind.toLowerCase();
  const plural = `${singular}s`;
  const schema = { openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } };
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `${plural}.${group}` },
    spec: {
      group,
      scope: 'Namespaced',
      names: { plural, singular, kind, listKind: `${kind}List` },
      versions: [{ name: version, served: true, storage: true, schema }],
    },
  };
};

const revision = '8f3a2c1d5b7e9046a1c3e5f7091b2d4f6a8c0e24';
const syncedAt = '2026-03-04T08:00:00Z';

const application = (namespace: string): KubeObject => ({
  apiVersion: 'argoproj.io/v1alpha1',
  kind: 'Application',
  metadata: { name: 'shop', namespace },
  spec: {
    project: 'default',
    source: { repoURL: 'https://git.example/shop.git', targetRevision: 'main' },
    destination: { server: 'https://kubernetes.default.svc', namespace },
  },
  status: {
    sync: { status: 'Synced', revision },
    health: { status: 'Healthy' },
    history: [{ id: 0, revision, deployStartedAt: syncedAt, deployedAt: syncedAt }],
    operationState: {
      ...{ operation: { sync: { revision } }, phase: 'Succeeded', message: 'successfully synced' },
      ...{ startedAt: syncedAt, finishedAt: syncedAt },
    },
    resources: [
      { group: 'apps', version: 'v1', kind: 'Deployment', namespace, name: 'bus', status: 'Synced' },
    ],
  },
});

const kustomization = (namespace: string): KubeObject => ({
  apiVersion: 'kustomize.toolkit.fluxcd.io/v1',
  kind: 'Kustomization',
  metadata: { name: 'shop', namespace },
  spec: { interval: '10m0s', prune: true, sourceRef: { kind: 'GitRepository', name: 'shop' } },
  status: {
    observedGeneration: 1,
    lastAppliedRevision: `main@sha1:${revision}`,
    conditions: [
      {
        ...{ type: 'Ready', status: 'True', reason: 'ReconciliationSucceeded' },
        ...{ message: 'Applied', lastTransitionTime: syncedAt },
      },
    ],
    inventory: { entries: [{ id: `${namespace}_bus_apps_Deployment`, v: 'v1' }] },
  },
});

/** A revision of a Helm release, as Helm stores it. Source: helm.sh/helm, pkg/storage/driver. */
const releaseRevision = (namespace: string, version: number, status: string): KubeObject => {
  const name = 'broker';
  const metadata = { name, version: `1.0.${version}`, apiVersion: 'v2' };
  const stored = { name, namespace, version, info: { status }, chart: { metadata }, config: { version } };
  const content = gzipSync(JSON.stringify({ ...stored, manifest: '' })).toString('base64');
  return {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: {
      name: `sh.helm.release.v1.${name}.v${version}`,
      namespace,
      labels: { name, owner: 'helm', status, version: String(version), modifiedAt: '1772611417' },
    },
    type: 'helm.sh/release.v1',
    data: { release: Buffer.from(content).toString('base64') },
  };
};

/** Creates an application, a Kustomization and a Helm release of two revisions. Disposing ends their kinds. */
export const createDeliveryObjects = async (
  cluster: Cluster,
  namespace: string,
): Promise<AsyncDisposable> => {
  const definitions = customKinds.map(definitionOf);
  await cluster.apply(...definitions);
  await until('the kinds of Argo CD and Flux are served', async () => {
    const statuses = await Promise.all(
      customKinds.map(async ({ group, version, kind }) => {
        const list = pathOf({ apiVersion: `${group}/${version}`, kind, namespace });
        return (await cluster.api.call(list)).status;
      }),
    );
    return statuses.every((status) => status === 200);
  });
  await cluster.apply(
    application(namespace),
    kustomization(namespace),
    releaseRevision(namespace, 1, 'superseded'),
    releaseRevision(namespace, 2, 'deployed'),
  );
  return {
    [Symbol.asyncDispose]: async () => {
      for (const { apiVersion, kind, metadata } of definitions)
        await cluster.remove({ apiVersion, kind, name: metadata.name });
    },
  };
};
