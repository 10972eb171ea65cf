import { expect, test } from 'vitest';
import { composeBlastRadius } from '../../../src/sources/docker/operations/blast-radius.ts';
import { containerLike } from './container-like.ts';
import { openStand } from './stand.ts';

const share = (part: number, whole: number) => ({ share: { part, whole, of: 'containers of web' } });

/** Two containers of the service, and how much of it plans reach. */
const withTwo = async () => {
  const stand = await openStand();
  stand.view.model.environmentAt('test', stand.clock.now()).scale('web', 2);
  return stand;
};

test('one container of a service, and all of them', async () => {
  await using stand = await withTwo();
  expect((await stand.plan('restart', { container: 'shop-web-1' })).reach).toEqual(share(1, 2));
  expect((await stand.plan('restart', { service: 'web' })).reach).toEqual(share(2, 2));
});

test('what has ended makes no share smaller', async () => {
  await using stand = await withTwo();
  await stand.act('stop', await stand.plan('stop', { container: 'shop-web-1' }));
  expect((await stand.plan('stop', { container: 'shop-web-2' })).reach).toEqual(share(1, 1));
  expect((await stand.plan('start', { container: 'shop-web-1' })).reach).toEqual(share(1, 2));
});

test.each([
  ['fewer: those that go', ['running', 'running', 'running'], 1, share(2, 3)],
  ['fewer, where some have ended: as if those that run go', ['running', 'exited', 'exited'], 1, share(1, 1)],
  ['more: none', ['running'], 3, undefined],
  ['made anew: any', ['running', 'running'], undefined, share(2, 2)],
  ['none runs: nothing is reached', ['exited'], 0, undefined],
])('Compose, %s', (_, states, replicas, reach) => {
  const containers = states.map((state) => containerLike({ service: 'web', state }));
  expect(composeBlastRadius(containers, 'web', replicas)).toEqual(reach);
});
