import type {
  CallSpec,
  DependencySpec,
  IncidentSpec,
  ServiceSpec,
  SystemSpec,
} from '../model/spec/system-spec.ts';
import {
  eventAws,
  eventGroup,
  eventMessaging,
  eventMongo,
  eventPipeline,
  gradleLogs,
  missingEventIndex,
} from './event-processing-platform.ts';

const mib = 1024 * 1024;
const seconds = 1000;

const guarded = (to: string, share: number): CallSpec => ({
  to,
  breaker: to,
  share,
  config: {
    slidingWindowSize: 20,
    minimumNumberOfCalls: 10,
    slowCallDurationThreshold: 5 * seconds,
    waitDurationInOpenState: 10 * seconds,
    permittedNumberOfCallsInHalfOpenState: 5,
  },
});

const service = (
  name: string,
  more: Pick<ServiceSpec, 'api' | 'latencyMs' | 'calls'> & Partial<ServiceSpec>,
): ServiceSpec => ({
  name,
  version: '1.4.2',
  heapMaxBytes: 2048 * mib,
  indicators: [],
  openBreakerIsDown: false,
  managementApart: false,
  ...more,
});

const dependencies: readonly DependencySpec[] = [
  {
    name: 'kafka',
    log: 'kafka',
    latencyMs: 3,
    error:
      'org.apache.kafka.common.errors.TimeoutException: Topic events not present in metadata after 60000 ms',
  },
  {
    name: 'mongodb',
    log: 'mongodb',
    latencyMs: 4,
    error: 'com.mongodb.MongoSocketOpenException: Exception opening socket: mongodb:27017',
  },
  {
    name: 'localstack',
    log: 'localstack',
    latencyMs: 6,
    error:
      'software.amazon.awssdk.core.exception.SdkClientException: Connect to localstack:4566 failed: Connection refused',
  },
];

const incidents: readonly IncidentSpec[] = [
  {
    name: 'consumer-lag',
    title: 'every event has become more work: three consumers no longer keep up with the topic events',
    messaging: { slow: { [eventGroup]: 380 }, burst: { events: 12_000 } },
  },
  {
    name: 'breaker-open',
    title:
      'service-8084 fails most requests: the breaker before it opens, events go to the dead-letter queue',
    servicesFailing: {
      'service-8084': {
        share: 0.95,
        error: 'service-8084: cannot reserve a worker: all 8 workers have ended',
      },
    },
  },
  {
    name: 'breaker-left-open',
    title: 'service-8084 was away and is back; the breaker before it still waits',
    breakersOpen: ['service-8084'],
  },
  {
    name: 'mongodb-slow',
    title:
      'an index of the collection events was dropped: every query scans the collection, the pool runs out',
    mongodb: { missingIndex: missingEventIndex },
  },
  {
    name: 'mongodb-down',
    title:
      'the MongoDB container was OOM-killed: the breaker before it opens, events go to the dead-letter queue',
    compose: { exited: { mongodb: { code: 137, oomKilled: true } } },
  },
  {
    name: 'localstack-unavailable',
    title: 'SQS and CloudWatch in LocalStack fail; a restart helps, and deletes queues and topics',
    aws: { failing: ['sqs', 'cloudwatch'] },
  },
  {
    name: 'events-stuck',
    title: 'the consumers are members of their group and process nothing; events stay in PROCESSING',
    messaging: { stalled: [eventGroup] },
    pipeline: { stuck: 37 },
  },
  {
    name: 'resources-missing',
    title: 'LocalStack was restarted without persistence: its queues and topics are gone',
    aws: { empty: true },
  },
  {
    name: 'dead-letters',
    title: 'an outage of MongoDB is over; the events that failed in it are still in the dead-letter queue',
    pipeline: { deadLetters: 160 },
  },
  {
    name: 'data-corruption',
    title: 'a faulty migration has removed the type of stored events: a backup of the night has them all',
    pipeline: { corrupted: 90 },
  },
  {
    name: 'consumer-stopped',
    title: 'service-8082 was stopped for a replay after a restore: its group is empty, events wait in Kafka',
    compose: { exited: { 'service-8082': { code: 143 } } },
  },
  {
    name: 'producer-stopped',
    title:
      'the container of the producer was stopped, to run the producer from its source code: no new events arrive',
    compose: { exited: { 'event-producer': { code: 143 } } },
  },
  {
    name: 'system-failure',
    title: 'the machine has restarted, and no container has started again; LocalStack has lost its queues',
    compose: {
      exited: Object.fromEntries(
        [
          ...['event-producer', 'service-8082', 'service-8083', 'service-8084'],
          ...['kafka', 'mongodb', 'localstack'],
        ].map((name) => [name, { code: 137 }]),
      ),
    },
    aws: { empty: true },
  },
];

