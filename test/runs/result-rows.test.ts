import { expect, test } from 'vitest';
import type { VerifyStep } from '../../src/domain/runbooks/runbook.ts';
import { longTest } from '../support/layer.ts';
import { openStage, type Stage } from './stage.ts';

const allClosed: VerifyStep = {
  id: 'v1',
  title: 'The worst is closed',
  use: 'bus.look',
  with: { name: '*' },
  expect: { column: 'state', value: 'closed' },
  withinMs: 5000,
  forMs: 0,
};

const closeOthers = ({ server: { states } }: Stage): void => {
  for (const name of states.keys()) if (name !== 'broker') states.set(name, 'closed');
};

test('a dropped action is not recovered when the row that failed is gone', async () => {
  await using stage = await openStage({ verify: [allClosed] });
  closeOthers(stage);
  stage.server.ignores = true;
  stage.server.onChange = () => {
    stage.server.states.delete('broker');
  };
  expect(await stage.go(await stage.propose()).end()).toMatchObject({
    ending: 'executed-not-recovered',
    why: 'The worst is closed: unknown, the row name=broker is gone. Before the action its state was open',
  });
});

test('an answer that a cache stored before the action proves nothing', async () => {
  await using stage = await openStage({ verify: [allClosed] });
  closeOthers(stage);
  stage.server.onChange = () => {
    stage.server.readAge = 300;
  };
  expect(await stage.go(await stage.propose()).end()).toMatchObject({
    ending: 'executed-not-recovered',
    why: expect.stringContaining(
      'the answer comes from a cache that was filled 5m ago, before the action completed',
    ),
  });
});

longTest('the same run recovers when the row is there and passes', async () => {
  await using stage = await openStage({ verify: [allClosed] });
  closeOthers(stage);
  expect(await stage.go(await stage.propose()).end()).toMatchObject({ ending: 'recovered' });
});
