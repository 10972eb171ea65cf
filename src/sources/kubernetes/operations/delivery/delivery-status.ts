import type { HttpAnswer } from '../../../../platform/network/http-messages.ts';
import { field, number, text } from '../../../kit/values/wire-value.ts';
import { objectPath } from '../../api/api-resources.ts';
import { type DeliveryResource, deliveryResources } from '../../api/delivery-resources.ts';
import { parseMeta } from '../../api/object-meta.ts';
import { applicationStatus, parseApplication } from '../../delivery/application.ts';
import { fluxStatus, isFluxPending, parseHelmRelease, parseKustomization } from '../../delivery/flux.ts';
import { unreadablePlanError } from '../write/find-object.ts';
import { defineObjectRead } from '../write/read-operation.ts';
import { formatConditions } from '../write/rollout.ts';
import { deliveryNamespace, deliveryParams, deliveryRef } from './delivery-target.ts';

/** A time or token of the API as a number, to compare with an earlier one; 0 for none. */
const momentOf = (stamp: string): number => Date.parse(stamp) || 0;

/** The state of an Argo CD application for verifications. */
export const applicationDocument = (raw: unknown) => {
  const { sync, health, wanted, phase, message, startedAt, isOperating, outOfSync } = applicationStatus(raw);
  return {
    // What is applied and does not become healthy has brought nothing back.
    done: !isOperating && phase === 'Succeeded' && sync === 'Synced' && health === 'Healthy',
    handledAt: momentOf(startedAt),
    sync,
    health,
    wanted: wanted.join(' '),
    phase,
    message,
    isOperating,
    outOfSync: outOfSync.length,
  };
};

const fluxDocument = (kind: 'kustomization' | 'helmrelease', raw: unknown) => {
  const flux = fluxStatus(kind, raw);
  const { ready, handled, isSuspended } = flux;
  return {
    done: !isSuspended && !isFluxPending(flux) && ready?.status === 'True',
    handledAt: momentOf(handled),
    ready: ready?.status ?? 'Unknown',
    reason: ready?.reason ?? '',
    message: ready?.message ?? '',
    suspended: isSuspended,
    generation: number(field(field(raw, 'metadata'), 'generation')) ?? null,
    observedGeneration: number(field(field(raw, 'status'), 'observedGeneration')) ?? null,
  };
};

const parsers = {
  application: parseApplication,
  kustomization: parseKustomization,
  helmrelease: parseHelmRelease,
} as const satisfies Readonly<Record<DeliveryResource, unknown>>;

/** The object as a JSON document for verifications: its state, and the operation or request that it has handled last. */
const deliveryDocument = (kind: DeliveryResource, raw: unknown) => {
  const { revision = '', status } = parsers[kind](raw, () => undefined).row;
  const own = kind === 'application' ? applicationDocument(raw) : fluxDocument(kind, raw);
  return { uid: parseMeta(raw).uid, status, revision, ...own };
};

/** `delivery`: shows the state of an Argo CD application or of an object of Flux; as JSON also for verifications. */
export const delivery = defineObjectRead(
  {
    name: 'delivery',
    says: 'shows the state of an Argo CD or Flux object that delivers others',
    params: deliveryParams,
    resultKinds: ['json'],
  },
  (parts) => ({
    requests: async (params, signal) => {
      const ref = deliveryRef(params);
      if (ref === undefined) return [];
      const namespace = await deliveryNamespace(parts, params.namespace, signal);
      const path = objectPath(deliveryResources[ref.kind], namespace, ref.name);
      const raw = await parts.client.get(path, signal).catch((error: unknown) => {
        throw unreadablePlanError(parts, path, error);
      });
      const { name, uid } = parseMeta(raw);
      const version = text(field(field(raw, 'metadata'), 'resourceVersion')) ?? 'unknown';
      return [{ path, target: { name, uid, saw: `version ${version}`, where: `namespace ${namespace}` } }];
    },
    lines: (answer: HttpAnswer, _, params) => {
      const ref = deliveryRef(params);
      if (ref === undefined) return [];
      const raw = answer.json();
      const { status, detail } = parsers[ref.kind](raw, parts.client.toClock).row;
      return [
        `${ref.kind}/${ref.name}: ${status}${detail === undefined ? '' : `; ${detail}`}`,
        ...(ref.kind === 'application' ? [] : formatConditions(raw)),
      ];
    },
    json: (answer, params) => {
      const ref = deliveryRef(params);
      return ref === undefined ? undefined : deliveryDocument(ref.kind, answer.json());
    },
  }),
);
