import { expect, test } from 'vitest';
import { isDrillEnvironment, recordScope } from '../../../src/domain/profile/record-scope.ts';

test.each([
  ['a real environment', {}, false, false],
  ['a real environment on a simulator', {}, true, true],
  ['an environment that only exists in the simulator', { world: { system: 'saga' } }, true, false],
])('%s: is it a drill, with records of its own?', (_, more, isSimulated, isDrill) => {
  const profile = { system: 'saga', env: 'production', ...more };
  expect(isDrillEnvironment(profile, isSimulated)).toBe(isDrill);
  expect(recordScope(profile, isSimulated)).toEqual({ system: 'saga', env: 'production', isDrill });
});
