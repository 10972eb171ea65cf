import { z } from 'zod';
import type { OperationCall } from '../../../../domain/runbooks/operation.ts';
import { PlanError } from '../../../../domain/runbooks/operation.ts';
import { isObject } from '../../../../domain/text/value-text.ts';
import { hasAlteredText } from '../../../../platform/masking/sanitize.ts';
import { declareOperation } from '../../../kit/operations/define-operation.ts';
import { entries, field } from '../../../kit/values/wire-value.ts';
import { apiResources, findApiResource } from '../../api/api-resources.ts';
import { blastRadius } from '../write/blast-radius.ts';
import { writtenVersion } from '../write/field-diff.ts';
import { type ClusterObject, objectTarget, readObject, rightTo } from '../write/find-object.ts';
import { strategicMergeCall } from '../write/pod-template.ts';
import { rolloutParsers } from '../write/rollout.ts';
import { zNamespaceParam, zObjectKind, zObjectName, zRolloutWait } from '../write/shared-params.ts';
import { defineWriteOperation } from '../write/write-operation.ts';

/**
 * Returns the patch that reverts a patch: the previous values, null where there was none. Undefined for patches beyond
 * plain field values: lists have per-field merge rules, and directives ($patch) replace or delete.
 */
export const inversePatch = (
  patch: unknown,
  before: unknown,
): Readonly<Record<string, unknown>> | undefined => {
  const back: [string, unknown][] = [];
  for (const [name, value] of entries(patch)) {
    const was = field(before, name);
    if (name.startsWith('$') || Array.isArray(value) || Array.isArray(was)) return undefined;
    if (isObject(value) && isObject(was)) {
      const inner = inversePatch(value, was);
      if (inner === undefined) return undefined;
      back.push([name, inner]);
    } else back.push([name, was ?? null]);
  }
  return Object.fromEntries(back);
};

const patchParams = z.strictObject({
  kind: zObjectKind,
  name: zObjectName('object name'),
  patch: z
    .record(z.string(), z.unknown())
    .refine((patch) => Object.keys(patch).length > 0, {
      error: 'the patch is empty and would change nothing: add a field',
    })
    .meta({ description: 'change these fields, written as a strategic merge patch' }),
  namespace: zNamespaceParam,
  wait: zRolloutWait,
});

const undoPatch = (
  source: string,
  { kind, name, namespace, object, raw }: ClusterObject,
  patch: unknown,
): OperationCall | undefined => {
  const back = inversePatch(patch, raw);
  if (back === undefined || hasAlteredText(raw)) return undefined;
  const where = kind.isNamespaced ? { namespace } : {};
  return {
    use: `${source}.patch`,
    with: { kind: kind.singular, name, patch: back, ...where },
    title: `Restore the fields of ${object}`,
  };
};

const declared = declareOperation({
  name: 'patch',
  says: 'changes fields of an object with a merge patch',
  danger: 'disruptive',
  params: patchParams,
});

/**
 * `patch`: applies a strategic merge patch to any object except a Secret, whose values would appear in the record of
 * the run.
 */
export const patch = defineWriteOperation(declared, (parts) => ({
  pinnedValue: writtenVersion,
  prepare: async ({ kind: word, name, patch, namespace }, signal) => {
    const kind = findApiResource(word);
    if (kind === undefined) throw new PlanError('failed', `unknown kind "${word}"`);
    if (kind === apiResources.secret)
      throw new PlanError(
        'failed',
        'a Secret cannot be patched: the values would be stored in the audit log. Use setData',
      );
    const clusterObject = await readObject(parts, kind, name, namespace, signal);
    const { object, path, raw } = clusterObject;
    const rollsOut = rolloutParsers[kind.singular] !== undefined;
    const isTemplate = entries(field(field(patch, 'spec'), 'template')).length > 0;
    const undo = undoPatch(parts.source, clusterObject, patch);
    return {
      writes: [
        {
          call: strategicMergeCall(path, patch),
          target: objectTarget(clusterObject, writtenVersion(raw)),
          object,
          readPath: path,
          rights: [rightTo('patch', clusterObject)],
          before: { raw },
          rollsOut,
        },
      ],
      objects: rollsOut && isTemplate ? await blastRadius(parts.client, clusterObject, signal) : [],
      ...(undo === undefined
        ? {
            lost: 'opsdeck cannot undo a patch of lists, directives or control characters: note the previous value first',
          }
        : { undo }),
    };
  },
}));
