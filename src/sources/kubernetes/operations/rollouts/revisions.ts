import { PlanError } from '../../../../domain/runbooks/operation.ts';
import { entries, field, number, text } from '../../../kit/values/wire-value.ts';
import { type ApiResource, apiResources, listPath } from '../../api/api-resources.ts';
import type { KubeClient } from '../../api/client.ts';
import { formatLabelSelector, parseSpecSelector } from '../../api/label-selector.ts';
import { listAll } from '../../api/list-watch.ts';
import { controllerRef, parseMeta } from '../../api/object-meta.ts';
import { fieldChanges } from '../write/field-diff.ts';
import type { ClusterObject } from '../write/find-object.ts';
import { requireUnaltered } from '../write/pod-template.ts';

const revisionKey = 'deployment.kubernetes.io/revision';
const hashLabel = 'pod-template-hash';

/** An earlier template of a workload, as the API keeps it. */
export interface Revision {
  readonly number: number;
  /** Name of the object that keeps it. */
  readonly name: string;
  /** The pod template, for comparison. */
  readonly template: unknown;
  readonly raw: unknown;
}

/** The objects that keep the templates of a kind of workload. Source: apps/v1. */
interface RevisionHistory {
  readonly kind: ApiResource;
  readonly numberOf: (raw: unknown) => number | undefined;
  readonly templateOf: (raw: unknown) => unknown;
}

/** Revision number of a deployment or one of its ReplicaSets; undefined when the controller has not set one. */
export const revisionNumber = (raw: unknown): number | undefined => {
  const annotation = text(field(field(field(raw, 'metadata'), 'annotations'), revisionKey)) ?? '';
  return /^\d+$/.test(annotation) ? Number(annotation) : undefined;
};

const replicaSets: RevisionHistory = {
  kind: apiResources.replicaset,
  numberOf: revisionNumber,
  templateOf: (raw) => field(field(raw, 'spec'), 'template'),
};

/** Their data is a strategic merge patch of the template. */
const controllerRevisions: RevisionHistory = {
  kind: apiResources.controllerrevision,
  numberOf: (raw) => number(field(raw, 'revision')),
  templateOf: (raw) => field(field(field(raw, 'data'), 'spec'), 'template'),
};

/** Where the templates of a workload of this kind are kept. */
export const revisionHistory = (kind: ApiResource): RevisionHistory =>
  kind === apiResources.deployment ? replicaSets : controllerRevisions;

/** The directive of a strategic merge patch that replaces the whole template. */
const patchDirective = '$patch';

/**
 * Pod template of a revision as its workload had it, without the label that distinguishes its pods from other
 * revisions, and without the directive of a patch. Throws PlanError for one that could not be restored unchanged.
 */
export const revisionTemplate = (history: RevisionHistory, keeper: unknown): unknown => {
  const template = requireUnaltered(history.templateOf(keeper), 'this template', 'kubectl rollout undo');
  const { [patchDirective]: _, ...rest } = Object(template) as Record<string, unknown>;
  const metadata = field(template, 'metadata');
  const labels = entries(field(metadata, 'labels')).filter(([key]) => key !== hashLabel);
  return { ...rest, metadata: { ...Object(metadata), labels: Object.fromEntries(labels) } };
};

/** Selects the objects that keep the templates of a workload among others; several workloads may share labels. */
export const revisionQuery = (raw: unknown): Readonly<Record<string, string>> => {
  const selector = parseSpecSelector(field(field(raw, 'spec'), 'selector'));
  return selector === undefined ? {} : { labelSelector: formatLabelSelector(selector) };
};

/** Returns the templates that these objects keep for the workload with this uid, newest first. */
export const revisionsOf = (
  history: RevisionHistory,
  keepers: readonly unknown[],
  uid: string,
): readonly Revision[] =>
  keepers
    .filter((keeper) => controllerRef(keeper)?.uid === uid)
    .flatMap((raw): readonly Revision[] => {
      const revision = history.numberOf(raw);
      if (revision === undefined) return [];
      return [{ number: revision, name: parseMeta(raw).name, template: history.templateOf(raw), raw }];
    })
    .sort((first, other) => other.number - first.number);

/** Lists the templates of a workload, newest first. Throws WireError. */
export const listRevisions = async (
  client: KubeClient,
  { kind, namespace, raw }: Pick<ClusterObject, 'kind' | 'namespace' | 'raw'>,
  signal: AbortSignal,
): Promise<readonly Revision[]> => {
  const history = revisionHistory(kind);
  const keepers: unknown[] = [];
  await listAll(
    client,
    listPath(history.kind, namespace),
    revisionQuery(raw),
    { begin: () => void keepers.splice(0), take: (items) => void keepers.push(...items) },
    (ask) => ask(signal),
  );
  return revisionsOf(history, keepers, parseMeta(raw).uid);
};

/**
 * The template that a workload has now, and its revision: of a deployment its own annotation, of other workloads the
 * newest revision with that template. Undefined when its controller has not processed it yet.
 */
export const currentRevision = (
  { kind, raw }: Pick<ClusterObject, 'kind' | 'raw'>,
  revisions: readonly Revision[],
): CurrentRevision | undefined => {
  const template = field(field(raw, 'spec'), 'template');
  const [newest] = revisions;
  const current =
    kind === apiResources.deployment
      ? revisionNumber(raw)
      : newest !== undefined && templateChanges(newest.template, template).length === 0
        ? newest.number
        : undefined;
  return current === undefined ? undefined : { number: current, template };
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

/** The template that a workload has now, and its revision. */
interface CurrentRevision {
  readonly number: number;
  readonly template: unknown;
}

/**
 * Chooses the target of a rollback: the requested revision, otherwise the newest earlier one with another template. Throws
 * PlanError, also for a revision that would change nothing.
 */
export const chooseRevision = <R extends Pick<Revision, 'number' | 'template'>>(
  revisions: readonly R[],
  { number: current, template }: CurrentRevision,
  requested: number | undefined,
  object: string,
): R => {
  const earlier = revisions.filter(({ number }) => number !== current);
  const differs = (revision: Pick<Revision, 'template'>): boolean =>
    templateChanges(template, revision.template).length > 0;
  const available = earlier
    .filter(differs)
    .map(({ number }) => number)
    .join(', ');
  if (requested === current)
    throw new PlanError(
      'not-applicable',
      `${object} is already at revision ${current}: choose another revision`,
    );
  const chosen =
    requested === undefined
      ? earlier.find((item) => item.number < current && differs(item))
      : earlier.find(({ number }) => number === requested);
  if (chosen !== undefined && !differs(chosen))
    throw new PlanError(
      'not-applicable',
      `revision ${chosen.number} of ${object} has the same template as the current one: a rollback would change nothing. Available: ${available === '' ? 'none' : available}`,
    );
  if (chosen !== undefined) return chosen;
  throw new PlanError(
    'not-applicable',
    requested === undefined
      ? `${object} has no revision before ${current} with another template`
      : `${object} has no revision ${requested}. Available: ${available === '' ? 'only the current one' : available}`,
  );
};
