import { z } from 'zod';
import { parseDuration } from '../../../domain/duration.ts';
import { compilePattern } from '../../../domain/pattern.ts';
import { objectNamed } from '../kinds.ts';
import { targetProblem } from '../target.ts';

const zObject = z
  .string()
  .refine((name) => objectNamed(name) !== undefined, {
    error: (issue) => `"${String(issue.input)}" is no object: deployment/NAME, pod/NAME`,
  })
  .meta({ description: 'an object: deployment/NAME, pod/NAME, node/NAME' });

const zNamespace = z
  .string()
  .min(1)
  .meta({ description: "default: the source's first namespace" })
  .exactOptional();

/** Of describe, events and rollout. */
export const objectParams = z.strictObject({ object: zObject, namespace: zNamespace });

const defaultLines = 200;

const zName = (what: string) => z.string().min(1).meta({ description: what }).exactOptional();

export const logsParams = z
  .strictObject({
    pod: zName('a pod'),
    deployment: zName('all pods of a deployment'),
    selector: zName('all pods that a label selector, statefulset/NAME or service/NAME selects'),
    container: zName('default: every container'),
    previous: z
      .boolean()
      .meta({ description: 'true: of the container before its last restart' })
      .default(false),
    // A text, because a plan's parameters are read again when it is carried out.
    since: z
      .string()
      .refine((text) => parseDuration(text) !== undefined, { error: 'a duration: 5m, 1h' })
      .meta({ description: 'of the last so long' })
      .exactOptional(),
    lines: z
      .int()
      .min(1)
      .max(10_000)
      .meta({ description: 'the last lines of each container' })
      .default(defaultLines),
    include: z
      .string()
      .refine((pattern) => typeof compilePattern(pattern) !== 'string', { error: 'no regular expression' })
      .meta({ description: 'only lines that match this regular expression' })
      .exactOptional(),
    namespace: zNamespace,
  })
  .refine((one) => [one.pod, one.deployment, one.selector].filter((of) => of !== undefined).length === 1, {
    error: 'say one of pod, deployment, selector',
  })
  .refine((one) => one.selector === undefined || targetProblem(one.selector) === undefined, {
    error: 'selector is no label selector (app=NAME) and no object (statefulset/NAME)',
  });

export type LogsParams = z.infer<typeof logsParams>;
