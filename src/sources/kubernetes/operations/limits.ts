import { z } from 'zod';
import { PlanError } from '../../../domain/operation.ts';
import { declareOperation } from '../../define-operation.ts';
import { field, text } from '../../wire-value.ts';
import { quantity } from '../quantity.ts';
import { blastRadius } from './blast-radius.ts';
import { findNamed, namingOf, rightTo, targetOf } from './found.ts';
import { isOne, sayOne, templated, zContainer } from './param-parts.ts';
import { containerPatch, containersIn, meantContainer, strategicCall } from './pod-template.ts';
import { defineWrite } from './write-operation.ts';

const zQuantity = z
  .union([z.string(), z.number()])
  .refine((amount) => (quantity(amount) ?? 0) > 0, {
    error: (issue) => `"${String(issue.input)}" is no quantity: 512Mi, 2, 500m`,
  })
  .nullable()
  .exactOptional();

const limitsParams = z
  .strictObject({
    ...templated,
    container: zContainer,
    memory: zQuantity.meta({ description: 'a quantity: 512Mi; null: no limit' }),
    cpu: zQuantity.meta({ description: 'a quantity: 2, 500m; null: no limit' }),
    only: z
      .literal('up')
      .meta({ description: 'up: refused when a limit would not be higher than it is' })
      .exactOptional(),
  })
  .refine(isOne, sayOne)
  .refine(({ memory, cpu }) => memory !== undefined || cpu !== undefined, {
    error: 'say memory, cpu or both',
  });

type LimitsParams = z.infer<typeof limitsParams>;

const amounts = ['memory', 'cpu'] as const;

/** The limits of a container that are asked for, as they are now; null where there is none. */
const limitsNow = (container: unknown, wanted: LimitsParams): Readonly<Record<string, string | null>> => {
  const limits = field(field(container, 'resources'), 'limits');
  return Object.fromEntries(
    amounts
      .filter((name) => wanted[name] !== undefined)
      .map((name) => [name, text(field(limits, name)) ?? null]),
  );
};

const limitWords = (limits: Readonly<Record<string, string | number | null>>): string =>
  Object.entries(limits)
    .map(([name, amount]) => (amount === null ? `no limit of ${name}` : `${name} ${amount}`))
    .join(', ');

/** Throws PlanError for a limit that would not be higher; where there is none now, any limit is lower. */
const refuseLower = (
  params: LimitsParams,
  before: Readonly<Record<string, string | null>>,
  object: string,
): void => {
  for (const name of amounts) {
    const [wanted, now] = [params[name], before[name]];
    if (wanted === undefined || wanted === null) continue;
    if (now === null || now === undefined || (quantity(wanted) ?? 0) <= (quantity(now) ?? 0))
      throw new PlanError(
        'not-applicable',
        `${object} has ${limitWords({ [name]: now ?? null })}: ${wanted} would not be higher, and this only raises it`,
      );
  }
};

const declared = declareOperation({ name: 'limits', danger: 'disruptive', params: limitsParams });

/** `limits`: how much memory and CPU one container of a workload's template may have. */
export const limits = defineWrite(declared, (parts) => {
  const saw = (raw: unknown, params: LimitsParams): string => {
    const all = containersIn(raw);
    const now = params.container === undefined ? all[0] : all.find(({ name }) => name === params.container);
    return now === undefined ? 'no such container' : limitWords(limitsNow(now.raw, params));
  };
  return {
    saw,
    prepare: async (params, signal) => {
      const found = await findNamed(parts, params, signal);
      const { object, path, raw } = found;
      const container = meantContainer(raw, params.container, object);
      const before = limitsNow(container.raw, params);
      if (params.only === 'up') refuseLower(params, before, object);
      const limits = Object.fromEntries(
        amounts.flatMap((name) => {
          const amount = params[name];
          return amount === undefined ? [] : [[name, amount === null ? null : String(amount)] as const];
        }),
      );
      return {
        deeds: [
          {
            call: strategicCall(path, containerPatch(container, { resources: { limits } })),
            target: targetOf(found, saw(raw, params)),
            object,
            look: path,
            rights: [rightTo('patch', found)],
            before: { raw },
            rollsOut: true,
          },
        ],
        objects: await blastRadius(parts.client, found, signal),
        undo: {
          use: `${parts.source}.limits`,
          with: { ...namingOf(found), container: container.name, ...before },
          title: `Put ${container.name} of ${object} back to ${limitWords(before)}`,
          pins: 'value',
        },
      };
    },
  };
});
