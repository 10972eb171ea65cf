import { z } from 'zod';
import { zDuration } from '../../domain/schema.ts';

/** What is read all the time, by its feed. */
export const factNames = [
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
export const namespacesOf = ({ namespace, namespaces }: KubernetesConfig): readonly string[] => {
  const named = namespaces ?? (namespace === undefined ? [] : [namespace]);
  return named.includes('*') ? ['*'] : [...new Set(named)];
};

export const wantsFact = ({ facts }: KubernetesConfig, name: FactName): boolean =>
  facts === undefined || facts.includes(name);
