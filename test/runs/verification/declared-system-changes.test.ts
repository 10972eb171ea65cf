import { expect, test } from 'vitest';
import type { Danger } from '../../../src/domain/runbooks/operation.ts';
import type { PendingStep } from '../../../src/runs/context/pending-run.ts';
import { declaredSystemChanges } from '../../../src/runs/verification/declared-system-changes.ts';

const byHand = (danger: Danger): PendingStep =>
  ({ planned: { id: 'a1', title: 'Check the status page', manual: true, danger } }) as unknown as PendingStep;

const sent = (danger: Danger, mayRestart?: true): PendingStep =>
  ({
    planned: { id: 'a2', title: 'Close the circuit breaker', manual: false, danger },
    act: { operation: { mayRestart }, plan: { danger } },
  }) as unknown as PendingStep;

test.each([
  ['a manual step that only reads, beside a change', [byHand('read'), sent('safe')], false],
  ['a manual step that changes something', [byHand('disruptive'), sent('safe')], true],
  ['a run that is done by hand', [byHand('read')], true],
  ['a manual step beside a reading operation', [byHand('read'), sent('read', true)], true],
  ['an operation that may restart processes', [byHand('read'), sent('safe', true)], true],
] as const)('restarts are explained by %s: %s', (_, steps, restarts) => {
  expect(declaredSystemChanges(steps).restarts).toBe(restarts);
});
