import type { WorkloadKind } from '../../../kinds/workloads/fact.ts';
import { field, list, number, text } from '../../kit/values/wire-value.ts';
import { type ApiResource, apiResources, defineApiResource, listPath } from '../api/api-resources.ts';
import { matchesLabels, parseServiceSelector } from '../api/label-selector.ts';
import { listAll } from '../api/list-watch.ts';
import { parseLabels, parseMeta } from '../api/object-meta.ts';
import type { KubeParts } from '../api/parts.ts';
import { autoscalerState, budgetState, cronJobState } from '../object/controller-state.ts';
import {
  type AgeOf,
  claimState,
  hasAddress,
  ingressBackends,
  ingressClass,
  ingressState,
  type ObjectState,
  type ServiceSurroundings,
  serviceState,
  volumeState,
} from '../object/object-state.ts';

/** Kinds of objects that run nothing themselves, and the slices that belong to services. */
export const objectPlurals = {
  pvc: apiResources.pvc,
  pv: defineApiResource('PersistentVolume', 'persistentvolumes', 'v1', ['pv'], false),
  service: apiResources.service,
  endpointslice: apiResources.endpointslice,
  ingress: apiResources.ingress,
  cronjob: apiResources.cronjob,
  hpa: apiResources.hpa,
  pdb: apiResources.pdb,
  namespace: apiResources.namespace,
} as const satisfies Readonly<Record<string, ApiResource>>;
export type ObjectKind = Extract<WorkloadKind, keyof typeof objectPlurals>;

/** The objects of one reading. */
export interface ListedObjects {
  of(kind: keyof typeof objectPlurals): readonly unknown[];
  /** False: a list of the kind is missing, so that an object that is not in it may exist. */
  isComplete(kind: keyof typeof objectPlurals): boolean;
}

interface JudgedObject {
  readonly kind: ObjectKind;
  readonly raw: unknown;
  readonly state: ObjectState;
}

const placeOf = (namespace: string, name: string): string => `${namespace}/${name}`;

const placed = (raw: unknown): string => {
  const { namespace, name } = parseMeta(raw);
  return placeOf(namespace, name);
};

/** The slices of each service. */
const slicesByService = (slices: readonly unknown[]): ReadonlyMap<string, readonly unknown[]> => {
  const found = new Map<string, unknown[]>();
  for (const slice of slices) {
    const metadata = field(slice, 'metadata');
    const service = text(field(field(metadata, 'labels'), 'kubernetes.io/service-name'));
    if (service === undefined) continue;
    const key = placeOf(text(field(metadata, 'namespace')) ?? '', service);
    found.set(key, [...(found.get(key) ?? []), slice]);
  }
  return found;
};

/**
 * Label sets of the pods that deployments and stateful sets with 0 replicas in a namespace would have. Undefined: the workloads
 * cannot be listed.
 */
const labelsOfStopped = async (
  { client }: KubeParts,
  namespace: string,
  signal: AbortSignal,
): Promise<readonly Readonly<Record<string, string>>[] | undefined> => {
  const stopped: Readonly<Record<string, string>>[] = [];
  const take = (items: readonly unknown[]): void => {
    for (const raw of items) {
      const spec = field(raw, 'spec');
      if (number(field(spec, 'replicas')) !== 0) continue;
      stopped.push(parseLabels(field(field(field(spec, 'template'), 'metadata'), 'labels')));
    }
  };
  for (const resource of [apiResources.deployment, apiResources.statefulset]) {
    try {
      await listAll(client, listPath(resource, namespace), {}, { begin: () => undefined, take }, (ask) =>
        ask(signal),
      );
    } catch {
      return undefined;
    }
  }
  return stopped;
};

