import { expect, test } from 'vitest';
import { openReadIo } from '../../src/doors/read-io.ts';
import { type DiagnoseStepsParts, diagnoseSteps } from '../../src/engine/diagnose.ts';
import { longTest } from '../support/layer.ts';
import { closeStep, events, openStage } from './stage.ts';

test.each([
  ['a draft', { reviewed: false as const }, 'runbook'],
  ['a runbook with one unreviewed step', { act: [{ ...closeStep, reviewed: false as const }] }, 'a1'],
  [
    'a runbook with an unreviewed diagnosis',
    { diagnose: [{ id: 'd1', title: 'Look', that: 'health', reviewed: false as const }] },
    'd1',
  ],
])('%s is refused before anything is planned, and nothing is sent', async (_, part, named) => {
  await using stage = await openStage({ tier: 'dev', danger: 'safe' });
  const proposal = await stage.propose({}, part);
  const why = `draft, not reviewed: ${named}. Review the profile and remove reviewed: false`;
  expect(proposal.refusal).toEqual({
    ending: 'forbidden',
    why,
    missing: [{ what: 'review', why, position: { file: 'demo.yaml', line: 1, col: 1 } }],
  });
  expect(proposal.steps).toEqual([]);
  const going = stage.go(proposal);
  expect(await going.end()).toMatchObject({ ending: 'forbidden', sent: [] });
  expect(events(going.events)).toEqual(['planned', 'gated', 'ended']);
  expect(stage.server.changes).toEqual([]);
});

longTest('the same runbook runs once the mark is removed', async () => {
  await using stage = await openStage({ tier: 'dev', danger: 'safe' });
  expect(await stage.go(await stage.propose()).end()).toMatchObject({ ending: 'recovered' });
  expect(stage.server.changes).toHaveLength(1);
});

test('a diagnosis executes no unreviewed step', async () => {
  await using stage = await openStage({ tier: 'dev', danger: 'safe' });
  const { engine, clock } = stage;
  const questions: string[] = [];
  const openIo: DiagnoseStepsParts['openIo'] = (options) => {
    questions.push('io');
    return openReadIo(clock, options);
  };
  const step = { id: 'd1', title: 'Look', use: 'bus.nothing', reviewed: false as const };
  const [diagnosis] = await diagnoseSteps(
    [step],
    {},
    { engine, clock, openIo },
    new AbortController().signal,
  );
  expect(diagnosis?.lines).toEqual([
    'the step is a draft and was not executed. Review the step, then remove reviewed: false from the profile',
  ]);
  expect(questions).toEqual([]);
});
