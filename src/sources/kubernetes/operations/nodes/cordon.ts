import { z } from 'zod';
import type { GenericAction } from '../../../../domain/runbooks/generic-action.ts';
import { PlanError } from '../../../../domain/runbooks/operation.ts';
import { declareOperation } from '../../../kit/operations/define-operation.ts';
import { field } from '../../../kit/values/wire-value.ts';
import { apiResources } from '../../api/api-resources.ts';
import { objectTarget, readObject, rightTo } from '../write/find-object.ts';
import { strategicMergeCall } from '../write/pod-template.ts';
import { zObjectName } from '../write/shared-params.ts';
import { defineWriteOperation } from '../write/write-operation.ts';

const cordonParams = z.strictObject({ node: zObjectName('node name') });

export const isCordoned = (raw: unknown): boolean => field(field(raw, 'spec'), 'unschedulable') === true;

/** Describes the value that pins a node. Its status changes all the time. */
export const schedulingState = (raw: unknown): string => (isCordoned(raw) ? 'cordoned' : 'schedulable');

/** The request that allows or forbids new pods on a node. Source: core/v1 NodeSpec; null removes the field. */
export const schedulingCall = (path: string, cordoned: boolean) =>
  strategicMergeCall(path, { spec: { unschedulable: cordoned ? true : null } });

const words = {
  cordon: {
    ...{ title: 'Cordon', says: 'keeps the scheduler from placing new pods on a node' },
    ...{ state: 'cordoned', undo: 'uncordon', before: 'schedulable' },
  },
  uncordon: {
    ...{ title: 'Uncordon', says: 'lets the scheduler place new pods on a node again' },
    ...{ state: 'schedulable', undo: 'cordon', before: 'cordoned' },
  },
} as const;

const rowAction = (name: keyof typeof words): GenericAction => {
  const { title, state, before } = words[name];
  return {
    id: `${name}-node`,
    verb: name,
    title: `${title} node`,
    step: `${title} node/\${each}`,
    on: 'nodes',
    where: `scheduling = ${before}`,
    params: [{ name: 'nodes', type: 'choices', from: 'nodes.name', title: 'Nodes' }],
    with: { node: '${each}' },
    each: 'nodes',
    verify: [
      {
        id: 'v1',
        title: `The nodes are ${state}`,
        that: `all(nodes[source = "$source" and name in (\${param.nodes})] | scheduling = ${state})`,
        withinMs: 60_000,
        forMs: 0,
      },
    ],
  };
};

/** `cordon` and `uncordon`: forbid and allow new pods on a node. Running pods stay. */
const schedulingOperation = (name: keyof typeof words) =>
  defineWriteOperation(
    declareOperation({
      name,
      says: words[name].says,
      rights: ['patch nodes'],
      danger: name === 'cordon' ? 'disruptive' : 'safe',
      params: cordonParams,
      actions: [rowAction(name)],
    }),
    (parts) => ({
      pinnedValue: schedulingState,
      prepare: async ({ node }, signal) => {
        const { state, title, undo } = words[name];
        const clusterObject = await readObject(parts, apiResources.node, node, undefined, signal);
        const { object, path, raw } = clusterObject;
        if (schedulingState(raw) === state)
          throw new PlanError(
            'not-applicable',
            `${object} is already ${state}, so there is nothing to change`,
          );
        return {
          writes: [
            {
              call: schedulingCall(path, name === 'cordon'),
              target: objectTarget(clusterObject, schedulingState(raw)),
              object,
              readPath: path,
              rights: [rightTo('patch', clusterObject)],
              before: { raw },
            },
          ],
          objects: [
            name === 'cordon'
              ? `no new pods are scheduled on ${object}. Running pods stay`
              : `new pods are scheduled on ${object} again`,
          ],
          undo: {
            use: `${parts.source}.${undo}`,
            with: { node },
            title: `${title === 'Cordon' ? 'Uncordon' : 'Cordon'} ${object}`,
            pins: 'value',
          },
        };
      },
    }),
  );

export const cordon = schedulingOperation('cordon');
export const uncordon = schedulingOperation('uncordon');
