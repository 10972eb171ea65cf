import { expect, test } from 'vitest';
import { ChangeError } from '../../src/platform/network/to-fault.ts';
import { markUnsent, WireError } from '../../src/platform/runtime/wire-error.ts';
import { longTest } from '../support/layer.ts';
import { openStage } from './stage.ts';

test('a rejected action offers no undo, and is shown as rejected', async () => {
  const refusal = new ChangeError('denied', 'the user has no permission on this group', {
    outcome: 'nothing',
  });
  await using stage = await openStage({ sendFails: refusal });
  const ended = await stage.go(await stage.propose()).end();
  expect(ended).toMatchObject({
    ending: 'failed',
    sent: [expect.stringMatching(/→ the user has no permission on this group$/)],
  });
  expect(ended).not.toHaveProperty('undo');
});

longTest('an action without a response may have taken effect: its undo is offered', async () => {
  await using stage = await openStage({ sendFails: new WireError('unreachable', 'connection reset') });
  const ended = await stage.go(await stage.propose()).end();
  expect(ended).toMatchObject({
    ending: 'failed',
    sent: [expect.stringContaining('no answer, so the outcome is unknown: connection reset')],
    undo: [expect.anything()],
  });
});

test('an action that sent nothing is not listed as sent, and offers no undo', async () => {
  const refused = markUnsent(new WireError('unreachable', 'connection refused'));
  await using stage = await openStage({ sendFails: refused });
  const ended = await stage.go(await stage.propose()).end();
  expect(ended).toMatchObject({
    ending: 'failed',
    why: expect.stringContaining('connection refused'),
    sent: [],
  });
  expect(ended.why).not.toContain('outcome unknown');
  expect(ended).not.toHaveProperty('undo');
});
