import { meta, type Raw } from '../objects.ts';

/** Shapes of argoproj.io/v1alpha1, kustomize.toolkit.fluxcd.io/v1 and helm.toolkit.fluxcd.io/v2. */

export const oldCommit = '4b1d6a3f0c2e9875d6b1a4f3c2e1908776a5b4c3';
export const newCommit = '9e2c7f10a8d3b6541f0e9d8c7b6a594837261504';

const syncedAt = '2026-03-04T08:00:00Z';

export const operationState = (phase: string, more: Raw = {}): Raw => ({
  operation: { sync: { revision: oldCommit } },
  phase,
  message: 'successfully synced (all tasks run)',
  startedAt: '2026-03-04T07:59:50Z',
  ...(phase === 'Running' ? {} : { finishedAt: syncedAt }),
  ...more,
});

/** A synced and healthy application, with overrides of its status. */
export const application = (status: Raw = {}, more: Raw = {}): Raw => ({
  apiVersion: 'argoproj.io/v1alpha1',
  kind: 'Application',
  metadata: meta('shop', { generation: 812 }),
  spec: { project: 'default', source: { repoURL: 'https://git.example/shop.git', targetRevision: 'main' } },
  status: {
    sync: { status: 'Synced', revision: oldCommit },
    health: { status: 'Healthy' },
    operationState: operationState('Succeeded'),
    history: [{ id: 0, revision: oldCommit, deployStartedAt: '2026-03-04T07:59:50Z', deployedAt: syncedAt }],
    resources: [
      { group: 'apps', version: 'v1', kind: 'Deployment', namespace: 'shop', name: 'bus', status: 'Synced' },
      { version: 'v1', kind: 'Service', namespace: 'shop', name: 'bus', status: 'Synced' },
    ],
    ...status,
  },
  ...more,
});

export const condition = (type: string, status: string, reason = '', message = ''): Raw => ({
  type,
  status,
  reason,
  message,
  lastTransitionTime: syncedAt,
});

export const kustomization = (conditions: readonly Raw[], more: Raw = {}, spec: Raw = {}): Raw => ({
  apiVersion: 'kustomize.toolkit.fluxcd.io/v1',
  kind: 'Kustomization',
  metadata: meta('apps', { generation: 3, ...Object(more.metadata) }),
  spec: { interval: '10m0s', prune: true, sourceRef: { kind: 'GitRepository', name: 'apps' }, ...spec },
  status: {
    observedGeneration: 3,
    lastAppliedRevision: `main@sha1:${oldCommit}`,
    conditions,
    ...Object(more.status),
  },
});

export const helmRelease = (conditions: readonly Raw[], status: Raw = {}): Raw => ({
  apiVersion: 'helm.toolkit.fluxcd.io/v2',
  kind: 'HelmRelease',
  metadata: meta('podinfo', { generation: 2 }),
  spec: { chart: { spec: { chart: 'podinfo' } } },
  status: {
    observedGeneration: 2,
    conditions,
    history: [
      { name: 'podinfo', chartVersion: '6.5.1', version: 12, status: 'deployed', lastDeployed: syncedAt },
      {
        name: 'podinfo',
        chartVersion: '6.5.0',
        version: 11,
        status: 'superseded',
        lastDeployed: '2026-03-03T08:00:00Z',
      },
    ],
    ...status,
  },
});

/** The metadata of a Secret of Helm. */
export const releaseSecret = (
  name: string,
  version: number,
  status: string,
  creationTimestamp = '2026-03-04T10:00:00Z',
): Raw => ({
  metadata: meta(`sh.helm.release.v1.${name}.v${version}`, {
    creationTimestamp,
    labels: { name, owner: 'helm', status, version: String(version), modifiedAt: '1772611417' },
  }),
});
