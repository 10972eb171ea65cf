import { expect, test } from 'vitest';
import { rolloutProgress } from '../../../../src/sources/kubernetes/operations/write/rollout-wait.ts';
import { deployment } from '../objects.ts';

const stuck = [{ type: 'Progressing', status: 'False', reason: 'ProgressDeadlineExceeded' }];
const condition = (type: string, reason = '', message = '') => ({
  status: { conditions: [{ type, status: 'True', reason, message }] },
});

test.each([
  ['done', 'deployment/x', deployment('x'), 'done', '2 of 2 pods updated, 2 available'],
  [
    'in progress',
    'deployment/x',
    deployment('x', {}, { updatedReplicas: 1 }),
    'going',
    '1 of 2 pods updated, 2 available',
  ],
  [
    'stuck',
    'deployment/x',
    deployment('x', {}, { updatedReplicas: 1, conditions: stuck }),
    'failed',
    'stuck: ProgressDeadlineExceeded: 1 of 2 replicas updated, 2 available',
  ],
  [
    'a stuck state of the previous generation',
    'deployment/x',
    deployment('x', {}, { observedGeneration: 1, updatedReplicas: 1, conditions: stuck }),
    'going',
    'the rollout has not started',
  ],
  ['a running job', 'job/x', { status: { active: 1 } }, 'going', 'running'],
  ['a complete job', 'job/x', condition('Complete'), 'done', 'complete'],
  [
    'a failed job',
    'job/x',
    condition('Failed', 'BackoffLimitExceeded', 'too often'),
    'failed',
    'failed: BackoffLimitExceeded too often',
  ],
] as const)('%s', (_, object, raw, is, words) => {
  expect(rolloutProgress(object, raw)).toEqual({ is, words });
});

test('other kinds have no progress', () => {
  expect(rolloutProgress('configmap/x', {})).toBeUndefined();
});
