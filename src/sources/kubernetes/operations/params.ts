import { z } from 'zod';
import { kindNamed } from '../kinds.ts';
import { quantity } from '../quantity.ts';
import { zContainer, zName, zNamespace, zSpan, zWait } from './param-parts.ts';

const deployment = zName('a deployment').exactOptional();
const statefulset = zName('a stateful set').exactOptional();
const daemonset = zName('a daemon set').exactOptional();

const templated = { deployment, statefulset, daemonset, namespace: zNamespace, wait: zWait };
const scaled = { deployment, statefulset, namespace: zNamespace, wait: zWait };

/** What names the workload that is meant. */
export interface Named {
  readonly deployment?: string;
  readonly statefulset?: string;
  readonly daemonset?: string;
}

const isOne = ({ deployment: one, statefulset: two, daemonset: three }: Named): boolean =>
  [one, two, three].filter((name) => name !== undefined).length === 1;
const sayOne = { error: 'say one of deployment, statefulset, daemonset' };

export const restartParams = z.strictObject(templated).refine(isOne, sayOne);

export const scaleParams = z
  .strictObject({
    ...scaled,
    replicas: z
      .union([z.int().min(0).max(10_000), z.literal('planned')])
      .meta({ description: 'planned: as many as when the run was planned, after a step that scaled to 0' }),
    only: z
      .literal('up')
      .meta({ description: 'up: refused when it would not be more than there are' })
      .exactOptional(),
  })
  .refine(isOne, { error: 'say one of deployment, statefulset' });

export const rollbackParams = z.strictObject({
  deployment: zName('a deployment'),
  revision: z
    .union([z.int().min(1), z.string().regex(/^[1-9]\d*$/, { error: 'no number of a revision' })])
    .meta({ description: 'default: the one before the current one' })
    .exactOptional(),
  namespace: zNamespace,
  wait: zWait,
});

export const setImageParams = z
  .strictObject({
    ...templated,
    container: zContainer,
    image: z.string().regex(/^[^\s]+$/, { error: 'an image: registry/name:tag' }),
  })
  .refine(isOne, sayOne);

export const setEnvParams = z
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

const zQuantity = z
  .union([z.string(), z.number()])
  .refine((amount) => (quantity(amount) ?? 0) > 0, {
    error: (issue) => `"${String(issue.input)}" is no quantity: 512Mi, 2, 500m`,
  })
  .nullable()
  .exactOptional();

export const limitsParams = z
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

const zKind = z
  .string()
  .refine((kind) => kindNamed(kind) !== undefined, {
    error: (issue) => `"${String(issue.input)}" is no kind that is known here: deployment, hpa, configmap`,
  })
  .meta({ description: 'a kind of object: deployment, hpa, configmap' });

export const patchParams = z.strictObject({
  kind: zKind,
  name: zName('of the object'),
  patch: z
    .record(z.string(), z.unknown())
    .refine((patch) => Object.keys(patch).length > 0, { error: 'an empty patch changes nothing' })
    .meta({ description: 'a strategic merge patch' }),
  namespace: zNamespace,
  wait: zWait,
});

const zFiles = z
  .array(z.string().min(1))
  .min(1)
  .meta({ description: "YAML files, directories or globs, relative to the profile's file" });
const zElsewhere = zName("for documents that name none; default: the source's first one").exactOptional();

export const diffParams = z.strictObject({ files: zFiles, namespace: zElsewhere });

export const applyParams = z.strictObject({
  files: zFiles,
  force: z.boolean().meta({ description: 'true: takes over fields that others manage' }).exactOptional(),
  image: z
    .string()
    .min(1)
    .meta({ description: 'refused unless a container of these files has just this image' })
    .exactOptional(),
  namespace: zElsewhere,
  wait: zWait,
});

/** What holds whole worlds of others is nothing for a runbook. */
const tooMuch: readonly string[] = ['namespace', 'node'];

export const deleteParams = z.strictObject({
  kind: zKind.refine((kind) => !tooMuch.includes(kindNamed(kind)?.word ?? ''), {
    error: 'namespaces and nodes are not deleted from here',
  }),
  name: zName('of the object'),
  propagation: z
    .enum(['Background', 'Foreground', 'Orphan'])
    .meta({ description: 'what becomes of what it owns; default: Background (it goes, too)' })
    .exactOptional(),
  namespace: zNamespace,
});

export const jobParams = z.strictObject({
  cronjob: zName('a cron job').refine((name) => name.length <= 52, { error: 'too long for a cron job' }),
  namespace: zNamespace,
  wait: zSpan('how long its end is waited for; default: not at all, at most 5m'),
});

export type ScaleParams = z.infer<typeof scaleParams>;
export type SetImageParams = z.infer<typeof setImageParams>;
export type SetEnvParams = z.infer<typeof setEnvParams>;
export type LimitsParams = z.infer<typeof limitsParams>;
export type DiffParams = z.infer<typeof diffParams>;
export type ApplyParams = z.infer<typeof applyParams>;
