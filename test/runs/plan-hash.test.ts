import { expect, test } from 'vitest';
import type { Proposal } from '../../src/domain/runs/proposal.ts';
import { planHash } from '../../src/runs/approvals/plan-hash.ts';
import { openStage } from './stage.ts';

const changed: readonly (readonly [string, (proposal: Proposal) => Proposal])[] = [
  ['run', (proposal) => ({ ...proposal, run: 'another' })],
  ['runbook', (proposal) => ({ ...proposal, runbook: 'another' })],
  ['system', (proposal) => ({ ...proposal, system: 'another' })],
  ['environment', (proposal) => ({ ...proposal, env: 'staging' })],
  ['tier', (proposal) => ({ ...proposal, tier: 'staging' })],
  ['parameter', (proposal) => ({ ...proposal, params: { ...proposal.params, replicas: 9 } })],
  ['danger', (proposal) => ({ ...proposal, danger: 'safe' })],
  ['target', (proposal) => ({ ...proposal, names: ['other'] })],
  ['override', (proposal) => ({ ...proposal, override: 'INC-8' })],
  ['gate', (proposal) => ({ ...proposal, gate: { ...proposal.gate, windowMs: 0 } })],
  ['list of steps', (proposal) => ({ ...proposal, steps: [...proposal.steps, ...proposal.steps] })],
  [
    'call of a step',
    (proposal) => ({
      ...proposal,
      steps: proposal.steps.map((step) =>
        step.plan === undefined ? step : { ...step, plan: { ...step.plan, with: { name: 'other' } } },
      ),
    }),
  ],
  [
    'undo of a step',
    (proposal) => ({
      ...proposal,
      steps: proposal.steps.map((step) => ({
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
