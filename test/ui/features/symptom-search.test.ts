import { beforeAll, describe, expect, test } from 'vitest';
import type { Profile } from '../../../src/domain/profile/profile.ts';
import { searchRunbooks } from '../../../src/ui/features/runbook-matching/symptom-search.ts';
import { shippedProfile } from '../../profile/support/shipped-profile.ts';
import { everyNth, sampled } from '../../support/layer.ts';

/** Symptoms as a person on call types them, and the runbook that must be among the first three. */
const symptoms: Readonly<Record<string, readonly (readonly [symptom: string, runbook: string])[]>> = {
  'event-bus/production': [
    ['service wont start', 'wont-start'],
    ['APPLICATION FAILED TO START', 'wont-start'],
    ['crashloopbackoff', 'wont-start'],
    ['oom', 'high-memory'],
    ['java.lang.OutOfMemoryError: Java heap space', 'high-memory'],
    ['memroy', 'high-memory'],
    ['heap dump', 'heap-dump'],
    ['HighMemoryUsage', 'high-memory'],
    ['garbage collection', 'collect-garbage'],
    ['db down', 'restore-database'],
    ['connection refused postgres', 'restore-database'],
    ['blocked sessions', 'database-connectivity'],
    ['lock timeout', 'database-connectivity'],
    ['idle in transaction', 'database-connectivity'],
    ['cirucit braeker open', 'breakers-open'],
    ['CallNotPermittedException: CircuitBreaker database is OPEN', 'breakers-open'],
    ['SLAComplianceIssue', 'sla-compliance'],
    ['slow responses p95', 'sla-compliance'],
    ['503', 'wont-start'],
    ['backup too old', 'nightly-dump'],
    ['jvm flags', 'java-options'],
    ['undo restore', 'restore-undo'],
    ['password authentication failed for user', 'database-user'],
  ],
  'saga/production': [
    ['leak', 'memory-leak'],
    ['memory leek', 'memory-leak'],
    ['consumer lag', 'consumer-lag'],
    ['kafka lagg growing', 'consumer-lag'],
    ['messages not consumed', 'consumer-lag'],
    ['pool exhausted', 'connections'],
    ['FATAL: sorry, too many clients already', 'connections-more'],
    ['remaining connection slots are reserved', 'connections-more'],
    ['HikariPool-1 - Connection is not available, request timed out after 30000ms', 'pool-size'],
    ['SagaFailureRate', 'saga-failures'],
    ['sagas failing', 'saga-failures'],
    ['high latency', 'latency-scale'],
    ['slow query plan', 'latency-plan'],
    ['bad release rollback', 'roll-back'],
    ['topic missing UNKNOWN_TOPIC_OR_PARTITION', 'topic-recovery'],
    ['certificate expired', 'certificate'],
    ['x509: certificate has expired or is not yet valid', 'certificate'],
    ['no space left on device', 'log-rotation'],
    ['disk full', 'log-rotation'],
    ['rotate db pasword', 'password'],
    ['autovacuum bloat', 'vacuum'],
    ['fluentd', 'log-rotation'],
    ['heap profile', 'heap-profile'],
  ],
  'event-processing/production': [
    ['consumer lag', 'consumer-lag'],
    ['kafka lagg growing', 'consumer-lag'],
    ['sqs queue depth increasing', 'consumer-lag'],
    ['Circuit breaker opened', 'breaker-open'],
    ['events in DLQ', 'breaker-open'],
    ['CallNotPermittedException', 'breaker-open'],
    ['slow querys', 'mongodb-index'],
    ['COLLSCAN', 'mongodb-index'],
    ['pool exhausted', 'mongodb-pool'],
    ['SqsException', 'localstack-restart'],
    ['lambda invocation failed', 'localstack-restart'],
    ['QueueDoesNotExist', 'localstack-setup'],
    ['stuck in PROCESSING', 'events-stuck'],
    ['mongodump', 'back-up'],
    ['dead letters', 'dlq-redrive'],
    ['OOMKilled', 'service-restart'],
    ['rotate pasword', 'rotate-password'],
    ['add partitions', 'more-partitions'],
    ['profiler', 'profiler-on'],
  ],
  'eventmesh/production': [
    ['crashed', 'restart'],
    ['panicked at', 'restart'],
    ['unit failed', 'restart'],
    ['address already in use', 'port-conflict'],
    ['port 8080 taken', 'port-conflict'],
    ['sigterm ignored', 'port-conflict-kill'],
    ['data corupted', 'data-corruption'],
    ['all hosts down', 'system-failure'],
    ['deploy failed', 'deployment-failed'],
    ['cpu high', 'slow'],
    ['compile error', 'build-failure'],
    ['test failure', 'test-failure'],
    ['leaked secret', 'secrets'],
    ['firewall', 'network'],
  ],
  'trading/production': [
    ['HighErrorRate', 'high-error-rate'],
    ['5xx', 'high-error-rate'],
    ['api slow', 'high-latency'],
    ['conection pool', 'pool-exhausted'],
    ['connection leak', 'pool-exhausted'],
    ['long running queries', 'pool-exhausted'],
  ],
};

