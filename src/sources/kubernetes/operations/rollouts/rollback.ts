import { z } from 'zod';
import { sourcePlaceholder } from '../../../../domain/runbooks/generic-action.ts';
import { PlanError } from '../../../../domain/runbooks/operation.ts';
import { WireError } from '../../../../platform/runtime/wire-error.ts';
import { declareOperation } from '../../../kit/operations/define-operation.ts';
import { field, text } from '../../../kit/values/wire-value.ts';
import { apiResources, objectPath } from '../../api/api-resources.ts';
import { parseMeta } from '../../api/object-meta.ts';
import type { KubeParts } from '../../api/parts.ts';
import { listTargetPods } from '../../pod/target-pods.ts';
import { blastRadius } from '../write/blast-radius.ts';
import { fingerprint, firstFields } from '../write/field-diff.ts';
import { type ClusterObject, findWorkload, objectTarget, rightTo } from '../write/find-object.ts';
import { rolloutActions } from '../write/generic-actions.ts';
import { templateImages } from '../write/pod-template.ts';
import { redactObject } from '../write/redact-object.ts';
import { hasOneWorkload, oneWorkloadError, workloadKind, workloadParams } from '../write/shared-params.ts';
import { defineWriteOperation } from '../write/write-operation.ts';
import {
  chooseRevision,
  currentRevision,
  listRevisions,
  revisionHistory,
  revisionTemplate,
  templateChanges,
} from './revisions.ts';

const rollbackParams = z
  .strictObject({
    ...workloadParams,
    revision: z
      .union([
        z.int().min(1),
        z
          .string()
          .regex(/^(?:[1-9]\d*|previous)$/, { error: 'not a revision: use a number such as 3, or previous' }),
      ])
      .meta({
        description: 'revision number. Previous (default): the newest earlier one with another template',
      })
      .exactOptional(),
  })
  .refine(hasOneWorkload, oneWorkloadError);

/** Names the template, not its revision: an undo restores the template, under a new revision number. */
const pinnedValue = (raw: unknown): string =>
  `${templateImages(raw)}, template ${fingerprint(field(field(raw, 'spec'), 'template'))}`;

/** The number of changed fields that the card lists. */
const maxChanges = 12;

/** The version changes with every status update, so it is read just before the call is sent. */
const versionPlaceholder = 'as read just before';

const templatePatchBody = (template: unknown, version?: string): string =>
  JSON.stringify([
    ...(version === undefined ? [] : [{ op: 'test', path: '/metadata/resourceVersion', value: version }]),
    { op: 'replace', path: '/spec/template', value: template },
  ]);

const declared = declareOperation({
  name: 'rollback',
  says: 'restores an earlier revision of the pod template of a workload',
  rights: ['patch deployments', 'list replicasets', 'list controllerrevisions'],
  danger: 'disruptive',
  params: rollbackParams,
  actions: rolloutActions(['deployment', 'statefulset', 'daemonset'], (kind) => ({
    verb: 'rollback',
    title: 'Roll back',
    params: [
      {
        name: 'revision',
        type: 'choice',
        title: 'Revision to restore',
        read: {
          use: `${sourcePlaceholder}.revisions`,
          with: { [kind]: `\${param.${kind}}`, namespace: '${param.namespace}' },
          value: 'revision',
          only: { restorable: true },
          made: 'created',
          note: ['image', 'state', 'cause', 'changes'],
        },
      },
    ],
    given: { revision: '${param.revision}' },
    notes:
      kind === 'statefulset'
        ? 'ConfigMaps, Secrets, the data of volumes and database migrations are not rolled back. A pod that never became ready is not replaced by the controller: delete such a pod afterward.'
        : 'ConfigMaps, Secrets and database migrations are not rolled back.',
  })),
});

