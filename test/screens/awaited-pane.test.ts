import { expect, test } from 'vitest';
import { everyNth, sampled } from '../support/layer.ts';
import { shopCockpit } from './support/shop.ts';
import { openCockpit, type User } from './support/user.ts';

const { open } = shopCockpit;

/** A cockpit whose environment is still being opened. */
const opening = (): Promise<User> => openCockpit({ size: [120, 36], scene: { cockpit: {} } });

const opened = (user: User): Promise<unknown> =>
  user.happens(() => user.cockpit.setState(open === undefined ? {} : { open }));

const headOf = (user: User): string | undefined => user.rows().find((row) => row.includes('▌'));

test.each(
  sampled(
    [
      ['2', /▌2 Threshold matrix/],
      ['5', /▌5 Connection pools/],
      ['2 5', /▌5 Connection pools/],
    ],
    everyNth(3),
  ),
)('%s before the environment is open: its pane has the focus once it is', async (keys, head) => {
  const user = await opening();
  await user.press(keys);
  expect(user.rowWith('when the environment is open')).toContain(`${keys}: when`);
  await opened(user);
  expect(headOf(user)).toMatch(head);
});

test('a pane that is not in the overview is shown alone', async () => {
  const user = await opening();
  await user.press('8');
  await opened(user);
  expect(headOf(user)).toMatch(/▌8 Logs/);
  await user.press('0');
  expect(user.rows().join('\n')).toContain('1 Health');
});

test('a filter that is typed before the environment is open is that of its first pane', async () => {
  const user = await opening();
  await user.type('/bill');
  await opened(user);
  expect(user.rowWith('/bill')).toContain('Health');
});

test('without a key the overview opens with its first pane', async () => {
  const user = await opening();
  await opened(user);
  expect(headOf(user)).toMatch(/▌1 Health/);
});
