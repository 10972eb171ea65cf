import { PlanError } from '../../../domain/operation.ts';
import { entries, field, text } from '../../wire-value.ts';
import { apiResources, listPath } from '../api-resources.ts';
import type { KubeClient } from '../client.ts';
import { formatLabelSelector, parseSpecSelector } from '../label-selector.ts';
import { listAll } from '../list-watch.ts';
import { controllerRef, parseMeta } from '../object-meta.ts';
import { fieldChanges } from './field-diff.ts';
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

/** Selects the ReplicaSets of a deployment among others; several deployments may share labels. */
export const replicaSetQuery = (raw: unknown): Readonly<Record<string, string>> => {
  const selector = parseSpecSelector(field(field(raw, 'spec'), 'selector'));
  return selector === undefined ? {} : { labelSelector: formatLabelSelector(selector) };
};

/** Returns the templates that the ReplicaSets of a deployment keep, newest first. */
export const revisionsOf = (replicaSets: readonly unknown[], deploymentUid: string): readonly Revision[] =>
  replicaSets
    .filter((replicaSet) => controllerRef(replicaSet)?.uid === deploymentUid)
    .flatMap((replicaSet): readonly Revision[] => {
      const number = revisionNumber(replicaSet);
      if (number === undefined) return [];
      return [{ number, replicaSet: parseMeta(replicaSet).name, raw: replicaSet }];
    })
    .sort((one, other) => other.number - one.number);

/** Lists the templates of a deployment, newest first. Throws WireError. */
export const listRevisions = async (
  client: KubeClient,
  { namespace, raw }: Pick<ClusterObject, 'namespace' | 'raw'>,
  signal: AbortSignal,
): Promise<readonly Revision[]> => {
  const replicaSets: unknown[] = [];
  await listAll(
    client,
    listPath(apiResources.replicaset, namespace),
    replicaSetQuery(raw),
    { begin: () => void replicaSets.splice(0), take: (items) => void replicaSets.push(...items) },
    (ask) => ask(signal),
  );
  return revisionsOf(replicaSets, parseMeta(raw).uid);
};

/** The annotation that `kubectl rollout restart` writes: a restart is not another template. */
const restartedAt = 'kubectl.kubernetes.io/restartedAt';

/** A template as an object whose fields can be compared, without what a rollout adds to it. */
const comparable = (template: unknown): unknown => {
  const metadata = field(template, 'metadata');
  const kept = (name: string, omitted: string): unknown =>
    Object.fromEntries(entries(field(metadata, name)).filter(([key]) => key !== omitted));
  return {
    metadata: { labels: kept('labels', hashLabel), annotations: kept('annotations', restartedAt) },
    spec: field(template, 'spec'),
  };
};

/** 'containers[app].image' → 'app image' */
const fieldWords = (path: string): string => {
  const [, container, below] = /^spec\.containers\[([^\]]+)\]\.(.+)$/.exec(path) ?? [];
  return container === undefined ? path.replace(/^spec\./, '') : `${container} ${below}`;
};

const unquoted = (json: string): string => json.replace(/^"(.*)"$/, '$1');

/** Orders changes by what matters in a rollback: images, then the environment and resources, then the rest. */
const rankOf = (words: string): number =>
  / image$/.test(words) ? 0 : / (env|resources|args|command)\b/.test(words) ? 1 : 2;

/**
 * Describes the differences of two pod templates, images first: 'app image: shop:1.9.0 → shop:1.8.2'. Without secret
 * values. Empty for the same template; a restart makes no difference.
 */
export const templateChanges = (before: unknown, after: unknown): readonly string[] =>
  fieldChanges(comparable(before), comparable(after))
    .map(({ path, from, to }) => ({ words: fieldWords(path), from, to }))
    .sort((a, b) => rankOf(a.words) - rankOf(b.words))
    .map(({ words, from, to }) => `${words}: ${unquoted(from)} → ${unquoted(to)}`);

/** The template that a deployment has now, and its revision. */
interface CurrentRevision {
  readonly number: number;
  readonly template: unknown;
}

/**
 * Chooses the target of a rollback: the requested revision, otherwise the newest earlier one with another template. Throws
 * PlanError, also for a revision that would change nothing.
 */
export const chooseRevision = (
  revisions: readonly Revision[],
  { number: current, template }: CurrentRevision,
  requested: number | undefined,
  object: string,
): Revision => {
  const earlier = revisions.filter(({ number }) => number !== current);
  const differs = ({ raw }: Revision): boolean =>
    templateChanges(template, field(field(raw, 'spec'), 'template')).length > 0;
  const available = earlier
    .filter(differs)
    .map(({ number }) => number)
    .join(', ');
  if (requested === current)
    throw new PlanError('not-applicable', `${object} is already at revision ${current}`);
  const chosen =
    requested === undefined
      ? earlier.find((one) => one.number < current && differs(one))
      : earlier.find(({ number }) => number === requested);
  if (chosen !== undefined && !differs(chosen))
    throw new PlanError(
      'not-applicable',
      `revision ${chosen.number} of ${object} has the same template as the current one: a rollback would change nothing; available: ${available === '' ? 'none' : available}`,
    );
  if (chosen !== undefined) return chosen;
  throw new PlanError(
    'not-applicable',
    requested === undefined
      ? `${object} has no revision before ${current} with another template`
      : `${object} has no revision ${requested}; available: ${available === '' ? 'only the current one' : available}`,
  );
};
