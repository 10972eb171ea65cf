import { z } from 'zod';
import { zDuration } from '../../../domain/facts/schema.ts';
import { parseDuration } from '../../../domain/text/duration.ts';
import { parseObjectRef } from './api-resources.ts';
import { parseLabelSelector } from './label-selector.ts';

const zPods = z
  .string()
  .refine((text) => parseObjectRef(text) !== undefined || parseLabelSelector(text) !== undefined, {
    error: (issue) =>
      `"${String(issue.input)}" is neither an object (deployment/NAME) nor a label selector (app=NAME)`,
  })
  .meta({
    description:
      'pods to read, by a label selector, as pod/NAME, or by their controller, such as deployment/NAME',
  });

const zObject = z
  .string()
  .refine((text) => parseObjectRef(text) !== undefined, {
    error: (issue) => `"${String(issue.input)}" is not an object: use deployment/NAME or node/NAME`,
  })
  .meta({
    description: 'object: deployment/NAME, statefulset/NAME, daemonset/NAME, job/NAME, node/NAME, hpa/NAME',
  });

const namespace = z
  .string()
  .meta({ description: 'namespace to read, which must be one of the source (default: all of them)' })
  .exactOptional();
const fold = z
  .enum(['sum', 'min', 'max', 'avg', 'count'])
  .meta({ description: 'how the values of all pods become one value' })
  .exactOptional();
const share = z
  .enum(['limit', 'request'])
  .meta({
    description: 'whether to read the usage in percent of the limit or the request, in place of the amount',
  })
  .exactOptional();

/** Stays a text so that validated parameters can be validated again. */
const zSpan = z
  .string()
  .refine((text) => (parseDuration(text) ?? 0) > 0, {
    error: (issue) => `"${String(issue.input)}" is not a duration: use 10m or 1h`,
  })
  .meta({ description: 'duration with a unit, such as 10m or 1h', examples: ['1h'] });

/** Forms of `read:`. */
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
    hpa: z.string().min(1).meta({ description: 'HorizontalPodAutoscaler' }),
    value: z.enum(['current', 'desired', 'min', 'max', 'ratio']).meta({
      description: 'number of replicas to read. The ratio is the current number in percent of the maximum',
    }),
    namespace,
  }),
  z.strictObject({
    condition: zObject,
    type: z
      .string()
      .min(1)
      .meta({ description: 'condition type: Available, Progressing, Ready, MemoryPressure' }),
    namespace,
  }),
  z.strictObject({
    secretExpiry: z.string().min(1).meta({ description: 'name of the Secret that contains the certificate' }),
    key: z
      .string()
      .min(1)
      .meta({
        description: 'opsdeck reads the certificate from this key of the Secret. The default is tls.crt',
      })
      .exactOptional(),
    namespace,
  }),
]);

export type KubernetesRead = z.infer<typeof kubernetesReadSchema>;

/** Facts that a feed polls continuously. */
const factNames = [
  'pods',
  'deployments',
  'statefulsets',
  'daemonsets',
  'jobs',
  'nodes',
  'hpas',
  'warnings',
  'objects',
  'top',
] as const;
export type FactName = (typeof factNames)[number];

/** Programs that deliver to the cluster, and the feeds that show their objects. */
const deliveryFeeds = {
  argocd: ['applications'],
  flux: ['kustomizations', 'helmreleases'],
  kustomizations: ['kustomizations'],
  helmreleases: ['helmreleases'],
  helm: ['releases'],
} as const;
type DeliveryTool = keyof typeof deliveryFeeds;
export type DeliveryFeed = (typeof deliveryFeeds)[DeliveryTool][number];

const zNamespace = z
  .string()
  .regex(/^([a-z0-9]([-a-z0-9]*[a-z0-9])?|\*)$/, {
    error: 'not a namespace name: use a-z, 0-9 and -, or "*" for all',
  })
  .meta({ description: 'namespace to read, or "*" for every namespace' });

