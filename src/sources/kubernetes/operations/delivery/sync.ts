import { z } from 'zod';
import type { KubeCall } from '../../../../clients/kubernetes/reading.ts';
import { PlanError } from '../../../../domain/runbooks/operation.ts';
import { isObject } from '../../../../domain/text/value-text.ts';
import { WireError } from '../../../../platform/runtime/wire-error.ts';
import { declareOperation } from '../../../kit/operations/define-operation.ts';
import { field, list, text } from '../../../kit/values/wire-value.ts';
import {
  type ApplicationStatus,
  applicationStatus,
  applicationWorkloads,
} from '../../delivery/application.ts';
import { shortRevision } from '../../delivery/delivery-summary.ts';
import { objectTarget, rightTo } from '../write/find-object.ts';
import { zBoundedDuration, zObjectName } from '../write/shared-params.ts';
import { defineWriteOperation } from '../write/write-operation.ts';
import { parsePlanRecord } from '../write/write-planner.ts';
import {
  deliveryAction,
  deliveryEffects,
  readDelivery,
  workloadsText,
  zDeliveryNamespace,
} from './delivery-target.ts';

const syncParams = z.strictObject({
  application: zObjectName('sync the Argo CD application with this name'),
  namespace: zDeliveryNamespace,
  wait: zBoundedDuration('how long to wait for the end of the sync (default: do not wait, at most 5m)'),
});

const mergePatchType = 'application/merge-patch+json';

/** An application with this annotation is left alone by the controller. Source: Argo CD, Skip Application Reconcile. */
const skipAnnotation = 'argocd.argoproj.io/skip-reconcile';

const skipsReconcile = (raw: unknown): boolean =>
  text(field(field(field(raw, 'metadata'), 'annotations'), skipAnnotation)) === 'true';

/** The operation that runs or ran last, and the revision that a sync would deliver now. */
const syncState = (raw: unknown): string => {
  const { wanted, phase, startedAt, isOperating } = applicationStatus(raw);
  const last = startedAt === '' ? 'never synced' : `last sync ${phase}, started ${startedAt}`;
  const revision =
    wanted.length === 0 ? 'revision unknown' : `revision ${wanted.map(shortRevision).join(' ')}`;
  return `${revision}, ${isOperating ? 'an operation is in progress, ' : ''}${last}`;
};

/** Returns the reason why a sync must not be requested now; undefined if it may be. */
const refusal = (raw: unknown): string | undefined => {
  const { isOperating, phase, message, health, wanted } = applicationStatus(raw);
  if (isOperating)
    return `an operation is in progress (${phase || 'requested'}${message === '' ? '' : `: ${message}`}): wait until the operation ends`;
  if (skipsReconcile(raw))
    return `the annotation ${skipAnnotation} suspends the application: remove the annotation first`;
  if (health === 'Suspended')
    return 'the application is suspended: resume the paused rollout or suspended job first';
  if (wanted.length === 0)
    return 'Argo CD has not compared the application with a revision yet: refresh the application in Argo CD first';
  return undefined;
};

/** The options of the application itself, as an automated sync takes them. */
const ownSyncOptions = (raw: unknown): readonly string[] =>
  list(field(field(field(raw, 'spec'), 'syncPolicy'), 'syncOptions')).flatMap((value) => text(value) ?? []);

/**
 * The request of a sync, which the controller takes from the application. It names the revision of the preview, and deletes
 * nothing (no prune). Source: argoproj.io/v1alpha1, Operation; Argo CD, Sync Applications with kubectl.
 */
const syncOperation = (raw: unknown, { wanted }: ApplicationStatus, user: string) => {
  const options = ownSyncOptions(raw);
  const isMultiple = Array.isArray(field(field(raw, 'spec'), 'sources'));
  return {
    operation: {
      initiatedBy: { username: `${user} (opsdeck)` },
      sync: {
        ...(isMultiple ? { revisions: wanted } : { revision: wanted[0] }),
        ...(options.length === 0 ? {} : { syncOptions: options }),
        syncStrategy: { hook: {} },
      },
    },
  };
};

/** Adds the version of the application that was just read, so that the API refuses the request if anything has come first. */
const atVersion = (body: string | undefined, raw: unknown): string => {
  const patch: unknown = JSON.parse(body ?? '{}');
  const resourceVersion = text(field(field(raw, 'metadata'), 'resourceVersion'));
  return JSON.stringify({ ...(isObject(patch) ? patch : {}), metadata: { resourceVersion } });
};

const declared = declareOperation({
  name: 'sync',
  says: 'starts a sync of an Argo CD application',
  rights: ['patch applications'],
  danger: 'disruptive',
  params: syncParams,
  actions: [
    deliveryAction(
      'sync',
      'Sync',
      'application',
      'The sync has succeeded, and the application is Synced and Healthy',
    ),
  ],
});

/** `sync`: requests a sync of an Argo CD application to the revision that Argo CD has compared last. */
export const sync = defineWriteOperation(declared, (parts) => ({
  pinnedValue: syncState,
  prepare: async ({ application, namespace }, signal) => {
    const clusterObject = await readDelivery(parts, 'application', application, namespace, signal);
    const { object, path, raw } = clusterObject;
    const why = refusal(raw);
    if (why !== undefined) throw new PlanError('not-applicable', `${object} is not synced: ${why}`);
    const status = applicationStatus(raw);
    const { user } = await parts.client.access(signal);
    const workloads = applicationWorkloads(raw);
    const call: KubeCall = {
      method: 'PATCH',
      path,
      contentType: mergePatchType,
      body: JSON.stringify(syncOperation(raw, status, user)),
    };
    const { outOfSync, resources, sync: state, health } = status;
    return {
      writes: [
        {
          call,
          target: objectTarget(clusterObject, syncState(raw)),
          object,
          readPath: path,
          rights: [rightTo('patch', clusterObject)],
          before: { raw },
        },
      ],
      objects: [
        `${object}: ${state || 'not compared'}, ${health || 'health unknown'}; ${outOfSync.length} of ${resources} objects differ${outOfSync.length === 0 ? '' : `: ${outOfSync.slice(0, 8).join(', ')}${outOfSync.length > 8 ? ' …' : ''}`}`,
        workloadsText(workloads),
        'the sync does not prune: objects that are no longer in the repository stay',
      ],
      effects: deliveryEffects(workloads),
      lost: 'the objects change to what the repository says: to go back, revert the repository and sync again',
      follow: [{ object, path, since: status.startedAt }],
    };
  },
  finalizeCall: async (call, plan, index, signal) => {
    const raw = await parts.client.get(parsePlanRecord(plan).looks[index] ?? '', signal);
    const why = refusal(raw);
    if (why !== undefined) throw new WireError('denied', `opsdeck did not start the sync: ${why}`);
    return { ...call, body: atVersion(call.body, raw) };
  },
}));
