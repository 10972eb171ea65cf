import { expect, test } from 'vitest';
import type { StateAdmission } from '../../../src/persistence/state-store.ts';
import { longTest } from '../../support/layer.ts';
import { openStage } from '../stage.ts';

const open: StateAdmission = { is: 'open', why: 'shared in db:5432/opsdeck' };
const away: StateAdmission = {
  is: 'refused',
  why: 'the state database db:5432/opsdeck: connection refused',
  remedy: 'wait until it is back',
};
const broken: StateAdmission = { is: 'break-glass', why: 'connection refused; locks of this machine: INC-7' };

longTest('while the state database is unavailable nothing is sent, and the preview says why', async () => {
  await using stage = await openStage({ admission: async () => away });
  const proposal = await stage.propose();
  expect(proposal.refusal).toMatchObject({ ending: 'forbidden', why: `${away.why}. Wait until it is back` });
  expect(await stage.go(proposal).end()).toMatchObject({ ending: 'forbidden', sent: [] });
  expect(stage.server.changes).toEqual([]);
});

test('a database that goes away in the cancel window stops the run before its call', async () => {
  let now: StateAdmission = open;
  await using stage = await openStage({ tier: 'production', admission: async () => now });
  stage.arming.arm('psp outage');
  const going = stage.go(await stage.propose());
  await going.until('window');
  now = away;
  expect(await going.end()).toMatchObject({
    ending: 'forbidden',
    why: expect.stringContaining(away.why),
    sent: [],
  });
  expect(stage.server.changes).toEqual([]);
});

longTest('an available database is one of the checks on record', async () => {
  await using stage = await openStage({ admission: async () => open });
  const going = stage.go(await stage.propose());
  expect(await going.end()).toMatchObject({ ending: 'recovered' });
  expect(going.events.find(({ event }) => event === 'gated')).toMatchObject({
    checks: expect.arrayContaining([{ what: 'state', ok: true, why: open.why }]),
  });
});

longTest('break-glass requires the typed name, and its reason is on record', async () => {
  await using stage = await openStage({ admission: async () => broken });
  const proposal = await stage.propose();
  expect(proposal.refusal).toBeUndefined();
  expect(proposal.gate).toMatchObject({ confirm: true, typed: true });
  const going = stage.go(proposal);
  expect(await going.end()).toMatchObject({ ending: 'recovered' });
  expect(going.events.find(({ event }) => event === 'gated')).toMatchObject({
    checks: expect.arrayContaining([
      expect.objectContaining({
        what: 'state',
        ok: false,
        asks: true,
        why: expect.stringContaining('INC-7'),
      }),
    ]),
  });
});
