import { test } from 'vitest';
import { openCockpit } from '../simulation/cockpit.ts';
import { onePerSystem } from './one-per-system.ts';

test.each(onePerSystem)('$title', async ({ env, incident, play }) => {
  await using cockpit = await openCockpit(env, incident);
  await play(cockpit);
});
