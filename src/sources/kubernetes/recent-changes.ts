import type { Fault, Millis } from '../../domain/base/fault.ts';
import type { RecentChange } from '../../domain/facts/journal.ts';
import { formatImageChange } from '../../kinds/workloads/image-change.ts';
import { oneLine } from '../../platform/masking/sanitize.ts';
import type { Source } from '../kit/contract/source.ts';
import { entries, field, list, text } from '../kit/values/wire-value.ts';
import { type ApiResource, apiResources, listPath } from './api/api-resources.ts';
import type { KubeClient } from './api/client.ts';
import { listAll } from './api/list-watch.ts';
import { controllerRef, parseMeta } from './api/object-meta.ts';
import { type KubeParts, resolveNamespaces } from './api/parts.ts';
import { readDeliveryChanges } from './delivery-changes.ts';
import { revisionNumber } from './operations/rollouts/revisions.ts';
import { type KubeEvent, parseKubeEvent } from './pod/event.ts';

/** A revision of a deployment, as its ReplicaSet records it. */
interface RecordedRevision {
  readonly deployment: string;
  readonly uid: string;
  readonly replicaSet: string;
  readonly number: number;
  readonly createdAt: Millis;
  readonly image: string;
  /** The template without what a restart changes. */
  readonly template: string;
  /** Annotation of `kubectl --record` and of deployment tools; '' without one. */
  readonly cause: string;
}

/** Annotation that `kubectl rollout restart` sets. */
const restartedAt = 'kubectl.kubernetes.io/restartedAt';
const hashLabel = 'pod-template-hash';

const without = (value: unknown, name: string): object =>
  Object.fromEntries(entries(value).filter(([key]) => key !== name));

/** The pod template as text, without the annotation of a restart and the label of the ReplicaSet. */
const templateText = (template: unknown): string => {
  const metadata = field(template, 'metadata');
  return JSON.stringify([
    without(field(metadata, 'labels'), hashLabel),
    without(field(metadata, 'annotations'), restartedAt),
    field(template, 'spec'),
  ]);
};

const imagesOf = (template: unknown): string =>
  list(field(field(template, 'spec'), 'containers'))
    .flatMap((value) => text(field(value, 'image')) ?? [])
    .join(' ');

const parseRevision = (raw: unknown, client: KubeClient): RecordedRevision | undefined => {
  const owner = controllerRef(raw);
  const number = revisionNumber(raw);
  const metadata = field(raw, 'metadata');
  const createdAt = client.toClock(field(metadata, 'creationTimestamp'));
  if (owner?.kind !== 'Deployment' || number === undefined || createdAt === undefined) return undefined;
  const template = field(field(raw, 'spec'), 'template');
  const cause = text(field(field(metadata, 'annotations'), 'kubernetes.io/change-cause')) ?? '';
  return {
    deployment: owner.name,
    uid: owner.uid,
    replicaSet: parseMeta(raw).name,
    number,
    createdAt,
    image: imagesOf(template),
    template: templateText(template),
    cause: oneLine(cause, 120),
  };
};

/** Differences between a revision and the one before it. */
const revisionChange = (
  now: RecordedRevision,
  before: RecordedRevision | undefined,
): Pick<RecentChange, 'kind' | 'change'> => {
  const cause = now.cause === '' || now.cause === before?.cause ? '' : `: ${now.cause}`;
  if (before === undefined)
    return {
      kind: 'rollout',
      change: `created as revision ${now.number} with the image ${now.image}${cause}`,
    };
  const revision = `revision ${before.number} → ${now.number}`;
  if (now.image !== before.image)
    return { kind: 'image', change: `${formatImageChange(before.image, now.image)}, ${revision}${cause}` };
  return now.template === before.template
    ? { kind: 'restart', change: `restarted, ${revision}${cause}` }
    : { kind: 'rollout', change: `${revision}: same image, template changed${cause}` };
};

/** Start of a rollout to an existing ReplicaSet, as a rollback is: its first scale-up from 0, as an event. */
const scaledUpAt = ({ replicaSet }: RecordedRevision, events: readonly KubeEvent[]): Millis | undefined =>
  events.find(
    ({ reason, message }) =>
      reason === 'ScalingReplicaSet' &&
      message.startsWith(`Scaled up replica set ${replicaSet} `) &&
      / from 0\b/.test(message),
  )?.lastAt;

