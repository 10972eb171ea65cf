import { expect, test } from 'vitest';
import { defaultSettings } from '../../src/domain/settings.ts';
import { createCockpitStore } from '../../src/store/cockpit.ts';

test('a cockpit opens with nothing open, nothing running and nothing said', () => {
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
  });
});
