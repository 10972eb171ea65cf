import { crit, type Expectations, ok, warn } from '../support/expectations.ts';

/** Expected results of the trading exercises. */
export const tradingExpected: Expectations = {
  'check trading/production, healthy': {
    level: 'ok',
    signals: {
      'ci.failed': ok(0),
      'gates.failed': ok(0),
      findings: ok(0),
      'pages.open': ok(0),
      'grafana.unhealthy': ok(0),
      'grafana.dashboards': ok(3),
      'cache.memory': ok(41, 42),
      'cache.clients': ok(0.1, 2),
    },
  },
  'check trading/production, pipeline-failed': {
    level: 'crit',
    signals: { 'ci.failed': crit(1), 'gates.failed': crit(1) },
  },
  'check trading/production, paged': { signals: { 'pages.open': crit(1) } },
  'check trading/production, cache-full': { signals: { 'cache.memory': warn(100) } },
  'pipeline-failure of trading/production, pipeline-failed': {
    diagnose: {
      d1: /CI\/CD pipeline #3: failure · main · push by mika/,
      d2: [/integration-tests \/ Run mvn verify/, /Could not pull image postgres:15/],
      d3: /^false/,
    },
    acts: { a1: /POST .*rerun-failed-jobs/ },
    proves: ['v-attempt', 'v1'],
  },
  'trigger-deployment of trading/production, healthy': {
    diagnose: { d1: /CI\/CD pipeline #2 success/ },
    acts: { a1: /POST .*ci-cd-pipeline\.yml\/dispatches/ },
    proves: ['v1'],
    holds: ['vh'],
  },
  'acknowledge-incident of trading/production, paged': {
    diagnose: { d1: /Platform: level 1: Daily rotation/ },
    acts: { a1: /PUT .*incidents\/PINCIDENT1/ },
    proves: ['v1'],
  },
  'resolve-incident of trading/production, paged': {
    acts: { a1: /PUT .*incidents\/PINCIDENT1/ },
    proves: ['v1'],
  },
  'inform-channel of trading/production, healthy': {
    acts: { a1: /chat\.postMessage/, a2: /annotations/ },
    proves: ['v1', 'v2'],
  },
};
