import { z } from 'zod';
import { PlanError } from '../../../domain/operation.ts';
import { WireError } from '../../../platform/wire-error.ts';
import { declareOperation } from '../../define-operation.ts';
import { field, text } from '../../wire-value.ts';
import { apiResources, objectPath } from '../api-resources.ts';
import { parseMeta } from '../object-meta.ts';
import { blastRadius } from './blast-radius.ts';
import { objectTarget, readObject, rightTo } from './find-object.ts';
import { rolloutActions } from './generic-actions.ts';
import { redactObject } from './redact-object.ts';
import {
  chooseRevision,
  listRevisions,
  revisionNumber,
  revisionTemplate,
  templateChanges,
} from './revisions.ts';
import { zNamespaceParam, zObjectName, zRolloutWait } from './shared-params.ts';
import { defineWriteOperation } from './write-operation.ts';

const rollbackParams = z.strictObject({
  deployment: zObjectName('deployment name'),
  revision: z
    .union([z.int().min(1), z.string().regex(/^(?:[1-9]\d*|previous)$/, { error: 'not a revision number' })])
    .meta({
      description: 'revision number; previous (default): the newest earlier one with another template',
    })
    .exactOptional(),
  namespace: zNamespaceParam,
  wait: zRolloutWait,
});

const pinnedValue = (raw: unknown): string => `revision ${revisionNumber(raw) ?? 'unknown'}`;

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
  danger: 'disruptive',
  params: rollbackParams,
  actions: rolloutActions(['deployment'], {
    verb: 'rollback',
    title: 'Roll back',
    params: [
      {
        name: 'revision',
        type: 'string',
        pattern: 'previous|[1-9][0-9]*',
        default: 'previous',
        title: 'Revision (previous, or its number)',
      },
    ],
    given: { revision: '${param.revision}' },
    notes: 'ConfigMaps, Secrets and database migrations are not rolled back.',
  }),
});

/**
 * `rollback`: restores the template of an earlier ReplicaSet. The API has no such call; this does the same as `kubectl
 * rollout undo`.
 */
export const rollback = defineWriteOperation(declared, (parts) => {
  const { client, source } = parts;
  return {
    pinnedValue,
    prepare: async ({ deployment, revision, namespace: requestedNamespace }, signal) => {
      const clusterObject = await readObject(
        parts,
        apiResources.deployment,
        deployment,
        requestedNamespace,
        signal,
      );
      const { object, namespace, path, raw } = clusterObject;
      if (field(field(raw, 'spec'), 'paused') === true)
        throw new PlanError('not-applicable', `${object} is paused: resume it before a rollback`);
      const current = revisionNumber(raw);
      if (current === undefined)
        throw new PlanError(
          'not-applicable',
          `${object} has no revision: its controller has not processed it yet`,
        );
      const revisions = await listRevisions(client, clusterObject, signal);
      const requested = revision === undefined || revision === 'previous' ? undefined : Number(revision);
      const now = field(field(raw, 'spec'), 'template');
      const chosen = chooseRevision(revisions, { number: current, template: now }, requested, object);
      const { number, replicaSet, raw: keeper } = chosen;
      const template = revisionTemplate(keeper);
      const changes = templateChanges(now, template);
      const call = { method: 'PATCH', path, contentType: 'application/json-patch+json' };
      const kept = objectPath(apiResources.replicaset, namespace, replicaSet);
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
          `${object}: revision ${current} → the template of revision ${number} (replicaset/${replicaSet})`,
          ...(await blastRadius(client, clusterObject, signal)),
          'ConfigMaps, Secrets and database migrations are not rolled back',
        ],
        changes: [
          ...changes.slice(0, maxChanges),
          ...(changes.length > maxChanges ? [`and ${changes.length - maxChanges} more fields`] : []),
        ],
        undo: {
          use: `${source}.rollback`,
          with: { deployment, namespace, revision: current },
          title: `Roll ${object} back to revision ${current}`,
        },
      };
    },
    finalizeCall: async (call, plan, _, signal) => {
      const raw = await client.get(call.path, signal);
      const [target] = plan.targets;
      if (parseMeta(raw).uid !== target?.uid || pinnedValue(raw) !== target.saw)
        throw new WireError('malformed', `changed since the check: ${pinnedValue(raw)}`);
      const version = text(field(field(raw, 'metadata'), 'resourceVersion')) ?? '';
      const template = revisionTemplate(await client.get(call.body ?? '', signal));
      return { ...call, body: templatePatchBody(template, version) };
    },
  };
});
