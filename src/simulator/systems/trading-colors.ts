import type { ColorsSpec } from '../model/spec/colors.ts';
import type { StepFailureSpec } from '../model/spec/repository-spec.ts';
import type { IncidentSpec } from '../model/spec/system-spec.ts';
import { tradingRelease } from './trading-tools.ts';

const service = 'trademaster-trading-service';
const repository = 'ghcr.io/trademaster/trading-service';

/** Two deployments of the trading service behind Kong. */
export const tradingColors: ColorsSpec = {
  service,
  active: 'blue',
  upstream: 'trading',
  targets: { blue: 'trading-blue:8080', green: 'trading-green:8080' },
  greenProject: 'trading-green',
};

const failedRelease = 'a41e77b0'.repeat(5);
const brokenRelease = 'f0c2d6b8'.repeat(5);

/** Images that the pipeline has built, by their commits. */
export const tradingImages: readonly string[] = [failedRelease, brokenRelease].map(
  (sha) => `${repository}:${sha}`,
);

const deployFails = (log: readonly string[], more: Partial<StepFailureSpec> = {}): StepFailureSpec => ({
  job: 'deploy',
  step: 'Run blue-green-deploy.sh',
  log,
  ...more,
});

const crashing = {
  version: '2.4.0',
  crash:
    'ERROR o.s.boot.SpringApplication - Application run failed: java.lang.IllegalStateException: missing property trading.broker.session-key',
} as const;
const faulty = { method: 'POST', share: 0.6, exception: 'NullPointerException' } as const;

/** Incidents of releases and of the processes that run them. */
export const tradingReleaseIncidents: readonly IncidentSpec[] = [
  {
    name: 'service-down',
    title: 'no instance of the service is running: every connection is cut',
    servicesStopped: [service],
  },
  {
    name: 'out-of-memory',
    title: 'the kernel has killed both containers of the service: they were out of memory',
    compose: { exited: { [service]: { code: 137, oomKilled: true } } },
  },
  {
    name: 'release-crashes',
    title: 'a release whose processes end shortly after their start: a restart does not help',
    servicesReleased: { [service]: crashing },
  },
  {
    name: 'restart-failed',
    title: 'the same, and the containers were restarted already: they ended again',
    servicesReleased: { [service]: crashing },
    compose: { restarted: [service] },
  },
  {
    name: 'high-error-rate',
    title: 'a bad release: most orders that are placed end in an internal error',
    servicesReleased: { [service]: { version: '2.4.0', fault: faulty } },
  },
  {
    name: 'rollback-blocked',
    title: 'a bad release, and the color with the previous version is not running: a rollback is refused',
    servicesReleased: { [service]: { version: '2.4.0', fault: faulty } },
    colors: { standbyDown: true },
  },
  {
    name: 'high-latency',
    title: 'more orders than two instances can take: requests wait for a connection of the pool',
    servicesOverloaded: { [service]: { ms: 2600, enough: 3 } },
  },
  {
    name: 'latency-fixed-port',
    title: 'the same, and the Compose file publishes a fixed host port: another container cannot start',
    servicesOverloaded: { [service]: { ms: 2600, enough: 3 } },
    compose: { fixedPorts: { [service]: 8080 } },
  },
  {
    name: 'breaker-left-open',
    title:
      'the broker answers again, but the circuit breaker brokerService is still open: orders are rejected',
    breakersOpen: ['brokerService'],
  },
  {
    name: 'deployment-failed',
    title: 'a deployment was rolled back because green did not become healthy in time: green is stopped',
    colors: { standbyDown: true, candidate: { version: '2.3.2' } },
    ci: {
      runs: [
        tradingRelease('ravi', 'release 2.3.2', failedRelease, {
          failsAt: deployFails([
            'INFO deploying trademaster-trading-service 2.3.2 to green',
            'ERROR green: health check failed 10 times: connection refused',
            'INFO automatic rollback: the traffic stays at blue, green is stopped',
          ]),
        }),
      ],
    },
  },
  {
    name: 'deployment-broken',
    title: 'a deployment was rolled back because its smoke tests failed: the release is at fault',
    colors: { standbyDown: true, candidate: { version: '2.3.3', fault: faulty } },
    ci: {
      runs: [
        tradingRelease('mika', 'release 2.3.3', brokenRelease, {
          failsAt: deployFails(
            [
              'INFO deploying trademaster-trading-service 2.3.3 to green',
              'ERROR smoke tests: POST /api/v1/orders 500 NullPointerException',
              'INFO automatic rollback: the traffic stays at blue, green is stopped',
            ],
            { isPermanent: true },
          ),
        }),
      ],
    },
  },
];
