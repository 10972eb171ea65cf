import { connect } from 'node:net';
import { describe, expect, test } from 'vitest';
import type { SourceEntry, ViaSpec } from '../../../src/domain/profile/profile.ts';
import { openReadIo } from '../../../src/doors/read-io.ts';
import { diagnoseStep } from '../../../src/engine/diagnose.ts';
import { openEngine } from '../../../src/engine/engine.ts';
import type { Dial } from '../../../src/platform/network/dial.ts';
import { actuator } from '../../../src/sources/actuator/index.ts';
import { docker } from '../../../src/sources/docker/index.ts';
import { http } from '../../../src/sources/http/index.ts';
import type { SourceModule } from '../../../src/sources/kit/contract/source.ts';
import { profileOf } from '../../engine/toys.ts';
import { entry } from '../../engine/via/environment.ts';
import type { ManualClock } from '../../support/manual-clock.ts';
import { type Fixture, never, openDocker, openFixture } from './fixture.ts';

/** Advances the clock, as the containers need time to answer, until the work is done. */
const asTimePasses = async (clock: ManualClock, work: Promise<unknown>): Promise<void> => {
  let isDone = false;
  const done = work.finally(() => {
    isDone = true;
  });
  while (!isDone) await clock.advance(1);
  await done;
};

describe('sources behind a Docker daemon', () => {
  const open = async (fixture: Fixture, sources: readonly SourceEntry[]) => {
    const { clock, url } = fixture;
    const leading = entry(docker as SourceModule, 'd', { host: url, project: 'shop' });
    const engine = await openEngine(profileOf([leading, ...sources]), {
      modules: [docker as SourceModule, http as SourceModule, actuator as SourceModule],
      clock,
      random: () => 0,
      memory: false,
      paused: true,
    });
    return {
      engine,
      rows: async (source: string) => {
        await asTimePasses(clock, engine.reach(never, source));
        const ids = engine.feeds.filter((feed) => feed.source === source).map(({ id }) => id);
        await asTimePasses(clock, engine.readNow(ids, never));
        return engine
          .snapshot()
          .kinds.health.rows.filter(({ fact }) => fact.source === source)
          .map(({ fact }) => `${fact.instance} ${fact.status}`);
      },
      [Symbol.asyncDispose]: () => engine.close(),
    };
  };
  const through = (target: string, port: number): ViaSpec => ({ source: 'd', target, port });

  test('an actuator source has an instance per container of the service, and finds new ones', async () => {
    await using fixture = await openFixture();
    fixture.view.model.environmentAt('test', fixture.clock.now()).scale('web', 2);
    await using opened = await open(fixture, [
      entry(actuator as SourceModule, 'web', { service: 'web' }, through('web', 8081)),
    ]);
    expect(await opened.rows('web')).toEqual(['shop-web-1 up', 'shop-web-2 up']);
  });

  test('http uses the published port; for a removed container the tunnel is cut, which is never down', async () => {
    await using fixture = await openFixture();
    const check = { checks: [{ service: 'web', path: '/healthz' }] };
    await using opened = await open(fixture, [
      entry(http as SourceModule, 'web', check, through('shop-web-1', 8080)),
      entry(http as SourceModule, 'closed', check, through('shop-web-1', 9999)),
    ]);
    expect(await opened.rows('web')).toEqual(['shop-web-1 up']);
    expect(await opened.rows('closed')).toEqual(['shop-web-1 unknown']);
    expect(opened.engine.snapshot().faults.map(({ message }) => message)).toEqual([
      expect.stringContaining('tunnel cut: d shop-web-1: shop-web-1 publishes port 9999 nowhere'),
    ]);
    await fixture.act('stop', await fixture.plan('stop', { service: 'web' }));
    expect(await opened.rows('web')).toEqual(['shop-web-1 unknown']);
    expect(
      opened.engine.snapshot().faults.some(({ message }) => /tunnel cut: d shop-web-1/.test(message)),
    ).toBe(true);
  });
});

test('a daemon behind a tunnel acts there and starts no local program', async () => {
  await using fixture = await openFixture();
  const dial: Dial = async () => connect(Number(new URL(fixture.url).port), '127.0.0.1');
  const entryOf = { project: 'shop', files: ['compose.yaml'] };
  await using opened = await openDocker(entryOf, fixture.clock, { dial });
  expect((await opened.source.feeds[0]?.read(never))?.items).toHaveLength(6);
  await expect(opened.plan('composeUp', { service: 'web' })).rejects.toThrow(
    'd is reached through another source',
  );
  expect((await opened.plan('restart', { service: 'web' })).calls[0]?.line).toMatch(
    /^POST http:\/\/vm-1:2375\/containers/,
  );
});

test('a read-only diagnose step may run a program in a container, and nothing else', async () => {
  await using fixture = await openFixture();
  const leading = entry(docker as SourceModule, 'd', { host: fixture.url, project: 'shop' });
  const options = {
    modules: [docker as SourceModule],
    clock: fixture.clock,
    random: () => 0,
    memory: false,
    paused: true,
  };
  await using stack = new AsyncDisposableStack();
  const engine = await openEngine(profileOf([leading]), options);
  stack.defer(() => engine.close());
  const lastLineOf = async (use: string, given: Readonly<Record<string, unknown>>) => {
    const step = { id: 'd1', title: use, use, with: given, danger: 'read' } as const;
    const openIo = (route?: Parameters<typeof openReadIo>[1]) => openReadIo(fixture.clock, route);
    const { lines, faults } = await diagnoseStep(step, {}, { engine, openIo, clock: fixture.clock }, never);
    return [...lines, ...faults.map(({ message }) => message)].at(-1);
  };
  expect(await lastLineOf('d.exec', { container: 'shop-web-1', argv: ['hostname'] })).toMatch(
    /→ exited with status 0$/,
  );
  expect(await lastLineOf('d.logs', { container: 'shop-cache-1' })).toMatch(/→ read$/);
  expect(await lastLineOf('d.stop', { service: 'web' })).toContain('stop changes something');
  expect(fixture.states()).toContain('shop-web-1 runs');
});
