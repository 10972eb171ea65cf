import { PlanError } from '../../../domain/operation.ts';
import { entries, field, text } from '../../wire-value.ts';
import { apiResources, listPath } from '../api-resources.ts';
import type { KubeClient } from '../client.ts';
import { formatLabelSelector, parseSpecSelector } from '../label-selector.ts';
import { listAll } from '../list-watch.ts';
import { controllerRef, parseMeta } from '../object-meta.ts';
import type { ClusterObject } from './find-object.ts';
import { requireUnaltered } from './pod-template.ts';

const revisionKey = 'deployment.kubernetes.io/revision';
const hashLabel = 'pod-template-hash';

/** An earlier template of a deployment, stored in its ReplicaSet. */
interface Revision {
  readonly number: number;
  readonly replicaSet: string;
  /** The ReplicaSet that stores the template. */
  readonly raw: unknown;
}

/** Revision number of a deployment or one of its ReplicaSets; undefined when the controller has not set one. */
export const revisionNumber = (raw: unknown): number | undefined => {
  const annotation = text(field(field(field(raw, 'metadata'), 'annotations'), revisionKey)) ?? '';
  return /^\d+$/.test(annotation) ? Number(annotation) : undefined;
};

/**
 * Pod template of a ReplicaSet as its deployment had it, without the label that distinguishes its pods from other
 * revisions. Throws PlanError for one that could not be restored unchanged.
 */
export const revisionTemplate = (replicaSet: unknown): unknown => {
  const template = requireUnaltered(
    field(field(replicaSet, 'spec'), 'template'),
    'this template',
    'kubectl rollout undo',
  );
  const metadata = field(template, 'metadata');
  const labels = entries(field(metadata, 'labels')).filter(([key]) => key !== hashLabel);
  return { ...Object(template), metadata: { ...Object(metadata), labels: Object.fromEntries(labels) } };
};

/** Lists the templates of a deployment, newest first. Throws WireError. */
export const listRevisions = async (
  client: KubeClient,
  { namespace, raw }: Pick<ClusterObject, 'namespace' | 'raw'>,
  signal: AbortSignal,
): Promise<readonly Revision[]> => {
  const selector = parseSpecSelector(field(field(raw, 'spec'), 'selector'));
  const { uid } = parseMeta(raw);
  const replicaSets: unknown[] = [];
  await listAll(
    client,
    listPath(apiResources.replicaset, namespace),
    selector === undefined ? {} : { labelSelector: formatLabelSelector(selector) },
    { begin: () => void replicaSets.splice(0), take: (items) => void replicaSets.push(...items) },
    (ask) => ask(signal),
  );
  return replicaSets
    .filter((replicaSet) => controllerRef(replicaSet)?.uid === uid)
    .flatMap((replicaSet): readonly Revision[] => {
      const number = revisionNumber(replicaSet);
      if (number === undefined) return [];
      return [{ number, replicaSet: parseMeta(replicaSet).name, raw: replicaSet }];
    })
    .sort((one, other) => other.number - one.number);
};

/**
 * Chooses the target of a rollback: the requested revision, otherwise the one before the current one. Throws PlanError.
 */
export const chooseRevision = (
  revisions: readonly Revision[],
  current: number,
  requested: number | undefined,
  object: string,
): Revision => {
  const earlier = revisions.filter(({ number }) => number !== current);
  const available = earlier.map(({ number }) => number).join(', ');
  if (requested === current)
    throw new PlanError('not-applicable', `${object} is already at revision ${current}`);
  const chosen =
    requested === undefined
      ? earlier.find(({ number }) => number < current)
      : earlier.find(({ number }) => number === requested);
  if (chosen !== undefined) return chosen;
  throw new PlanError(
    'not-applicable',
    requested === undefined
      ? `${object} has no revision before ${current}`
      : `${object} has no revision ${requested}; available: ${available === '' ? 'only the current one' : available}`,
  );
};
