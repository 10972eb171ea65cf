import { describe, expect, test } from 'vitest';
import { levelOf } from '../../../../src/kinds/registry/registry.ts';
import { parseApplication } from '../../../../src/sources/kubernetes/delivery/application.ts';
import type { DeliverySummary } from '../../../../src/sources/kubernetes/delivery/delivery-summary.ts';
import { parseHelmRelease, parseKustomization } from '../../../../src/sources/kubernetes/delivery/flux.ts';
import { parseReleaseRevision, releasesOf } from '../../../../src/sources/kubernetes/delivery/helm.ts';
import type { Raw } from '../objects.ts';
import {
  application,
  condition,
  helmRelease,
  kustomization,
  newCommit,
  oldCommit,
  operationState,
  releaseSecret,
} from './objects.ts';

const at = (time: unknown): number | undefined =>
  typeof time === 'string' && time !== '' ? Date.parse(time) : undefined;
const levelOfRow = ({ row }: DeliverySummary) => levelOf('workloads', { source: 'k8s', at: 0, ...row }, {});
const outOfSync = { status: 'OutOfSync', revision: newCommit };

describe('an application', () => {
  test.each<[string, Raw, string, string]>([
    ['synced and healthy', application(), 'Healthy', 'ok'],
    ['degraded', application({ health: { status: 'Degraded' } }), 'Degraded', 'crit'],
    [
      'with missing objects',
      application({ health: { status: 'Missing' }, sync: outOfSync }),
      'Missing',
      'crit',
    ],
    ['out of sync', application({ sync: outOfSync }), 'OutOfSync', 'warn'],
    ['progressing', application({ health: { status: 'Progressing' } }), 'Progressing', 'unknown'],
    ['with a paused rollout', application({ health: { status: 'Suspended' } }), 'Suspended', 'warn'],
    ['of unknown health', application({ health: { status: 'Unknown' } }), 'Unknown', 'unknown'],
    ['that cannot be compared', application({ sync: { status: 'Unknown' } }), 'Unknown', 'unknown'],
    ['never compared', application({ sync: undefined, health: undefined }), 'Unknown', 'unknown'],
    [
      'out of sync during a sync',
      application({ sync: outOfSync, operationState: operationState('Running') }),
      'Syncing',
      'unknown',
    ],
    ['with a requested sync', application({}, { operation: { sync: {} } }), 'Syncing', 'unknown'],
    [
      'degraded during a sync',
      application({ health: { status: 'Degraded' }, operationState: operationState('Running') }),
      'Degraded',
      'crit',
    ],
  ])('%s', (_, raw, status, level) => {
    const parsed = parseApplication(raw, at);
    expect(parsed.row).toMatchObject({ kind: 'application', namespace: 'prod', name: 'shop', status });
    expect(levelOfRow(parsed)).toBe(level);
  });

  test('has its revision and its last sync, but no generation, which its controller raises', () => {
    const { row } = parseApplication(application(), at);
    expect(row).toMatchObject({
      revision: '4b1d6a3',
      syncedAt: Date.parse('2026-03-04T08:00:00Z'),
      detail: 'revision 4b1d6a3, synced 2026-03-04T08:00:00Z',
    });
    expect(row).not.toHaveProperty('generation');
  });

  test.each(['Failed', 'Error'])('shows the message of an operation that ended as %s', (phase) => {
    const state = operationState(phase, { message: 'one or more objects failed to apply' });
    const { row } = parseApplication(application({ sync: outOfSync, operationState: state }), at);
    expect(row.detail).toBe(
      `last sync ${phase}: one or more objects failed to apply; revision 4b1d6a3, synced 2026-03-04T08:00:00Z`,
    );
  });

  test('names the objects that differ, and why it cannot be compared', () => {
    const resources = [
      { group: 'apps', kind: 'Deployment', namespace: 'shop', name: 'bus', status: 'OutOfSync' },
      { kind: 'Namespace', name: 'shop', status: 'OutOfSync' },
      { kind: 'Service', namespace: 'shop', name: 'bus', status: 'Synced' },
    ];
    const conditions = [{ type: 'ComparisonError', message: 'authentication required' }];
    const { row } = parseApplication(application({ sync: outOfSync, resources, conditions }), at);
    expect(row.detail).toBe(
      'ComparisonError: authentication required; 2 of 3 objects are out of sync: Deployment shop/bus, Namespace shop; revision 4b1d6a3, synced 2026-03-04T08:00:00Z',
    );
  });

  test('of several sources has a revision for each', () => {
    const history = [{ id: 1, revisions: [oldCommit, '1.2.3'], deployedAt: '2026-03-04T08:00:00Z' }];
    expect(parseApplication(application({ history }), at).row.revision).toBe('4b1d6a3 1.2.3');
  });

  test('records its syncs, and who requested them', () => {
    const history = [
      { revision: oldCommit, deployedAt: '2026-03-04T08:00:00Z' },
      { revision: newCommit, deployedAt: '2026-03-04T09:00:00Z', initiatedBy: { username: 'ana' } },
    ];
    expect(parseApplication(application({ history }), at).history).toEqual([
      { at: Date.parse('2026-03-04T08:00:00Z'), change: 'Argo CD synced revision 4b1d6a3' },
      { at: Date.parse('2026-03-04T09:00:00Z'), change: 'Argo CD synced revision 9e2c7f1 by ana' },
    ]);
  });
});

