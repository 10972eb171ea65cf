import { z } from 'zod';
import { parseDuration } from '../../domain/duration.ts';
import { objectNamed } from './kinds.ts';
import { parseSelector } from './selector.ts';

const zPods = z
  .string()
  .refine((text) => objectNamed(text) !== undefined || parseSelector(text) !== undefined, {
    error: (issue) =>
      `"${String(issue.input)}" is neither an object (deployment/NAME) nor a label selector (app=NAME)`,
  })
  .meta({ description: 'pods: a label selector, pod/NAME, or what controls them: deployment/NAME' });

const zObject = z
  .string()
  .refine((text) => objectNamed(text) !== undefined, {
    error: (issue) => `"${String(issue.input)}" is no object: deployment/NAME, node/NAME`,
  })
  .meta({
    description:
      'an object: deployment/NAME, statefulset/NAME, daemonset/NAME, job/NAME, node/NAME, hpa/NAME',
  });

const namespace = z
  .string()
  .meta({ description: 'one namespace of the source; default: all of them' })
  .exactOptional();
const fold = z
  .enum(['sum', 'min', 'max', 'avg', 'count'])
  .meta({ description: 'makes one value of all pods' })
  .exactOptional();
const share = z
  .enum(['limit', 'request'])
  .meta({ description: 'percent of that instead of the amount' })
  .exactOptional();

/** It stays a text, so that what was checked can be checked again. */
const zSpan = z
  .string()
  .refine((text) => (parseDuration(text) ?? 0) > 0, {
    error: (issue) => `"${String(issue.input)}" is no duration: 10m, 1h`,
  })
  .meta({ description: 'a duration with its unit: 10m, 1h', examples: ['1h'] });

/** The forms of `read:`. */
export const kubernetesReads = z.union([
  z.strictObject({
    ready: zPods,
    of: z.literal('wanted').meta({ description: 'percent' }).exactOptional(),
    namespace,
  }),
  z.strictObject({ restarts: zPods, per: zSpan.exactOptional(), namespace }),
  z.strictObject({ oom: zPods, within: zSpan.default('1h'), namespace }),
  z.strictObject({ memory: zPods, of: share, fold, namespace }),
  z.strictObject({ cpu: zPods, of: share, fold, namespace }),
  z.strictObject({
    hpa: z.string().min(1).meta({ description: 'an autoscaler' }),
    value: z
      .enum(['current', 'desired', 'min', 'max', 'ratio'])
      .meta({ description: 'replicas; ratio: current in percent of max' }),
    namespace,
  }),
  z.strictObject({
    condition: zObject,
    type: z.string().min(1).meta({ description: 'Available, Progressing, Ready, MemoryPressure' }),
    namespace,
  }),
  z.strictObject({
    secretExpiry: z.string().min(1).meta({ description: 'a secret that holds a certificate' }),
    key: z.string().min(1).meta({ description: 'default: tls.crt' }).exactOptional(),
    namespace,
  }),
]);

export type KubernetesRead = z.infer<typeof kubernetesReads>;
