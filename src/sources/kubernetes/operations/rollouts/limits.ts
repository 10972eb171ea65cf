import { z } from 'zod';
import { PlanError } from '../../../../domain/runbooks/operation.ts';
import { declareOperation } from '../../../kit/operations/define-operation.ts';
import { field, text } from '../../../kit/values/wire-value.ts';
import { parseQuantity } from '../../api/quantity.ts';
import { blastRadius } from '../write/blast-radius.ts';
import { findWorkload, namingParams, objectTarget, rightTo } from '../write/find-object.ts';
import {
  chooseTemplateContainer,
  containerPatch,
  strategicMergeCall,
  templateContainers,
} from '../write/pod-template.ts';
import { hasOneWorkload, oneWorkloadError, workloadParams, zContainerParam } from '../write/shared-params.ts';
import { defineWriteOperation } from '../write/write-operation.ts';

const zQuantity = z
  .union([z.string(), z.number()])
  .refine((amount) => (parseQuantity(amount) ?? 0) > 0, {
    error: (issue) => `"${String(issue.input)}" is not a quantity: use 512Mi, 2 or 500m`,
  })
  .nullable()
  .exactOptional();

const limitsParams = z
  .strictObject({
    ...workloadParams,
    container: zContainerParam,
    memory: zQuantity.meta({
      description: 'memory limit to set, such as 512Mi. With null, the limit is removed',
    }),
    cpu: zQuantity.meta({
      description: 'CPU limit to set, such as 2 or 500m. With null, the limit is removed',
    }),
    only: z
      .literal('up')
      .meta({ description: 'with up, the step is refused unless the limit increases' })
      .exactOptional(),
  })
  .refine(hasOneWorkload, oneWorkloadError)
  .refine(({ memory, cpu }) => memory !== undefined || cpu !== undefined, {
    error: 'the step sets no limit: set memory, cpu or both',
  });

type LimitsParams = z.infer<typeof limitsParams>;

const limitNames = ['memory', 'cpu'] as const;

/** Current values of the requested limits of a container; null where none is set. */
const currentLimits = (container: unknown, params: LimitsParams): Readonly<Record<string, string | null>> => {
  const limits = field(field(container, 'resources'), 'limits');
  return Object.fromEntries(
    limitNames
      .filter((name) => params[name] !== undefined)
      .map((name) => [name, text(field(limits, name)) ?? null]),
  );
};

const formatLimits = (limits: Readonly<Record<string, string | number | null>>): string =>
  Object.entries(limits)
    .map(([name, amount]) => (amount === null ? `no limit of ${name}` : `${name} ${amount}`))
    .join(', ');

/** Rejects a limit that would not be higher. Where none is set, any limit is lower. Throws PlanError. */
const rejectLowerLimits = (
  params: LimitsParams,
  before: Readonly<Record<string, string | null>>,
  object: string,
): void => {
  for (const name of limitNames) {
    const desired = params[name];
    const now = before[name];
    if (desired === undefined || desired === null) continue;
    if (now === null || now === undefined || (parseQuantity(desired) ?? 0) <= (parseQuantity(now) ?? 0))
      throw new PlanError(
        'not-applicable',
        `${object} already has ${formatLimits({ [name]: now ?? null })}: ${desired} is not higher, and only: up forbids lowering`,
      );
  }
};

const declared = declareOperation({
  name: 'limits',
  says: 'sets memory and CPU limits of one container',
  rights: ['patch deployments'],
  danger: 'disruptive',
  params: limitsParams,
});

/** `limits`: sets the memory and CPU limits of one container in a workload's template. */
export const limits = defineWriteOperation(declared, (parts) => {
  const pinnedValue = (raw: unknown, params: LimitsParams): string => {
    const all = templateContainers(raw);
    const now = params.container === undefined ? all[0] : all.find(({ name }) => name === params.container);
    return now === undefined
      ? 'the container no longer exists in the workload'
      : formatLimits(currentLimits(now.raw, params));
  };
  return {
    pinnedValue: pinnedValue,
    prepare: async (params, signal) => {
      const clusterObject = await findWorkload(parts, params, signal);
      const { object, path, raw } = clusterObject;
      const container = chooseTemplateContainer(raw, params.container, object);
      const before = currentLimits(container.raw, params);
      if (params.only === 'up') rejectLowerLimits(params, before, object);
      const limits = Object.fromEntries(
        limitNames.flatMap((name) => {
          const amount = params[name];
          return amount === undefined ? [] : [[name, amount === null ? null : String(amount)] as const];
        }),
      );
      return {
        writes: [
          {
            call: strategicMergeCall(path, containerPatch(container, { resources: { limits } })),
            target: objectTarget(clusterObject, pinnedValue(raw, params)),
            object,
            readPath: path,
            rights: [rightTo('patch', clusterObject)],
            before: { raw },
            rollsOut: true,
          },
        ],
        objects: await blastRadius(parts.client, clusterObject, signal),
        undo: {
          use: `${parts.source}.limits`,
          with: { ...namingParams(clusterObject), container: container.name, ...before },
          title: `Restore ${container.name} of ${object} to ${formatLimits(before)}`,
          pins: 'value',
        },
      };
    },
  };
});
