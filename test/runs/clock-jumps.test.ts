import { expect, test } from 'vitest';
import { longTest } from '../support/layer.ts';
import { openStage } from './stage.ts';

const minute = 60_000;

/** A run in production that is in its cancel window, and the wall clock. */
const inWindow = async () => {
  let offset = 0;
  const stage = await openStage({ tier: 'production', wallOffset: () => offset });
  stage.arming.arm('psp outage');
  const going = stage.go(await stage.propose());
  await going.until('window');
  const jump = (ms: number): void => {
    offset += ms;
  };
  return { stage, going, jump };
};

longTest(
  'a wall clock set forward in the cancel window sends nothing sooner, and nothing once the arming is over',
  async () => {
    const { stage: opened, going, jump } = await inWindow();
    await using stage = opened;
    jump(120 * minute);
    await stage.quiet();
    expect(stage.server.changes).toEqual([]);
    expect(await going.end()).toMatchObject({ sent: [] });
    expect(stage.server.changes).toEqual([]);
  },
);

longTest('one set forward by less than the arming leaves the window its time', async () => {
  const { stage: opened, going, jump } = await inWindow();
  await using stage = opened;
  jump(5 * minute);
  await stage.clock.advance(4999);
  await stage.quiet();
  expect(stage.server.changes).toEqual([]);
  await stage.clock.advance(1);
  await going.until('acted');
  expect(stage.server.changes).toEqual(['POST /breakers/broker closed']);
});

longTest('one set back makes the window neither longer nor shorter', async () => {
  const { stage: opened, going, jump } = await inWindow();
  await using stage = opened;
  jump(-120 * minute);
  await stage.clock.advance(4999);
  await stage.quiet();
  expect(stage.server.changes).toEqual([]);
  await stage.clock.advance(1);
  await going.until('acted');
  expect(stage.server.changes).toEqual(['POST /breakers/broker closed']);
});

test('one set back extends no arming', async () => {
  let offset = 0;
  await using stage = await openStage({ tier: 'production', wallOffset: () => offset });
  stage.arming.arm('psp outage');
  const proposal = await stage.propose();
  offset = -120 * minute;
  await stage.clock.advance(16 * minute);
  expect(await stage.go(proposal).end()).toMatchObject({ ending: 'forbidden', sent: [] });
  expect(stage.server.changes).toEqual([]);
});
