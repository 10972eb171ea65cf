import { test } from 'vitest';
import { onePerSystem } from '../drills/one-per-system.ts';
import { openCockpit } from './cockpit.ts';

/** The timeout in ms: a run waits for its verification on the real clock. */
const timeout = 150_000;

test.each(onePerSystem)('$title', { timeout }, async ({ env, incident, play }) => {
  await using cockpit = await openCockpit(env, incident);
  await play(cockpit);
});
