import type { ClusterSpec, DeployedSpec } from '../model/spec/cluster.ts';
import type { MessagingSpec } from '../model/spec/messaging.ts';
import type { CallSpec, IncidentSpec, SystemSpec } from '../model/spec/system-spec.ts';
import { breakerRule, downRule, errorRule, heapRule, latencyRules, slaRule } from './alert-rules.ts';

/** Topics and consumers of the bus. */
const demoMessaging: MessagingSpec = {
  name: 'demo-kafka',
  topics: [
    { name: 'events', partitions: 4, from: 'bus', each: 2 },
    { name: 'orders', partitions: 3, from: 'orders', each: 1 },
  ],
  groups: [
    { name: 'orders-group', topic: 'events', service: 'orders', perSecond: 60 },
    { name: 'billing-group', topic: 'orders', service: 'billing', perSecond: 60 },
  ],
};

const demoMessagingIncidents: readonly IncidentSpec[] = [
  {
    name: 'consumer-lag',
    title: 'every event has become more work: the orders service no longer keeps up with the bus',
    messaging: { slow: { 'orders-group': 10 }, burst: { events: 500 } },
  },
  {
    name: 'consumer-stalled',
    title: 'billing is a member of its group and handles nothing, until it is restarted',
    messaging: { stalled: ['billing-group'] },
  },
];

/** Incidents of the demo. */
const demoIncidents: readonly IncidentSpec[] = [
  {
    name: 'dependency-down',
    title: 'the broker is down: calls to it fail, and the breakers before it open',
    dependenciesDown: ['broker'],
  },
  {
    name: 'slow-service',
    title: 'catalog answers slowly: its connection pool is exhausted, orders wait for it',
    servicesSlow: { catalog: 1500 },
  },
  {
    name: 'service-down',
    title: 'billing is not running: every connection to it is cut',
    servicesStopped: ['billing'],
  },
  {
    name: 'sla',
    title: 'the nightly batch of orders runs by day: every order waits, too few are answered in time',
    servicesOverloaded: { orders: { ms: 900, enough: 4, batch: true } },
  },
  {
    name: 'high-error-rate',
    title: 'a bad release of catalog: every other product cannot be shown',
    servicesReleased: {
      catalog: {
        version: '3.8.0',
        fault: { method: 'GET', share: 0.5, exception: 'NullPointerException' },
      },
    },
  },
  {
    name: 'high-latency',
    title: 'more billing than its one instance can do: requests wait for a connection of the pool',
    servicesOverloaded: { billing: { ms: 2600, enough: 3 } },
  },
  {
    name: 'log-storm',
    title: 'the logger of catalog was left at DEBUG: 200 lines per second',
    servicesNoisy: { catalog: 200 },
  },
];

const deployed = (memory: string): DeployedSpec => ({
  runtime: 'java',
  requests: { cpu: '250m', memory: '512Mi' },
  limits: { cpu: '1', memory },
  env: { JAVA_TOOL_OPTIONS: '-XX:MaxRAMPercentage=50.0' },
});

/** Platform of the demo shop; the laptop cluster has no metrics-server. */
const demoCluster: ClusterSpec = {
  name: 'demo',
  registry: 'registry.shop.example',
  namespace: 'shop',
  nodes: { count: 2, cpu: '4', memory: '8Gi' },
  services: {
    bus: deployed('1Gi'),
    orders: deployed('1536Mi'),
    billing: deployed('1Gi'),
    catalog: deployed('2Gi'),
  },
  statefulSets: [
    {
      name: 'broker',
      replicas: 1,
      image: 'rabbitmq:4.1',
      port: 5672,
      dependency: 'broker',
      requests: { cpu: '250m', memory: '512Mi' },
      limits: { cpu: '1', memory: '1Gi' },
    },
  ],
  withoutMetrics: ['local'],
};

const seconds = 1000;
const minutes = 60 * seconds;
const mib = 1024 * 1024;

