import type { Fault, Millis } from '../../domain/base/fault.ts';
import type { RecentChange, RecentChangesReading } from '../../domain/facts/journal.ts';
import { apiResources, listPath } from './api/api-resources.ts';
import { configuredDeliveryNamespaces, showsDelivery } from './api/config.ts';
import { listAll } from './api/list-watch.ts';
import type { KubeParts } from './api/parts.ts';
import type { DeliverySummary } from './delivery/delivery-summary.ts';
import { releasesOf } from './delivery/helm.ts';
import { deliveryFeedSpecs, explainNotServed, listReleaseRevisions } from './feeds/delivery.ts';

/** The syncs and revisions of some objects since a time. */
const changesOf = (summaries: readonly DeliverySummary[], since: Millis): readonly RecentChange[] =>
  summaries.flatMap(({ row: { kind, name }, history }) =>
    history
      .filter(({ at }) => at >= since)
      .map(
        ({ at, change, isFailed }): RecentChange => ({
          at,
          kind: 'rollout',
          level: isFailed === true ? 'crit' : 'ok',
          what: `${kind} ${name}`,
          change,
        }),
      ),
  );

/**
 * Syncs of Argo CD applications, applied revisions of Flux objects, and revisions of Helm releases, as far as their objects
 * record them. Each kind that cannot be listed is a separate fault. `namespaces`: those of the source.
 */
export const readDeliveryChanges = async (
  parts: KubeParts,
  namespaces: readonly string[],
  since: Millis,
  signal: AbortSignal,
): Promise<RecentChangesReading> => {
  const { client, config } = parts;
  const changes: RecentChange[] = [];
  const faults: Fault[] = [];
  const read = async (
    path: string,
    list: () => Promise<readonly DeliverySummary[]>,
    explain = (error: unknown): unknown => error,
  ): Promise<void> => {
    try {
      changes.push(...changesOf(await list(), since));
    } catch (error) {
      faults.push(client.fault(path, explain(error)));
    }
  };
  for (const spec of deliveryFeedSpecs.filter(({ name }) => showsDelivery(config, name)))
    for (const namespace of configuredDeliveryNamespaces(config) ?? namespaces) {
      const path = listPath(spec.kind, namespace);
      const list = async (): Promise<readonly DeliverySummary[]> => {
        const found: DeliverySummary[] = [];
        const consumer = {
          begin: () => void found.splice(0),
          take: (items: readonly unknown[]) =>
            void found.push(...items.map((raw) => spec.parse(raw, client.toClock))),
        };
        await listAll(client, path, {}, consumer, (ask) => ask(signal));
        return found;
      };
      await read(path, list, (error) => explainNotServed(spec, error));
    }
  if (showsDelivery(config, 'releases'))
    for (const namespace of namespaces)
      await read(listPath(apiResources.secret, namespace), async () =>
        releasesOf(await listReleaseRevisions(parts, namespace, signal), client.now()),
      );
  return { changes, faults };
};