const applied = condition('Ready', 'True', 'ReconciliationSucceeded', 'Applied revision');
const failed = condition('Ready', 'False', 'BuildFailed', 'kustomization path not found');
const asked = { annotations: { 'reconcile.fluxcd.io/requestedAt': '2026-03-04T10:00:00Z' } };

describe('a Kustomization', () => {
  test.each<[string, Raw, string, string, string]>([
    [
      'ready',
      kustomization([applied]),
      'Ready',
      'ok',
      'revision main@4b1d6a3; ready since 2026-03-04T08:00:00Z',
    ],
    [
      'not ready',
      kustomization([failed]),
      'BuildFailed',
      'crit',
      'kustomization path not found; revision main@4b1d6a3',
    ],
    [
      'suspended, whatever its last state',
      kustomization([failed], {}, { suspend: true }),
      'suspended',
      'warn',
      'kustomization path not found; revision main@4b1d6a3',
    ],
    [
      'at work',
      kustomization([condition('Ready', 'Unknown', 'Progressing', 'Reconciliation in progress')]),
      'reconciling',
      'unknown',
      'Reconciliation in progress; revision main@4b1d6a3',
    ],
    [
      'whose status is that of an earlier spec',
      kustomization([failed], { status: { observedGeneration: 2 } }),
      'reconciling',
      'unknown',
      'kustomization path not found; revision main@4b1d6a3',
    ],
    [
      'with a request that nothing has handled',
      kustomization([applied], { metadata: asked }),
      'reconciling',
      'unknown',
      'revision main@4b1d6a3; ready since 2026-03-04T08:00:00Z',
    ],
    [
      'that its controller has given up',
      kustomization([applied, condition('Stalled', 'True', 'InvalidPath', 'no such path')]),
      'InvalidPath',
      'crit',
      'no such path; revision main@4b1d6a3; ready since 2026-03-04T08:00:00Z',
    ],
    [
      'that no controller has seen',
      kustomization([], { status: { lastAppliedRevision: undefined } }),
      'reconciling',
      'unknown',
      'nothing delivered',
    ],
  ])('%s', (_, raw, status, level, detail) => {
    const parsed = parseKustomization(raw, at);
    expect(parsed.row).toMatchObject({ kind: 'kustomization', name: 'apps', generation: 3, status, detail });
    expect(levelOfRow(parsed)).toBe(level);
  });
});