/** Opens within seconds and stays open, so waiting does not help. */
const patient: CallSpec['config'] = {
  slidingWindowSize: 20,
  minimumNumberOfCalls: 10,
  slowCallRateThreshold: 80,
  slowCallDurationThreshold: 2 * seconds,
  waitDurationInOpenState: 10 * minutes,
  permittedNumberOfCallsInHalfOpenState: 5,
};
const guarded = (to: string, share: number): CallSpec => ({ to, breaker: to, share, config: patient });

/** A small shop on a message bus: four services, a broker and a payment provider, four environments. */
export const demo: SystemSpec = {
  name: 'demo',
  services: [
    {
      name: 'bus',
      version: '2.4.1',
      api: '/api/v1/events',
      latencyMs: 6,
      heapMaxBytes: 512 * mib,
      calls: [guarded('broker', 1)],
      indicators: ['broker'],
      slaMs: 250,
      business: { done: 'events_processed', each: 4 },
      openBreakerIsDown: true,
      managementApart: false,
    },
    {
      name: 'orders',
      version: '5.0.3',
      log: 'logstash',
      api: '/api/v1/orders',
      latencyMs: 9,
      heapMaxBytes: 768 * mib,
      poolMax: 10,
      calls: [{ to: 'catalog', share: 0.4 }, guarded('broker', 0.7)],
      indicators: [],
      slaMs: 250,
      business: { done: 'orders_placed', failed: 'orders_failed' },
      openBreakerIsDown: false,
      managementApart: false,
    },
    {
      name: 'billing',
      version: '1.12.0',
      api: '/api/v1/invoices',
      latencyMs: 14,
      heapMaxBytes: 512 * mib,
      poolMax: 10,
      calls: [guarded('psp', 0.8)],
      indicators: [],
      slaMs: 500,
      business: { done: 'invoices_issued' },
      openBreakerIsDown: false,
      managementApart: false,
    },
    {
      name: 'catalog',
      version: '3.7.9',
      log: 'logfmt',
      api: '/api/v1/products',
      latencyMs: 4,
      heapMaxBytes: 1024 * mib,
      poolMax: 10,
      calls: [],
      indicators: [],
      openBreakerIsDown: false,
      managementApart: false,
    },
  ],
  dependencies: [
    {
      name: 'broker',
      log: 'rabbitmq',
      latencyMs: 3,
      error:
        'org.springframework.web.client.ResourceAccessException: I/O error on POST request: broker: Connection refused',
    },
    {
      name: 'psp',
      latencyMs: 40,
      error:
        'org.springframework.web.client.ResourceAccessException: I/O error on POST request: psp: Read timed out',
    },
  ],
  environments: [
    {
      name: 'local',
      instances: { bus: 1, orders: 1, billing: 1, catalog: 1 },
      requestsPerSecond: 5,
      slowness: 0.5,
      errorShare: 0,
    },
    {
      name: 'dev',
      instances: { bus: 1, orders: 1, billing: 1, catalog: 1 },
      requestsPerSecond: 5,
      slowness: 1,
      errorShare: 0,
    },
    {
      name: 'staging',
      instances: { bus: 1, orders: 1, billing: 1, catalog: 1 },
      requestsPerSecond: 6,
      slowness: 1.2,
      errorShare: 0,
    },
    {
      name: 'production',
      instances: { bus: 2, orders: 2, billing: 1, catalog: 2 },
      requestsPerSecond: 8,
      slowness: 1.5,
      errorShare: 0.0005,
    },
  ],
  alerts: [
    errorRule,
    ...latencyRules({ p95Ms: 250, p99Ms: 1000 }),
    breakerRule,
    downRule('ServiceDown'),
    heapRule,
    slaRule,
  ],
  cluster: demoCluster,
  messaging: demoMessaging,
  // Its profiles already use the simulator.
  compose: { project: 'demo', memoryLimitBytes: 1024 * 1024 * 1024 },
  rehearsal: { addresses: {}, texts: {} },
  incidents: [...demoIncidents, ...demoMessagingIncidents],
};
