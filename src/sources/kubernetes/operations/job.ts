import { z } from 'zod';
import { PlanError } from '../../../domain/operation.ts';
import { declareOperation } from '../../define-operation.ts';
import { entries, field, list, text } from '../../wire-value.ts';
import { kinds, listPath, objectPath } from '../kinds.ts';
import { labelsOf, metaOf } from '../meta.ts';
import { standingOf } from './field-diff.ts';
import { findIt, rightTo, targetOf } from './found.ts';
import { zName, zNamespace, zSpan } from './param-parts.ts';
import { asItIs } from './pod-template.ts';
import { earlierOf } from './recipe.ts';
import { withoutSecrets } from './without-secrets.ts';
import { defineWrite } from './write-operation.ts';

const jobParams = z.strictObject({
  cronjob: zName('a cron job').refine((name) => name.length <= 52, { error: 'too long for a cron job' }),
  namespace: zNamespace,
  wait: zSpan('how long its end is waited for; default: not at all, at most 5m'),
});

const longestName = 63;

/** Names are labels of its pods, so that they are no longer. */
const jobName = (cronjob: string, wallMs: number): string => {
  const suffix = `-manual-${Math.floor(wallMs / 1000)}`;
  return `${cronjob.slice(0, longestName - suffix.length)}${suffix}`;
};

/** The Job that the cron job's controller would make, marked as made by hand. As `kubectl create job --from` makes it. */
const jobOf = (raw: unknown, name: string): unknown => {
  const { name: cronjob, namespace, uid } = metaOf(raw);
  const template = asItIs(
    field(field(raw, 'spec'), 'jobTemplate'),
    'the template of this cron job',
    'kubectl create job --from=cronjob/NAME',
  );
  const metadata = field(template, 'metadata');
  const annotations = Object.fromEntries(entries(field(metadata, 'annotations')));
  const owner = { apiVersion: 'batch/v1', kind: kinds.cronjob.kind, name: cronjob, uid };
  return {
    apiVersion: 'batch/v1',
    kind: kinds.job.kind,
    metadata: {
      name,
      namespace,
      labels: labelsOf(field(metadata, 'labels')),
      annotations: { ...annotations, 'cronjob.kubernetes.io/instantiate': 'manual' },
      ownerReferences: [{ ...owner, controller: true }],
    },
    spec: field(template, 'spec'),
  };
};

const programsOf = (raw: unknown): string => {
  const template = field(field(field(field(raw, 'spec'), 'jobTemplate'), 'spec'), 'template');
  return list(field(field(template, 'spec'), 'containers'))
    .map((one) => text(field(one, 'image')) ?? 'no image')
    .join(', ');
};

const declared = declareOperation({ name: 'job', danger: 'as-step', params: jobParams });

/** `job`: runs a cron job's work once, now. What that does only its author knows: the step says its danger. */
export const job = defineWrite(declared, (parts) => ({
  saw: standingOf,
  prepare: async ({ cronjob, namespace: given }, signal) => {
    const found = await findIt(parts, kinds.cronjob, cronjob, given, signal);
    const { namespace, raw } = found;
    const name = jobName(cronjob, parts.client.wallNow());
    if (field(field(raw, 'spec'), 'jobTemplate') === undefined)
      throw new PlanError('failed', `${found.object} has no template of a job`);
    const object = `job/${name}`;
    const call = {
      method: 'POST',
      path: listPath(kinds.job, namespace),
      contentType: 'application/json',
    };
    return {
      deeds: [
        {
          // Its template stays where it is until it is sent: values in it may be secret, and a plan is written down.
          call: { ...call, body: name },
          rehearsal: { ...call, body: JSON.stringify(jobOf(raw, name)) },
          shown: JSON.stringify(withoutSecrets(jobOf(raw, name))),
          target: targetOf(found, standingOf(raw)),
          object,
          look: found.path,
          rights: [rightTo('create', { kind: kinds.job, namespace, name })],
        },
      ],
      objects: [`${object} of ${found.object}: ${programsOf(raw)}`],
      lost: 'what the job does is not known to opsdeck: taking it back only deletes the job',
      undo: {
        use: `${parts.source}.delete`,
        with: { kind: kinds.job.word, name, namespace },
        title: `Delete ${object}`,
      },
      follow: [{ object, path: objectPath(kinds.job, namespace, name) }],
    };
  },
  finish: async (call, plan, index, signal) => {
    const raw = await parts.client.get(earlierOf(plan).looks[index] ?? '', signal);
    return { ...call, body: JSON.stringify(jobOf(raw, call.body ?? '')) };
  },
}));
