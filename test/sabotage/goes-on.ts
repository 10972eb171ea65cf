import type { RunExercise } from '../coverage/support/exercises.ts';

/** An exercise whose step is verified while the incident goes on (exit code 5), and the reason. */
interface GoesOn {
  readonly env: string;
  readonly incident: string;
  readonly runbooks: readonly string[];
  readonly reason: string;
}

const drains = 'the lag drains, and the latency and rates that follow from it, for minutes after the cure';
const windowed = 'the rest counts the last minutes, and clears as they pass';
const trend = 'the time to the memory limit has no value for pods younger than its window';
const reopens = 'breakers and probes of the services follow the database half a minute later';
const laterRun = 'the failed run of CI stays the newest one until the next run';
const green = 'only the color with the traffic was cured. The other one is deployed by green-deploy';
const person = 'the run works on the page, and the cause is another runbook';

/** The exercises that end with exit code 5: their act cures slowly, a part, or prepares the next runbook. */
export const goesOn: readonly GoesOn[] = [
  {
    ...{ env: 'event-bus/production', incident: 'high-memory', runbooks: ['high-memory'] },
    reason:
      'one instance is restarted. The other one is the next run, and the log counts the errors for an hour',
  },
  {
    ...{ env: 'event-bus/production', incident: 'database-blocked', runbooks: ['database-connectivity'] },
    reason: reopens,
  },
  {
    ...{ env: 'event-bus/production', incident: 'dependency-down', runbooks: ['restore-database'] },
    reason: reopens,
  },
  { env: 'saga/production', incident: 'partitions-short', runbooks: ['more-partitions'], reason: drains },
  {
    env: 'saga/production',
    incident: 'memory-leak',
    runbooks: ['memory-limit', 'memory-leak'],
    reason: trend,
  },
  { env: 'saga/production', incident: 'consumer-stalled', runbooks: ['consumer-batch'], reason: drains },
  {
    env: 'event-processing/production',
    incident: 'consumer-lag',
    runbooks: ['consumer-lag'],
    reason: drains,
  },
  {
    env: 'event-processing/production',
    incident: 'mongodb-slow',
    runbooks: ['mongodb-index'],
    reason: windowed,
  },
  {
    ...{ env: 'event-processing/production', incident: 'mongodb-slow', runbooks: ['mongodb-pool'] },
    reason: 'more connections end the waiting for one. The slow query is cured by mongodb-index',
  },
  {
    env: 'event-processing/production',
    incident: 'mongodb-down',
    runbooks: ['service-restart'],
    reason: windowed,
  },
  {
    env: 'event-processing/production',
    incident: 'events-stuck',
    runbooks: ['events-stuck'],
    reason: drains,
  },
  {
    ...{ env: 'event-processing/production', incident: 'data-corruption', runbooks: ['restore'] },
    reason: 'the services are stopped for the restore, and started by start-services',
  },
  {
    ...{ env: 'event-processing/production', incident: 'system-failure', runbooks: ['redeploy'] },
    reason: 'the availability of 30 days counts the outage for 30 days',
  },
  {
    ...{ env: 'event-processing/production', incident: 'consumer-stopped' },
    ...{ runbooks: ['replay-events', 'start-services'], reason: drains },
  },
  {
    ...{ env: 'event-processing/local', incident: 'producer-stopped', runbooks: ['start-from-source'] },
    reason: 'the producer runs from source, and its container stays failed',
  },
  {
    ...{ env: 'eventmesh/dev', incident: 'tests-broken', runbooks: ['deploy-without-tests'] },
    reason: 'it deploys although the tests fail; test-failure is the cure',
  },
  { env: 'eventmesh/staging', incident: 'crashed', runbooks: ['deploy'], reason: windowed },
  { env: 'eventmesh/dev', incident: 'crashed', runbooks: ['restart'], reason: windowed },
  {
    ...{ env: 'eventmesh/production', incident: 'deploy-denied', runbooks: ['deployment-failed'] },
    reason: laterRun,
  },
  {
    ...{ env: 'eventmesh/production', incident: 'slow-host', runbooks: ['slow'] },
    reason: 'one host at a time. The other one is the next run',
  },
  { env: 'eventmesh/dev', incident: 'bad-release', runbooks: ['rollback'], reason: laterRun },
  {
    ...{ env: 'eventmesh/production', incident: 'host-replaced', runbooks: ['copy-archive'] },
    reason: 'the archive is what system-failure needs next',
  },
  {
    ...{ env: 'eventmesh/production', incident: 'data-corruption', runbooks: ['data-corruption-stop'] },
    reason: 'the services are stopped, and data-corruption is the cure',
  },
  { env: 'trading/production', incident: 'pool-exhaustion', runbooks: ['pool-exhausted'], reason: windowed },
  {
    ...{ env: 'trading/production', incident: 'paged', reason: person },
    runbooks: ['incident-alert', 'acknowledge-incident'],
  },
  { env: 'trading/production', incident: 'out-of-memory', runbooks: ['application-down'], reason: green },
  {
    env: 'trading/production',
    incident: 'restart-failed',
    runbooks: ['application-rollback'],
    reason: green,
  },
  { env: 'trading/production', incident: 'deployment-failed', runbooks: ['green-deploy'], reason: laterRun },
  { env: 'trading/production', incident: 'deployment-failed', runbooks: ['pipeline-failure'], reason: green },
  {
    ...{ env: 'trading/production', incident: 'monitoring-down', runbooks: ['container-restart'] },
    reason: 'one container at a time; those of Alertmanager and Grafana are the next runs',
  },
  {
    ...{ env: 'trading/production', incident: 'database-down', runbooks: ['container-restart'] },
    reason: 'the circuit breakers that opened meanwhile are closed by breaker-reset',
  },
];

/** The reason why the incident goes on after an exercise; undefined where it is over. */
export const reasonToGoOn = ({ env, incident, runbook }: RunExercise): string | undefined =>
  goesOn.find((entry) => entry.env === env && entry.incident === incident && entry.runbooks.includes(runbook))
    ?.reason;
