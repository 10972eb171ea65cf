import type { CheckoutSpec } from '../model/spec/checkout.ts';
import type { IncidentSpec } from '../model/spec/system-spec.ts';

/** Source checkout of the event mesh. */
export const eventmeshCheckout: CheckoutSpec = {
  service: 'eventmesh-api',
  version: '0.1.1',
  crates: ['riptide-core', 'riptide-cli', 'riptide-api'],
  unitTests: ['ring::wraps_around', 'routes::matches_longest_prefix', 'routes::rejects_empty_topic'],
  tests: {
    integration_tests: [
      'health_is_healthy',
      'publishes_and_delivers',
      'retries_after_timeout',
      'slow_test_replay',
    ],
  },
  commits: [
    'release 0.1.1',
    'api: answer 409 for a topic that exists',
    'core: bound the retry queue',
    'cli: tell the version of both sides',
    'api: name the host in /healthz',
    'core: mask the index of the ring',
    'release 0.1.0',
    'api: status of dependencies',
    'core: route by longest prefix',
    'cli: first commands',
  ],
  secrets: { DATABASE_URL: 41, REDIS_URL: 41, API_KEY: 12, CRATES_TOKEN: 63 },
  dependencies: [
    { name: 'axum', locked: '0.8.6', newest: '0.8.6' },
    { name: 'serde', locked: '1.0.228', newest: '1.0.228' },
    { name: 'tokio', locked: '1.48.0', newest: '1.48.0' },
    { name: 'tracing-subscriber', locked: '0.3.20', newest: '0.3.20' },
  ],
};

/** Incidents of builds and tests. */
export const eventmeshCheckoutIncidents: readonly IncidentSpec[] = [
  {
    name: 'build-broken',
    env: 'dev',
    title: 'a struct field is not initialised: riptide-cli does not compile, nothing can be deployed',
    checkout: {
      compileError: {
        crate: 'riptide-cli',
        code: 'E0063',
        message: 'missing field `retry_limit` in initializer of `ClientConfig`',
        file: 'crates/riptide-cli/src/main.rs',
        line: 57,
        column: 18,
        source: '    let config = ClientConfig {',
      },
    },
  },
  {
    name: 'stale-cache',
    env: 'dev',
    title: 'what was built is of an older compiler: nothing compiles until it is thrown away',
    checkout: { staleCache: true },
  },
  {
    name: 'tests-broken',
    env: 'dev',
    title: 'an integration test fails: the service answers 503 where it should answer 200',
    checkout: { failingTest: 'retries_after_timeout' },
  },
  {
    name: 'vulnerable',
    env: 'dev',
    title: 'a dependency has a known vulnerability: the audit fails until it is updated',
    checkout: {
      advisory: {
        id: 'RUSTSEC-2025-0055',
        title: 'Logging user input may result in poisoning logs with ANSI escape sequences',
        date: '2025-08-29',
        crate: 'tracing-subscriber',
        version: '0.3.19',
        patched: '0.3.20',
      },
    },
  },
  {
    name: 'secrets-due',
    env: 'dev',
    title:
      'secrets of the repository are older than 90 days; their owners change them within a minute and a half',
    checkout: { secretsDue: { days: 112, changedMs: 80_000 } },
  },
  {
    name: 'secret-committed',
    env: 'dev',
    title: 'a committed file contains an API key',
    checkout: { secretIn: 'crates/riptide-cli/src/client.rs:19' },
  },
  {
    name: 'unsafe-code',
    env: 'dev',
    title: 'an unsafe block has no SAFETY comment',
    checkout: { unsafeAt: 'crates/riptide-core/src/ring.rs:88' },
  },
  {
    name: 'uncommitted',
    env: 'dev',
    title: 'a tracked file of the checkout was changed and not committed',
    checkout: { uncommitted: 'crates/riptide-api/src/routes/events.rs' },
  },
  {
    name: 'build-fixed',
    env: 'dev',
    title: 'riptide-cli does not compile; its author commits the fix within a minute and a half',
    checkout: {
      fixedAfterMs: 80_000,
      compileError: {
        crate: 'riptide-cli',
        code: 'E0063',
        message: 'missing field `retry_limit` in initializer of `ClientConfig`',
        file: 'crates/riptide-cli/src/main.rs',
        line: 57,
        column: 18,
        source: '    let config = ClientConfig {',
      },
    },
  },
  {
    name: 'tests-fixed',
    env: 'dev',
    title: 'an integration test fails; its author commits the fix within a minute and a half',
    checkout: { failingTest: 'retries_after_timeout', fixedAfterMs: 80_000 },
  },
];