describe('a HelmRelease', () => {
  test('has the version of its chart and the revision of its release', () => {
    const parsed = parseHelmRelease(helmRelease([applied]), at);
    expect(parsed.row).toMatchObject({
      kind: 'helmrelease',
      status: 'Ready',
      revision: '6.5.1, release 12',
      syncedAt: Date.parse('2026-03-04T08:00:00Z'),
      detail: 'revision 6.5.1, release 12; deployed 2026-03-04T08:00:00Z',
    });
    expect(parsed.history).toEqual([
      { at: Date.parse('2026-03-03T08:00:00Z'), change: 'revision 6.5.0, release 11, superseded' },
      { at: Date.parse('2026-03-04T08:00:00Z'), change: 'revision 6.5.1, release 12, deployed' },
    ]);
  });

  test('that could not be upgraded is critical, with the reason and the message', () => {
    const upgrade = condition('Ready', 'False', 'UpgradeFailed', 'timed out waiting for the condition');
    const parsed = parseHelmRelease(helmRelease([upgrade]), at);
    expect(parsed.row).toMatchObject({
      status: 'UpgradeFailed',
      detail:
        'timed out waiting for the condition; revision 6.5.1, release 12; deployed 2026-03-04T08:00:00Z',
    });
    expect(levelOfRow(parsed)).toBe('crit');
  });
});

describe('a Helm release', () => {
  const now = Date.parse('2026-03-04T10:05:00Z');
  const releases = (...secrets: readonly Raw[]) =>
    releasesOf(
      secrets.map((raw) => parseReleaseRevision(raw, at)),
      now,
    );

  test('is its newest revision, whatever the order of the Secrets; the others are history', () => {
    const found = releases(
      releaseSecret('shop', 9, 'superseded', '2026-03-01T10:00:00Z'),
      releaseSecret('shop', 10, 'deployed'),
      releaseSecret('bus', 1, 'deployed'),
    );
    expect(found.map(({ row }) => [row.name, row.revision, row.status])).toEqual([
      ['shop', '10', 'deployed'],
      ['bus', '1', 'deployed'],
    ]);
    expect(found[0]?.history.map(({ change }) => change)).toEqual(['revision 9', 'revision 10, deployed']);
    expect(found[0]?.row).not.toHaveProperty('uid');
  });

  test.each<[string, string, string, string]>([
    ['deployed', '2026-03-04T10:00:00Z', 'ok', 'revision 2 since 2026-03-04T10:00:00Z'],
    [
      'failed',
      '2026-03-04T10:00:00Z',
      'crit',
      'revision 2 since 2026-03-04T10:00:00Z; revision 1 is deployed',
    ],
    [
      'pending-upgrade',
      '2026-03-04T09:55:00Z',
      'warn',
      'revision 2 since 2026-03-04T09:55:00Z; revision 1 is deployed',
    ],
    [
      'pending-upgrade',
      '2026-03-04T09:54:59Z',
      'crit',
      'the operation was most likely interrupted, and Helm refuses the next one until a rollback; revision 2 since 2026-03-04T09:54:59Z; revision 1 is deployed',
    ],
    [
      'uninstalling',
      '2026-03-04T10:00:00Z',
      'warn',
      'revision 2 since 2026-03-04T10:00:00Z; revision 1 is deployed',
    ],
    [
      'unknown',
      '2026-03-04T10:00:00Z',
      'unknown',
      'revision 2 since 2026-03-04T10:00:00Z; revision 1 is deployed',
    ],
  ])('%s since %s', (status, since, level, detail) => {
    const first = releaseSecret('shop', 1, status === 'deployed' ? 'superseded' : 'deployed');
    const [release] = releases(first, releaseSecret('shop', 2, status, since));
    expect(release?.row).toMatchObject({ status, detail });
    expect(release && levelOfRow(release)).toBe(level);
  });

  test('that is uninstalled has no row', () => {
    expect(releases(releaseSecret('shop', 3, 'uninstalled'))).toEqual([]);
  });

  test('in a Secret without its labels is malformed', () => {
    expect(() => releases({ metadata: { name: 'x', labels: { name: 'x' } } })).toThrow(
      'a Secret of a Helm release lacks the labels name and version: check who wrote the Secret',
    );
  });
});