describe.each(Object.entries(symptoms))('%s', (name, cases) => {
  let profile: Profile;
  beforeAll(async () => {
    profile = await shippedProfile(name);
  });
  test.each(sampled(cases, everyNth(3)))('"%s" finds %s among the first three', (symptom, runbook) => {
    const found = searchRunbooks(profile.runbooks, profile.signals, symptom);
    const first = found
      .slice(0, 3)
      .map((symptomMatch) => `${symptomMatch.runbook.id} (${symptomMatch.excerpt})`);
    expect(
      first.some((text) => text.startsWith(`${runbook} `)),
      first.join('\n'),
    ).toBe(true);
  });
});

test('a text that no runbook mentions finds none', async () => {
  const { runbooks, signals } = await shippedProfile('trading/production');
  for (const text of ['', '   ', 'the is of', 'zzzzqqqq', 'lunch menu'])
    expect(searchRunbooks(runbooks, signals, text), text).toEqual([]);
});

test('a match says which text it is in, so that a person can judge it', async () => {
  const { runbooks, signals } = await shippedProfile('saga/production');
  const [first] = searchRunbooks(runbooks, signals, 'SagaFailureRate');
  expect(first).toMatchObject({ runbook: { id: 'saga-failures' }, excerpt: 'alert: SagaFailureRate' });
});

/** The symptoms as the runbooks write them, and the runbooks of their incident. */
const sentences: Readonly<
  Record<string, readonly (readonly [symptom: string, runbooks: readonly string[]])[]>
