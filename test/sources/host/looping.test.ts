import { expect, test } from 'vitest';
import { isStillCrashLooping, parsePriorUnitState } from '../../../src/sources/host/operations/systemctl.ts';
import { parseUnits } from '../../../src/sources/host/parse/units.ts';

const unit = (state: string, restarts: number | '[not set]') => {
  const [found] = parseUnits(
    `Id=api.service\nLoadState=loaded\nActiveState=${state}\nNRestarts=${restarts}\n`,
  );
  return found ?? expect.fail();
};

test.each([
  ['a loop in its pause that runs by now', ['activating', 5], ['active', 6], true],
  ['a loop that ran and is in its pause', ['active', 5], ['activating', 5], true],
  ['a loop that is one round further', ['activating', 5], ['activating', 6], true],
  ['a loop that was begun: no restart is counted yet', ['activating', 0], ['active', 1], true],
  ['one that somebody has started anew: the count is 0 again', ['activating', 5], ['active', 0], false],
  ['one that ran well and has crashed since', ['active', 0], ['active', 1], false],
  ['one that is another run, by no restart of systemd', ['active', 5], ['active', 5], false],
  ['one that was given up', ['activating', 5], ['failed', 5], false],
  ['one that was stopped', ['active', 5], ['inactive', 5], false],
  ['one that was given up and runs by now', ['failed', 5], ['active', 6], false],
  ['one whose restarts nobody counts', ['activating', '[not set]'], ['active', 1], false],
] as const)('%s', (_, [state, restarts], [stateNow, restartsNow], loops) => {
  const was = unit(state, restarts);
  const before = parsePriorUnitState({
    wasActive: state === 'active',
    state,
    ...(was.restarts === undefined ? {} : { restarts: was.restarts }),
  });
  expect(isStillCrashLooping(before, unit(stateNow, restartsNow))).toBe(loops);
});
