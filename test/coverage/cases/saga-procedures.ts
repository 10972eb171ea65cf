import { readFile } from 'node:fs/promises';
import { expect } from 'vitest';
import { statusInMemory } from '../../../src/simulator/servers/http/loopback.ts';
import type { RunExercise } from '../support/exercises.ts';

const env = 'saga/production';
const orchestrator = 'saga-orchestrator';
const services = [orchestrator, 'inventory-service', 'payment-service', 'notification-service'];

/** Scales notification-service to 0 replicas, as another person does with kubectl. */
const stopNotifications = async (vars: Readonly<Record<string, string>>): Promise<void> => {
  const kubeconfig = JSON.parse(await readFile(vars['world.kubeconfig'] ?? '', 'utf8'));
  const deployments = `/apis/apps/v1/namespaces/${vars['world.namespace']}/deployments`;
  const url = `${kubeconfig.clusters[0].cluster.server}${deployments}/notification-service/scale`;
  const headers = {
    authorization: 'Bearer rehearsal-admin',
    'content-type': 'application/merge-patch+json',
  };
  expect(await statusInMemory(url, 'PATCH', headers, '{"spec":{"replicas":0}}')).toBe(200);
};

/** Planned procedures. */
export const sagaProcedures: readonly RunExercise[] = [
  { env, runbook: 'release', params: { tag: '1.8.1' }, confirm: [orchestrator] },
  { env, incident: 'bad-release', runbook: 'roll-back', params: { revision: '1' }, confirm: [orchestrator] },
  { env, runbook: 'heap-profile' },
  { env, runbook: 'restart-services', confirm: services },
  // A service is stopped after its restart: not all deployments are available.
  {
    env,
    runbook: 'restart-services',
    confirm: services,
    byHand: stopNotifications,
    ending: 'executed-not-recovered',
  },
  { env, runbook: 'topic-recovery', params: { name: 'saga-replies' }, confirm: ['saga-replies'] },
  { env, runbook: 'database-tuning', confirm: ['microservices', 'postgres'], done: ['a8'] },
  { env, runbook: 'backup', confirm: ['postgres-0'] },
  {
    env,
    runbook: 'database-start',
    params: { deployments: orchestrator, n: '3' },
    confirm: [orchestrator],
  },
  { env, runbook: 'vacuum', confirm: ['microservices'] },
  { env, runbook: 'jvm-options', confirm: ['payment-service'] },
  { env, runbook: 'go-options', confirm: [orchestrator] },
];
