import { defined } from '../../../domain/base/defined.ts';
import { field, list, number } from '../../kit/values/wire-value.ts';
import { type Condition, parseConditions } from '../api/object-meta.ts';
import {
  type DeliveryParser,
  type DeliveryState,
  deliveryRow,
  isBeingDeleted,
  joinDetail,
  type ManagedWorkload,
  managedWorkload,
  nestedText,
  rfc3339Text,
  shortRevision,
} from './delivery-summary.ts';

/** Annotation that requests a reconciliation; its value is any new text. Source: fluxcd/pkg/apis/meta. */
export const requestedAtAnnotation = 'reconcile.fluxcd.io/requestedAt';

export type FluxKind = 'kustomization' | 'helmrelease';

/** An object of Flux, as far as its rows and operations read it. */
export interface FluxStatus {
  readonly isSuspended: boolean;
  /** False: the status describes an earlier spec. */
  readonly isObserved: boolean;
  /** The requested reconciliation and the one handled last; '' without any. */
  readonly requested: string;
  readonly handled: string;
  readonly ready: Condition | undefined;
  readonly isReconciling: boolean;
  readonly stalled: Condition | undefined;
  /** The revision delivered last; '' without any. */
  readonly delivered: string;
  /** End of the last delivery, as the API writes it; '' where the object does not record it. */
  readonly deliveredAt: string;
}

const snapshots = (raw: unknown): readonly unknown[] => list(field(field(raw, 'status'), 'history'));

/** '6.5.1, release 12': the chart version, and the revision of the Helm release. */
const chartRevision = (snapshot: unknown): string => {
  const chart = nestedText(snapshot, 'chartVersion');
  const release = number(field(snapshot, 'version'));
  return [chart, release === undefined ? '' : `release ${release}`].filter((part) => part !== '').join(', ');
};

/** The revision that the object has delivered: of a Kustomization the commit, of a HelmRelease the chart. */
const deliveredRevision = (kind: FluxKind, raw: unknown): string =>
  kind === 'helmrelease'
    ? chartRevision(snapshots(raw)[0])
    : shortRevision(nestedText(raw, 'status', 'lastAppliedRevision'));

export const fluxStatus = (kind: FluxKind, raw: unknown): FluxStatus => {
  const conditions = parseConditions(raw);
  const find = (type: string): Condition | undefined =>
    conditions.find((condition) => condition.type === type);
  const isTrue = (condition: Condition | undefined): boolean => condition?.status === 'True';
  const stalled = find('Stalled');
  const observed = number(field(field(raw, 'status'), 'observedGeneration')) ?? 0;
  return {
    isSuspended: field(field(raw, 'spec'), 'suspend') === true,
    isObserved: observed >= (number(field(field(raw, 'metadata'), 'generation')) ?? 0),
    requested: nestedText(raw, 'metadata', 'annotations', requestedAtAnnotation),
    handled: nestedText(raw, 'status', 'lastHandledReconcileAt'),
    ready: find('Ready'),
    isReconciling: isTrue(find('Reconciling')),
    stalled: isTrue(stalled) ? stalled : undefined,
    delivered: deliveredRevision(kind, raw),
    deliveredAt: kind === 'helmrelease' ? nestedText(snapshots(raw)[0], 'lastDeployed') : '',
  };
};

/** True while its controller has work to do whose result is not in the status. */
export const isFluxPending = ({
  isObserved,
  requested,
  handled,
  ready,
  isReconciling,
}: FluxStatus): boolean =>
  !isObserved ||
  (requested !== '' && requested !== handled) ||
  isReconciling ||
  ready === undefined ||
  ready.status === 'Unknown';

/** Evaluates an object: the condition Ready, unless it is suspended or at work. Source: fluxcd.io, kstatus. */
const stateOf = (raw: unknown, flux: FluxStatus): DeliveryState => {
  const { isSuspended, ready, stalled } = flux;
  if (isBeingDeleted(raw)) return { status: 'Terminating', delivery: 'pending' };
  if (isSuspended) return { status: 'suspended', delivery: 'suspended' };
  if (stalled !== undefined) return { status: stalled.reason || 'Stalled', delivery: 'failed' };
  if (flux.isObserved && ready?.status === 'False')
    return { status: ready.reason || 'not ready', delivery: 'failed' };
  if (isFluxPending(flux)) return { status: 'reconciling', delivery: 'pending' };
  return { status: 'Ready' };
};

/** The part of a row that says more than its state: why it is not ready, and which revision was delivered when. */
const detailOf = (flux: FluxStatus, { delivery }: DeliveryState): string => {
  const { stalled, ready, delivered, deliveredAt } = flux;
  const why = stalled ?? ready;
  const isReady = ready?.status === 'True';
  const since = isReady ? rfc3339Text(ready.since) : undefined;
  const synced = rfc3339Text(deliveredAt);
  return joinDetail(
    delivery === undefined || (isReady && stalled === undefined) ? undefined : `${why?.message ?? ''}`,
    delivered === '' ? 'nothing delivered' : `revision ${delivered}`,
    synced === undefined ? (since === undefined ? undefined : `ready since ${since}`) : `deployed ${synced}`,
  );
};

const fluxParser =
  (kind: FluxKind): DeliveryParser =>
  (raw, toClock) => {
    const flux = fluxStatus(kind, raw);
    const state = stateOf(raw, flux);
    const { delivered, deliveredAt, ready } = flux;
    const generation = number(field(field(raw, 'metadata'), 'generation'));
    const readyAt = ready?.status === 'True' ? toClock(ready.since) : undefined;
    return {
      row: deliveryRow(kind, raw, state, {
        ...defined({
          revision: delivered === '' ? undefined : delivered,
          syncedAt: toClock(deliveredAt),
          generation,
        }),
        detail: detailOf(flux, state),
      }),
      history:
        kind === 'helmrelease'
          ? snapshots(raw)
              .flatMap((value) => snapshotRecord(value, toClock))
              .toReversed()
          : readyAt === undefined || delivered === ''
            ? []
            : [{ at: readyAt, change: `applied revision ${delivered}` }],
    };
  };

/** A release of a HelmRelease, as Flux records it. Source: helm.toolkit.fluxcd.io/v2, Snapshot. */
const snapshotRecord = (value: unknown, toClock: Parameters<DeliveryParser>[1]) => {
  const time = toClock(field(value, 'lastDeployed'));
  const status = nestedText(value, 'status');
  const failed = status === 'failed' ? ({ isFailed: true } as const) : {};
  return time === undefined
    ? []
    : [
        {
          at: time,
          change: `revision ${chartRevision(value)}${status === '' ? '' : `, ${status}`}`,
          ...failed,
        },
      ];
};

export const parseKustomization = fluxParser('kustomization');
export const parseHelmRelease = fluxParser('helmrelease');

/**
 * The workloads of a Kustomization, by its inventory: 'NAMESPACE_NAME_GROUP_KIND'. A HelmRelease has none. Source:
 * kustomize.toolkit.fluxcd.io/v1, ResourceRef.
 */
export const kustomizationWorkloads = (raw: unknown): readonly ManagedWorkload[] =>
  list(field(field(field(raw, 'status'), 'inventory'), 'entries')).flatMap((value) => {
    const [namespace = '', name = '', group = '', kind = ''] = nestedText(value, 'id').split('_');
    return managedWorkload(group, { kind, namespace, name });
  });
