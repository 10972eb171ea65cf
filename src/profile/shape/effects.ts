import { z } from 'zod';
import { defined } from '../../domain/base/defined.ts';
import { onFirstUse } from '../../domain/base/on-first-use.ts';
import type { DeclaredEffect } from '../../domain/runbooks/operation.ts';
import { factKinds, fieldNames, isKind } from '../../kinds/registry/registry.ts';

/** The kind of series, besides those of facts. */
const seriesKind = 'signals';

const zKind = onFirstUse(() =>
  z.enum([...factKinds(), seriesKind]).meta({ description: 'kind of the rows, or signals' }),
);

const shared = onFirstUse(() => ({
  where: z
    .record(z.string(), z.union([z.string(), z.number()]))
    .refine((where) => Object.keys(where).length > 0, {
      error: 'write at least one field that identifies these rows',
    })
    .meta({ description: 'field values that identify the affected rows. For signals: `signal` and labels' }),
  ready: z.int().min(0).optional().meta({
    description: 'how many rows of `where` are ready after the step (default: as many as have disappeared)',
  }),
}));

interface WrittenEffect {
  readonly ends?: string | undefined;
  readonly replaces?: string | undefined;
  readonly where: Readonly<Record<string, string | number>>;
  readonly ready?: number | undefined;
}

const unknownField = ({ ends, replaces, where }: WrittenEffect): string | undefined => {
  const kind = ends ?? replaces ?? '';
  if (!isKind(kind)) return undefined;
  const fields = fieldNames(kind);
  return Object.keys(where).find((name) => !fields.includes(name) && !name.startsWith('labels.'));
};

/** Schema of what a step ends or replaces, where its operation cannot know. */
export const zEffects = onFirstUse(() =>
  z
    .array(
      z
        .strictObject({ ends: zKind().optional(), replaces: zKind().optional(), ...shared() })
        .superRefine((effect, context) => {
          if ((effect.ends === undefined) === (effect.replaces === undefined))
            context.addIssue({ code: 'custom', message: 'write either ends: KIND or replaces: KIND' });
          const name = unknownField(effect);
          if (name !== undefined)
            context.addIssue({
              code: 'custom',
              path: ['where', name],
              message: `${effect.ends ?? effect.replaces} have no field ${name}. See the fields of this kind in docs/reference/kinds.md`,
            });
        }),
    )
    .min(1)
    .meta({
      description: 'rows that disappear because of this step (`ends`), or that get a successor (`replaces`)',
    }),
);

/** Converts effects as written. */
export const effectsFrom = (written: readonly WrittenEffect[]): readonly DeclaredEffect[] =>
  written.map(({ ends, replaces, where, ready }) => ({
    does: ends === undefined ? 'replaces' : 'ends',
    kind: ends ?? replaces ?? '',
    where,
    ...defined({ ready }),
  }));
