import { type Exercise, named } from '../support/table.ts';

const env = 'trading/production';
/** The run that an incident adds to those of the history. */
const incidentRun = '9000000003';

const exercises: readonly Exercise[] = [
  { check: env },
  ...['pipeline-failed', 'paged', 'cache-full'].map((incident) => ({ check: env, incident })),
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

/** Exercises of the trading service: CI, incident response and the cache. */
export const trading = exercises.map(named);
