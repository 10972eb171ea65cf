import { expect, test } from 'vitest';
import { leftoversText } from '../../../src/platform/processes/remote-kill.ts';
import { ProgramError, WireError } from '../../../src/platform/wire-error.ts';

test.each([
  [new WireError('cancelled', 'cancelled'), 'its process group was ended'],
  [new ProgramError('cancelled', 'cancelled', { left: [] }), 'its process group was ended'],
  [
    new ProgramError('cancelled', 'cancelled', { left: [12, -13] }),
    'process 12, 13 could not be ended (it runs as somebody else, or the kernel holds it) and goes on',
  ],
])('what became of its processes is told', (error, words) => {
  expect(leftoversText(error)).toBe(words);
});
