import { expect, test } from 'vitest';
import { leftoversText } from '../../../src/platform/remote-exec/remote-kill.ts';
import { ProgramError, WireError } from '../../../src/platform/runtime/wire-error.ts';

test.each([
  [new WireError('cancelled', 'canceled'), 'the program and all child processes were killed'],
  [
    new ProgramError('cancelled', 'cancelled', { left: [] }),
    'the program and all child processes were killed',
  ],
  [
    new ProgramError('cancelled', 'cancelled', { left: [12, -13] }),
    'process 12, 13 could not be killed and is still running (owned by another user, or in uninterruptible sleep)',
  ],
])('reports what happened to its processes', (error, words) => {
  expect(leftoversText(error)).toBe(words);
});
