import type { RunExercise } from '../support/exercises.ts';

const env = 'trading/production';
const service = 'trademaster-trading-service';
/** Commit of the release whose deployment has failed. */
const failedCommit = 'a41e77b0'.repeat(5);
const image = `ghcr.io/trademaster/trading-service:${failedCommit}`;

/** Exercises of releases, restarts and circuit breakers of the trading service. */
export const tradingReleases: readonly RunExercise[] = [
  { env, incident: 'high-error-rate', runbook: 'high-error-rate', confirm: ['scripts'], done: ['a3'] },
  {
    env,
    incident: 'rollback-blocked',
    runbook: 'high-error-rate',
    confirm: ['scripts'],
    done: ['a3'],
    ending: 'not-applicable',
  },
  {
    env,
    incident: 'rollback-blocked',
    runbook: 'deploy-color',
    params: { color: 'blue' },
    confirm: ['scripts'],
  },
  {
    env,
    incident: 'high-latency',
    runbook: 'high-latency',
    params: { n: '3' },
    confirm: [service],
    done: ['a4'],
  },
  {
    env,
    incident: 'high-latency',
    runbook: 'high-latency',
    params: { n: '1' },
    confirm: [service],
    done: ['a4'],
    ending: 'executed-not-recovered',
  },
  {
    env,
    incident: 'latency-fixed-port',
    runbook: 'high-latency',
    params: { n: '3' },
    confirm: [service],
    done: ['a4'],
    ending: 'not-applicable',
  },
  {
    env,
    incident: 'breaker-left-open',
    runbook: 'breaker-reset',
    params: { name: 'brokerService' },
    confirm: ['brokerService'],
    done: ['a3'],
  },
  {
    env,
    incident: 'dependency-down',
    runbook: 'breaker-reset',
    params: { name: 'brokerService' },
    confirm: ['brokerService'],
    done: ['a3'],
    ending: 'failed',
  },
  {
    env,
    incident: 'breaker-left-open',
    runbook: 'breaker-wait',
    params: { name: 'brokerService' },
    done: ['a1', 'a7'],
  },
  { env, runbook: 'breaker-force-open', params: { name: 'brokerService' }, confirm: ['brokerService'] },
  { env, incident: 'service-down', runbook: 'application-down', confirm: [service] },
  { env, incident: 'out-of-memory', runbook: 'application-down', confirm: [service] },
  {
    env,
    incident: 'release-crashes',
    runbook: 'application-down',
    confirm: [service],
    ending: 'executed-not-recovered',
  },
  {
    env,
    incident: 'service-down',
    runbook: 'application-rollback',
    confirm: ['scripts'],
    ending: 'not-applicable',
  },
  { env, incident: 'restart-failed', runbook: 'application-rollback', confirm: ['scripts'] },
  {
    env,
    incident: 'deployment-failed',
    runbook: 'image-verify',
    params: { sha: failedCommit },
    confirm: [image],
    next: {
      runbook: 'image-java',
      params: { sha: failedCommit },
      confirm: [image],
      prints: /openjdk version \\?"24/,
    },
  },
  // An image that was not pulled starts nothing.
  {
    env,
    incident: 'deployment-failed',
    runbook: 'image-java',
    params: { sha: failedCommit },
    confirm: [image],
    ending: 'not-applicable',
  },
  {
    env,
    incident: 'deployment-failed',
    runbook: 'green-deploy',
    confirm: ['trading-green', 'scripts'],
    done: ['a5'],
  },
  {
    env,
    incident: 'deployment-failed',
    runbook: 'pipeline-failure',
    params: { run: '9000000003' },
    confirm: ['ci-cd-pipeline.yml'],
  },
  {
    env,
    incident: 'deployment-broken',
    runbook: 'green-deploy',
    confirm: ['trading-green', 'scripts'],
    done: ['a5'],
    ending: 'failed',
  },
  { env, runbook: 'roll-back', confirm: ['scripts'] },
  // Healthy: the switch is verified, and nothing of the symptom that `when` names was there.
  {
    env,
    runbook: 'deploy-color',
    params: { color: 'green' },
    confirm: ['scripts'],
    ending: 'executed-not-recovered',
  },
  { env, runbook: 'service-restart', confirm: [service] },
  { env, runbook: 'disaster-recovery-test', confirm: ['scripts'] },
];
