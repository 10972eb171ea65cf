import type { Fault } from '../../../domain/base/fault.ts';
import type { AnyFact } from '../../../domain/facts/facts.ts';
import type { Reading } from '../../../domain/facts/reading.ts';
import type { Workload } from '../../../kinds/workloads/fact.ts';
import { RemediedError } from '../../../platform/network/to-fault.ts';
import { WireError } from '../../../platform/runtime/wire-error.ts';
import type { Feed } from '../../kit/contract/source.ts';
import { type ApiResource, apiResources, listPath } from '../api/api-resources.ts';
import { configuredDeliveryNamespaces, type DeliveryFeed } from '../api/config.ts';
import { deliveryResources } from '../api/delivery-resources.ts';
import { listAll } from '../api/list-watch.ts';
import { type KubeParts, resolveNamespaces } from '../api/parts.ts';
import { parseApplication } from '../delivery/application.ts';
import type { DeliveryParser, DeliverySummary } from '../delivery/delivery-summary.ts';
import { parseHelmRelease, parseKustomization } from '../delivery/flux.ts';
import { parseReleaseRevision, type ReleaseRevision, releaseQuery, releasesOf } from '../delivery/helm.ts';
import { joinAlikeFaults, kubeFeed, type ResourceWatcher, watchResource } from './resource-feed.ts';

interface DeliveryFeedSpec {
  readonly name: Exclude<DeliveryFeed, 'releases'>;
  readonly kind: ApiResource;
  readonly parse: DeliveryParser;
  /** The program that defines the kind. */
  readonly by: string;
  /** Hint for a cluster without it. */
  readonly remedy: string;
}

/** Custom resources that deliver other objects, one feed per kind. */
export const deliveryFeedSpecs: readonly DeliveryFeedSpec[] = [
  {
    name: 'applications',
    kind: deliveryResources.application,
    parse: parseApplication,
    by: 'Argo CD',
    remedy: 'remove argocd from delivery:',
  },
  {
    name: 'kustomizations',
    kind: deliveryResources.kustomization,
    parse: parseKustomization,
    by: "Flux's kustomize-controller",
    remedy: 'replace flux with helmreleases in the key delivery of the source',
  },
  {
    name: 'helmreleases',
    kind: deliveryResources.helmrelease,
    parse: parseHelmRelease,
    by: "Flux's helm-controller",
    remedy: 'replace flux with kustomizations in the key delivery of the source',
  },
];

/** True when the API itself reports that it does not serve the kind: a kubeconfig without our context is `missing` too. */
export const isNotServed = (error: unknown): error is WireError =>
  error instanceof WireError && error.kind === 'missing' && /^answered 404\b/.test(error.message);

/** Explains an API that does not serve the kind; any other failure stays as it is. */
export const explainNotServed = ({ kind, by, remedy }: DeliveryFeedSpec, error: unknown): unknown =>
  isNotServed(error)
    ? new RemediedError(
        'missing',
        `this cluster has no ${kind.plural}.${kind.group}/${kind.version}: ${by} is not installed there, or has another version`,
        remedy,
      )
    : error;

/** Applications of Argo CD, or objects of one kind of Flux. */
export const deliveryFeed = (
  parts: KubeParts,
  spec: DeliveryFeedSpec,
): { readonly feed: Feed; readonly followed: ResourceWatcher<DeliverySummary> } => {
  const { client, source, config } = parts;
  const { name, kind, parse } = spec;
  const followed = watchResource(parts, {
    kind,
    namespaces: configuredDeliveryNamespaces(config),
    parse: (raw) => parse(raw, client.toClock),
    explain: (error) => explainNotServed(spec, error),
  });
  const rows = new WeakMap<DeliverySummary, Workload>();
  const rowOf = (summary: DeliverySummary): Workload => {
    const known = rows.get(summary);
    if (known !== undefined) return known;
    const made: Workload = { source, at: client.now(), ...summary.row };
    rows.set(summary, made);
    return made;
  };
  const read = async (signal: AbortSignal): Promise<Reading<AnyFact>> => {
    const { objects, faults } = await followed.read(signal);
    return { items: objects.map(rowOf), faults };
  };
  return { feed: kubeFeed(parts, { name, kind: 'workloads', watcher: followed }, read), followed };
};

/** Helm writes a revision at the start and at the end of an operation. */
const releasesEveryMs = 15_000;

/** Lists the revisions of all Helm releases of a namespace, without the content of their Secrets. Throws WireError. */
export const listReleaseRevisions = async (
  { client }: Pick<KubeParts, 'client'>,
  namespace: string,
  signal: AbortSignal,
): Promise<readonly ReleaseRevision[]> => {
  const found: ReleaseRevision[] = [];
  await listAll(
    { get: client.getMetadata },
    listPath(apiResources.secret, namespace),
    releaseQuery,
    {
      begin: () => void found.splice(0),
      take: (items) => found.push(...items.map((raw) => parseReleaseRevision(raw, client.toClock))),
    },
    (ask) => ask(signal),
  );
  return found;
};

/** Helm releases by the labels of their Secrets: polled, because a watch would send their content. */
export const releasesFeed = (parts: KubeParts): Feed => {
  const { client, source } = parts;
  const words = { name: 'releases', kind: 'workloads', atLeastMs: releasesEveryMs } as const;
  return kubeFeed(parts, words, async (signal) => {
    let namespaces: readonly string[];
    try {
      namespaces = await resolveNamespaces(parts, signal);
    } catch (error) {
      return { items: [], faults: [client.fault(listPath(apiResources.secret, '*'), error)] };
    }
    const faults: Fault[] = [];
    const lists = await Promise.all(
      namespaces.map(async (namespace) => {
        try {
          return await listReleaseRevisions(parts, namespace, signal);
        } catch (error) {
          faults.push(client.fault(listPath(apiResources.secret, namespace), error));
          return [];
        }
      }),
    );
    const time = client.now();
    return {
      items: releasesOf(lists.flat(), time).map(({ row }): Workload => ({ source, at: time, ...row })),
      faults: joinAlikeFaults(faults, namespaces.length),
    };
  });
};
