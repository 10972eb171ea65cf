import { expect, test } from 'vitest';
import type { Proposal } from '../../src/domain/runs/proposal.ts';
import { planHash } from '../../src/runs/approvals/plan-hash.ts';
import { openStage } from './stage.ts';

const changed: readonly (readonly [string, (one: Proposal) => Proposal])[] = [
  ['run', (one) => ({ ...one, run: 'another' })],
  ['runbook', (one) => ({ ...one, runbook: 'another' })],
  ['system', (one) => ({ ...one, system: 'another' })],
  ['environment', (one) => ({ ...one, env: 'staging' })],
  ['tier', (one) => ({ ...one, tier: 'staging' })],
  ['parameter', (one) => ({ ...one, params: { ...one.params, replicas: 9 } })],
  ['danger', (one) => ({ ...one, danger: 'safe' })],
  ['target', (one) => ({ ...one, names: ['other'] })],
  ['override', (one) => ({ ...one, override: 'INC-8' })],
  ['gate', (one) => ({ ...one, gate: { ...one.gate, windowMs: 0 } })],
  ['list of steps', (one) => ({ ...one, steps: [...one.steps, ...one.steps] })],
  [
    'call of a step',
    (one) => ({
      ...one,
      steps: one.steps.map((step) =>
        step.plan === undefined ? step : { ...step, plan: { ...step.plan, with: { name: 'other' } } },
      ),
    }),
  ],
  [
    'undo of a step',
    (one) => ({
      ...one,
      steps: one.steps.map((step) => ({
        ...step,
        undo: [{ title: 'Open it', use: 'breakers.open', with: {} }],
      })),
    }),
  ],
];

test('a plan has one hash', async () => {
  await using stage = await openStage({ tier: 'production' });
  stage.arming.arm('INC-7');
  const plan = await stage.propose();
  expect(planHash(structuredClone(plan), 'INC-7')).toBe(planHash(plan, 'INC-7'));
});

test('every other plan, and every other reason, has another one', async () => {
  await using stage = await openStage({ tier: 'production' });
  stage.arming.arm('INC-7');
  const plan = await stage.propose();
  const hashes = [
    planHash(plan, 'INC-7'),
    planHash(plan, 'INC-8'),
    planHash(plan, undefined),
    planHash(plan, ''),
    ...changed.map(([, change]) => planHash(change(plan), 'INC-7')),
  ];
  expect(new Set(hashes).size).toBe(hashes.length);
});
