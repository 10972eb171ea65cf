import { defined } from '../../../../domain/base/defined.ts';
import type { Millis } from '../../../../domain/base/fault.ts';
import type { ClusterSpec, DeployedSpec, StatefulSpec } from '../../spec/cluster.ts';
import type {
  ContainerSpec,
  EnvVar,
  KubeLabels,
  KubeObject,
  ObjectMeta,
  PodTemplate,
} from '../../spec/cluster-objects.ts';
import type { ServiceSpec } from '../../spec/system-spec.ts';
import type { ClusterContext } from '../state/cluster-context.ts';
import { firstGeneration, rfc3339Seconds, stableJson, stableUuid } from '../state/names.ts';
import type { ObjectStore } from '../state/object-store.ts';

const variables = ({ env, secretEnv }: DeployedSpec): readonly EnvVar[] => [
  ...Object.entries(env).map(([name, value]) => ({ name, value })),
  ...Object.entries(secretEnv ?? {}).map(([name, [secret, key]]) => ({
    name,
    valueFrom: { secretKeyRef: { name: secret, key } },
  })),
];

const usual = {
  imagePullPolicy: 'IfNotPresent',
  terminationMessagePath: '/dev/termination-log',
  terminationMessagePolicy: 'File',
} as const;

/** Defaults that the API server sets. */
const defaults = {
  restartPolicy: 'Always',
  terminationGracePeriodSeconds: 30,
  dnsPolicy: 'ClusterFirst',
  schedulerName: 'default-scheduler',
  securityContext: {},
} as const;

const configMounts = (
  configMaps: ClusterSpec['configMaps'],
  { configFiles }: DeployedSpec,
): readonly object[] =>
  configFiles === undefined
    ? []
    : Object.keys(configMaps?.[configFiles.configMap] ?? {}).map((key) => ({
        name: 'config',
        mountPath: `${configFiles.dir}/${key}`,
        subPath: key,
        readOnly: true,
      }));

/** Template of a service: one container with the service's name. */
const serviceTemplate = (
  { registry, configMaps }: ClusterSpec,
  deployed: DeployedSpec,
  service: ServiceSpec,
  version: string,
): PodTemplate => {
  const management = service.managementApart ? 8081 : 8080;
  const ports = [
    { name: 'http', containerPort: 8080, protocol: 'TCP' },
    ...(service.managementApart ? [{ name: 'management', containerPort: 8081, protocol: 'TCP' }] : []),
    ...(deployed.runtime === 'go' ? [{ name: 'metrics', containerPort: 9090, protocol: 'TCP' }] : []),
  ];
  const container: ContainerSpec & Readonly<Record<string, unknown>> = {
    name: service.name,
    image: `${registry}/${service.name}:${version}`,
    ports,
    env: variables(deployed),
    resources: { limits: deployed.limits, requests: deployed.requests },
    readinessProbe: {
      httpGet: { path: '/actuator/health/readiness', port: management, scheme: 'HTTP' },
      timeoutSeconds: 1,
      periodSeconds: 1,
      successThreshold: 1,
      failureThreshold: 3,
    },
    volumeMounts: [{ name: 'data', mountPath: '/var/lib/app' }, ...configMounts(configMaps, deployed)],
    ...usual,
  };
  const { configFiles } = deployed;
  const config =
    configFiles === undefined
      ? []
      : [{ name: 'config', configMap: { name: configFiles.configMap, defaultMode: 420 } }];
  const volumes = { volumes: [{ name: 'data', emptyDir: {} }, ...config] };
  return {
    metadata: { labels: { app: service.name } },
    spec: { ...defaults, ...volumes, containers: [container] },
  };
};

/** Template of a workload with its own image and one port. */
export const imageTemplate = (
  name: string,
  of: Pick<StatefulSpec, 'image'> & Partial<StatefulSpec>,
  restartPolicy = 'Always',
): PodTemplate => {
  const container: ContainerSpec & Readonly<Record<string, unknown>> = {
    name,
    image: of.image,
    ...(of.port === undefined ? {} : { ports: [{ containerPort: of.port, protocol: 'TCP' }] }),
    resources: {
      ...defined({ limits: of.limits, requests: of.requests }),
    },
    ...usual,
  };
  return {
    metadata: { labels: { app: name } },
    spec: { ...defaults, restartPolicy, containers: [container] },
  };
};

/** Identity of a new cluster's objects. */
export interface SeedContext {
  /** Distinguishes clusters, so that no two have an object with the same UID. */
  readonly seed: string;
  readonly createdAt: Millis;
}