/** The rollouts since a time, oldest first: each ReplicaSet that was created, and a newest one that was used again. */
const rollouts = (
  revisions: readonly RecordedRevision[],
  events: readonly KubeEvent[],
  since: Millis,
): readonly RecentChange[] =>
  [...Map.groupBy(revisions, ({ uid }) => uid).values()].flatMap((own) => {
    const ordered = own.toSorted((a, b) => a.number - b.number);
    return ordered.flatMap((recordedRevision, index): readonly RecentChange[] => {
      const again = index === ordered.length - 1 ? scaledUpAt(recordedRevision, events) : undefined;
      const time = recordedRevision.createdAt >= since ? recordedRevision.createdAt : again;
      if (time === undefined || time < since) return [];
      return [
        {
          at: time,
          level: 'ok',
          what: `deployment ${recordedRevision.deployment}`,
          ...revisionChange(recordedRevision, ordered[index - 1]),
        },
      ];
    });
  });

/** Normal events that are changes; all others repeat what rows show. Source: reasons of kubelet and controllers. */
const notableReasons: ReadonlySet<string> = new Set([
  'SuccessfulRescale',
  'Rebooted',
  'NodeNotReady',
  'NodeReady',
  'NodeNotSchedulable',
  'NodeSchedulable',
  'Killing',
  'Preempted',
  'TaintManagerEviction',
]);

/** Maximum number of events: the newest. */
const maxEvents = 60;

/** Events by object and reason, at the time of their first occurrence. */
const eventChanges = (events: readonly KubeEvent[], since: Millis): readonly RecentChange[] => {
  const notable = events.filter(
    ({ type, reason, lastAt }) => lastAt >= since && (type === 'Warning' || notableReasons.has(reason)),
  );
  const groups = [...Map.groupBy(notable, ({ object, reason }) => `${object} ${reason}`).values()];
  return groups
    .flatMap((group): readonly RecentChange[] => {
      const newest = group.toSorted((a, b) => b.lastAt - a.lastAt)[0];
      if (newest === undefined) return [];
      const first = Math.min(...group.map(({ firstAt, lastAt }) => firstAt ?? lastAt));
      const count = group.reduce((sum, kubeEvent) => sum + kubeEvent.count, 0);
      const often = count > 1 ? ` ×${count}` : '';
      return [
        {
          at: Math.max(first, since),
          kind: 'event',
          level: newest.type === 'Warning' ? 'warn' : 'ok',
          what: newest.object,
          change: `${newest.reason}${often}: ${newest.message}`,
        },
      ];
    })
    .sort((a, b) => a.at - b.at)
    .slice(-maxEvents);
};

/**
 * Rollouts of deployments, from their ReplicaSets, events of the last hour, as long as Kubernetes keeps them, and what was
 * delivered. Needs `list` on replicasets and events; each is a separate fault.
 */
export const kubernetesChanges = (parts: KubeParts): NonNullable<Source['recentChanges']> => {
  const { client } = parts;

  return async (since, signal) => {
    const faults: Fault[] = [];
    /** Everything of a kind in a namespace, reduced as it arrives: there may be thousands. */
    const listed = async <T>(
      kind: ApiResource,
      namespace: string,
      parse: (raw: unknown) => T | undefined,
    ): Promise<readonly T[]> => {
      const path = listPath(kind, namespace);
      const found: T[] = [];
      try {
        await listAll(
          client,
          path,
          {},
          {
            begin: () => void found.splice(0),
            take: (items) => found.push(...items.flatMap((raw) => parse(raw) ?? [])),
          },
          (ask) => ask(signal),
        );
        return found;
      } catch (error) {
        faults.push(client.fault(path, error));
        return [];
      }
    };

    try {
      const changes: RecentChange[] = [];
      const namespaces = await resolveNamespaces(parts, signal);
      for (const namespace of namespaces) {
        const events = await listed(apiResources.event, namespace, (raw) =>
          parseKubeEvent(raw, client.toClock),
        );
        const revisions = await listed(apiResources.replicaset, namespace, (raw) =>
          parseRevision(raw, client),
        );
        changes.push(...rollouts(revisions, events, since), ...eventChanges(events, since));
      }
      const delivered = await readDeliveryChanges(parts, namespaces, since, signal);
      changes.push(...delivered.changes);
      faults.push(...delivered.faults);
      return { changes: changes.sort((a, b) => a.at - b.at), faults };
    } catch (error) {
      return { changes: [], faults: [...faults, client.fault('', error)] };
    }
  };
};
