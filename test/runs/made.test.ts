import { expect, test } from 'vitest';
import type { RunEvent } from '../../src/domain/runs/run.ts';
import { withCreatedIds } from '../../src/runs/context/act-step.ts';
import { undoRequest } from '../../src/runs/undo/undo.ts';
import { openStage } from './stage.ts';

const call = (values: Readonly<Record<string, unknown>>) => ({
  use: 'am.expire',
  with: values,
  title: 'Expire it',
});

test.each([
  [{ id: '${made.silence}' }, { silence: 's1' }, { id: 's1' }],
  [
    { ids: ['${made.a}', 'x'], deep: { b: '${made.b}' } },
    { a: '1', b: '2' },
    { ids: ['1', 'x'], deep: { b: '2' } },
  ],
  [{ id: 'made.silence', n: 5 }, {}, { id: 'made.silence', n: 5 }],
  [{ text: 'see ${made.silence}' }, { silence: 's1' }, { text: 'see ${made.silence}' }],
  [{ id: '${made.silence}' }, { silence: '${made.other}' }, { id: '${made.other}' }],
])('%j with %j is %j', (written, made, expected) => {
  expect(withCreatedIds(call(written), made)).toEqual(call(expected));
});

test.each([{}, { other: 'x' }])('without the created id, with %j, there is no undo', (made) => {
  expect(withCreatedIds(call({ id: '${made.silence}' }), made)).toBeUndefined();
});

test('an undo with a created id is gated like the step that created it', async () => {
  await using stage = await openStage();
  const proposal = await stage.propose();
  const [step] = proposal.steps;
  if (step === undefined) throw new Error('no step');
  const gate = { ...step.gate, typed: true };
  const planned = { ...step, gate, undo: [call({ id: '${made.silence}' })] };
  const events: readonly RunEvent[] = [
    { run: 'r', at: 1, event: 'planned', proposal: { ...proposal, steps: [planned] } },
    { run: 'r', at: 2, event: 'acted', step: step.id, ok: true, result: 'done', made: { silence: 's1' } },
    { run: 'r', at: 3, event: 'ended', ending: 'recovered', why: '', sent: [], undo: [call({ id: 's1' })] },
  ];
  expect(undoRequest(events, stage.runbook)?.runbook.act).toEqual([
    {
      id: 'u1',
      title: 'Expire it',
      use: 'am.expire',
      with: { id: 's1' },
      danger: step.danger,
      gate: 'typed',
    },
  ]);
});
