import { beforeAll, describe, expect, test } from 'vitest';
import type { Profile } from '../../../src/domain/profile/profile.ts';
import { searchRunbooks } from '../../../src/ui/features/runbook-matching/symptom-search.ts';
import { shippedProfile } from '../../profile/support/shipped-profile.ts';

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
  test.each(cases)('"%s" finds %s among the first three', (symptom, runbook) => {
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
