import { defined } from '../../../domain/base/defined.ts';
import type {
  ControllerRevisionObject,
  DaemonSetObject,
  StatefulSetObject,
} from '../spec/cluster-objects.ts';
import type { ClusterContext } from './state/cluster-context.ts';
import { isOwnedBy, ownerReferenceTo, rfc3339Seconds, stableUuid, templateHash } from './state/names.ts';

/** Number of earlier revisions that a workload keeps: the default of `revisionHistoryLimit`. */
const keptRevisions = 10;

/** The label of a revision with its hash. Source: apps/v1, history of StatefulSets and DaemonSets. */
const hashLabels = {
  StatefulSet: 'controller.kubernetes.io/hash',
  DaemonSet: 'controller-revision-hash',
} as const;

/**
 * Keeps the template of a StatefulSet or a DaemonSet as its newest revision. A template that a former revision has gets
 * its number raised, as after a rollback. Returns the hash of the template.
 */
export const recordRevision = (
  { shelves, now }: ClusterContext,
  set: StatefulSetObject | DaemonSetObject,
): string => {
  const { template } = set.spec;
  const hash = templateHash(template);
  const name = `${set.metadata.name}-${hash}`;
  const own = [...shelves.controllerrevisions.all()]
    .filter((revision) => isOwnedBy(revision, set))
    .sort((first, other) => other.revision - first.revision);
  const [newest] = own;
  if (newest?.metadata.name === name) return hash;
  const number = (newest?.revision ?? 0) + 1;
  const known = own.find(({ metadata }) => metadata.name === name);
  shelves.controllerrevisions.put(
    known === undefined
      ? revisionOf(set, name, hash, number, rfc3339Seconds(now))
      : { ...known, revision: number },
  );
  for (const { metadata } of own.filter((revisionObject) => revisionObject !== known).slice(keptRevisions))
    shelves.controllerrevisions.remove(metadata.namespace, metadata.name);
  return hash;
};

const revisionOf = (
  set: StatefulSetObject | DaemonSetObject,
  name: string,
  hash: string,
  revision: number,
  creationTimestamp: string,
): ControllerRevisionObject => {
  const { namespace, uid, annotations } = set.metadata;
  const { template } = set.spec;
  const hashLabel = set.kind === 'StatefulSet' ? hashLabels.StatefulSet : hashLabels.DaemonSet;
  return {
    apiVersion: 'apps/v1',
    kind: 'ControllerRevision',
    metadata: {
      name,
      ...defined({ namespace }),
      uid: stableUuid(`controllerrevision/${uid}/${hash}`),
      resourceVersion: '',
      creationTimestamp: creationTimestamp,
      labels: { ...template.metadata?.labels, [hashLabel]: hash },
      ...defined({ annotations }),
      ownerReferences: [ownerReferenceTo(set)],
    },
    // A strategic merge patch that restores the template.
    data: { spec: { template: { ...template, $patch: 'replace' } } },
    revision,
  };
};
