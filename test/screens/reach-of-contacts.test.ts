import { expect, test } from 'vitest';
import { responding } from './support/responding.ts';
import { openCockpit } from './support/user.ts';

test('the way to reach a contact is whole at every width', async () => {
  for (const size of [
    [80, 24],
    [100, 30],
    [120, 36],
  ] as const) {
    const user = await openCockpit({ size, scene: responding() });
    await user.press(':');
    await user.type('contacts');
    await user.press('enter');
    for (const reach of ['#payments-urgent', 'platform@example.org', '+1-555-0100'])
      expect(user.rows().join('\n'), `${size}`).toContain(reach);
  }
});
