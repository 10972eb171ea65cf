import { z } from 'zod';
import type { OperationCall } from '../../../../domain/runbooks/operation.ts';
import { PlanError } from '../../../../domain/runbooks/operation.ts';
import { hasAlteredText } from '../../../../platform/masking/sanitize.ts';
import { secretMasker } from '../../../../platform/masking/secrets.ts';
import { declareOperation } from '../../../kit/operations/define-operation.ts';
import { findPasswords, isSecret, maskSecretValue } from '../../../kit/values/secrets.ts';
import { field } from '../../../kit/values/wire-value.ts';
import { apiResources } from '../../api/api-resources.ts';
import { blastRadius } from '../write/blast-radius.ts';
import {
  type ClusterObject,
  findWorkload,
  namingParams,
  objectTarget,
  rightTo,
} from '../write/find-object.ts';
import {
  chooseTemplateContainer,
  containerPatch,
  type EnvValues,
  envPatchItems,
  formatEnvValues,
  parseEnv,
  previousEnvValues,
  strategicMergeCall,
  templateContainers,
  templateReferences,
} from '../write/pod-template.ts';
import { hasOneWorkload, oneWorkloadError, workloadParams, zContainerParam } from '../write/shared-params.ts';
import { defineWriteOperation } from '../write/write-operation.ts';
import { revisionNumber } from './revisions.ts';

const setEnvParams = z
  .strictObject({
    ...workloadParams,
    container: zContainerParam,
    env: z
      .record(
        z.string().regex(/^[-._a-zA-Z][-._a-zA-Z0-9]*$/, {
          error: 'not a variable name: use letters, digits, - _ and ., and no digit first',
        }),
        z.union([z.string(), z.number(), z.boolean(), z.null()]),
      )
      .refine((env) => Object.keys(env).length > 0, {
        error: 'env is empty. Write at least one variable: { NAME: value }',
      })
      .meta({
        description:
          'environment variables to set, as a map of name to value. The value null removes a variable',
      }),
  })
  .refine(hasOneWorkload, oneWorkloadError);

type SetEnvParams = z.infer<typeof setEnvParams>;

/**
 * The previous values and which of them may be revealed: the record of a run is written to disk, and an undo is built
 * from it.
 */
interface PreviousEnv {
  readonly values: Readonly<Record<string, string | null>>;
  readonly hidden: readonly string[];
}

const previousEnv = (container: unknown, desired: EnvValues): PreviousEnv => {
  const values = previousEnvValues(desired, parseEnv(container));
  const hidden = Object.entries(values).flatMap(([name, value]) =>
    value !== null && (isSecret(name, value) || hasAlteredText(field(container, 'env'))) ? [name] : [],
  );
  return { values, hidden };
};

/**
 * Undo with the previous values; where one of them is secret, with the revision that still contains it, for kinds that
 * keep revisions.
 */
const undoSetEnv = (
  source: string,
  clusterObject: ClusterObject,
  container: string,
  before: PreviousEnv,
): OperationCall | undefined => {
  const { object, name, namespace, raw, kind } = clusterObject;
  if (before.hidden.length === 0)
    return {
      use: `${source}.setEnv`,
      with: { ...namingParams(clusterObject), container, env: before.values },
      title: `Restore ${object} to ${formatEnvValues(before.values)}`,
      pins: 'value',
    };
  const revision = revisionNumber(raw);
  if (kind !== apiResources.deployment || revision === undefined) return undefined;
  return {
    use: `${source}.rollback`,
    with: { deployment: name, namespace, revision },
    title: `Roll ${object} back to revision ${revision}`,
  };
};

/** Values that must be masked. A flag or a number is not secret, and masking it would hide it in unrelated text. */
const secretValues = (env: EnvValues): readonly string[] =>
  Object.entries(env).flatMap(([name, value]) =>
    typeof value === 'string' && isSecret(name, value) && !/^(true|false|\d*)$/i.test(value)
      ? [value, ...findPasswords(value)]
      : [],
  );

const declared = declareOperation({
  name: 'setEnv',
  says: 'sets environment variables of one container',
  rights: ['patch deployments'],
  danger: 'disruptive',
  params: setEnvParams,
});

/**
 * `setEnv`: sets environment variables of one container in a workload's template. References to a Secret or a field stay unchanged.
 */
export const setEnv = defineWriteOperation(declared, (parts) => {
  const pinnedValue = (raw: unknown, { container, env }: SetEnvParams): string => {
    const all = templateContainers(raw);
    const now = container === undefined ? all[0] : all.find(({ name }) => name === container);
    if (now === undefined) return 'the container no longer exists in the workload';
    const before = previousEnv(now.raw, env);
    // A change of a hidden value is not visible; the revision shows whether a rollout happened since.
    const revision = before.hidden.length === 0 ? undefined : revisionNumber(raw);
    return `${formatEnvValues(before.values)}${revision === undefined ? '' : `, at revision ${revision}`}`;
  };
  return {
    pinnedValue: pinnedValue,
    prepare: async (params, signal) => {
      const { env } = params;
      for (const secret of secretValues(env)) secretMasker.add(secret);
      const clusterObject = await findWorkload(parts, params, signal);
      const { object, path, raw } = clusterObject;
      const container = chooseTemplateContainer(raw, params.container, object);
      const referred = templateReferences(env, parseEnv(container.raw));
      if (referred.length > 0)
        throw new PlanError(
          'not-applicable',
          `${object} reads ${referred.join(', ')} by reference: change the referenced object`,
        );
      const before = previousEnv(container.raw, env);
      const undo = undoSetEnv(parts.source, clusterObject, container.name, before);
      const shownEnv = Object.fromEntries(
        Object.entries(env).map(([name, value]) => [
          name,
          value === null ? null : maskSecretValue(name, String(value)),
        ]),
      );
      const isNow = (name: string): boolean =>
        env[name] === null ? before.values[name] === null : before.values[name] === String(env[name]);
      const shown = JSON.stringify(containerPatch(container, { env: envPatchItems(shownEnv) }));
      if (Object.keys(env).every(isNow))
        throw new PlanError(
          'not-applicable',
          `${object} already has ${formatEnvValues(env)}, so there is nothing to change`,
        );
      return {
        writes: [
          {
            call: strategicMergeCall(path, containerPatch(container, { env: envPatchItems(env) })),
            displayBody: shown,
            target: objectTarget(clusterObject, pinnedValue(raw, params)),
            object,
            readPath: path,
            rights: [rightTo('patch', clusterObject)],
            before: { raw },
            rollsOut: true,
          },
        ],
        objects: await blastRadius(parts.client, clusterObject, signal),
        ...(undo === undefined
          ? {
              lost: `the old value of ${before.hidden.join(', ')}, which opsdeck does not keep, as a secret or for control characters`,
            }
          : { undo }),
      };
    },
  };
});
