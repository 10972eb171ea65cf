import { z } from 'zod';
import type { HttpAnswer } from '../../../platform/network/http-messages.ts';
import { field, list, text } from '../../wire-value.ts';
import { apiResources, listPath } from '../api-resources.ts';
import { parseMeta } from '../object-meta.ts';
import { readPinnedObject } from './find-object.ts';
import { templateImages } from './pod-template.ts';
import { defineReadOperation } from './read-operation.ts';
import { replicaSetQuery, revisionsOf, templateChanges } from './revisions.ts';
import { zNamespaceParam, zObjectName } from './shared-params.ts';

const revisionParams = z.strictObject({
  deployment: zObjectName('deployment name'),
  namespace: zNamespaceParam,
});

type RevisionParams = z.infer<typeof revisionParams>;

/** The annotation that `kubectl annotate` sets before a rollout, and `kubectl rollout history` prints. */
const changeCause = 'kubernetes.io/change-cause';

const templateOf = (raw: unknown): unknown => field(field(raw, 'spec'), 'template');

/** A revision as a row; `restorable` is false where a rollback would change nothing. */
type RevisionRow = Readonly<
  Record<'revision' | 'image' | 'created' | 'cause' | 'state' | 'changes', string>
> & {
  readonly restorable: boolean;
};

/** The revisions of a list of ReplicaSets, newest first: the newest is the current one. */
const revisionRows = (answer: HttpAnswer, { deployment }: RevisionParams): readonly RevisionRow[] => {
  const items = list(field(answer.json(), 'items'));
  const owner = items
    .flatMap((raw) => list(field(field(raw, 'metadata'), 'ownerReferences')))
    .find((one) => text(field(one, 'kind')) === 'Deployment' && text(field(one, 'name')) === deployment);
  const revisions = revisionsOf(items, text(field(owner, 'uid')) ?? '');
  const [current] = revisions;
  return revisions.map(({ number, raw }) => {
    const metadata = field(raw, 'metadata');
    const isCurrent = number === current?.number;
    const changes = isCurrent ? [] : templateChanges(templateOf(current?.raw), templateOf(raw));
    const restorable = changes.length > 0;
    return {
      revision: String(number),
      image: templateImages(raw),
      created: text(field(metadata, 'creationTimestamp')) ?? '',
      cause: text(field(field(metadata, 'annotations'), changeCause)) ?? '',
      state: isCurrent ? 'current' : restorable ? '' : 'same template as the current one',
      changes: changes.slice(0, 3).join(', '),
      restorable,
    };
  });
};

const rowLine = ({ revision, image, created, cause, state, changes }: RevisionRow): string =>
  [`revision ${revision}`, image, created, cause, state, changes].filter((part) => part !== '').join(' · ');

/**
 * `revisions`: lists the revisions of a deployment with image, time, change cause and what a rollback would change. As rows
 * for a choice; the current one, and those with the same template, are not `restorable`.
 */
export const listRevisionsOperation = defineReadOperation(
  { name: 'revisions', params: revisionParams, resultKinds: ['rows'] },
  (parts) => ({
    requests: async ({ deployment, namespace: requested }, signal) => {
      const object = `deployment/${deployment}`;
      const { raw, namespace, request } = await readPinnedObject(parts, object, requested, signal);
      const query = new URLSearchParams(replicaSetQuery(raw)).toString();
      const path = `${listPath(apiResources.replicaset, namespace)}${query === '' ? '' : `?${query}`}`;
      return [{ path, target: { ...request.target, name: parseMeta(raw).name } }];
    },
    lines: (answer, _, params) => revisionRows(answer, params).map(rowLine),
    rows: (answer, params) => revisionRows(answer, params),
  }),
);
