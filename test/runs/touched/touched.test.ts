import { expect, test } from 'vitest';
import { openStage } from '../stage.ts';

const rows = (ids: string): { readonly covers: readonly string[] } => ({ covers: [ids] });

test('a run that recovered: its steps and proofs in the danger that they had, and nothing for the runbook as a whole', async () => {
  await using stage = await openStage();
  const { runbook, engine } = stage;
  const [act] = runbook.act;
  const [proof] = runbook.verify === 'none' ? [] : runbook.verify;
  if (act === undefined || proof === undefined) throw new Error('the stage has a step and a proof');
  const hand = { id: 'm1', title: 'Tell them', manual: true, ...rows('R-manual') };
  const changed = {
    ...rows('R-book'),
    act: [{ ...act, ...rows('R-act') }, hand],
    verify: [{ ...proof, ...rows('R-proof') }],
  };
  await stage.go(await stage.propose({ name: 'broker' }, changed)).end();
  expect(engine.touched.all()).toEqual([
    { ids: ['R-act'], kind: 'act', by: 'close-breaker a1', danger: 'disruptive', types: ['breakers'] },
    { ids: ['R-manual'], kind: 'act', by: 'close-breaker m1', danger: 'manual', types: [] },
    { ids: ['R-proof'], kind: 'verify', by: 'close-breaker v1', danger: 'read', types: ['breakers'] },
  ]);
});

test('what was refused has served nothing', async () => {
  await using stage = await openStage({ tier: 'production' });
  const [act] = stage.runbook.act;
  if (act === undefined) throw new Error('the stage has a step');
  const changed = { ...rows('R-book'), act: [{ ...act, ...rows('R-act') }] };
  await stage.go(await stage.propose({ name: 'broker' }, changed)).end();
  expect(stage.engine.touched.all()).toEqual([]);
});

test('a call that was answered with no: the step does not count', async () => {
  await using stage = await openStage();
  const [act] = stage.runbook.act;
  if (act === undefined) throw new Error('the stage has a step');
  const changed = { ...rows('R-book'), act: [{ ...act, ...rows('R-act') }] };
  const proposal = await stage.propose({ name: 'broker' }, changed);
  stage.server.status = 500;
  expect(await stage.go(proposal).end()).toMatchObject({ ending: 'failed' });
  expect(stage.engine.touched.all()).toEqual([]);
});
