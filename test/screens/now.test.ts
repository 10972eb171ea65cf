import { test } from 'vitest';
import { monitored } from './support/monitored.ts';
import { openCockpit } from './support/user.ts';

test('look', async () => {
  for (const size of [
    [80, 24],
    [120, 36],
    [200, 60],
  ] as const) {
    const user = await openCockpit({ size, scene: monitored() });
    await user.press('W');
    console.log(user.rows().join('\n'));
    await user.press('j');
    console.log(user.rows().join('\n'));
  }
});
