import { shortObjective, strictLimits } from '../suites/event-processing.ts';
import { checkName, crit, type Expectations, nothing, ok, warn } from '../support/expectations.ts';

const recreated = (service: string) => new RegExp(`Container event-processing-${service}-1 +Started`);
const stopped = /\/stop\?t=30 → 204/;
const restarted = /\/restart\?t=30 → 204/;
const members = [
  /event-consumer-group: Stable · 3 members/,
  /service-8082-0-0 at \S+ events 0-1/,
  /events\/0: committed \d+ of \d+/,
];
const topic = /events: 6 partitions, 1 replica/;
const threads = /threads: 13: 10 WAITING/;
const containers = [
  /event-processing-event-producer-1 +owner event-producer/,
  /event-processing-kafka-1 +owner kafka/,
];
const profiler = [/profiler: off · the log has operations slower than 100 ms/, /^notablescan: false$/m];
const failedCalls = /CallNotPermittedException: CircuitBreaker 'service-8084' is OPEN/;
const isReset = /: connection reset/;
const noQueues = /SQS ListQueues at \S+: InternalError: .*service is in state error/;
const killed = /event-processing-mongodb-1: die, exit 137/;
const backups = /mongo-20260304\.archive\.gz: 1503 bytes, written 8h ago/;

