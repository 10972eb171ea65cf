import { expect, test } from 'vitest';
import { isDrillEnvironment } from '../../src/domain/drill-environment.ts';

test.each([
  ['a real environment', {}, false, false],
  ['a real environment on a simulator', {}, true, true],
  ['an environment that only exists in the simulator', { world: { system: 'saga' } }, true, false],
])('%s: is it a drill?', (_, profile, isSimulated, isDrill) => {
  expect(isDrillEnvironment(profile, isSimulated)).toBe(isDrill);
});
