import type { AwsSpec } from '../model/spec/aws.ts';
import type { MessagingSpec } from '../model/spec/messaging.ts';
import type { MissingMongoIndexSpec, MongoSpec, StoredDocument } from '../model/spec/mongodb.ts';
import type { PipelineSpec } from '../model/spec/pipeline.ts';
import type { ScriptLogSpec } from '../model/spec/system-spec.ts';

export const eventGroup = 'event-consumer-group';
/** Events of one request, which is a batch. */
const eachRequest = 150;

/** Events from the producer, and results of the consumer; one broker. */
export const eventMessaging: MessagingSpec = {
  name: 'event-kafka',
  dependency: 'kafka',
  brokers: 1,
  topics: [
    { name: 'events', partitions: 6, replication: 1, from: 'event-producer', each: eachRequest },
    { name: 'processed-events', partitions: 3, replication: 1, from: 'service-8082', each: eachRequest },
  ],
  groups: [
    {
      ...{ name: eventGroup, topic: 'events', service: 'service-8082', concurrency: 3 },
      ...{ perSecond: 1000, batch: 40, commitEveryMs: 100 },
    },
    {
      ...{ name: 'event-store-group', topic: 'processed-events', service: 'service-8083', concurrency: 3 },
      ...{ perSecond: 1000, batch: 40, commitEveryMs: 100 },
    },
  ],
};

const database = 'event_processing';
const pendingIndex = 'status_1_timestamp_1';

const profiledScan = (millis: number, docsExamined: number): StoredDocument => ({
  op: 'query',
  ns: `${database}.events`,
  command: { find: 'events', filter: { status: 'PENDING' }, sort: { timestamp: 1 }, $db: database },
  planSummary: 'COLLSCAN',
  nreturned: 500,
  appName: 'service-8083',
  millis,
  docsExamined,
});

/** The index that finds waiting events. */
export const missingEventIndex: MissingMongoIndexSpec = {
  collection: 'events',
  name: pendingIndex,
  service: 'service-8083',
  waitMs: 2400,
  profiled: [profiledScan(2318, 4_180_220), profiledScan(2407, 4_181_904), profiledScan(2391, 4_183_117)],
};

/** A standalone MongoDB with the collection of events. */
export const eventMongo: MongoSpec = {
  name: 'mongodb',
  database,
  users: [
    { name: 'admin', password: 'rehearsal' },
    { name: 'events', password: 'rehearsal-events' },
  ],
  maxConnections: 838_860,
  load: { readsPerSecond: 420, readMs: 1.6 },
  collections: {
    events: {
      documents: [],
      indexes: [
        { name: pendingIndex, key: { status: 1, timestamp: 1 }, uses: 48_211_904 },
        { name: 'type_1', key: { type: 1 }, uses: 18_250 },
      ],
    },
  },
  clients: [
    { application: 'service-8082', address: '172.20.0.5:41002', user: 'events' },
    { application: 'service-8083', address: '172.20.0.6:41110', user: 'events' },
    { application: 'service-8083', address: '172.20.0.6:41112', user: 'events' },
  ],
  parameters: { internalQueryMaxBlockingSortMemoryUsageBytes: 104_857_600, notablescan: false },
  profiled: [
    {
      op: 'command',
      ns: `${database}.events`,
      command: { aggregate: 'events', pipeline: [{ $group: { _id: '$type' } }], $db: database },
      planSummary: 'IXSCAN { type: 1 }',
      nreturned: 4,
      appName: 'service-8083',
      millis: 74,
      docsExamined: 24_800,
    },
  ],
};

const days = 86_400_000;

/** SQS, SNS, CloudWatch, Lambda and S3 in LocalStack, without persistence. */
export const eventAws: AwsSpec = {
  name: 'localstack',
  namespace: 'EventProcessing',
  queues: [
    {
      ...{ name: 'event-notifications', from: 'event-producer', each: 5, group: eventGroup, perSecond: 60 },
      dlq: { name: 'events-dlq', maxReceives: 5 },
    },
    { name: 'events-dlq' },
  ],
  topics: [{ name: 'event-alerts', confirmed: 2 }],
  functions: [{ name: 'event-enricher', reserved: 20 }],
  buckets: {
    'event-archive': [
      { key: 'events/2026-02/part-0001.json.gz', bytes: 734_003_200, ageMs: 6 * days },
      { key: 'events/2026-02/part-0002.json.gz', bytes: 702_545_920, ageMs: 2 * days },
    ],
  },
  alarms: [
    {
      name: 'events-dlq-not-empty',
      description: 'Events failed and are in the dead-letter queue',
      queue: 'events-dlq',
      above: 0,
    },
    {
      name: 'event-notifications-backlog',
      description: 'Notifications are not received fast enough',
      queue: 'event-notifications',
      above: 500,
    },
  ],
  error:
    'software.amazon.awssdk.services.sqs.model.SqsException: exception while calling sqs (Service: Sqs, Status Code: 500)',
};

/** The way of events, and where failed ones go. */
export const eventPipeline: PipelineSpec = {
  producer: 'event-producer',
  group: eventGroup,
  consumer: 'service-8082',
  store: 'service-8083',
  collection: 'events',
  dlq: 'events-dlq',
  each: eachRequest,
};

/** The log file of a producer that a developer runs with Gradle next to Compose. */
export const gradleLogs: readonly ScriptLogSpec[] = [
  {
    file: 'event-producer.log',
    everyMs: 60_000,
    lines: ({ some }) => [
      'INFO 4711 --- [event-producer] [           main] c.t.eventproducer.Main : Started event-producer in 2.318 seconds',
      `INFO 4711 --- [event-producer] [omcat-handler-1] c.t.eventproducer.api.Access : POST /api/v1/events 202 ${4 + some('ms', 9)} ms`,
    ],
  },
];
