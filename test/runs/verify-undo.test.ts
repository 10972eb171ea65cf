import { expect, test } from 'vitest';
import { verifyUndo } from '../../src/runs/undo/verify-undo.ts';
import { manualClock } from '../support/manual-clock.ts';

test('an undo without a recorded state is not shown to be restored', async () => {
  const clock = manualClock();
  const back = [{ id: 'a1', title: 'Scale orders', use: 'bus.scale', with: {}, before: [] }];
  const plan = async () => ({ targets: [] });
  const sources = new Map([['bus', { operations: [{ name: 'scale', plan }] }]]);
  const undo = { system: 's', env: 'e', drill: false, capturedAt: 0, left: {}, back, unseen: [] };
  const parts = { engine: { sources }, clock, mask: (text: string) => text, report: async () => {} };
  const ending = verifyUndo(
    undo,
    parts as unknown as Parameters<typeof verifyUndo>[1],
    new AbortController().signal,
  );
  await clock.advance(20_000);
  expect(await ending).toEqual({
    ending: 'executed-not-recovered',
    why: 'restored: Scale orders: the run did not record a previous state, so there is nothing to compare with',
  });
});
