import { expect, test } from 'vitest';
import { composeBlastRadius } from '../../../src/sources/docker/operations/blast-radius.ts';
import { containerLike } from './container-like.ts';
import { openFixture } from './fixture.ts';

const share = (part: number, whole: number) => ({ share: { part, whole, of: 'containers of web' } });

/** Two containers of the service, and the impact of plans on it. */
const withTwo = async () => {
  const fixture = await openFixture();
  fixture.view.model.environmentAt('test', fixture.clock.now()).scale('web', 2);
  return fixture;
};

test('one container of a service, and all of them', async () => {
  await using fixture = await withTwo();
  expect((await fixture.plan('restart', { container: 'shop-web-1' })).reach).toEqual(share(1, 2));
  expect((await fixture.plan('restart', { service: 'web' })).reach).toEqual(share(2, 2));
});

test('ended containers do not reduce the share', async () => {
  await using fixture = await withTwo();
  await fixture.act('stop', await fixture.plan('stop', { container: 'shop-web-1' }));
  expect((await fixture.plan('stop', { container: 'shop-web-2' })).reach).toEqual(share(1, 1));
  expect((await fixture.plan('start', { container: 'shop-web-1' })).reach).toEqual(share(1, 2));
});

test.each([
  ['fewer: the removed ones', ['running', 'running', 'running'], 1, share(2, 3)],
  [
    'fewer, with some ended: as if running ones were removed',
    ['running', 'exited', 'exited'],
    1,
    share(1, 1),
  ],
  ['more: none', ['running'], 3, undefined],
  ['recreated: all', ['running', 'running'], undefined, share(2, 2)],
  ['none is running: no impact', ['exited'], 0, undefined],
])('Compose, %s', (_, states, replicas, reach) => {
  const containers = states.map((state) => containerLike({ service: 'web', state }));
  expect(composeBlastRadius(containers, 'web', replicas)).toEqual(reach);
});