const judgeServices = async (
  parts: KubeParts,
  listed: ListedObjects,
  ageOf: AgeOf,
  signal: AbortSignal,
): Promise<readonly JudgedObject[]> => {
  const slices = slicesByService(listed.of('endpointslice'));
  const areSlicesKnown = listed.isComplete('endpointslice');
  const stoppedIn = new Map<string, ReturnType<typeof labelsOfStopped>>();
  const surroundings = async (raw: unknown): Promise<ServiceSurroundings> => {
    if (!areSlicesKnown) return {};
    const own = slices.get(placed(raw)) ?? [];
    const hasEndpoints = own.some((slice) => list(field(slice, 'endpoints')).length > 0);
    const selector = parseServiceSelector(field(field(raw, 'spec'), 'selector'));
    if (hasEndpoints || selector === undefined) return { hasEndpoints };
    const { namespace } = parseMeta(raw);
    const stopped = stoppedIn.get(namespace) ?? labelsOfStopped(parts, namespace, signal);
    stoppedIn.set(namespace, stopped);
    const ages = own.flatMap(
      (slice) =>
        ageOf(
          field(
            field(field(slice, 'metadata'), 'annotations'),
            'endpoints.kubernetes.io/last-change-trigger-time',
          ),
        ) ?? [],
    );
    return {
      hasEndpoints,
      changedMs: ages.length === 0 ? undefined : Math.min(...ages),
      isScaledToZero: (await stopped)?.some((labels) => matchesLabels(selector, labels)),
    };
  };
  return Promise.all(
    listed.of('service').map(async (raw) => ({
      kind: 'service' as const,
      raw,
      state: serviceState(raw, await surroundings(raw), ageOf),
    })),
  );
};

const judgeIngresses = (listed: ListedObjects, ageOf: AgeOf): readonly JudgedObject[] => {
  const ingresses = listed.of('ingress');
  const services = new Map(listed.of('service').map((raw) => [placed(raw), raw]));
  const areServicesKnown = listed.isComplete('service');
  const missingOf = (raw: unknown): readonly string[] => {
    if (!areServicesKnown) return [];
    const { namespace } = parseMeta(raw);
    return ingressBackends(raw).flatMap(({ service, port }) => {
      const backend = services.get(placeOf(namespace, service));
      if (backend === undefined) return [`the Service ${service} does not exist`];
      const ports = list(field(field(backend, 'spec'), 'ports'));
      // An ExternalName has no ports of its own.
      return port === undefined ||
        ports.length === 0 ||
        ports.some((entry) => field(entry, 'name') === port || String(field(entry, 'port')) === port)
        ? []
        : [`Service ${service} has no port ${port}`];
    });
  };
  const byClass = Map.groupBy(ingresses, ingressClass);
  const withAddress = new Set(ingresses.filter(hasAddress));
  const countsByClass = new Map(
    [...byClass].map(([name, all]) => [name, all.filter((raw) => withAddress.has(raw)).length]),
  );
  return ingresses.map((raw) => {
    const name = ingressClass(raw);
    const others = (byClass.get(name)?.length ?? 1) - 1;
    const addressed = (countsByClass.get(name) ?? 0) - (withAddress.has(raw) ? 1 : 0);
    const publishes = others === 0 ? undefined : addressed > 0;
    return {
      kind: 'ingress' as const,
      raw,
      state: ingressState(raw, [...new Set(missingOf(raw))], publishes, ageOf),
    };
  });
};

/** The state of each object that was listed. */
export const judgeObjects = async (
  parts: KubeParts,
  listed: ListedObjects,
  ageOf: AgeOf,
  signal: AbortSignal,
): Promise<readonly JudgedObject[]> => {
  const wallNow = parts.client.wallNow();
  const each = (kind: ObjectKind, stateOf: (raw: unknown) => ObjectState): readonly JudgedObject[] =>
    listed.of(kind).map((raw) => ({ kind, raw, state: stateOf(raw) }));
  return [
    ...each('pvc', (raw) => claimState(raw, ageOf)),
    ...each('pv', (raw) => volumeState(raw, ageOf)),
    ...(await judgeServices(parts, listed, ageOf, signal)),
    ...judgeIngresses(listed, ageOf),
    ...each('cronjob', (raw) => cronJobState(raw, wallNow)),
    ...each('hpa', (raw) => autoscalerState(raw, ageOf)),
    ...each('pdb', (raw) => budgetState(raw, ageOf)),
    ...each('namespace', () => ({ status: 'Active' })),
  ];
};
