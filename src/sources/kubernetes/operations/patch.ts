import { z } from 'zod';
import type { OperationCall } from '../../../domain/operation.ts';
import { PlanError } from '../../../domain/operation.ts';
import { isObject } from '../../../domain/value-text.ts';
import { isAltered } from '../../../platform/terminal/sanitize.ts';
import { declareOperation } from '../../define-operation.ts';
import { entries, field } from '../../wire-value.ts';
import { kindNamed, kinds } from '../kinds.ts';
import { rolloutOf } from '../reading/rollout.ts';
import { blastRadius } from './blast-radius.ts';
import { standingOf } from './field-diff.ts';
import { type Found, findIt, rightTo, targetOf } from './found.ts';
import { zKind, zName, zNamespace, zWait } from './param-parts.ts';
import { strategicCall } from './pod-template.ts';
import { defineWrite } from './write-operation.ts';

/**
 * The patch that takes a patch back: the values that were there, null where there was none. Undefined when it says more
 * than values of fields: lists are merged by rules of each field, and directives ($patch) replace or delete.
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
  kind: zKind,
  name: zName('of the object'),
  patch: z
    .record(z.string(), z.unknown())
    .refine((patch) => Object.keys(patch).length > 0, { error: 'an empty patch changes nothing' })
    .meta({ description: 'a strategic merge patch' }),
  namespace: zNamespace,
  wait: zWait,
});

const undoOf = (
  source: string,
  { kind, name, namespace, object, raw }: Found,
  patch: unknown,
): OperationCall | undefined => {
  const back = inversePatch(patch, raw);
  if (back === undefined || isAltered(raw)) return undefined;
  const where = kind.isNamespaced ? { namespace } : {};
  return {
    use: `${source}.patch`,
    with: { kind: kind.word, name, patch: back, ...where },
    title: `Put the fields of ${object} back`,
  };
};

const declared = declareOperation({ name: 'patch', danger: 'disruptive', params: patchParams });

/** `patch`: a strategic merge patch of any object but a Secret, whose values would be in the record of the run. */
export const patch = defineWrite(declared, (parts) => ({
  saw: standingOf,
  prepare: async ({ kind: word, name, patch, namespace }, signal) => {
    const kind = kindNamed(word);
    if (kind === undefined) throw new PlanError('failed', `"${word}" is no kind that is known here`);
    if (kind === kinds.secret)
      throw new PlanError('failed', 'a Secret is not patched from here: its values would be written down');
    const found = await findIt(parts, kind, name, namespace, signal);
    const { object, path, raw } = found;
    const rollsOut = rolloutOf[kind.word] !== undefined;
    const isTemplate = entries(field(field(patch, 'spec'), 'template')).length > 0;
    const undo = undoOf(parts.source, found, patch);
    return {
      deeds: [
        {
          call: strategicCall(path, patch),
          target: targetOf(found, standingOf(raw)),
          object,
          look: path,
          rights: [rightTo('patch', found)],
          before: { raw },
          rollsOut,
        },
      ],
      objects: rollsOut && isTemplate ? await blastRadius(parts.client, found, signal) : [],
      ...(undo === undefined
        ? {
            lost: 'a patch of lists, with directives, or of what holds control characters is not taken back by opsdeck: note what is there now',
          }
        : { undo }),
    };
  },
}));