/** Real-time event processing: four Spring services, Kafka, MongoDB and LocalStack: the system of profiles/event-processing. */
export const eventProcessing: SystemSpec = {
  name: 'event-processing',
  services: [
    service('event-producer', {
      api: '/api/v1/events',
      latencyMs: 6,
      calls: [
        { to: 'kafka', share: 1 },
        { to: 'localstack', share: 0.3 },
      ],
    }),
    service('service-8082', {
      api: '/internal/batches',
      latencyMs: 9,
      calls: [guarded('mongodb', 0.9), guarded('service-8084', 0.6), { to: 'localstack', share: 0.3 }],
    }),
    service('service-8083', {
      api: '/internal/store',
      latencyMs: 8,
      mongoPoolMax: 100,
      calls: [{ to: 'mongodb', share: 1 }],
    }),
    service('service-8084', {
      api: '/internal/notifications',
      latencyMs: 7,
      calls: [{ to: 'localstack', share: 0.6 }],
    }),
  ],
  dependencies,
  environments: [
    {
      name: 'local',
      instances: { 'event-producer': 1, 'service-8082': 1, 'service-8083': 1, 'service-8084': 1 },
      requestsPerSecond: 8,
      slowness: 0.6,
      errorShare: 0,
    },
    {
      name: 'production',
      instances: { 'event-producer': 1, 'service-8082': 1, 'service-8083': 1, 'service-8084': 1 },
      requestsPerSecond: 8,
      slowness: 1,
      errorShare: 0,
    },
  ],
  compose: {
    project: 'event-processing',
    memoryLimitBytes: 4096 * mib,
    images: {
      kafka: 'apache/kafka:3.9.1',
      mongodb: 'mongo:7.0.14',
      localstack: 'localstack/localstack:4.9.2',
    },
    composed: ['kafka', 'mongodb', 'localstack'],
    variables: {
      'event-producer': { AWS_ENDPOINT_URL: 'http://localstack:4566', AWS_REGION: 'us-east-1' },
      localstack: { SERVICES: 'sqs,sns,cloudwatch,lambda', PERSISTENCE: '0' },
    },
  },
  messaging: eventMessaging,
  mongodb: eventMongo,
  aws: eventAws,
  pipeline: eventPipeline,
  scriptLogs: gradleLogs,
  gradle: { service: 'event-producer' },
  rehearsal: {
    addresses: {
      'service-8081': 'event-producer',
      'service-8082': 'service-8082',
      'service-8083': 'service-8083',
      'service-8084': 'service-8084',
      kafka: 'kafka',
      mongodb: 'mongodb',
      aws: 'aws',
      docker: 'docker',
      'docker-program': 'docker-program',
      checkout: 'files',
      backups: 'backups',
      'service-logs': 'files',
      dashboards: 'grafana',
      prometheus: 'prometheus',
      pwsh: 'pwsh',
      'producer-app': 'gradle-app',
    },
    texts: {
      token: 'rehearsal',
      'tools-config': '/etc/mongo-tools.yaml',
      'aws-key': 'rehearsal',
      'aws-secret': 'rehearsal',
      // The simulator has a hundredth of the events.
      'throughput-target': '1000',
      'throughput-min': '500',
      'metrics-every': '2s',
      sustained: '5s',
      symptom: '5s',
      patience: '40s',
      holds: '5s',
      observed: '5s',
    },
  },
  incidents,
};
