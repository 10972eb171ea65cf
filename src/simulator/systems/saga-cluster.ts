import type { ClusterSpec, DeployedSpec, StatefulSpec } from '../model/cluster/spec.ts';
import type { IncidentSpec } from '../model/spec.ts';

const registry = 'registry.saga.example';

/** Who works on the database is told its password. */
const databaseEnv = { DB_PASSWORD: ['postgres-secret', 'password'] } as const;

const deployed = (
  runtime: DeployedSpec['runtime'],
  env: DeployedSpec['env'] = {},
  secretEnv: DeployedSpec['secretEnv'] = {},
): DeployedSpec => ({
  runtime,
  secretEnv,
  requests: { cpu: '250m', memory: '512Mi' },
  limits: { cpu: '1', memory: '1Gi' },
  env,
});

const stateful = (name: string, image: string, port: number): StatefulSpec => ({
  name,
  replicas: 1,
  image,
  port,
  dependency: name,
  requests: { cpu: '500m', memory: '1Gi' },
  limits: { cpu: '2', memory: '2Gi' },
});

/** What the saga platform runs on: everything in the namespace microservices, logs collected from another. */
export const sagaCluster: ClusterSpec = {
  name: 'saga',
  registry,
  namespace: 'microservices',
  nodes: { count: 3, cpu: '4', memory: '8Gi' },
  services: {
    'saga-orchestrator': deployed(
      'go',
      {
        DB_MAX_OPEN_CONNS: '20',
        DB_MAX_IDLE_CONNS: '5',
        KAFKA_BATCH_SIZE: '100',
        KAFKA_BATCH_TIMEOUT: '10ms',
        GOGC: '100',
      },
      databaseEnv,
    ),
    'inventory-service': deployed('go', { DB_MAX_OPEN_CONNS: '10' }, databaseEnv),
    'payment-service': deployed('java', { JAVA_TOOL_OPTIONS: '-XX:MaxRAMPercentage=50.0' }, databaseEnv),
    'notification-service': deployed('go'),
  },
  statefulSets: [stateful('postgres', 'postgres:15.8', 5432), stateful('kafka', 'apache/kafka:4.1.0', 9092)],
  daemonSets: { fluentd: { namespace: 'logging', image: 'fluent/fluentd:1.17' } },
  cronJobs: [
    {
      name: 'saga-sweeper',
      schedule: '*/30 * * * *',
      image: `${registry}/saga-sweeper:1.2.0`,
      lines: ['looking for sagas that are stuck', '0 sagas compensated'],
    },
  ],
  // The orchestrator has none: it is scaled by hand.
  scalers: [{ service: 'inventory-service', least: 2, most: 6, cpuPercent: 70 }],
  secrets: { 'postgres-secret': { password: 'rehearsal' } },
  tlsSecrets: { 'microservices-tls': ['api.saga.example', 'saga.example'] },
};

/** How it breaks. */
export const sagaClusterIncidents: readonly IncidentSpec[] = [
  {
    name: 'memory-leak',
    title: 'saga-orchestrator leaks memory: its containers are killed at their limit, again and again',
    cluster: { leaks: { 'saga-orchestrator': 70_000 } },
  },
];
