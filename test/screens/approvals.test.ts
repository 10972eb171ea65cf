import { describe, expect, test } from 'vitest';
import type { WaitingApproval } from '../../src/domain/runs/approval.ts';
import type { RunView } from '../../src/store/cockpit.ts';
import { longDescribe, longTest } from '../support/layer.ts';
import { approving, awaiting, waitingApproval } from './support/runs.ts';
import { shop, shopCockpit } from './support/shop.ts';
import { openCockpit, type User } from './support/user.ts';

const open = (
  approvals: readonly WaitingApproval[],
  run?: RunView,
  size: readonly [number, number] = [120, 40],
): Promise<User> =>
  openCockpit({
    size,
    scene: {
      ...shop(),
      cockpit: { ...shopCockpit, approvals, ...(run === undefined ? {} : { run }) },
    },
  });

const text = (user: User): string => user.rows().join('\n');
const request = waitingApproval();

describe('the header', () => {
  test('counts the runs that this person can approve', async () => {
    const user = await open([request, waitingApproval({ run: 'run-2' })]);
    expect(user.rows()[0]).toContain('2 runs wait for approval');
    await user.happens(() => user.cockpit.setState({ approvals: [request] }));
    expect(user.rows()[0]).toContain('1 run waits for approval');
  });

  test('does not count an own one or one that is approved', async () => {
    const user = await open([waitingApproval({ isOwn: true }), waitingApproval({ isApproved: true })]);
    expect(user.rows()[0]).not.toContain('approval');
    await user.press('X');
    expect(user.given).toEqual([]);
    expect(text(user)).toContain('no run is waiting for your approval');
  });

  test('is short on a narrow screen', async () => {
    const user = await open([request], undefined, [80, 24]);
    expect(user.rows()[0]).toContain('1 approval');
  });
});

longTest('X opens the oldest request, and :approve a certain one', async () => {
  const user = await open([request]);
  await user.press('X');
  expect(user.given).toEqual([['openApproval']]);
  await user.type(':approve run-1');
  await user.press('enter');
  expect(user.given.at(-1)).toEqual(['openApproval', 'run-1']);
});

test('Problems lists the run first, and enter opens the row', async () => {
  const user = await open([request], undefined, [110, 40]);
  await user.press('W g');
  expect(user.rowWith('X APPROVAL')).toMatch(/waits +X APPROVAL +Close a circuit/);
  expect(text(user)).toContain('run waiting for approval: anabel@anabel-desk');
  await user.press('enter');
  expect(user.given).toEqual([['openApproval', 'run-1']]);
});

test('Problems and the card say since when the requester is gone', async () => {
  const gone = { ...request, requesterGone: { since: request.requestedAt + 12_000 } };
  const user = await open([gone], undefined, [110, 40]);
  await user.press('W g');
  expect(text(user)).toMatch(/anabel@anabel-desk, requester offline since \d\d:\d\d:\d\d, \d+m/);
  const card = await open([gone], approving());
  expect(text(card)).toMatch(/requester offline since \d\d:\d\d:\d\d: an approval has no effect/);
  const unknown = await open([{ ...request, requesterGone: {} }], approving());
  expect(text(unknown)).toContain('requester offline: an approval has no effect');
});

describe('the card of the approver', () => {
  test('shows the plan of the requester: reason, targets, parameters, gates', async () => {
    const user = await open([request], approving(), [120, 50]);
    const shown = text(user);
    for (const part of [
      'Approve in PRODUCTION',
      'anabel@anabel-desk',
      'INC-7: psp outage',
      'psp  OPEN ×2',
      'billing-0, billing-1',
      'name psp',
      'permission actuator accepts this user',
      'another person must approve the run: benno, carla',
      'ctrl-r refuse',
    ])
      expect(shown).toContain(part);
    expect(shown).not.toMatch(/changes$|ctrl-e/m);
  });

  test('approves the typed names, not without them, and not by a paste', async () => {
    const user = await open([request], approving());
    await user.press('enter');
    expect(text(user)).toContain('type the whole text shown above');
    await user.paste('psp');
    expect(text(user)).toContain('paste is disabled here');
    await user.press('enter');
    expect(user.given).toEqual([]);
    await user.wait('1s');
    await user.type('psp');
    await user.press('enter');
    expect(user.given).toEqual([['approveRun', ['psp']]]);
  });

  longTest('refuses with a reason', async () => {
    const user = await open([request], approving());
    await user.press('ctrl-r enter');
    expect(user.given).toEqual([]);
    await user.type('peak hours');
    await user.press('enter');
    expect(user.given).toEqual([['refuseRun', 'peak hours']]);
  });

  test('takes no answer when the request is over, or another plan waits', async () => {
    const user = await open([request], approving());
    await user.happens(() => user.cockpit.setState({ approvals: [{ ...request, plan: 'p2' }] }));
    expect(text(user)).toContain('this request was answered, was withdrawn or has expired');
    await user.type('psp');
    await user.press('enter ctrl-r');
    expect(user.given).toEqual([]);
  });

  test('shows why the last answer was not recorded', async () => {
    const user = await open([request], { ...approving(), approval: { request, problem: 'no such right' } });
    expect(text(user)).toContain('no such right');
  });

  test('has aliases for the requester in share mode', async () => {
    const user = await openCockpit({
      ...{ size: [120, 40], shared: true },
      scene: { ...shop(), cockpit: { ...shopCockpit, approvals: [request], run: approving() } },
    });
    expect(text(user)).toContain('Approve in PRODUCTION');
    expect(text(user)).not.toContain('anabel');
  });
});

longDescribe('the card of the requester', () => {
  longTest('says who may approve, until when, and that nothing was sent; w withdraws', async () => {
    const user = await open([waitingApproval({ isOwn: true })], awaiting());
    const shown = text(user);
    expect(shown).toContain('Waiting for approval');
    expect(shown).toContain('another person must approve the run: benno, carla');
    expect(user.rowWith('until')).toMatch(/until +\d\d:\d\d:\d\d · 9:12 left/);
    expect(user.rowWith('Waiting for approval')).toContain('nothing was sent');
    await user.press('w');
    expect(user.given).toEqual([['cancel']]);
  });
});
