import { expect, test } from 'vitest';
import { openSimulation } from '../simulation/simulation.ts';

test('an update is recorded first, says that it was not posted, and --post sends it once through the gates', async () => {
  await using simulation = openSimulation();
  const paged = ['--env', 'trading/production', '--rehearse', 'paged'];
  const incident = (...argv: readonly string[]) => simulation.run(['incident', ...argv, ...paged]);
  const [id = ''] = (await incident('declare', '--title', 'Orders time out')).stdout.split(' ');
  const recorded = await incident('update', id, 'pool exhausted');
  expect(recorded.code).toBe(0);
  expect(recorded.stdout).toContain('pool exhausted');
  expect(recorded.stderr).toContain(
    `opsdeck: recorded in ${id}, not posted to slack. To post: opsdeck incident update ${id} --post`,
  );
  // One that a person has posted says nothing, and is not posted again.
  const byHand = await incident('update', id, 'restarting', '--to', '#ops');
  expect(byHand.stderr).not.toContain('not posted');
  const nothing = await incident('update', id, '--post');
  expect(nothing.code).toBe(4);
  expect(nothing.stderr).toContain('the latest update is already posted. Record a new one first');

  // The gates of production hold: without its answers, the update stays recorded and is not sent.
  const refused = await incident('update', id, 'sessions terminated', '--post');
  expect(refused.code).toBe(3);
  expect(refused.stdout).toMatch(/read-only until armed/);
  const names = /--confirm '([^']+)'/.exec(refused.stdout)?.[1];
  const answers = ['--arm', id, ...(names === undefined ? [] : ['--confirm', names])];
  const posted = await incident('update', id, '--post', ...answers);
  expect(posted.stdout).toMatch(/chat\.postMessage.*200/);
  expect([0, 1, 5]).toContain(posted.code);
  const { updates } = JSON.parse((await incident('show', id, '--json')).stdout);
  expect(updates.map(({ text, posting }: { text: string; posting: string }) => [text, posting])).toEqual([
    ['pool exhausted', null],
    ['restarting', 'sent'],
    ['sessions terminated', 'sent'],
  ]);
  const again = await incident('update', id, '--post', ...answers);
  expect(again.stderr).toContain('the latest update is already posted');
});