const slowReads = {
  d1: [/profiler: off/, /COLLSCAN · 4,183,117 examined/],
  'd1-profiler': profiler,
  d2: /events\.type_1: \{ type: 1 \} · 18,250 uses/,
  'd2-expected': /^false: index\.expected is 0/,
  d3: /^false: mongo\.waiting is/,
  'd3-pool': /^false: mongo\.pool is 100/,
  'd-load': [/server: MongoDB 7\.0\.14/, /mean latency: reads 1,219\.4 ms/],
  'd-plan': /winningPlan: \{ stage: "COLLSCAN"/,
};

const connections = /^pid 31 +user events +state idle/m;
const waitingIndex = /events\.status_1_timestamp_1: .* uses in 24h/;

/** Expected results of the exercises of event processing. */
export const eventProcessingExpected: Expectations = {
  'check event-processing/production, healthy': {
    level: 'ok',
    signals: {
      'services.up': ok(4),
      availability: ok(99.99, 100),
      throughput: ok(1100, 1300),
      p99: ok(100, 700),
      'error.rate': ok(0),
      delivery: ok(100),
      lag: ok(0, 999),
      'lag.alert': ok(0, 999),
      'lag.worst': ok(0, 400),
      'lag.all': ok(0, 1500),
      members: ok(3),
      partitions: ok(6),
      'members.room': ok(3),
      brokers: ok(1),
      'kafka.offline': ok(0),
      'kafka.under': ok(0),
      rebalances: ok(0),
      consumed: ok(1100, 1300),
      'consumer.idle': ok(0),
      'mongo.size': ok(20),
      'mongo.pool': ok(0, 10),
      'mongo.waiting': ok(0),
      'mongo.exhausted': ok(0),
      'mongo.reads': ok(1.6),
      'mongo.slow': ok(74),
      'index.expected': ok(1),
      'mongo.disk': ok(40),
      'mongo.bytes': ok(100_000, 140_000),
      stuck: ok(0),
      'events.invalid': ok(0),
      failed: ok(3),
      'sqs.depth': ok(0, 60),
      'dlq.depth': ok(0),
      'queues.expected': ok(2),
      'topics.expected': ok(1),
      'lambda.errors': ok(0),
      'cw.throughput': ok(40_000, 90_000),
      'cw.failed': ok(0),
      'cw.age': ok(0, 180),
      'alerts.firing': ok(0),
      'dashboards.status': ok(200),
      containers: ok(0),
      blocked: ok(0),
      'breakers.rejected': ok(0),
      'backup.count': ok(3),
      'backup.whole': ok(1),
      's2.log.breaker': ok(0),
      's2.log.aws': ok(0),
      's2.log.security': ok(0, 5),
    },
  },
  [checkName('event-processing/production', 'healthy', strictLimits)]: {
    signals: {
      brokers: crit(1),
      rebalances: warn(0),
      partitions: crit(6),
      'kafka.offline': crit(0),
      'sqs.depth': crit(0, 60),
      'mongo.disk': crit(40),
      'lambda.errors': warn(0),
      'cw.age': warn(1, 180),
      blocked: warn(0),
      's2.log.security': warn(0, 5),
    },
  },
  [checkName('event-processing/production', 'consumer-stopped', shortObjective)]: {
    unread: ['service-8082'],
    signals: { availability: crit(50, 99.8), containers: crit(1) },
  },
  'check event-processing/local, healthy': { level: 'ok' },
  'check event-processing/production, consumer-lag': {
    signals: {
      lag: crit(10_001, 30_000),
      'lag.alert': warn(10_001, 30_000),
      consumed: ok(1100, 1200),
      'sqs.depth': ok(100, 5000),
    },
  },
  'check event-processing/production, breaker-open': {
    signals: {
      'dlq.depth': warn(50, 600),
      'error.rate': crit(5.1, 100),
      'cw.failed': warn(1000, 60_000),
      'alerts.firing': warn(1),
      'breakers.rejected': warn(1, 60),
      's2.log.breaker': warn(1, 20),
      delivery: crit(70, 98),
    },
  },
  'check event-processing/production, mongodb-slow': {
    signals: {
      'mongo.exhausted': crit(10),
      'mongo.waiting': warn(20, 400),
      'mongo.reads': crit(2400),
      'mongo.slow': crit(2391),
      'index.expected': warn(0),
      p99: crit(2400, 8000),
    },
  },
  'check event-processing/production, mongodb-down': {
    unread: ['mongodb'],
    signals: { containers: crit(1), 'services.up': crit(3) },
  },
  'check event-processing/production, localstack-unavailable': {
    unread: ['aws'],
    signals: { 's2.log.aws': warn(20, 1000) },
  },
  'check event-processing/production, events-stuck': {
    signals: {
      stuck: warn(37),
      consumed: ok(0),
      throughput: crit(0),
      'consumer.idle': crit(1),
      lag: crit(30_000, 80_000),
    },
  },
  'check event-processing/production, resources-missing': {
    signals: { 'queues.expected': crit(0), 'topics.expected': crit(0) },
  },
  'check event-processing/production, data-corruption': { signals: { 'events.invalid': crit(90) } },
  'check event-processing/production, consumer-stopped': {
    unread: ['service-8082'],
    signals: { members: crit(0), containers: crit(1), 'services.up': crit(3) },
  },
  'check event-processing/production, dead-letters': { signals: { 'dlq.depth': warn(160) } },
  'view kafka of event-processing/production, healthy': {
    lines: /^\[\d{4}-.*\((?:kafka|org\.apache\.kafka)\./,
  },
  'view mongodb of event-processing/production, healthy': { lines: /^\{"t":\{"\$date":/ },
  'view slow-queries of event-processing/production, healthy': { lines: /"msg":"Slow query"/ },
  'view access of event-processing/production, healthy': { lines: /"c":"ACCESS"/ },
  'view localstack of event-processing/production, healthy': { lines: /localstack\.request\.aws/ },
  'view service-files of event-processing/production, healthy': { lines: /\[event-producer\]/ },
  'view security of event-processing/production, healthy': {
    lines: /\b(401|403)\b|Unauthorized|AccessDenied|Authentication failed/,
  },
  'view breaker of event-processing/production, breaker-open': { lines: /service-8084.*OPEN/ },
  'view aws of event-processing/production, localstack-unavailable': { lines: /SqsException/ },
  'consumer-lag': {
    diagnose: {
      d1: members,
      'd1-topic': topic,
      'd1-room': /^true: members\.room is 3/,
      d2: /^true: consumed is 1,/,
      a2: /^true: mongo\.reads is ok/,
      'a2-slow': /74 ms · IXSCAN/,
      a3: /^true: none of 2 breakers/,
      a4: threads,
    },
  },
  'consumer-lag of event-processing/production, consumer-lag': {
    acts: { a1: [/SPRING_KAFKA_LISTENER_CONCURRENCY=6/, recreated('service-8082')] },
    proves: ['v-members', 'v-lag'],
    holds: ['vh'],
  },
  'breaker-open': {
    diagnose: {
      d1: /service-8084: (?:half-)?open/,
      d2: /service-8084 NOT_PERMITTED: 2026-03-04T10:1/,
      'd-health': /^true: all 4 health with service in/,
      'd-mongodb': /^true: health mongodb status is up and mongo\.waiting is 0/,
      'd-localstack': /^true: health localstack status is up/,
      'd-dead': /^true: dlq\.depth is \d{2,3}/,
      'd-log': failedCalls,
    },
  },
  'breaker-wait': {
    diagnose: {
      d1: /service-8082 · mongodb: closed/,
      d2: /mongodb has no recorded transition: none in the last 100 events/,
      'd-health': /^true: all 4 health with service in/,
      'd-mongodb': /^true: health mongodb status is up and mongo\.waiting is 0/,
      'd-localstack': /^true: health localstack status is up/,
      'd-dead': /^true: dlq\.depth is \d{2,3}/,
      'd-log': failedCalls,
    },
  },
  'breaker-open of event-processing/production, breaker-open': {
    acts: { 'a2-restart': restarted },
    proves: ['v-restart', 'a3', 'a4', 'v-errors'],
  },
  'breaker-open of event-processing/production, breaker-open: executed-not-recovered': {
    fails: ['a3'],
  },
  'breaker-wait of event-processing/production, breaker-left-open': {
    diagnose: { d1: /service-8082 · service-8084: closed/ },
    proves: ['v-errors'],
    holds: ['a3', 'a4'],
  },
  'breaker-wait of event-processing/production, breaker-open: executed-not-recovered': {
    diagnose: { d1: /service-8082 · service-8084: (?:half-)?open/ },
    fails: ['a3'],
  },
  'mongodb-index': { diagnose: slowReads },
  'mongodb-pool': { diagnose: slowReads },
  'mongodb-index of event-processing/production, mongodb-slow': {
    acts: { a1: /createIndexes.* → created/ },
    proves: ['v-index', 'v-reads', 'v-wait'],
  },
  'mongodb-index of event-processing/production, mongodb-slow: executed-not-recovered': {
    fails: ['v-reads', 'v-wait'],
  },
  'mongodb-pool of event-processing/production, mongodb-slow': {
    acts: { a3: [/maxPoolSize=300/, recreated('service-8083')] },
    proves: ['v-new', 'v-wait'],
  },
  'service-restart of event-processing/production, mongodb-down': {
    diagnose: {
      d1: [...containers, /OOMKilled/],
      d2: [killed, /event-processing-mongodb-1: oom/],
      d3: /"msg":"Slow query"/,
      'd-8081': /event-producer: up/,
      'd-8082': /circuitBreakers\/mongodb CIRCUIT_OPEN/,
      'd-8083': /service-8083: down +503[\s\S]*mongo DOWN/,
      'd-8084': /service-8084: up/,
      'd-mongodb': /mongodb: down/,
      'd-kafka': /kafka: up +1 broker, 2 topics/,
    },
    acts: { a1: restarted },
    proves: ['v-run', 'vh'],
  },
  'service-restart of event-processing/production, mongodb-down: executed-not-recovered': {
    diagnose: {
      d1: containers,
      d2: [killed, /event-processing-mongodb-1: oom/],
      d3: /Caused by: java\.net\.ConnectException: Connection refused/,
      'd-8081': /event-producer: up/,
      'd-8082': /circuitBreakers\/mongodb CIRCUIT_OPEN/,
      'd-8083': /service-8083: down +503[\s\S]*mongo DOWN/,
      'd-8084': /service-8084: up/,
      'd-mongodb': [/mongodb: down/, isReset],
      'd-kafka': /kafka: up +1 broker, 2 topics/,
    },
  },
  'service-restart of event-processing/production, events-stuck: executed-not-recovered': {
    diagnose: {
      d1: containers,
      // No container has ended.
      d2: nothing,
      d3: /\[service-8082\] .*c\.t\.service8082\.api\.Access/,
      'd-8081': /event-producer: up/,
      'd-8082': /service-8082: up +200 .*circuitBreakers\/mongodb UP/,
      'd-8083': /service-8083: up +200 .*mongo UP/,
      'd-8084': /service-8084: up/,
      'd-mongodb': /^mongodb: up/m,
      'd-kafka': /kafka: up +1 broker, 2 topics/,
    },
  },
  'service-restart of event-processing/production, system-failure: executed-not-recovered': {
    diagnose: {
      d1: containers,
      d2: [killed, /event-processing-service-8084-1: die, exit 137/],
      d3: /"msg":"Slow query"/,
      'd-8081': [/event-producer: down/, isReset],
      'd-8082': [/service-8082: down/, isReset],
      'd-8083': [/service-8083: down/, isReset],
      'd-8084': [/service-8084: down/, isReset],
      'd-mongodb': [/mongodb: down/, isReset],
      'd-kafka': [/^kafka: down/m, isReset],
    },
  },
  'localstack-restart of event-processing/production, localstack-unavailable': {
    diagnose: {
      d1: /"sqs":"error"/,
      d2: noQueues,
      'd2-topics': /event-alerts +kind topic/,
      'd-container': containers,
      a3: [/http:\/\/localstack:4566/, /us-east-1/],
      'a3-localstack': [/sqs,sns,cloudwatch,lambda/, /^0$/m],
    },
    acts: { a1: restarted },
    proves: ['v-new', 'vl'],
  },
  'localstack-setup of event-processing/production, localstack-unavailable: not-applicable': {
    diagnose: {
      d1: /^false: health localstack status is down/,
      d2: noQueues,
      'd2-topics': /event-alerts +kind topic/,
    },
  },
  'localstack-setup of event-processing/production, resources-missing': {
    diagnose: {
      d1: /^true: health localstack status is up/,
      d2: [
        /sqs\.depth: the signal has no value: no queue is called event-notifications/,
        /dlq\.depth: the signal has no value: no queue is called events-dlq/,
      ],
      // All topics are gone.
      'd2-topics': nothing,
    },
    acts: { a2: [/created event-notifications/, /created events-dlq/, /created event-alerts/] },
    proves: ['v-queues', 'v-topics'],
  },
  'events-stuck of event-processing/production, dead-letters: not-applicable': {
    diagnose: {
      d1: /^false: stuck is 0/,
      d2: /^false: consumed is 1,1\d\d/,
      'd2-group': members,
      a1: /status: "PROCESSING".* → 0 rows$/m,
      a2: threads,
    },
  },
  'events-stuck of event-processing/production, events-stuck': {
    diagnose: {
      d1: /^true: stuck is 37/,
      d2: /^true: consumed is 0/,
      'd2-group': members,
      a1: /evt-[0-9a-f]{8}/,
      a2: /threads: 13: 10 WAITING/,
    },
    acts: { a3: /37 of 37 documents changed/, a4: restarted },
    proves: ['v-stuck', 'v-new', 'v-consumed'],
    holds: ['vh'],
  },
  'dlq-redrive': {
    diagnose: {
      d3: [/"schema mismatch", n: 2/, /"payload too large", n: 1/],
      d4: /^true: all 2 breakers: state = closed/,
    },
  },
  'dlq-redrive of event-processing/production, resources-missing: failed': {
    diagnose: {
      d1: /QueueDoesNotExist: The specified queue does not exist/,
      d2: /"message":"The specified queue does not exist\."/,
    },
  },
  'dlq-redrive of event-processing/production, dead-letters': {
    diagnose: {
      d1: /^events-dlq: 160 messages waiting, 0 in flight, 0 delayed$/m,
      d2: /MongoTimeoutException/,
    },
    proves: ['v1', 'v2'],
  },
  'profiler-on of event-processing/production, healthy': { diagnose: { d1: profiler }, proves: ['v1'] },
  'back-up of event-processing/production, healthy': {
    diagnose: { d1: /database event_processing: \d+ KiB on disk/, d2: backups },
    acts: { a1: /done dumping event_processing\.events/ },
    proves: ['v1', 'v2'],
  },
  'back-up-topic of event-processing/production, healthy': {
    diagnose: { d1: topic, d2: /kafka-\*\.txt\.gz: no file matches/ },
    acts: { a1: /Processed a total of \d{6} messages/ },
    proves: ['v1'],
  },
  'restore of event-processing/production, data-corruption': {
    diagnose: {
      d1: /COMPLETED/,
      d2: /evt-/,
      d3: backups,
      d4: /dry run completed/,
      d5: connections,
    },
    acts: {
      'a1-8081': stopped,
      'a1-8082': stopped,
      'a1-8083': stopped,
      'a1-8084': stopped,
      'a2-save': /exited with status 0; \S+mongo-before-restore-\S+\.archive\.gz/,
      a2: /240 document\(s\) restored/,
    },
    proves: ['v-stopped', 'v-saved', 'v-new', 'v-valid'],
    holds: ['v-events'],
  },
  'redeploy of event-processing/production, system-failure': {
    diagnose: { d1: containers, d2: killed },
    acts: { a1: [recreated('mongodb'), recreated('service-8082')], a2: /created event-notifications/ },
    proves: ['v-run', 'v-up', 'v-resources'],
  },
  'replay-events of event-processing/production, consumer-stopped': {
    diagnose: { d1: /Empty/, d2: topic, d3: /^true/ },
    proves: ['v-back', 'vh', 'v-members', 'v-consumed'],
    holds: ['v-lag'],
  },
  'start-services of event-processing/production, consumer-stopped': {
    diagnose: { d1: containers },
    acts: { a1: /\/start → 204/ },
    proves: ['v-run', 'v1'],
  },
  'start-from-source of event-processing/local, producer-stopped': {
    diagnose: { d1: /event-processing-kafka-1 +owner kafka/ },
    acts: { a1: /runs as process \d+ \(gradlew\)/ },
    proves: ['v1'],
  },
  'more-partitions of event-processing/production, healthy': {
    diagnose: { d1: members, d2: topic },
    proves: ['v1'],
  },
  'producer-batch of event-processing/production, healthy': {
    diagnose: {
      d1: [/^info\.app\.version: 1\.4\.2/m, /^spring\.application\.name: event-producer/m],
      d2: /^blocked: 0$/m,
    },
    acts: { a1: [/SPRING_KAFKA_PRODUCER_BATCHSIZE=32768/, recreated('event-producer')] },
    proves: ['v-batch', 'v-linger', 'v-new'],
  },
  'index-priority of event-processing/production, healthy': {
    diagnose: { d1: waitingIndex, d2: /74 ms · IXSCAN/ },
    proves: ['v1'],
  },
  'sort-memory of event-processing/production, healthy': {
    diagnose: { d1: /104857600/, d2: /server: MongoDB 7\.0\.14/ },
    proves: ['v1'],
  },
  'jvm-options of event-processing/production, healthy': {
    diagnose: { d1: containers },
    acts: { a1: [/JAVA_OPTS=-Xms2g -Xmx4g/, recreated('service-8083')] },
    proves: ['v-opts', 'v-new'],
  },
  'rotate-password of event-processing/production, healthy': {
    diagnose: { d1: connections, d2: /^refused$/m },
    proves: ['v1', 'v-old'],
  },
  'access-review of event-processing/production, healthy': {
    diagnose: {
      d1: /^true: s2\.log\.security is [01]/,
      d2: connections,
      d3: /"c":"ACCESS".*"msg":"Successfully authenticated"/,
      d4: /OK/,
    },
  },
  'review-deployment of event-processing/production, healthy': {
    diagnose: {
      c1: /^true: services\.up is 4/,
      c2: /^true/,
      c3: /^true/,
      c4: /^true/,
      c5: /^true: partitions is 6/,
      c6: /^true: dashboards\.status is 200/,
      c7: /OK/,
    },
  },
  'review-day of event-processing/production, healthy': {
    diagnose: {
      c1: /^true/,
      // No alarm is set off.
      'c1-alarms': nothing,
      c2: /^true/,
      c3: /^true: services\.up is 4/,
      c4: /"ReceiveMessageResult":\{"Message":\[\]\}/,
    },
  },
  'review-week of event-processing/production, healthy': {
    diagnose: {
      c1: [/^rebalances: 0$/m, /^consumed: 1,\d+/m],
      c2: /schema mismatch[\s\S]*payload too large/,
      c3: /^true: mongo\.disk is 40/,
      'c3-kafka': /40% \/var\/lib\/kafka/,
    },
  },
  'review-month of event-processing/production, healthy': {
    diagnose: {
      c1: waitingIndex,
      'c1-slow': /74 ms · IXSCAN/,
      c3: /events/,
      'c3-events': [/"COMPLETED", n: 225/, /"FAILED", n: 3/],
    },
  },
};
