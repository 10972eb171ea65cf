import { writeFileSync } from 'node:fs';
import { test } from 'vitest';
import { endedRun } from './support/runs.ts';
import { armed, shop } from './support/shop.ts';
import { cardOf } from './support/screen.ts';
import { openCockpit } from './support/user.ts';
test('dbg', async () => {
  for (const size of [[80, 24],[120,36]] as const) {
  const scene = shop();
  const user = await openCockpit({ size, scene: { ...scene, cockpit: { ...scene.cockpit, arming: armed, run: endedRun('recovered', 'all checks passed') } } });
  writeFileSync('/tmp/dbg.txt', user.rows().join('\n') + '\n' + cardOf(user).join('\n') + '\n', { flag: 'a' });

  }
});
