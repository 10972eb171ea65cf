import { type Expectations, withDiagnoses } from '../support/expectations.ts';
import { tradingCheckExpectations } from './trading-checks.ts';
import { tradingDatabaseExpected } from './trading-database.ts';
import { tradingDiagnoses } from './trading-diagnoses.ts';
import { tradingReleasesExpected } from './trading-releases.ts';

const tables: Expectations = {
  ...tradingCheckExpectations,
  ...tradingReleasesExpected,
  ...tradingDatabaseExpected,
  'pipeline-failure of trading/production, pipeline-failed': {
    diagnose: {
      d1: /CI\/CD pipeline #3: failure · main · push by mika/,
      d2: [/integration-tests \/ Run mvn verify/, /Could not pull image postgres:15/],
      d3: /^false/,
    },
    acts: { a1: /POST .*rerun-failed-jobs → 201/ },
    proves: ['v-attempt', 'v1'],
  },
  'trigger-deployment of trading/production, healthy': {
    diagnose: { d1: /CI\/CD pipeline #2 success/ },
    acts: { a1: /POST .*ci-cd-pipeline\.yml\/dispatches → 20\d/ },
    proves: ['v1'],
    holds: ['vh'],
  },
  'acknowledge-incident of trading/production, paged': {
    diagnose: { d1: /Platform: level 1: Daily rotation/ },
    acts: { a1: /PUT .*incidents\/PINCIDENT1 → 200/ },
    proves: ['v1'],
  },
  'resolve-incident of trading/production, paged': {
    acts: { a1: /PUT .*incidents\/PINCIDENT1 → 200/ },
    proves: ['v1'],
  },
  'inform-channel of trading/production, healthy': {
    acts: { a1: /chat\.postMessage → 200/, a2: /annotations → 200/ },
    proves: ['v1', 'v2'],
  },
};

/** Expected results of the trading exercises. */
export const tradingExpected = withDiagnoses(tables, tradingDiagnoses);
