import { z } from 'zod';
import { PlanError } from '../../../../domain/runbooks/operation.ts';
import { declareOperation } from '../../../kit/operations/define-operation.ts';
import { field, text } from '../../../kit/values/wire-value.ts';
import { apiResources, listPath } from '../../api/api-resources.ts';
import { parseListChunk } from '../../api/list-watch.ts';
import { parseMeta } from '../../api/object-meta.ts';
import type { KubeParts } from '../../api/parts.ts';
import { type ManagedWorkload, nestedText } from '../../delivery/delivery-summary.ts';
import {
  type FluxKind,
  fluxStatus,
  kustomizationWorkloads,
  requestedAtAnnotation,
} from '../../delivery/flux.ts';
import { type ClusterObject, objectTarget, rightTo } from '../write/find-object.ts';
import { zBoundedDuration } from '../write/shared-params.ts';
import { defineWriteOperation } from '../write/write-operation.ts';
import {
  deliveryAction,
  deliveryEffects,
  deliveryNames,
  readDelivery,
  workloadsText,
  zDeliveryNamespace,
} from './delivery-target.ts';

const reconcileParams = z
  .strictObject({
    kustomization: deliveryNames.kustomization,
    helmrelease: deliveryNames.helmrelease,
    namespace: zDeliveryNamespace,
    wait: zBoundedDuration(
      'how long to wait for the end of the reconciliation (default: do not wait, at most 5m)',
    ),
  })
  .refine(({ kustomization, helmrelease }) => (kustomization === undefined) !== (helmrelease === undefined), {
    error: 'the step needs one object: set either kustomization or helmrelease',
  });

/** The revision delivered last, the spec, and the request that was handled last. */
const fluxState = (raw: unknown, { kustomization }: { readonly kustomization?: string }): string => {
  const kind: FluxKind = kustomization === undefined ? 'helmrelease' : 'kustomization';
  const { isSuspended, delivered, handled } = fluxStatus(kind, raw);
  const generation = String(field(field(raw, 'metadata'), 'generation') ?? 'unknown');
  return `${isSuspended ? 'suspended, ' : ''}${delivered === '' ? 'nothing delivered' : `revision ${delivered}`}, generation ${generation}, ${handled === '' ? 'no request handled' : `request of ${handled} handled`}`;
};

const workloadResources = [apiResources.deployment, apiResources.statefulset, apiResources.daemonset];

/** Labels that helm-controller sets on every object of a release. Source: fluxcd/helm-controller, origin labels. */
const releaseLabels = ({ name, namespace }: Pick<ClusterObject, 'name' | 'namespace'>): string =>
  `helm.toolkit.fluxcd.io/name=${name},helm.toolkit.fluxcd.io/namespace=${namespace}`;

/** The workloads of a HelmRelease, which its status does not list. Throws WireError. */
const releaseWorkloads = async (
  { client }: KubeParts,
  clusterObject: ClusterObject,
  signal: AbortSignal,
): Promise<readonly ManagedWorkload[]> => {
  const { raw, namespace } = clusterObject;
  const target = nestedText(raw, 'spec', 'targetNamespace') || namespace;
  const query = new URLSearchParams({ labelSelector: releaseLabels(clusterObject) }).toString();
  const lists = await Promise.all(
    workloadResources.map(async (kind) => {
      const { items } = parseListChunk(await client.get(`${listPath(kind, target)}?${query}`, signal));
      return items.map((item) => ({ kind: kind.kind, namespace: target, name: parseMeta(item).name }));
    }),
  );
  return lists.flat();
};

const declared = declareOperation({
  name: 'reconcile',
  says: 'asks Flux to reconcile a Kustomization or HelmRelease',
  rights: ['patch kustomizations', 'patch helmreleases'],
  danger: 'disruptive',
  params: reconcileParams,
  actions: (['kustomization', 'helmrelease'] as const).map((kind) =>
    deliveryAction('reconcile', 'Reconcile', kind, 'Flux has handled the request, and the object is Ready'),
  ),
});

/** `reconcile`: asks Flux to reconcile a Kustomization or HelmRelease now, as `flux reconcile` does without `--with-source`. */
export const reconcile = defineWriteOperation(declared, (parts) => ({
  pinnedValue: fluxState,
  prepare: async (params, signal) => {
    const { kustomization, helmrelease = '', namespace } = params;
    const kind: FluxKind = kustomization === undefined ? 'helmrelease' : 'kustomization';
    const clusterObject = await readDelivery(parts, kind, kustomization ?? helmrelease, namespace, signal);
    const { object, path, raw } = clusterObject;
    const { isSuspended, ready } = fluxStatus(kind, raw);
    if (isSuspended)
      throw new PlanError(
        'not-applicable',
        `${object} is suspended: nothing reconciles until spec.suspend is removed (flux resume ${kind} ${clusterObject.name})`,
      );
    const requestedAt = new Date(parts.client.wallNow()).toISOString();
    const workloads =
      kind === 'kustomization'
        ? kustomizationWorkloads(raw)
        : await releaseWorkloads(parts, clusterObject, signal);
    const source = nestedText(raw, 'spec', 'sourceRef', 'kind');
    const why = text(ready?.message) ?? '';
    return {
      writes: [
        {
          call: {
            method: 'PATCH',
            path,
            contentType: 'application/merge-patch+json',
            body: JSON.stringify({ metadata: { annotations: { [requestedAtAnnotation]: requestedAt } } }),
          },
          target: objectTarget(clusterObject, fluxState(raw, params)),
          object,
          readPath: path,
          rights: [rightTo('patch', clusterObject)],
          before: { raw },
        },
      ],
      objects: [
        `${object}: Ready ${ready?.status ?? 'not reported'}${why === '' ? '' : `: ${why}`}`,
        workloadsText(workloads),
        ...(kind === 'kustomization'
          ? [
              `Flux delivers what ${source === '' ? 'its source' : source} has fetched already, and fetches nothing new`,
            ]
          : []),
      ],
      effects: deliveryEffects(workloads),
      lost: 'the objects change to what the repository says: to go back, revert the repository and reconcile again',
      follow: [{ object, path, since: requestedAt }],
    };
  },
}));
