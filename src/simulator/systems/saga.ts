import type { DependencySpec, IncidentSpec, ServiceSpec, SystemSpec } from '../model/spec/system-spec.ts';
import { connectionsRule, downRule, errorRule, goErrorRule, goLatencyRule, sagaRule } from './alert-rules.ts';
import {
  sagaCluster,
  sagaClusterIncidents,
  sagaDatabase,
  sagaDatabaseIncidents,
  sagaMessaging,
  sagaMessagingIncidents,
} from './saga-platform.ts';

const reservations = {
  share: 0.4,
  error: 'inventory-service: reserve stock: reservation 7f31 is held by a worker that is gone',
};

/** Incidents of the services. */
const sagaServiceIncidents: readonly IncidentSpec[] = [
  {
    name: 'saga-failures',
    title: 'inventory-service processes do not release reservations: sagas fail and are compensated',
    servicesFailing: { 'inventory-service': reservations },
  },
  {
    name: 'saga-failures-data',
    title: 'the same, but the reservations are in the database: restarted processes fail as well',
    servicesFailing: { 'inventory-service': { ...reservations, isPermanent: true } },
  },
  {
    name: 'bad-release',
    title: 'a release of the orchestrator that loses every fifth new saga; a rollback fixes it',
    servicesReleased: {
      'saga-orchestrator': {
        version: '1.9.0',
        fault: { method: 'POST', share: 0.2, exception: 'NullPointerException' },
      },
    },
  },
  {
    name: 'high-latency',
    title: 'more sagas than two orchestrators can take: every request waits',
    servicesOverloaded: { 'saga-orchestrator': { ms: 900, enough: 5 } },
  },
];

/** Operator manifests. */
const sagaManifests: Readonly<Record<string, string>> = {
  'hpa.yaml': `apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata:
  name: saga-orchestrator
  namespace: microservices
spec:
  scaleTargetRef:
    apiVersion: apps/v1
    kind: Deployment
    name: saga-orchestrator
  minReplicas: 5
  maxReplicas: 10
  metrics:
    - type: Resource
      resource:
        name: cpu
        target:
          type: Utilization
          averageUtilization: 70
`,
};

const mib = 1024 * 1024;

const service = (
  name: string,
  more: Pick<ServiceSpec, 'api' | 'latencyMs' | 'calls'> & Partial<ServiceSpec>,
): ServiceSpec => ({
  name,
  version: '1.8.0',
  heapMaxBytes: 512 * mib,
  indicators: [],
  openBreakerIsDown: false,
  managementApart: false,
  ...more,
});

const outside = (name: string, latencyMs: number): DependencySpec => ({
  name,
  latencyMs,
  error: `${name}: no answer`,
});

/** A saga platform: an orchestrator, three services, events on Kafka, one database: the system of profiles/saga. */
export const saga: SystemSpec = {
  name: 'saga',
  services: [
    service('saga-orchestrator', {
      api: '/api/v1/sagas',
      latencyMs: 12,
      poolMax: 20,
      poolIdle: 5,
      poolOn: 'postgres',
      calls: [
        { to: 'inventory-service', share: 0.6 },
        { to: 'payment-service', share: 0.6 },
        { to: 'postgres', share: 0.9 },
      ],
      business: {
        done: 'saga_completed',
        failed: 'saga_failed',
        begun: 'saga_created',
        undone: 'saga_compensation',
      },
    }),
    service('inventory-service', {
      log: 'logfmt',
      api: '/api/v1/inventory',
      latencyMs: 8,
      poolMax: 10,
      poolIdle: 2,
      poolOn: 'postgres',
      calls: [],
    }),
    service('payment-service', {
      api: '/api/v1/payments',
      latencyMs: 15,
      poolMax: 10,
      poolOn: 'postgres',
      calls: [],
    }),
    service('notification-service', { api: '/api/v1/notifications', latencyMs: 6, calls: [] }),
  ],
  dependencies: [
    { name: 'postgres', log: 'postgres', latencyMs: 4, error: 'pq: sorry, too many clients already' },
    { name: 'kafka', log: 'kafka', latencyMs: 3, error: 'kafka: client has run out of available brokers' },
    // Third-party services with a health page on a separate address.
    outside('payment-provider', 90),
    outside('cloud-provider', 40),
    outside('monitoring-vendor', 60),
  ],
  environments: [
    {
      name: 'production',
      instances: {
        'saga-orchestrator': 2,
        'inventory-service': 2,
        'payment-service': 2,
        'notification-service': 1,
      },
      requestsPerSecond: 8,
      slowness: 1,
      errorShare: 0.00002,
    },
  ],
  alerts: [errorRule, goErrorRule, goLatencyRule, sagaRule, downRule('ServiceDown'), connectionsRule],
  cluster: sagaCluster,
  database: sagaDatabase,
  messaging: sagaMessaging,
  manifests: sagaManifests,
  rehearsal: {
    addresses: {
      kubeconfig: 'kubeconfig',
      helm: 'helm',
      postgres: 'postgres',
      kafka: 'kafka',
      prometheus: 'prometheus',
      manifests: 'manifests',
      evidence: 'files',
      backups: 'backups',
      paymentStatus: 'payment-provider',
      cloudStatus: 'cloud-provider',
      monitoringStatus: 'monitoring-vendor',
    },
    texts: {
      context: 'production',
      image: 'registry.saga.example/saga-orchestrator',
      sustained: '5s',
      patience: '25s',
      rollout: '1m',
      window: '15s',
      hour: '5m',
      trend: '10m',
      slo: '30s',
      symptom: '5s',
      proven: '5s',
    },
  },
  incidents: [
    ...sagaServiceIncidents,
    ...sagaDatabaseIncidents,
    ...sagaClusterIncidents,
    ...sagaMessagingIncidents,
  ],
};
