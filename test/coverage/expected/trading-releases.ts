import type { Expectations } from '../support/expectations.ts';

const up = /^blue: up[\s\S]*^green: up/m;
const flipped = /traffic goes to green/;

/** Expected results of the exercises of releases, restarts and circuit breakers. */
export const tradingReleasesExpected: Expectations = {
  'high-error-rate of trading/production, high-error-rate': {
    diagnose: {
      d1: /^true/,
      d2: /ERROR .*POST \/api\/v1\/orders 500 .*NullPointerException/,
      d3: /error\.requests · 500 · \/api\/v1\/orders/,
      'd-orders': /^true/,
      a2: /^false/,
      a4: /^1$/m,
      a5: /trademaster-trading-service · app: up.*broker UP.*db UP/,
      'd-colors': up,
    },
    acts: {
      a6: [/green is active with 2\.4\.0/, /health of blue: UP, version 2\.3\.1/, /traffic goes to blue/],
    },
    proves: ['v-color', 've', 'va'],
    holds: ['vh'],
  },
  'high-error-rate of trading/production, rollback-blocked: not-applicable': {
    diagnose: { 'd-colors': /^blue: down/ },
  },
  'deploy-color of trading/production, rollback-blocked': {
    diagnose: { d1: /^blue: down/, d2: [/deployment-\d+\.log, written/, /INFO traffic goes to green$/m] },
    acts: { a1: [/starting blue with 2\.3\.1/, /traffic goes to blue/] },
    proves: ['v-color', 'v-up', 've'],
    holds: ['vh'],
  },
  'high-latency of trading/production, high-latency': {
    diagnose: {
      d1: /^true/,
      'd1-p99': /^true/,
      d2: /slow\.requests · \/api\/v1\/orders/,
      d3: [/repository\.seconds: \d/, /heap\.bytes: \d/],
      a1: /postgres_exporter|pg_dump|trademaster/,
      a2: /hikari|HikariPool/i,
      'a2-waiting': /^true/,
      a3: /^false/,
      'how-many': /trading-trademaster-trading-service-2/,
    },
    acts: { a5: [/--scale trademaster-trading-service=3/, /exited with status 0/] },
    proves: ['v-count', 'v-p95', 'va'],
    holds: ['vh', 've'],
  },
  'high-latency of trading/production, high-latency: executed-not-recovered': { fails: ['v-p95'] },
  'breaker-reset of trading/production, breaker-left-open': {
    diagnose: {
      d1: /^true/,
      d3: /-0:8080 · brokerService: open .*calls \d+[\s\S]*-1:8080 · brokerService: open/,
      a2: /200/,
      'd-health': /broker UP/,
    },
    acts: {
      'a2-now': /200/,
      a5: [/POST .*brokerService *→ 200[\s\S]*POST .*brokerService → 200/],
    },
    proves: ['vb'],
    holds: ['va'],
  },
  'breaker-reset of trading/production, dependency-down: failed': {
    diagnose: { d1: /^true/, d2: /^true/, a2: /503/, 'd-health': /broker DOWN/ },
  },
  'breaker-wait of trading/production, breaker-left-open': {
    diagnose: { d1: /^true/ },
    proves: ['a4', 'vb'],
  },
  'breaker-force-open of trading/production, healthy': {
    diagnose: { d1: /brokerService: closed/ },
    acts: { a6: /FORCED_OPEN/ },
    proves: ['v1'],
  },
  'application-down of trading/production, service-down': {
    diagnose: {
      d1: /trademaster-trading-service-1.*(exited|failed)/i,
      d2: /Stopping trademaster-trading-service/,
      d4: /^false/,
    },
    acts: { a1: /restart\S* → 204/ },
    proves: ['vh', 'v-run'],
    holds: ['va'],
  },
  'application-down of trading/production, out-of-memory': {
    diagnose: { d1: /OOMKilled/, d4: /^true/ },
    proves: ['vh', 'v-run'],
  },
  'application-down of trading/production, release-crashes: executed-not-recovered': { fails: ['vh'] },
  'application-rollback of trading/production, restart-failed': {
    diagnose: {
      d2: /Application run failed/,
      'd-starts': /^true/,
      'd-colors': /^blue: up[\s\S]*^green: down/m,
    },
    acts: { a2: [/green is active with 2\.4\.0/, /traffic goes to blue/] },
    proves: ['v-color', 'vh'],
    holds: ['va'],
  },
  'image-verify of trading/production, deployment-failed': {
    diagnose: {
      d1: /release 2\.3\.2|failure/,
      d2: [/deployment-\d+\.log, written/, /INFO traffic goes to green$/m],
      d3: /trademaster-trading-service · app: up/,
    },
    acts: { a3: /Downloaded newer image/ },
  },
  'green-deploy of trading/production, deployment-failed': {
    diagnose: {
      d1: /green: health check failed/,
      d2: [/deployment-\d+\.log, written/, /INFO traffic goes to green$/m],
      d3: /trademaster-trading-service · app: up/,
      'd-colors': /^green: down/m,
    },
    acts: { a4: /up -d.* → exited with status 0/, 'a4-smoke': /PASS smoke tests of green/ },
    proves: ['v-green', 'v-smoke'],
  },
  'green-deploy of trading/production, deployment-broken: failed': {
    acts: { 'a4-smoke': /FAIL POST \/api\/v1\/orders 500/ },
  },
  'roll-back of trading/production, healthy': {
    diagnose: { d1: up },
    acts: { a1: [/blue is active with 2\.3\.1/, flipped] },
    proves: ['v-color'],
    holds: ['vh', 've'],
  },
  'deploy-color of trading/production, healthy: executed-not-recovered': {
    acts: { a1: [/starting green with 2\.3\.0/, flipped] },
    proves: ['v-color'],
    holds: ['v-up', 'vh', 've'],
  },
  'service-restart of trading/production, healthy': {
    acts: { a1: /restart\S* → 204/ },
    proves: ['v-new'],
    holds: ['vh'],
  },
  'disaster-recovery-test of trading/production, healthy': {
    acts: { a1: [/dry run: nothing is changed/, /green is up/, /PASS rollback test/] },
    proves: ['v-report', 'v-pass'],
  },
};