> = {
  'event-bus/production': [
    ['Application fails to start', ['wont-start']],
    ['Port binding errors', ['wont-start']],
    ['Database connection errors', ['wont-start', 'database-connectivity', 'restore-database']],
    // The resolution begins with garbage collection.
    ['Memory usage >80%', ['collect-garbage']],
    ['OutOfMemoryError in logs', ['collect-garbage']],
    ['Slow response times', ['collect-garbage', 'sla-compliance']],
    ['Circuit breakers in OPEN state', ['breakers-open']],
    ['Increased error rates', ['breakers-open']],
    ['Fallback responses being returned', ['breakers-open']],
    ['SLA compliance rate <95%', ['sla-compliance']],
    ['Performance degradation', ['sla-compliance']],
    ['Database operation failures', ['database-connectivity', 'restore-database']],
    ['Connection timeout errors', ['database-connectivity', 'restore-database']],
    ['Database circuit breaker open', ['database-connectivity', 'restore-database', 'breakers-open']],
  ],
  'trading/production': [
    ['Alert: `HighErrorRate` firing', ['high-error-rate']],
    ['Grafana dashboard showing error spike', ['high-error-rate']],
    ['PagerDuty notification', ['high-error-rate']],
    ['Alert: `HighAPILatencyP95` or `CriticalAPILatencyP99` firing', ['high-latency']],
    ['Slow API responses reported by users', ['high-latency']],
    ['Grafana showing latency spike', ['high-latency']],
    ['Alert: `CircuitBreakerOpen` firing', ['breaker-reset', 'breaker-wait']],
    ['External service calls failing', ['breaker-reset', 'breaker-wait']],
    ['Degraded functionality', ['breaker-reset', 'breaker-wait']],
    ['Alert: `DatabaseConnectionPoolExhaustion` firing', ['pool-exhausted']],
    ['Errors: "Unable to acquire JDBC Connection"', ['pool-exhausted']],
    ['Application hanging or timing out', ['pool-exhausted']],
    ['GitHub Actions workflow failing', ['pipeline-failure']],
    ['Health checks failing during deployment', ['green-deploy']],
    ['Automatic rollback triggered', ['green-deploy', 'pipeline-failure']],
  ],
  'event-processing/production': [
    ['Kafka consumer lag > 10,000', ['consumer-lag']],
    ['Events processing slowly', ['consumer-lag']],
    ['SQS queue depth increasing', ['consumer-lag']],
    ['Events going directly to DLQ', ['breaker-open', 'breaker-wait']],
    ['Logs showing "Circuit breaker opened"', ['breaker-open', 'breaker-wait']],
    ['Increased failed event count', ['breaker-open', 'breaker-wait']],
    ['Slow event ingestion', ['mongodb-index', 'mongodb-pool']],
    ['High query execution times', ['mongodb-index', 'mongodb-pool']],
    ['Database connection pool exhaustion', ['mongodb-pool']],
    ['SQS/SNS errors in logs', ['localstack-restart', 'localstack-setup']],
    ['CloudWatch metrics not publishing', ['localstack-restart', 'localstack-setup']],
    ['Lambda invocation failures', ['localstack-restart', 'localstack-setup']],
    ['Events in PROCESSING state for extended period', ['events-stuck']],
    ['No events completing', ['events-stuck']],
    ['Consumer appears healthy but not processing', ['events-stuck']],
  ],
  'saga/production': [
    ['Saga success rate drops below 99%', ['saga-failures']],
    ['Increased compensation events', ['saga-failures']],
    ['Customer diagnostics about failed orders', ['saga-failures']],
    ['API response times exceed SLA (p95 > 500ms)', ['latency-scale', 'latency-plan']],
    ['Timeout errors in client applications', ['latency-scale', 'latency-plan']],
    ['User diagnostics about slow responses', ['latency-scale', 'latency-plan']],
    ['Gradual increase in memory usage', ['memory-leak']],
    ['Out of memory errors', ['memory-leak']],
    ['Pod restarts due to resource limits', ['memory-leak', 'memory-limit']],
    [
      '"Too many connections" errors',
      ['connections', 'connections-more', 'connections-session', 'connections-restart'],
    ],
    ['Slow database queries', ['connections', 'connections-session', 'latency-plan']],
    ['Service timeouts', ['connections', 'connections-session', 'connections-restart']],
    ['Events not being processed timely', ['consumer-lag']],
    ['Increasing consumer lag metrics', ['consumer-lag']],
    ['Delayed saga step execution', ['consumer-lag']],
  ],
  'eventmesh/production': [
    ['CI/CD pipeline fails during build', ['build-failure', 'ci-failure']],
    ['Tests fail during CI/CD', ['test-failure', 'ci-failure']],
    ['Deployment script exits with error', ['deployment-failed']],
    ["Service doesn't respond to health endpoint", ['restart', 'health']],
    ['Slow response times, high resource usage', ['slow']],
  ],
};

/** The same words the other way round. */
const reversed = (sentence: string): string => sentence.split(' ').toReversed().join(' ');

/** Without a letter in the middle of its longest word. */
const misspelled = (sentence: string): string => {
  const [longest = ''] = sentence.split(' ').toSorted((a, b) => b.length - a.length);
  const middle = Math.floor(longest.length / 2);
  return sentence.replace(longest, longest.slice(0, middle) + longest.slice(middle + 1));
};

describe.each(Object.entries(sentences))('sentences of %s', (name, cases) => {
  let profile: Profile;
  beforeAll(async () => {
    profile = await shippedProfile(name);
  });
  test.each(cases)(
    '"%s" finds its runbook first, in any order, and misspelled among the first three',
    (symptom, runbooks) => {
      const rankOf = (text: string): number =>
        searchRunbooks(profile.runbooks, profile.signals, text).findIndex(({ runbook }) =>
          runbooks.includes(runbook.id),
        );
      expect({ asWritten: rankOf(symptom), reversed: rankOf(reversed(symptom)) }).toEqual({
        asWritten: 0,
        reversed: 0,
      });
      expect([0, 1, 2]).toContain(rankOf(misspelled(symptom)));
    },
  );
});

