import { expect, test } from 'vitest';
import { defaultSettings } from '../../src/domain/profile/settings.ts';
import { createCockpitStore } from '../../src/store/cockpit.ts';

test('a new cockpit has no open environment, run or message', () => {
  expect(createCockpitStore().getState()).toEqual({
    settings: defaultSettings,
    criticals: [],
    environments: [],
    arming: { readOnly: false },
    suggestions: [],
    endedRuns: [],
    messages: [],
    journal: [],
    notes: {},
    acknowledged: {},
  });
});
