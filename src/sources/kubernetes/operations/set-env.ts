import { z } from 'zod';
import type { OperationCall } from '../../../domain/operation.ts';
import { PlanError } from '../../../domain/operation.ts';
import { isAltered } from '../../../platform/terminal/sanitize.ts';
import { masker } from '../../../platform/terminal/secrets.ts';
import { declareOperation } from '../../define-operation.ts';
import { isSecret, passwordsIn, shownValue } from '../../secret-name.ts';
import { field } from '../../wire-value.ts';
import { kinds } from '../kinds.ts';
import { blastRadius } from './blast-radius.ts';
import { type Found, findNamed, namingOf, rightTo, targetOf } from './found.ts';
import { isOne, sayOne, templated, zContainer } from './param-parts.ts';
import {
  containerPatch,
  containersIn,
  earlierValues,
  envItems,
  meantContainer,
  referredNames,
  strategicCall,
  valuesWords,
  variablesOf,
  type WantedValues,
} from './pod-template.ts';
import { revisionOf } from './revisions.ts';
import { defineWrite } from './write-operation.ts';

const setEnvParams = z
  .strictObject({
    ...templated,
    container: zContainer,
    env: z
      .record(
        z.string().regex(/^[-._a-zA-Z][-._a-zA-Z0-9]*$/, { error: 'no name of a variable' }),
        z.union([z.string(), z.number(), z.boolean(), z.null()]),
      )
      .refine((env) => Object.keys(env).length > 0, { error: 'say at least one variable' })
      .meta({ description: 'variables and their values; null takes one away' }),
  })
  .refine(isOne, sayOne);

type SetEnvParams = z.infer<typeof setEnvParams>;

/** What was there before, and what of it may be told: a run is written down, and an undo is taken from what was written. */
interface Before {
  readonly values: Readonly<Record<string, string | null>>;
  readonly hidden: readonly string[];
}

const beforeOf = (container: unknown, wanted: WantedValues): Before => {
  const values = earlierValues(wanted, variablesOf(container));
  const hidden = Object.entries(values).flatMap(([name, value]) =>
    value !== null && (isSecret(name, value) || isAltered(field(container, 'env'))) ? [name] : [],
  );
  return { values, hidden };
};

/** The old values; where one of them is secret, the revision that still has it, for what keeps revisions. */
const undoOf = (
  source: string,
  found: Found,
  container: string,
  before: Before,
): OperationCall | undefined => {
  const { object, name, namespace, raw, kind } = found;
  if (before.hidden.length === 0)
    return {
      use: `${source}.setEnv`,
      with: { ...namingOf(found), container, env: before.values },
      title: `Put ${object} back to ${valuesWords(before.values)}`,
      pins: 'value',
    };
  const revision = revisionOf(raw);
  if (kind !== kinds.deployment || revision === undefined) return undefined;
  return {
    use: `${source}.rollback`,
    with: { deployment: name, namespace, revision },
    title: `Roll ${object} back to revision ${revision}`,
  };
};

/** Values that must show nowhere. A switch or a number is none, and would be blotted out wherever it stands. */
const secretsIn = (env: WantedValues): readonly string[] =>
  Object.entries(env).flatMap(([name, value]) =>
    typeof value === 'string' && isSecret(name, value) && !/^(true|false|\d*)$/i.test(value)
      ? [value, ...passwordsIn(value)]
      : [],
  );

const declared = declareOperation({ name: 'setEnv', danger: 'disruptive', params: setEnvParams });

/** `setEnv`: variables of one container of a workload's template. What is taken from a Secret or a field stays as it is. */
export const setEnv = defineWrite(declared, (parts) => {
  const saw = (raw: unknown, { container, env }: SetEnvParams): string => {
    const all = containersIn(raw);
    const now = container === undefined ? all[0] : all.find(({ name }) => name === container);
    if (now === undefined) return 'no such container';
    const before = beforeOf(now.raw, env);
    // A value that is not told cannot be seen to change: what is seen is whether anything was rolled out since.
    const revision = before.hidden.length === 0 ? undefined : revisionOf(raw);
    return `${valuesWords(before.values)}${revision === undefined ? '' : `, at revision ${revision}`}`;
  };
  return {
    saw,
    prepare: async (params, signal) => {
      const { env } = params;
      for (const secret of secretsIn(env)) masker.add(secret);
      const found = await findNamed(parts, params, signal);
      const { object, path, raw } = found;
      const container = meantContainer(raw, params.container, object);
      const referred = referredNames(env, variablesOf(container.raw));
      if (referred.length > 0)
        throw new PlanError(
          'not-applicable',
          `${object} takes ${referred.join(', ')} from there: change it there`,
        );
      const before = beforeOf(container.raw, env);
      const undo = undoOf(parts.source, found, container.name, before);
      const shownEnv = Object.fromEntries(
        Object.entries(env).map(([name, value]) => [
          name,
          value === null ? null : shownValue(name, String(value)),
        ]),
      );
      const isNow = (name: string): boolean =>
        env[name] === null ? before.values[name] === null : before.values[name] === String(env[name]);
      const shown = JSON.stringify(containerPatch(container, { env: envItems(shownEnv) }));
      if (Object.keys(env).every(isNow))
        throw new PlanError('not-applicable', `${object} has ${valuesWords(env)} already`);
      return {
        deeds: [
          {
            call: strategicCall(path, containerPatch(container, { env: envItems(env) })),
            shown,
            target: targetOf(found, saw(raw, params)),
            object,
            look: path,
            rights: [rightTo('patch', found)],
            before: { raw },
            rollsOut: true,
          },
        ],
        objects: await blastRadius(parts.client, found, signal),
        ...(undo === undefined
          ? {
              lost: `the old value of ${before.hidden.join(', ')}: it is secret, or holds control characters, and is kept nowhere`,
            }
          : { undo }),
      };
    },
  };
});