/** Symptoms in words that no runbook has: of a person who knows nothing of it, with typing errors. One of the runbooks is among the first three. */
const paraphrases: typeof sentences = {
  'event-bus/production': [
    ['pods keep restarting', ['wont-start', 'high-memory']],
    ['the app does not come up', ['wont-start']],
    ['aplication faild to strat', ['wont-start']],
    ['memory keeps growing', ['high-memory', 'collect-garbage']],
    ['heap almost full', ['high-memory', 'collect-garbage', 'heap-dump']],
    ['cannot reach the database', ['database-check', 'database-connectivity', 'restore-database']],
    ['conection timeouts to postgres', ['database-check', 'database-connectivity', 'restore-database']],
    ['responses from fallback', ['breakers-open']],
    ['circuit open', ['breakers-open', 'breaker-anyway']],
    ['users complain about slow pages', ['sla-compliance']],
    ['p99 too high', ['sla-compliance']],
    ['someone holds a lock in the db', ['database-connectivity', 'cancel-statement']],
    ['wrong db password', ['database-user', 'wont-start']],
    ['threads blocked waiting for connection', ['restart-pods', 'database-connectivity', 'database-check']],
  ],
  'saga/production': [
    ['transactions get compensated', ['saga-failures']],
    ['compensation rate is up', ['saga-failures']],
    ['sagas stuck in progress', ['saga-failures', 'latency-scale']],
    ['workflow steps take forever', ['latency-scale', 'latency-plan', 'saga-failures']],
    ['pod OOMKilled', ['memory-leak']],
    ['RAM usage climbing', ['memory-leak']],
    ['exit code 137', ['memory-leak']],
    ['lagging consumers', ['consumer-lag']],
    ['messages pile up in kafka', ['consumer-lag']],
    ['too many connections', ['connections', 'connections-more']],
    ['db conections used up', ['connections', 'connections-more', 'pool-size']],
    ['timeout acquiring connection', ['connections', 'pool-size', 'connections-restart']],
    ['latencey spike', ['latency-scale']],
    ['payment service failing', ['saga-failures']],
  ],
  'event-processing/production': [
    ['processing is delayed', ['consumer-lag', 'events-stuck']],
    ['backlog keeps growing', ['consumer-lag']],
    ['mongo queries slow', ['mongodb-index']],
    ['messages in dead letter queue', ['dlq-redrive', 'breaker-open']],
    ['localstack not responding', ['localstack-restart']],
    ['queue is missing', ['localstack-setup']],
    ['breker open', ['breaker-open', 'breaker-wait']],
    ['events not processed', ['events-stuck', 'consumer-lag', 'breaker-open']],
    ['wrong data in mongo', ['restore']],
  ],
  'eventmesh/production': [
    ['service crashed', ['restart']],
    ['api does not answer', ['restart', 'network', 'port-conflict']],
    ['port allready in use', ['port-conflict']],
    ['cannot bind to 8080', ['port-conflict']],
    ['pipeline red', ['ci-failure', 'deployment-failed', 'build-failure']],
    ['deployment did not go through', ['deployment-failed']],
    ['healthcheck failing', ['network', 'restart']],
    ['corrupt files', ['data-corruption', 'data-corruption-stop']],
    ['high cpu', ['slow']],
    ['cargo does not compile', ['build-failure']],
    ['flaky tests', ['ci-failure', 'test-failure']],
    ['server gone', ['system-failure']],
  ],
  'trading/production': [
    ['orders fail', ['order-failures']],
    ['orders cannot be placed', ['order-failures', 'high-error-rate']],
    ['api responds slowly', ['high-latency']],
    ['error rate went up after deploy', ['high-error-rate']],
    ['db pool is full', ['pool-exhausted']],
    ['app is down', ['application-down']],
    ['broker api down', ['order-failures', 'breaker-wait']],
    ['slow sql', ['slow-queries']],
    ['missing index', ['slow-queries']],
    ['container stopped', ['container-restart']],
    ['green deploy failed', ['green-deploy', 'deploy-color']],
    ['github action failed', ['pipeline-failure']],
  ],
};

describe.each(Object.entries(paraphrases))('paraphrases for %s', (name, cases) => {
  let profile: Profile;
  beforeAll(async () => {
    profile = await shippedProfile(name);
  });
  test.each(sampled(cases, everyNth(3)))('"%s" finds %s among the first three', (symptom, runbooks) => {
    const found = searchRunbooks(profile.runbooks, profile.signals, symptom).map(({ runbook }) => runbook.id);
    expect(
      found.slice(0, 3).filter((id) => runbooks.includes(id)),
      found.join('\n'),
    ).not.toEqual([]);
  });
});

test('the excerpt of a long text is its place with most of the searched words', async () => {
  const { runbooks, signals } = await shippedProfile('trading/production');
  const excerptOf = (text: string): string | undefined => searchRunbooks(runbooks, signals, text)[0]?.excerpt;
  expect(excerptOf('postmortem due')).toContain('The postmortem is due within 48 hours.');
  expect(excerptOf('verify document postmortem')).toContain('verify, document, postmortem');
});