/** Pods that a StatefulSet does not replace: it waits for each to be ready. Source: apps/v1, forced rollback. */
const stuckPods = async (
  { client }: KubeParts,
  { kind, object, namespace, raw }: ClusterObject,
  signal: AbortSignal,
): Promise<readonly string[]> => {
  const policy = text(field(field(raw, 'spec'), 'podManagementPolicy')) ?? 'OrderedReady';
  if (kind !== apiResources.statefulset || policy !== 'OrderedReady') return [];
  try {
    const pods = await listTargetPods(client, namespace, object, signal);
    const names = pods.filter(({ isLive }) => !isLive).map(({ name }) => name);
    return names.length === 0
      ? []
      : [
          `these pods are not ready: ${names.join(', ')}. The StatefulSet waits for them: delete them after the rollback`,
        ];
  } catch (error) {
    if (!(error instanceof WireError) || error.kind === 'cancelled') throw error;
    return [];
  }
};

/** Helm does not see what others change. Source: helm.sh/helm, pkg/action/validate.go. */
const helmOwnerText = ({ object, raw }: ClusterObject): readonly string[] => {
  const release = text(field(field(field(raw, 'metadata'), 'annotations'), 'meta.helm.sh/release-name'));
  return release === undefined
    ? []
    : [
        `${object} belongs to the Helm release ${release}: the next helm upgrade does not know this rollback, and may undo it. Roll back the release instead`,
      ];
};

/**
 * `rollback`: restores an earlier template of a workload: from a ReplicaSet of a deployment, otherwise from a
 * ControllerRevision. The API has no such call; this does the same as `kubectl rollout undo`.
 */
export const rollback = defineWriteOperation(declared, (parts) => {
  const { client, source } = parts;
  return {
    pinnedValue,
    prepare: async (params, signal) => {
      const { revision } = params;
      const clusterObject = await findWorkload(parts, params, signal);
      const { kind, name, object, namespace, path, raw } = clusterObject;
      if (field(field(raw, 'spec'), 'paused') === true)
        throw new PlanError(
          'not-applicable',
          `${object} is paused. Run kubectl rollout resume before a rollback`,
        );
      const revisions = await listRevisions(client, clusterObject, signal);
      const current = currentRevision(clusterObject, revisions);
      if (current === undefined)
        throw new PlanError(
          'not-applicable',
          `${object} has no revision yet: the controller has not processed the object. Try again in a moment`,
        );
      const requested = revision === undefined || revision === 'previous' ? undefined : Number(revision);
      const chosen = chooseRevision(revisions, current, requested, object);
      const history = revisionHistory(kind);
      const template = revisionTemplate(history, chosen.raw);
      const changes = templateChanges(current.template, template);
      const call = { method: 'PATCH', path, contentType: 'application/json-patch+json' };
      const kept = objectPath(history.kind, namespace, chosen.name);
      return {
        writes: [
          {
            // The template is read again before it is sent: its values may be secret, and a plan is written to disk.
            call: { ...call, body: kept },
            dryRunCall: { ...call, body: templatePatchBody(template) },
            displayBody: templatePatchBody(redactObject(template), versionPlaceholder),
            target: objectTarget(clusterObject, pinnedValue(raw)),
            object,
            readPath: path,
            rights: [rightTo('patch', clusterObject)],
            before: { raw },
            rollsOut: true,
          },
        ],
        objects: [
          `${object} goes from revision ${current.number} to the template of revision ${chosen.number} (${history.kind.singular}/${chosen.name})`,
          ...(await blastRadius(client, clusterObject, signal)),
          ...(await stuckPods(parts, clusterObject, signal)),
          ...helmOwnerText(clusterObject),
          'ConfigMaps, Secrets and database migrations are not rolled back',
        ],
        changes: firstFields(changes, maxChanges),
        undo: {
          use: `${source}.rollback`,
          with: { [kind.singular]: name, namespace, revision: current.number },
          title: `Roll ${object} back to revision ${current.number}`,
        },
      };
    },
    finalizeCall: async (call, plan, _, signal) => {
      const raw = await client.get(call.path, signal);
      const [target] = plan.targets;
      const seen = pinnedValue(raw);
      if (parseMeta(raw).uid !== target?.uid || seen !== target.saw)
        throw new WireError('malformed', `the object has changed since the check by opsdeck: ${seen}`);
      const version = text(field(field(raw, 'metadata'), 'resourceVersion')) ?? '';
      const history = revisionHistory(workloadKind(plan.params).kind);
      const template = revisionTemplate(history, await client.get(call.body ?? '', signal));
      return { ...call, body: templatePatchBody(template, version) };
    },
  };
});
