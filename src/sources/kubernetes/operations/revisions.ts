import { PlanError } from '../../../domain/operation.ts';
import { entries, field, text } from '../../wire-value.ts';
import type { KubeClient } from '../client.ts';
import { kinds, listPath } from '../kinds.ts';
import { listAll } from '../list.ts';
import { controllerOf, metaOf } from '../meta.ts';
import { selectorOf, selectorText } from '../selector.ts';
import type { Found } from './found.ts';
import { asItIs } from './pod-template.ts';

const revisionKey = 'deployment.kubernetes.io/revision';
const hashLabel = 'pod-template-hash';

/** A template that a deployment had, as its ReplicaSet keeps it. */
export interface Revision {
  readonly number: number;
  readonly replicaSet: string;
  /** The ReplicaSet that keeps its template. */
  readonly raw: unknown;
}

/** The number that a deployment or one of its ReplicaSets bears; undefined when its controller has given it none. */
export const revisionOf = (raw: unknown): number | undefined => {
  const said = text(field(field(field(raw, 'metadata'), 'annotations'), revisionKey)) ?? '';
  return /^\d+$/.test(said) ? Number(said) : undefined;
};

/** Without the label that tells its pods from those of other revisions: the pod template of a ReplicaSet, as its deployment had it. Throws PlanError for one that could not be given back as it is. */
export const templateOf = (replicaSet: unknown): unknown => {
  const template = asItIs(
    field(field(replicaSet, 'spec'), 'template'),
    'this template',
    'kubectl rollout undo',
  );
  const metadata = field(template, 'metadata');
  const labels = entries(field(metadata, 'labels')).filter(([key]) => key !== hashLabel);
  return { ...Object(template), metadata: { ...Object(metadata), labels: Object.fromEntries(labels) } };
};

/** The templates that a deployment had and has, the newest first. Throws WireError. */
export const revisionsOf = async (
  client: KubeClient,
  { namespace, raw }: Pick<Found, 'namespace' | 'raw'>,
  signal: AbortSignal,
): Promise<readonly Revision[]> => {
  const selector = selectorOf(field(field(raw, 'spec'), 'selector'));
  const { uid } = metaOf(raw);
  const found: unknown[] = [];
  await listAll(
    client,
    listPath(kinds.replicaset, namespace),
    selector === undefined ? {} : { labelSelector: selectorText(selector) },
    { begin: () => void found.splice(0), take: (items) => void found.push(...items) },
    (ask) => ask(signal),
  );
  return found
    .filter((replicaSet) => controllerOf(replicaSet)?.uid === uid)
    .flatMap((replicaSet): readonly Revision[] => {
      const number = revisionOf(replicaSet);
      if (number === undefined) return [];
      return [{ number, replicaSet: metaOf(replicaSet).name, raw: replicaSet }];
    })
    .sort((one, other) => other.number - one.number);
};

/** The revision that is gone back to: the one that is asked for, else the one before the current one. Throws PlanError. */
export const meantRevision = (
  revisions: readonly Revision[],
  current: number,
  wanted: number | undefined,
  object: string,
): Revision => {
  const earlier = revisions.filter(({ number }) => number !== current);
  const there = earlier.map(({ number }) => number).join(', ');
  if (wanted === current)
    throw new PlanError('not-applicable', `${object} is at revision ${current} already`);
  const found =
    wanted === undefined
      ? earlier.find(({ number }) => number < current)
      : earlier.find(({ number }) => number === wanted);
  if (found !== undefined) return found;
  throw new PlanError(
    'not-applicable',
    wanted === undefined
      ? `${object} keeps no revision before ${current}`
      : `${object} keeps no revision ${wanted}; there is ${there === '' ? 'none but the current one' : there}`,
  );
};
