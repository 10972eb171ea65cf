import { expect, test } from 'vitest';
import { hasSameCrashLoop, parsePriorUnitState } from '../../../src/sources/host/operations/systemctl.ts';
import { parseUnits } from '../../../src/sources/host/parse/units.ts';

const unit = (state: string, restarts: number | '[not set]') => {
  const [found] = parseUnits(
    `Id=api.service\nLoadState=loaded\nActiveState=${state}\nNRestarts=${restarts}\n`,
  );
  return found ?? expect.fail();
};

test.each([
  ['a paused loop that is running now', ['activating', 5], ['active', 6], true],
  ['a running loop that is paused now', ['active', 5], ['activating', 5], true],
  ['a loop after another restart', ['activating', 5], ['activating', 6], true],
  ['the start of a loop: no restart is counted yet', ['activating', 0], ['active', 1], true],
  ['a manual restart: the count is 0 again', ['activating', 5], ['active', 0], false],
  ['a healthy unit that has crashed since', ['active', 0], ['active', 1], false],
  ['another invocation, without a restart by systemd', ['active', 5], ['active', 5], false],
  ['a unit that reached its start limit', ['activating', 5], ['failed', 5], false],
  ['a stopped unit', ['active', 5], ['inactive', 5], false],
  ['a unit that reached its start limit and is running now', ['failed', 5], ['active', 6], false],
  ['a unit without a restart count', ['activating', '[not set]'], ['active', 1], false],
] as const)('%s', (_, [state, restarts], [stateNow, restartsNow], loops) => {
  const was = unit(state, restarts);
  const before = parsePriorUnitState({
    wasActive: state === 'active',
    state,
    ...(was.restarts === undefined ? {} : { restarts: was.restarts }),
  });
  expect(hasSameCrashLoop(before, unit(stateNow, restartsNow))).toBe(loops);
});
