import { expect, test } from 'vitest';
import { openReadIo } from '../../../src/doors/read-io.ts';
import { createCockpitController } from '../../../src/engine/cockpit/controller.ts';
import { localState } from '../../../src/persistence/state-store.ts';
import { createCockpitStore } from '../../../src/store/cockpit.ts';
import { openStage } from '../../runs/stage.ts';

test('a profile that is saved again is loaded, also while the environments beside the present one never open', async () => {
  await using stage = await openStage();
  const { clock, engine, executor, arming } = stage;
  const { system, env, title, tier } = engine.profile;
  const cockpit = createCockpitStore();
  let opened = 0;
  const controller = createCockpitController({
    cockpit,
    clock,
    isNotifying: () => false,
    openIo: () => openReadIo(clock),
    choose: async () => ({ one: { system, env, title, tier } }),
    open: async () => {
      opened += 1;
      const across = Promise.withResolvers<[]>();
      // The first opening completes; the ones after a save wait for servers that do not respond.
      if (opened === 1) across.resolve([]);
      return {
        ...{ profile: engine.profile, engine, executor, arming },
        openAcross: () => across.promise,
        close: async () => across.resolve([]),
      };
    },
    switched: () => {},
    save: async () => ({ why: 'not supported' }),
    state: localState(stage.stateDir, (text) => text),
    quit: () => {},
  });
  const reloads = (): number =>
    cockpit.getState().messages.filter(({ text }) => text.startsWith('profile reloaded')).length;
  await controller.first(env);
  for (const saved of [1, 2]) {
    controller.profileSaved();
    await clock.advance(2000);
    await stage.quiet();
    expect([opened, reloads()]).toEqual([saved + 1, saved]);
  }
  const closed = controller.close();
  await stage.quiet();
  await closed;
});
