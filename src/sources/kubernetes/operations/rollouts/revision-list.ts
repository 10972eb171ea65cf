import { z } from 'zod';
import type { HttpAnswer } from '../../../../platform/network/http-messages.ts';
import { field, list, text } from '../../../kit/values/wire-value.ts';
import { listPath } from '../../api/api-resources.ts';
import { parseListChunk } from '../../api/list-watch.ts';
import { parseMeta } from '../../api/object-meta.ts';
import { readPinnedObject } from '../write/find-object.ts';
import { templateImages } from '../write/pod-template.ts';
import { defineObjectRead } from '../write/read-operation.ts';
import {
  hasOneWorkload,
  oneWorkloadError,
  workloadKind,
  workloadNames,
  zNamespaceParam,
} from '../write/shared-params.ts';
import { revisionHistory, revisionQuery, revisionsOf, templateChanges } from './revisions.ts';

const revisionParams = z
  .strictObject({ ...workloadNames, namespace: zNamespaceParam })
  .refine(hasOneWorkload, oneWorkloadError);

type RevisionParams = z.infer<typeof revisionParams>;

/** The annotation that `kubectl annotate` sets before a rollout, and `kubectl rollout history` prints. */
const changeCause = 'kubernetes.io/change-cause';

/** A revision as a row; `restorable` is false where a rollback would change nothing. */
type RevisionRow = Readonly<
  Record<'revision' | 'image' | 'created' | 'cause' | 'state' | 'changes', string>
> & {
  readonly restorable: boolean;
};

/** The revisions of a list of objects that keep them, newest first: the newest is the current one. */
const revisionRows = (answer: HttpAnswer, params: RevisionParams): readonly RevisionRow[] => {
  const { kind, name } = workloadKind(params);
  const { items } = parseListChunk(answer.json());
  const owner = items
    .flatMap((raw) => list(field(field(raw, 'metadata'), 'ownerReferences')))
    .find((value) => text(field(value, 'kind')) === kind.kind && text(field(value, 'name')) === name);
  const revisions = revisionsOf(revisionHistory(kind), items, text(field(owner, 'uid')) ?? '');
  const [current] = revisions;
  return revisions.map(({ number, template, raw }) => {
    const metadata = field(raw, 'metadata');
    const isCurrent = number === current?.number;
    const changes = isCurrent ? [] : templateChanges(current?.template, template);
    const restorable = changes.length > 0;
    return {
      revision: String(number),
      image: templateImages({ spec: { template } }),
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
 * `revisions`: lists the revisions of a workload with image, time, change cause and what a rollback would change. As rows
 * for a choice; the current one, and those with the same template, are not `restorable`.
 */
export const listRevisionsOperation = defineObjectRead(
  {
    name: 'revisions',
    says: 'lists the template revisions of a workload',
    rights: ['list replicasets', 'list controllerrevisions'],
    params: revisionParams,
    resultKinds: ['rows'],
  },
  (parts) => ({
    requests: async (params, signal) => {
      const { kind, name } = workloadKind(params);
      const object = `${kind.singular}/${name}`;
      const { raw, namespace, request } = await readPinnedObject(parts, object, params.namespace, signal);
      const query = new URLSearchParams(revisionQuery(raw)).toString();
      const path = `${listPath(revisionHistory(kind).kind, namespace)}${query === '' ? '' : `?${query}`}`;
      return [{ path, target: { ...request.target, name: parseMeta(raw).name } }];
    },
    lines: (answer, _, params) => revisionRows(answer, params).map(rowLine),
    rows: (answer, params) => revisionRows(answer, params),
  }),
);
