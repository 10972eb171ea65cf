import type { RunExercise } from '../support/exercises.ts';

const env = 'trading/production';
/** The run that an incident adds to those of the history. */
const incidentRun = '9000000003';

/** Exercises of the pipeline, of incident response, and of the other containers of the platform. */
export const tradingTools: readonly RunExercise[] = [
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
  {
    env,
    incident: 'kafka-down',
    runbook: 'container-restart',
    params: { service: 'kafka' },
    confirm: ['kafka'],
  },
  {
    env,
    incident: 'monitoring-down',
    runbook: 'container-restart',
    params: { service: 'prometheus' },
    confirm: ['prometheus'],
  },
  {
    env,
    incident: 'database-down',
    runbook: 'container-restart',
    params: { service: 'database' },
    confirm: ['database'],
  },
];
