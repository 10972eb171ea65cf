import { z } from 'zod';
import { PlanError } from '../../../../domain/runbooks/operation.ts';
import { declareOperation } from '../../../kit/operations/define-operation.ts';
import { entries, field, list, text } from '../../../kit/values/wire-value.ts';
import { apiResources, listPath, objectPath } from '../../api/api-resources.ts';
import { parseLabels, parseMeta } from '../../api/object-meta.ts';
import { writtenVersion } from '../write/field-diff.ts';
import { objectTarget, readObject, rightTo } from '../write/find-object.ts';
import { requireUnaltered } from '../write/pod-template.ts';
import { redactObject } from '../write/redact-object.ts';
import { zBoundedDuration, zNamespaceParam, zObjectName } from '../write/shared-params.ts';
import { defineWriteOperation } from '../write/write-operation.ts';
import { parsePlanRecord } from '../write/write-planner.ts';

const jobParams = z.strictObject({
  cronjob: zObjectName('CronJob name').refine((name) => name.length <= 52, {
    error: 'a CronJob name has at most 52 characters: check the name',
  }),
  namespace: zNamespaceParam,
  wait: zBoundedDuration('how long to wait until the job has completed (default: do not wait, at most 5m)'),
});

const maxNameLength = 63;

/** Names become labels of the pods, which limits their length. */
const jobName = (cronjob: string, wallMs: number): string => {
  const suffix = `-manual-${Math.floor(wallMs / 1000)}`;
  return `${cronjob.slice(0, maxNameLength - suffix.length)}${suffix}`;
};

/** Builds the Job that the cron job controller would create, marked as manual. Same as `kubectl create job --from`. */
const buildJob = (raw: unknown, name: string): unknown => {
  const { name: cronjob, namespace, uid } = parseMeta(raw);
  const template = requireUnaltered(
    field(field(raw, 'spec'), 'jobTemplate'),
    'the template of this CronJob',
    'kubectl create job --from=cronjob/NAME',
  );
  const metadata = field(template, 'metadata');
  const annotations = Object.fromEntries(entries(field(metadata, 'annotations')));
  const owner = { apiVersion: 'batch/v1', kind: apiResources.cronjob.kind, name: cronjob, uid };
  return {
    apiVersion: 'batch/v1',
    kind: apiResources.job.kind,
    metadata: {
      name,
      namespace,
      labels: parseLabels(field(metadata, 'labels')),
      annotations: { ...annotations, 'cronjob.kubernetes.io/instantiate': 'manual' },
      ownerReferences: [{ ...owner, controller: true }],
    },
    spec: field(template, 'spec'),
  };
};

const jobPrograms = (raw: unknown): string => {
  const template = field(field(field(field(raw, 'spec'), 'jobTemplate'), 'spec'), 'template');
  return list(field(field(template, 'spec'), 'containers'))
    .map((value) => text(field(value, 'image')) ?? 'no image')
    .join(', ');
};

const declared = declareOperation({
  name: 'job',
  says: 'starts a job from a cron job',
  danger: 'as-step',
  params: jobParams,
});

/** `job`: runs the work of a cron job once, now. Only the author knows its effects: the step declares its danger. */
export const job = defineWriteOperation(declared, (parts) => ({
  pinnedValue: writtenVersion,
  prepare: async ({ cronjob, namespace: requestedNamespace }, signal) => {
    const clusterObject = await readObject(parts, apiResources.cronjob, cronjob, requestedNamespace, signal);
    const { namespace, raw } = clusterObject;
    const name = jobName(cronjob, parts.client.wallNow());
    if (field(field(raw, 'spec'), 'jobTemplate') === undefined)
      throw new PlanError(
        'failed',
        `${clusterObject.object} has no job template: check that the object is a CronJob`,
      );
    const object = `job/${name}`;
    const call = {
      method: 'POST',
      path: listPath(apiResources.job, namespace),
      contentType: 'application/json',
    };
    return {
      writes: [
        {
          // The template is read again before it is sent: its values may be secret, and a plan is written to disk.
          call: { ...call, body: name },
          dryRunCall: { ...call, body: JSON.stringify(buildJob(raw, name)) },
          displayBody: JSON.stringify(redactObject(buildJob(raw, name))),
          target: objectTarget(clusterObject, writtenVersion(raw)),
          object,
          readPath: clusterObject.path,
          rights: [rightTo('create', { kind: apiResources.job, namespace, name })],
        },
      ],
      objects: [`${object} of ${clusterObject.object}: ${jobPrograms(raw)}`],
      lost: 'undo deletes the job, but not what the job has changed',
      undo: {
        use: `${parts.source}.delete`,
        with: { kind: apiResources.job.singular, name, namespace },
        title: `Delete ${object}`,
      },
      follow: [{ object, path: objectPath(apiResources.job, namespace, name) }],
    };
  },
  finalizeCall: async (call, plan, index, signal) => {
    const raw = await parts.client.get(parsePlanRecord(plan).looks[index] ?? '', signal);
    return { ...call, body: JSON.stringify(buildJob(raw, call.body ?? '')) };
  },
}));
