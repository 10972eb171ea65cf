import { afterEach, expect, test } from 'vitest';
import type { ViaSpec } from '../../../src/domain/profile/profile.ts';
import { startDockerEndpoint } from '../../../src/simulator/servers/docker/endpoint.ts';
import type { RunningSimulator } from '../../../src/simulator/simulator.ts';
import { startSimulator } from '../../../src/simulator/start.ts';
import { composeView } from '../../contract/rigs/docker-simulator.ts';
import { manualClock } from '../../support/manual-clock.ts';
import { hasOpenSsh } from '../../support/ssh-client.ts';
import { entryOf, never, openRemote, signalOf } from './remote-fixture.ts';

let simulator: RunningSimulator | undefined;
afterEach(async () => {
  await simulator?.close();
  simulator = undefined;
});

const check = (via: ViaSpec, ...runs: readonly (readonly string[])[]) =>
  entryOf('script', 'checks', { checks: runs.map((run, nth) => ({ service: `check-${nth}`, run })) }, via);

test('checks and files are read in a Docker container', async () => {
  const clock = manualClock();
  const { view, act } = composeStage(clock);
  const wire = await startDockerEndpoint(view);
  const via: ViaSpec = { source: 'engine', target: 'web' };
  const log = '/opt/web/logs/application.log';
  await using remote = await openRemote(
    clock,
    [
      entryOf('docker', 'engine', { host: wire.vars.docker, stats: false }),
      check(via, ['check-health'], ['no-such'], ['echo', '$(id); x']),
      entryOf('file', 'files', { paths: [log] }, via),
    ],
    [signalOf('size', 'files', { bytes: log }), signalOf('none', 'files', { exists: '/none' })],
  );
  await remote.read();
  expect(remote.health()).toEqual([
    expect.stringMatching(/^check-0 shop-web-1 up OK - /),
    'check-1 shop-web-1 unknown no `no-such` in this container',
    'check-2 shop-web-1 up $(id); x',
  ]);
  expect(remote.samples()).toEqual([expect.stringMatching(/^size \d+$/), 'none 0']);
  expect(remote.faults()).toEqual(['checks: shop-web-1: no-such: no `no-such` in this container']);

  await act();
  await remote.read();
  expect(remote.health()).toEqual([
    expect.stringMatching(/^check-0 .*unknown/),
    expect.stringMatching(/^check-1 .*unknown/),
    expect.stringMatching(/^check-2 .*unknown/),
  ]);
  expect(remote.faults()).toContainEqual(expect.stringMatching(/tunnel cut: engine web: /));
  await wire.close();
});

/** A Compose project, and a function that stops its container `web`. */
const composeStage = (clock: ReturnType<typeof manualClock>) => {
  const view = composeView(clock);
  return {
    view,
    act: async () => {
      const { compose } = view.model.environmentAt(view.env, clock.now()).parts;
      compose?.containers.find(({ service }) => service === 'web')?.stop(clock.now());
    },
  };
};

test('checks and files are read on a host', async () => {
  const clock = manualClock();
  simulator = await startSimulator('eventmesh', { clock });
  const vars = simulator.vars('production');
  const hosts = entryOf('host', 'hosts', {
    ssh: ['vm-1'],
    config: vars['world.ssh-config'],
    ...(hasOpenSsh ? {} : { client: [vars['world.ssh-client']] }),
  });
  const via: ViaSpec = { source: 'hosts', target: 'vm-1' };
  const log = simulator === undefined ? '' : '/var/log/eventmesh/api.log';
  await using remote = await openRemote(
    clock,
    [
      hosts,
      check(via, ['check-health'], ['no-such'], ['echo', "it's $(id)"]),
      entryOf('file', 'files', { paths: [log] }, via),
    ],
    [signalOf('none', 'files', { exists: '/none' })],
  );
  await remote.read();
  expect(remote.health()).toEqual([
    expect.stringMatching(/^check-0 vm-1 up OK - /),
    'check-1 vm-1 unknown no `no-such` on that host',
    "check-2 vm-1 up it's $(id)",
  ]);
  expect(remote.samples()).toEqual(['none 0']);

  await simulator.close();
  simulator = undefined;
  await remote.read();
  expect(remote.health()).toEqual(
    remote.health().map(() => expect.stringMatching(/^check-\d vm-1 unknown tunnel cut: hosts vm-1: /)),
  );
  expect(await remote.engine.sources.get('checks')?.doctor?.(never)).not.toEqual([]);
});
