import { z } from 'zod';
import { PlanError } from '../../../../domain/runbooks/operation.ts';
import { declareOperation } from '../../../kit/operations/define-operation.ts';
import { field, text } from '../../../kit/values/wire-value.ts';
import { blastRadius } from '../write/blast-radius.ts';
import { findWorkload, objectTarget, rightTo } from '../write/find-object.ts';
import { rolloutActions } from '../write/generic-actions.ts';
import { strategicMergeCall, templateImages } from '../write/pod-template.ts';
import { hasOneWorkload, oneWorkloadError, workloadParams } from '../write/shared-params.ts';
import { defineWriteOperation } from '../write/write-operation.ts';

const restartParams = z.strictObject(workloadParams).refine(hasOneWorkload, oneWorkloadError);

const restartedAt = 'kubectl.kubernetes.io/restartedAt';

/** '2026-03-04T10:15:07Z': RFC 3339, to the second. */
const toRfc3339Seconds = (wallMs: number): string => `${new Date(wallMs).toISOString().slice(0, 19)}Z`;

const pinnedValue = (raw: unknown): string => {
  const annotations = field(field(field(field(raw, 'spec'), 'template'), 'metadata'), 'annotations');
  const last = text(field(annotations, restartedAt));
  return `${templateImages(raw)}, ${last === undefined ? 'never restarted' : `restarted ${last}`}`;
};

const declared = declareOperation({
  name: 'restart',
  says: 'replaces every pod of a workload, in the order of the update strategy',
  rights: ['patch deployments'],
  danger: 'disruptive',
  params: restartParams,
  actions: rolloutActions(['deployment', 'statefulset', 'daemonset'], { verb: 'restart', title: 'Restart' }),
});

/**
 * `restart`: replaces every pod of a workload according to its update strategy. The API has no such call; an annotation
 * in the template triggers it.
 */
export const restart = defineWriteOperation(declared, (parts) => ({
  pinnedValue,
  prepare: async (params, signal) => {
    const clusterObject = await findWorkload(parts, params, signal);
    const { object, path, raw } = clusterObject;
    if (field(field(raw, 'spec'), 'paused') === true)
      throw new PlanError(
        'not-applicable',
        `${object} is paused, so nothing rolls out. Run kubectl rollout resume first`,
      );
    const annotations = { [restartedAt]: toRfc3339Seconds(parts.client.wallNow()) };
    return {
      writes: [
        {
          call: strategicMergeCall(path, { spec: { template: { metadata: { annotations } } } }),
          target: objectTarget(clusterObject, pinnedValue(raw)),
          object,
          readPath: path,
          rights: [rightTo('patch', clusterObject)],
          before: { raw },
          rollsOut: true,
        },
      ],
      objects: await blastRadius(parts.client, clusterObject, signal),
      lost: 'the current pods lose their data in memory, and the logs of their containers',
    };
  },
}));
