import { mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openState } from '../../../src/cli/opening/open-state.ts';
import type { ReadingSharing } from '../../../src/domain/profile/profile.ts';
import { createSecretMasker } from '../../../src/platform/masking/secrets.ts';
import { systemClock } from '../../../src/platform/runtime/clock.ts';
import { openTransport } from '../../../src/platform/transport.ts';
import { scratchDir } from '../../support/scratch-dir.ts';

/** Nothing listens on port 1, and nothing is contacted. */
const url = 'postgres://opsdeck@127.0.0.1:1/opsdeck';

const open = async (readings: ReadingSharing, how: Partial<Parameters<typeof openState>[2]>) => {
  const stateDir = mkdtempSync(join(scratchDir(), 'state-'));
  const clock = systemClock();
  const openStateTransport = () => openTransport(clock);
  const context = { stateDir, masker: createSecretMasker(), clock, random: () => 0, openStateTransport };
  const profile = { system: 'shop', env: 'team', state: { url, leaseMs: 30_000, readings } };
  const state = await openState(context, profile, { isSimulated: false, ...how });
  await state.close();
  return state.readings;
};

test('a process that polls shares readings, with credentials only where the profile says so', async () => {
  expect(await open('shared', { sharesReadings: true })).toMatchObject({ withCredentials: false });
  expect(await open('all', { sharesReadings: true })).toMatchObject({ withCredentials: true });
});

test.each<[string, Parameters<typeof open>]>([
  ['a command that decides, such as run or check', ['all', {}]],
  ['a profile with readings: own', ['own', { sharesReadings: true }]],
  ['a drill', ['all', { sharesReadings: true, isSimulated: true }]],
])('%s reads by itself', async (_, call) => {
  expect(await open(...call)).toBeUndefined();
});
