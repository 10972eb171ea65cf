/** The runbooks for one incident of a simulated system. */
export interface ExpectedSuggestion {
  /** Environment; default: production. */
  readonly env?: string;
  /** Runbooks that an operator should consider first. Empty: no runbook of the profile fits. */
  readonly right: readonly string[];
  /** Runbooks that would make it worse, or hide the cause. */
  readonly harmful?: readonly string[];
  /** Why there is no right runbook. */
  readonly none?: string;
  /** Why the right runbook only limits it, and does not end it. */
  readonly endsOutside?: string;
}

const noRunbook = 'the profile has no runbook for it';
const fixedInCode = 'a person has to change the code';
const unobserved = 'no source reads it: a scan finds it';

/**
 * The right and the harmful runbooks of every incident, from the runbooks of the systems and the exercises that recover them.
 * An incident of the simulator without an entry fails the tests.
 */
export const expectedSuggestions: Readonly<Record<string, Readonly<Record<string, ExpectedSuggestion>>>> = {
  demo: {
    'dependency-down': {
      right: ['restore-broker'],
      harmful: ['close-breaker', 'stop-batch', 'roll-back-catalog'],
    },
    'slow-service': { right: [], harmful: ['roll-back-catalog', 'stop-batch'], none: noRunbook },
    'service-down': { right: [], harmful: ['close-psp-breaker'], none: noRunbook },
    sla: { right: ['stop-batch'], harmful: ['roll-back-catalog', 'more-billing'] },
    'high-error-rate': { right: ['roll-back-catalog'], harmful: ['close-breaker', 'stop-batch'] },
    'high-latency': { right: ['more-billing'], harmful: ['roll-back-catalog', 'close-psp-breaker'] },
    'log-storm': { right: [], harmful: ['verbose-bus'], none: noRunbook },
    'consumer-lag': { right: [], none: noRunbook },
    'consumer-stalled': { right: [], none: noRunbook },
  },
  'event-bus': {
    // More replicas open more connections to a database that is down; a closed breaker opens again.
    'dependency-down': {
      right: ['restore-database'],
      harmful: [
        'breakers-open',
        'breaker-anyway',
        'wont-start',
        'roll-back',
        'sla-compliance',
        'high-memory',
      ],
    },
    'breaker-left-open': {
      right: ['breakers-open'],
      harmful: ['restore-database', 'wont-start', 'roll-back'],
    },
    // The pools are exhausted by what the pods hold: more pods do not make those faster.
    'slow-service': {
      right: ['restart-pods'],
      endsOutside: 'the new pods are as slow: the database team and the developers are the way on',
      harmful: ['restore-database', 'wont-start', 'roll-back'],
    },
    // The deployment has no earlier revision: a rollback is refused.
    'service-down': { right: ['restart-pods'], harmful: ['restore-database', 'stop-service'] },
    'tests-failed': { right: [], harmful: ['roll-back', 'wont-start'], none: noRunbook },
    stopped: { right: ['start-service'], harmful: ['wont-start', 'roll-back', 'restore-database'] },
    sla: { right: ['sla-compliance'], harmful: ['restore-database', 'wont-start', 'roll-back'] },
    'wont-start': { right: ['wont-start'], harmful: ['restore-database', 'sla-compliance', 'start-service'] },
    'bad-credential': {
      right: ['wont-start', 'database-user'],
      harmful: ['restore-database', 'sla-compliance', 'start-service'],
    },
    // The resolution begins with garbage collection, and scales last.
    'high-memory': { right: ['collect-garbage', 'high-memory'], harmful: ['wont-start', 'roll-back'] },
    'heap-garbage': { right: ['collect-garbage'], harmful: ['wont-start', 'roll-back'] },
    'database-blocked': {
      right: ['database-connectivity', 'cancel-statement'],
      harmful: ['restore-database', 'breakers-open', 'breaker-anyway', 'sla-compliance', 'wont-start'],
    },
    'database-blocked-again': {
      right: ['database-connectivity', 'cancel-statement'],
      endsOutside: 'the job that holds the locks comes back, until its owners stop it',
      harmful: ['restore-database', 'breakers-open', 'breaker-anyway', 'sla-compliance', 'wont-start'],
    },
  },
  'event-processing': {
    'consumer-lag': {
      right: ['consumer-lag'],
      harmful: ['localstack-restart', 'mongodb-index', 'events-stuck'],
    },
    'breaker-open': {
      right: ['breaker-wait', 'breaker-open'],
      harmful: ['localstack-restart', 'mongodb-index', 'events-stuck', 'dlq-redrive'],
    },
    // The circuit breaker closes within seconds, and leaves its dead letters.
    'breaker-left-open': {
      right: ['breaker-wait', 'dlq-redrive'],
      harmful: ['localstack-restart', 'mongodb-index', 'events-stuck'],
    },
    'mongodb-slow': {
      right: ['mongodb-index'],
      harmful: ['mongodb-pool', 'localstack-restart', 'events-stuck'],
    },
    'mongodb-down': {
      right: ['service-restart'],
      harmful: ['breaker-open', 'localstack-restart', 'mongodb-index', 'dlq-redrive'],
    },
    'localstack-unavailable': {
      right: ['localstack-restart'],
      harmful: ['events-stuck', 'restore', 'dlq-redrive'],
    },
    'resources-missing': { right: ['localstack-setup'], harmful: ['localstack-restart', 'events-stuck'] },
    // More members of a group that processes nothing help as little as waiting.
    'events-stuck': { right: ['events-stuck'], harmful: ['localstack-restart', 'mongodb-index'] },
    'dead-letters': { right: ['dlq-redrive'], harmful: ['localstack-restart', 'events-stuck'] },
    'data-corruption': { right: ['restore'], harmful: ['redeploy', 'events-stuck', 'localstack-restart'] },
    'consumer-stopped': {
      right: ['replay-events', 'start-services', 'service-restart'],
      harmful: ['restore', 'events-stuck', 'localstack-restart'],
    },
    'producer-stopped': {
      right: ['start-services', 'service-restart', 'start-from-source'],
      harmful: ['restore', 'events-stuck', 'localstack-restart'],
    },
    'system-failure': { right: ['redeploy'], harmful: ['restore', 'events-stuck', 'replay-events'] },
  },
  eventmesh: {
    'port-conflict': {
      right: ['port-conflict'],
      harmful: ['restart', 'rollback', 'system-failure', 'data-corruption-stop'],
    },
    crashed: { right: ['restart'], harmful: ['system-failure', 'rollback', 'data-corruption-stop'] },
    'bad-release': { right: ['rollback'], harmful: ['restart', 'system-failure', 'data-corruption-stop'] },
    'data-corruption': {
      right: ['data-corruption-stop'],
      harmful: ['restart', 'system-failure', 'data-corruption'],
    },
    // A restart would go on with damaged data.
    'corruption-stopped': { right: ['data-corruption'], harmful: ['restart', 'rollback', 'system-failure'] },
    'system-failure': { right: ['system-failure'], harmful: ['port-conflict-kill'] },
    'host-replaced': { right: ['system-failure', 'copy-archive'], harmful: ['port-conflict-kill'] },
    'slow-host': { right: ['slow'], harmful: ['rollback', 'system-failure', 'data-corruption-stop'] },
    hung: { right: ['restart'], harmful: ['system-failure', 'rollback', 'data-corruption-stop'] },
    'cut-off': {
      right: ['network'],
      harmful: ['restart', 'rollback', 'system-failure', 'data-corruption-stop'],
    },
    'deploy-denied': {
      right: ['deployment-failed', 'release-rerun'],
      harmful: ['rollback', 'restart', 'system-failure'],
    },
    'release-waiting': { right: ['approve-release'], harmful: ['rollback', 'restart'] },
    'ci-flaky': { right: ['ci-failure'], harmful: ['rollback', 'restart'] },
    'ci-slow': { right: [], none: noRunbook },
    'build-broken': {
      env: 'dev',
      right: ['build-failure', 'build-mend'], // words: quoted: an id
      endsOutside: fixedInCode,
    },
    'stale-cache': { env: 'dev', right: ['build-clean', 'build-failure'] },
    'tests-broken': {
      env: 'dev',
      right: ['test-failure', 'test-one', 'test-mend'], // words: quoted: an id
      endsOutside: fixedInCode,
    },
    vulnerable: { env: 'dev', right: [], none: unobserved },
    'secrets-due': { env: 'dev', right: [], none: unobserved },
    'secret-committed': { env: 'dev', right: [], none: unobserved },
    'unsafe-code': { env: 'dev', right: [], none: unobserved },
    uncommitted: { env: 'dev', right: [], none: unobserved },
    'build-fixed': { env: 'dev', right: ['build-failure', 'build-mend'] }, // words: quoted: an id
    'tests-fixed': { env: 'dev', right: ['test-failure', 'test-one', 'test-mend'] }, // words: quoted: an id
  },
  saga: {
    'saga-failures': { right: ['saga-failures'], harmful: ['roll-back', 'connections', 'latency-scale'] },
    // The restart shows that the cause is in the data.
    'saga-failures-data': {
      right: ['saga-failures'],
      endsOutside: 'a restart does not correct the data',
      harmful: ['roll-back', 'connections', 'latency-scale'],
    },
    // A restart makes a new revision of the faulty release: the next rollback goes back to it.
    'bad-release': { right: ['roll-back'], harmful: ['saga-failures', 'connections', 'latency-scale'] },
    'high-latency': {
      right: ['latency-scale', 'latency-hpa'],
      harmful: ['roll-back', 'saga-failures', 'connections'],
    },
    // More pods only wait for the same query.
    'slow-statements': {
      right: ['latency-index'],
      harmful: ['roll-back', 'saga-failures', 'connections-more'],
    },
    // More pods open more connections; a restart does not end the sessions of others.
    'pool-exhaustion': { right: ['connections'], harmful: ['latency-scale', 'saga-failures', 'roll-back'] },
    'memory-leak': { right: ['memory-leak', 'heap-profile'], harmful: ['latency-scale', 'roll-back'] },
    'consumer-lag': { right: ['consumer-lag'], harmful: ['saga-failures', 'roll-back', 'connections'] },
    'consumer-stalled': {
      // A third member takes over one partition of three.
      right: ['consumer-batch'],
      harmful: ['more-partitions', 'saga-failures', 'roll-back', 'connections'],
    },
    // Another member would be idle, too.
    'partitions-short': {
      right: ['more-partitions'],
      harmful: ['consumer-lag', 'saga-failures', 'roll-back', 'connections'],
    },
    'broker-down': { right: [], harmful: ['consumer-lag', 'roll-back', 'topic-recovery'], none: noRunbook },
  },
  trading: {
    // The previous release calls the same broker, and a circuit breaker that is closed now opens again.
    'dependency-down': {
      right: ['breaker-wait', 'order-failures'],
      endsOutside: 'the broker belongs to another company, whose status page and support are the way on',
      harmful: ['high-error-rate', 'high-latency', 'pool-restart', 'breaker-reset', 'application-down'],
    },
    'breaker-left-open': {
      right: ['breaker-reset', 'breaker-wait', 'order-failures'],
      harmful: ['high-error-rate', 'high-latency', 'application-down'],
    },
    'service-down': {
      right: ['application-down'],
      harmful: ['high-error-rate', 'high-latency', 'application-rollback'],
    },
    'out-of-memory': {
      right: ['application-down'],
      harmful: ['high-error-rate', 'high-latency', 'application-rollback'],
    },
    'release-crashes': { right: ['application-down'], harmful: ['high-latency', 'pool-restart'] },
    // Another restart of a release that cannot start only costs time.
    'restart-failed': { right: ['application-rollback'], harmful: ['high-latency', 'pool-restart'] },
    // The rollback is refused until the other color runs.
    'rollback-blocked': {
      right: ['deploy-color', 'high-error-rate'],
      harmful: ['high-latency', 'pool-restart'],
    },
    // Compose refuses another container, and nothing else in the profile adds capacity.
    'latency-fixed-port': { right: [], harmful: ['high-error-rate', 'pool-restart'], none: noRunbook },
    'deployment-failed': {
      right: ['green-deploy'],
      harmful: ['high-error-rate', 'application-down', 'deploy-color'],
    },
    'deployment-broken': {
      right: ['green-deploy', 'image-verify', 'pipeline-failure'],
      harmful: ['high-error-rate', 'application-down', 'deploy-color'],
    },
    'high-error-rate': { right: ['high-error-rate'], harmful: ['high-latency', 'pool-restart', 'pool-size'] },
    'high-latency': {
      right: ['high-latency'],
      harmful: ['high-error-rate', 'pool-restart', 'pool-exhausted'],
    },
    // More instances and a larger pool need more connections while statements hold them.
    'pool-exhaustion': { right: ['pool-exhausted'], harmful: ['high-error-rate', 'high-latency'] },
    'pipeline-failed': { right: ['pipeline-failure'], harmful: ['high-error-rate', 'pool-restart'] },
    // A larger pool and more instances let more scans run at the same time.
    'slow-queries': {
      right: ['slow-queries'],
      harmful: ['high-error-rate', 'high-latency', 'pool-size', 'pool-restart', 'pool-exhausted'],
    },
    'statements-missing': { right: ['record-queries'], harmful: ['high-error-rate', 'pool-restart'] },
    paged: {
      right: ['acknowledge-incident', 'incident-alert'],
      harmful: ['high-error-rate', 'pool-restart'],
    },
    'kafka-down': { right: ['container-restart'], harmful: ['high-error-rate', 'pool-restart'] },
    'monitoring-down': { right: ['container-restart'], harmful: ['high-error-rate', 'pool-restart'] },
    // The service is fine: a restart, a rollback or a larger pool does not bring back its database.
    'database-down': {
      right: ['container-restart'],
      harmful: [
        'high-error-rate',
        'high-latency',
        'application-down',
        'pool-restart',
        'pool-size',
        'breaker-reset',
      ],
    },
    'finding-open': { right: [], harmful: ['high-error-rate', 'container-restart'], none: noRunbook },
    'cache-full': { right: [], harmful: ['high-error-rate', 'pool-restart'], none: noRunbook },
    'pool-leak': { right: ['pool-exhausted', 'pool-size'], harmful: ['high-error-rate', 'high-latency'] },
  },
};
