import { z } from 'zod';
import { parseDuration } from '../../domain/duration.ts';
import { zDuration } from '../../domain/schema.ts';
import { parseObjectRef } from './api-resources.ts';
import { parseLabelSelector } from './label-selector.ts';

const zPods = z
  .string()
  .refine((text) => parseObjectRef(text) !== undefined || parseLabelSelector(text) !== undefined, {
    error: (issue) =>
      `"${String(issue.input)}" is neither an object (deployment/NAME) nor a label selector (app=NAME)`,
  })
  .meta({ description: 'pods: a label selector, pod/NAME, or what controls them: deployment/NAME' });

const zObject = z
  .string()
  .refine((text) => parseObjectRef(text) !== undefined, {
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
export const kubernetesReadSchema = z.union([
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

export type KubernetesRead = z.infer<typeof kubernetesReadSchema>;

/** What is read all the time, by its feed. */
const factNames = [
  'pods',
  'deployments',
  'statefulsets',
  'daemonsets',
  'jobs',
  'nodes',
  'hpas',
  'warnings',
  'top',
] as const;
export type FactName = (typeof factNames)[number];

const zNamespace = z
  .string()
  .regex(/^([a-z0-9]([-a-z0-9]*[a-z0-9])?|\*)$/, { error: 'no name of a namespace' })
  .meta({ description: 'a namespace; "*": all of them' });

export const kubernetesConfig = z
  .strictObject({
    context: z
      .string()
      .min(1)
      .meta({ description: 'a context of the kubeconfig; default: its current one' })
      .exactOptional(),
    kubeconfig: z
      .string()
      .min(1)
      .meta({
        description: 'path of a kubeconfig; default: $KUBECONFIG, ~/.kube/config, the pod that this is',
      })
      .exactOptional(),
    namespace: zNamespace.exactOptional(),
    namespaces: z
      .array(zNamespace)
      .min(1)
      .meta({ description: 'several namespaces, or ["*"]' })
      .exactOptional(),
    selector: z
      .string()
      .min(1)
      .meta({ description: 'a label selector that narrows pods and what controls them: app=bus,tier!=db' })
      .exactOptional(),
    facts: z
      .array(z.enum(factNames))
      .min(1)
      .meta({ description: 'what is read all the time; default: all, nodes as far as they may be read' })
      .exactOptional(),
    watch: z
      .boolean()
      .meta({ description: 'false: list again every round instead of watching' })
      .default(true),
    every: zDuration.prefault('5s').meta({ description: 'how often it is read' }),
    timeout: zDuration.prefault('5s').meta({ description: 'how long an answer may take' }),
    identity: z
      .strictObject({
        uid: z.string().meta({ description: 'uid of the namespace kube-system' }).exactOptional(),
        ca: z
          .string()
          .meta({ description: 'SHA-256 fingerprint of the CA that the cluster is trusted by' })
          .exactOptional(),
      })
      .refine(({ uid, ca }) => uid !== undefined || ca !== undefined, { error: 'say uid: or ca:' })
      .meta({ description: 'which cluster must answer there' })
      .exactOptional(),
  })
  .refine((config) => config.namespace === undefined || config.namespaces === undefined, {
    error: 'namespace or namespaces, not both',
  });

export type KubernetesConfig = z.infer<typeof kubernetesConfig>;

/** The namespaces that the profile names; [] when it names none: then the context's own counts. */
export const configuredNamespaces = ({ namespace, namespaces }: KubernetesConfig): readonly string[] => {
  const named = namespaces ?? (namespace === undefined ? [] : [namespace]);
  return named.includes('*') ? ['*'] : [...new Set(named)];
};

export const isFactEnabled = ({ facts }: KubernetesConfig, name: FactName): boolean =>
  facts === undefined || facts.includes(name);
