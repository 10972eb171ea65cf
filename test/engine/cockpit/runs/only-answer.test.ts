import { expect, test } from 'vitest';
import { onlyAnswer } from '../../../../src/engine/cockpit/runs/run-prompts.ts';

const service = { name: 'service', title: 'Service', choices: ['orders'] };

test('a question with one possible answer has it, as the card would take it', () => {
  expect(onlyAnswer(service)).toBe('orders');
  expect(onlyAnswer({ ...service, several: { min: 1, max: 3 } })).toEqual(['orders']);
});

test.each([
  ['two choices', { choices: ['orders', 'payments'] }],
  ['no choice', { choices: [] }],
  ['choices that could not all be read', { hidden: 'pods: 403' }],
  ['a choice that needs a reason', { doubts: { orders: 'made after the problem began' } }],
  ['evidence that names other objects', { isUnnamed: true as const }],
  ['an answer that was wrong', { problem: 'orders: not one of payments' }],
  ['two of several', { several: { min: 2, max: 3 } }],
])('the operator answers: %s', (_, change) => {
  expect(onlyAnswer({ ...service, ...change })).toBeUndefined();
});

test('a text is typed', () => {
  expect(onlyAnswer({ name: 'reason', title: 'Reason' })).toBeUndefined();
});
