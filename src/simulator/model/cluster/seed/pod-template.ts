import type { ServiceSpec } from '../../spec.ts';
import type { Container, EnvVar, PodTemplate } from '../objects.ts';
import type { ClusterSpec, DeployedSpec, StatefulSpec } from '../spec.ts';

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

/** What the API server fills in. */
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

/** The template of a service: one container, called after it. */
export const serviceTemplate = (
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
  const container: Container & Readonly<Record<string, unknown>> = {
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

/** The template of something with an image of its own and one port. */
export const plainTemplate = (
  name: string,
  of: Pick<StatefulSpec, 'image'> & Partial<StatefulSpec>,
  restartPolicy = 'Always',
): PodTemplate => {
  const container: Container & Readonly<Record<string, unknown>> = {
    name,
    image: of.image,
    ...(of.port === undefined ? {} : { ports: [{ containerPort: of.port, protocol: 'TCP' }] }),
    resources: {
      ...(of.limits === undefined ? {} : { limits: of.limits }),
      ...(of.requests === undefined ? {} : { requests: of.requests }),
    },
    ...usual,
  };
  return {
    metadata: { labels: { app: name } },
    spec: { ...defaults, restartPolicy, containers: [container] },
  };
};
