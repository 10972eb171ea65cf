import { tradingChecks } from '../cases/trading-checks.ts';
import { tradingDatabaseIncidents, tradingProcedures } from '../cases/trading-database.ts';
import { tradingReleases } from '../cases/trading-releases.ts';
import { type Exercise, named } from '../support/table.ts';

const env = 'trading/production';
/** The run that an incident adds to those of the history. */
const incidentRun = '9000000003';

const exercises: readonly Exercise[] = [
  {
    env,
    incident: 'pipeline-failed',
    runbook: 'pipeline-failure',
    params: { run: incidentRun },
    confirm: ['ci-cd-pipeline.yml'],
  },
  { env, runbook: 'trigger-deployment', confirm: ['ci-cd-pipeline.yml'] },
  {
    env,
    incident: 'paged',
    runbook: 'acknowledge-incident',
    params: { incident: '1001' },
    confirm: ['#1001'],
  },
  { env, incident: 'paged', runbook: 'resolve-incident', params: { incident: '1001' }, confirm: ['#1001'] },
  {
    env,
    runbook: 'inform-channel',
    params: { incident: 'INC-7', text: 'orders are rejected, we investigate' },
    confirm: ['#trademaster-critical', 'annotations'],
  },
];

/** All exercises of the trading service. */
export const trading = [
  ...tradingChecks,
  ...exercises,
  ...tradingReleases,
  ...tradingDatabaseIncidents,
  ...tradingProcedures,
].map(named);
