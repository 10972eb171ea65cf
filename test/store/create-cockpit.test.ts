import { expect, test } from 'vitest';
import { createCockpit } from '../../src/store/create-cockpit.ts';

test('a cockpit opens with nothing open, nothing running and nothing said', () => {
  expect(createCockpit().getState()).toEqual({
    environments: [],
    arming: { readOnly: false },
    suggestions: [],
    ended: [],
    messages: [],
    journal: [],
    notes: {},
  });
});