export const kubernetesConfig = z
  .strictObject({
    context: z
      .string()
      .min(1)
      .meta({
        description: 'opsdeck uses this context of the kubeconfig. The default is the current context',
      })
      .exactOptional(),
    kubeconfig: z
      .string()
      .min(1)
      .meta({
        description:
          'kubeconfig path (default: $KUBECONFIG, ~/.kube/config, then the in-cluster service account)',
      })
      .exactOptional(),
    namespace: zNamespace.exactOptional(),
    namespaces: z
      .array(zNamespace)
      .min(1)
      .meta({ description: 'namespaces to read, as a list, or ["*"] for every namespace' })
      .exactOptional(),
    selector: z
      .string()
      .min(1)
      .meta({
        description: 'label selector that restricts pods and their controllers, such as app=bus,tier!=db',
      })
      .exactOptional(),
    facts: z
      .array(z.enum(factNames))
      .min(1)
      .meta({
        description:
          'resources that opsdeck reads all the time (default: all of them, but nodes and objects only if the login permits)',
      })
      .exactOptional(),
    delivery: z
      .array(z.enum(Object.keys(deliveryFeeds) as [DeliveryTool, ...DeliveryTool[]]))
      .min(1)
      .meta({
        description:
          'delivery tools whose objects become rows of workloads: argocd, flux, or only kustomizations or helmreleases, and helm (default: none)',
      })
      .exactOptional(),
    deliveryNamespaces: z
      .array(zNamespace)
      .min(1)
      .meta({
        description:
          'namespaces of Argo CD applications and Flux objects, such as [argocd, flux-system] (default: the namespaces of the source)',
      })
      .exactOptional(),
    helm: z
      .string()
      .regex(/^(?:\/.*[^/]|[\w.-]+)$/, {
        error: 'the value is not a program: use its name, or an absolute path',
      })
      .meta({
        description: 'program that rolls back Helm releases, by name or absolute path (default: helm)',
      })
      .exactOptional(),
    watch: z
      .boolean()
      .meta({
        description:
          'whether to watch the objects (default: true). With false, opsdeck lists all of them on every poll',
      })
      .default(true),
    every: zDuration.prefault('5s').meta({ description: 'poll interval' }),
    timeout: zDuration.prefault('5s').meta({ description: 'request timeout' }),
    identity: z
      .strictObject({
        uid: z.string().meta({ description: 'UID of the namespace kube-system' }).exactOptional(),
        ca: z
          .string()
          .meta({ description: 'SHA-256 fingerprint that the CA of the cluster must have' })
          .exactOptional(),
      })
      .refine(({ uid, ca }) => uid !== undefined || ca !== undefined, { error: 'set uid: or ca:' })
      .meta({ description: 'expected cluster' })
      .exactOptional(),
  })
  .refine((config) => config.namespace === undefined || config.namespaces === undefined, {
    error: 'the source has two lists of namespaces: set either namespace or namespaces',
  });

export type KubernetesConfig = z.infer<typeof kubernetesConfig>;

/** Namespaces named in the profile; [] when it names none and the context's namespace applies. */
export const configuredNamespaces = ({ namespace, namespaces }: KubernetesConfig): readonly string[] => {
  const named = namespaces ?? (namespace === undefined ? [] : [namespace]);
  return named.includes('*') ? ['*'] : [...new Set(named)];
};

/** Namespaces of applications and Flux objects, as the profile names them; undefined: those of the source. */
export const configuredDeliveryNamespaces = ({
  deliveryNamespaces: named,
}: KubernetesConfig): readonly string[] | undefined =>
  named?.includes('*') === true ? ['*'] : named && [...new Set(named)];

export const showsDelivery = ({ delivery = [] }: KubernetesConfig, feed: DeliveryFeed): boolean =>
  delivery.some((tool) => deliveryFeeds[tool].some((name) => name === feed));

export const isFactEnabled = ({ facts }: KubernetesConfig, name: FactName): boolean =>
  facts === undefined || facts.includes(name);