/** Metadata of an initial object. */
export const seedMetadata = (
  place: SeedContext,
  resource: string,
  name: string,
  namespace?: string,
  labels?: KubeLabels,
): ObjectMeta => ({
  name,
  ...defined({ namespace }),
  uid: stableUuid(`${place.seed}/${resource}/${namespace ?? ''}/${name}`),
  resourceVersion: '',
  ...firstGeneration(resource),
  creationTimestamp: rfc3339Seconds(place.createdAt),
  ...defined({ labels }),
});

/** The name of a namespace in an environment. */
export const seedNamespace = (env: string, pattern: string): string => pattern.replaceAll('{env}', env);

/** The annotation of `kubectl apply`: the manifest without what the server adds. */
const lastApplied = (
  name: string,
  namespace: string,
  replicas: number,
  template: PodTemplate,
): KubeLabels => {
  const { volumes, containers } = template.spec as PodTemplate['spec'] & { readonly volumes?: unknown };
  const written = containers.map((container) =>
    Object.fromEntries(Object.entries(container).filter(([key]) => !Object.hasOwn(usual, key))),
  );
  const manifest = {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { annotations: {}, labels: { app: name }, name, namespace },
    spec: {
      replicas,
      selector: { matchLabels: { app: name } },
      template: { metadata: template.metadata, spec: { containers: written, volumes } },
    },
  };
  return { 'kubectl.kubernetes.io/last-applied-configuration': `${stableJson(manifest)}\n` };
};

/** One Deployment per service in this environment. */
export const seedDeployments = ({ spec, env, shelves }: ClusterContext, place: SeedContext): void => {
  const namespace = seedNamespace(env.spec.name, spec.namespace);
  for (const model of env.deployments.values()) {
    const { name } = model.service;
    const deployed = spec.services[name];
    if (deployed === undefined) continue;
    const template = serviceTemplate(spec, deployed, model.service, model.release.version);
    putBack(shelves.deployments, {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: {
        ...seedMetadata(place, 'deployments', name, namespace, { app: name }),
        annotations: lastApplied(name, namespace, model.replicas, template),
      },
      spec: {
        replicas: model.replicas,
        selector: { matchLabels: { app: name } },
        template,
        strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: '25%', maxUnavailable: '25%' } },
        revisionHistoryLimit: 10,
        progressDeadlineSeconds: 60,
      },
      status: { observedGeneration: 0, conditions: [] },
    });
  }
};

/** Writes an object in its initial state. Other known fields remain; a different spec is a new generation. */
const putBack = <T extends KubeObject & { readonly spec: unknown }>(
  shelf: ObjectStore<T>,
  first: T,
): void => {
  const known = shelf.get(first.metadata.namespace, first.metadata.name);
  if (known === undefined) shelf.put(first);
  else if (stableJson(known.spec) !== stableJson(first.spec)) {
    const generation = (known.metadata.generation ?? 1) + 1;
    shelf.put({ ...known, spec: first.spec, metadata: { ...known.metadata, generation } });
  }
};

/** StatefulSets and DaemonSets. */
export const seedStatefulAndDaemonSets = (
  { spec, env, shelves }: ClusterContext,
  place: SeedContext,
): void => {
  for (const set of spec.statefulSets ?? []) {
    const namespace = seedNamespace(env.spec.name, set.namespace ?? spec.namespace);
    putBack(shelves.statefulsets, {
      apiVersion: 'apps/v1',
      kind: 'StatefulSet',
      metadata: seedMetadata(place, 'statefulsets', set.name, namespace, { app: set.name }),
      spec: {
        replicas: set.replicas,
        selector: { matchLabels: { app: set.name } },
        serviceName: set.name,
        template: imageTemplate(set.name, set),
      },
      status: {
        observedGeneration: 0,
        replicas: 0,
        availableReplicas: 0,
        currentRevision: '',
        updateRevision: '',
        collisionCount: 0,
      },
    });
  }
  for (const [name, { namespace, image }] of Object.entries(spec.daemonSets ?? {}))
    putBack(shelves.daemonsets, {
      apiVersion: 'apps/v1',
      kind: 'DaemonSet',
      metadata: seedMetadata(place, 'daemonsets', name, namespace, { app: name }),
      spec: { selector: { matchLabels: { app: name } }, template: imageTemplate(name, { image }) },
      status: {
        observedGeneration: 0,
        currentNumberScheduled: 0,
        desiredNumberScheduled: 0,
        numberMisscheduled: 0,
        numberReady: 0,
      },
    });
};
