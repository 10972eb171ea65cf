import type { CallSpec, SystemSpec } from '../model/spec/system-spec.ts';
import {
  breakerRule,
  downRule,
  errorRule,
  heapRule,
  latencyRules,
  slaRule,
  withPrioritySeverity,
} from './alert-rules.ts';
import { eventBusCi, failedEventBusTests } from './event-bus-ci.ts';
import {
  eventBusCluster,
  eventBusClusterIncidents,
  eventBusConfig,
  eventBusDatabase,
  eventBusDatabaseIncidents,
} from './event-bus-platform.ts';

const indented = (text: string): string => text.replaceAll(/^(?=.)/gm, '    ');

/** Operator manifests: the next release, and the current configuration. */
const eventBusManifests: Readonly<Record<string, string>> = {
  'configmap.yaml': `apiVersion: v1
kind: ConfigMap
metadata:
  name: event-bus-service-config
data:
${Object.entries(eventBusConfig)
  .map(([name, text]) => `  ${name}: |\n${indented(text)}`)
  .join('')}`,
  'deployment.yaml': `apiVersion: apps/v1
kind: Deployment
metadata:
  name: event-bus-service
spec:
  selector:
    matchLabels:
      app: event-bus-service
  template:
    metadata:
      labels:
        app: event-bus-service
    spec:
      containers:
        - name: event-bus-service
          image: registry.trademaster.example/event-bus-service:1.1.0
          resources:
            requests:
              cpu: 500m
              memory: 2Gi
            limits:
              cpu: "2"
              memory: 2560Mi
`,
};

const guarded = (to: string, share: number): CallSpec => ({
  to,
  breaker: to,
  share,
  config: {
    slidingWindowSize: 20,
    minimumNumberOfCalls: 10,
    slowCallDurationThreshold: 2000,
    waitDurationInOpenState: 600_000,
    permittedNumberOfCallsInHalfOpenState: 5,
  },
});

/** An event bus with a database and a downstream service: the system of profiles/event-bus. */
export const eventBus: SystemSpec = {
  name: 'event-bus',
  services: [
    {
      name: 'event-bus-service',
      version: '1.0.0',
      api: '/api/v1/event-bus',
      latencyMs: 20,
      heapMaxBytes: 2048 * 1024 * 1024,
      poolMax: 20,
      poolOn: 'database',
      calls: [guarded('database', 0.9), guarded('downstream', 0.5)],
      indicators: [],
      slaMs: 200,
      business: { done: 'events_processed', each: 4 },
      openBreakerIsDown: true,
      apiDocs: true,
      managementApart: true,
    },
  ],
  dependencies: [
    {
      name: 'database',
      log: 'postgres',
      latencyMs: 8,
      error: 'org.springframework.jdbc.CannotGetJdbcConnectionException: Failed to obtain JDBC Connection',
    },
    {
      name: 'downstream',
      latencyMs: 25,
      error:
        'org.springframework.web.client.ResourceAccessException: I/O error on POST request: downstream: Connection refused',
    },
  ],
  environments: [
    {
      name: 'staging',
      instances: { 'event-bus-service': 1 },
      requestsPerSecond: 6,
      slowness: 1,
      errorShare: 0,
    },
    {
      name: 'production',
      instances: { 'event-bus-service': 3 },
      requestsPerSecond: 8,
      slowness: 1.2,
      errorShare: 0.0005,
    },
  ],
  cluster: eventBusCluster,
  ci: eventBusCi,
  manifests: eventBusManifests,
  database: eventBusDatabase,
  rehearsal: {
    addresses: {
      kubeconfig: 'kubeconfig',
      ingress: 'event-bus-service',
      'staging-ingress': 'staging/event-bus-service',
      manifests: 'manifests',
      backups: 'backups',
      artifacts: 'files',
      downstream: 'downstream',
      prometheus: 'prometheus',
      alertmanager: 'alertmanager',
      'github-api': 'github',
    },
    texts: {
      repository: 'trademaster/event-bus',
      'github-token': 'rehearsal',
      'ci-every': '4s',
      token: 'rehearsal',
      'downstream-restart': '/admin/restart',
      'stats-sla': 'slaComplianceRate',
      'stats-errors': 'errorRatePercent',
      'stats-p95': 'p95ResponseTimeMs',
      'db-password': 'rehearsal',
      holds: '10s',
      // Long enough for one random failure on the way, which counts for ten seconds.
      closes: '45s',
      heed: '1s',
      pause: '1s',
      window: '15s',
      sustained: '5s',
      patience: '35s',
      gone: '3s',
      full: '5s',
      rollout: '25s',
      steady: '3s',
    },
  },
  alerts: [
    errorRule,
    ...latencyRules({ p95Ms: 200, p99Ms: 1000 }),
    breakerRule,
    downRule('EventBusServiceDown'),
    heapRule,
    slaRule,
  ].map(withPrioritySeverity),
  incidents: [
    {
      name: 'dependency-down',
      title: 'the database is down: calls to it fail, and the breaker before it opens in every pod',
      dependenciesDown: ['database'],
    },
    {
      name: 'breaker-left-open',
      title: 'the database was away and is back; the breaker before it still waits, open in every pod',
      breakersOpen: ['database'],
    },
    {
      name: 'slow-service',
      title: 'the service answers slowly: its connection pool is exhausted',
      servicesSlow: { 'event-bus-service': 2600 },
    },
    {
      name: 'service-down',
      title: 'no pod of the service is running: every connection is cut',
      servicesStopped: ['event-bus-service'],
    },
    {
      name: 'stopped',
      title: 'the service was stopped, as for a restore: its deployment is scaled to 0',
      servicesScaled: { 'event-bus-service': 0 },
    },
    {
      name: 'sla',
      title: 'the batch run keeps the service busy: every request waits, and too few are answered in time',
      servicesOverloaded: { 'event-bus-service': { ms: 700, enough: 6, batch: true } },
    },
    failedEventBusTests,
    ...eventBusClusterIncidents,
    ...eventBusDatabaseIncidents,
  ],
};
