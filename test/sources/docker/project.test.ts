import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { composeProgramSource } from '../../../src/simulator/servers/http/compose-program.ts';
import { eventLines, type Fixture, openFixture } from './fixture.ts';

let dir: string;

/** Writes a Compose file; a service without variables is as the simulator created it. */
const compose = (services: Readonly<Record<string, Readonly<Record<string, string>>>>): Promise<void> =>
  writeFile(
    join(dir, 'compose.yaml'),
    JSON.stringify({
      services: Object.fromEntries(
        Object.entries(services).map(([name, environment]) => [name, { environment }]),
      ),
    }),
  );

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'opsdeck-project-'));
  await writeFile(join(dir, 'docker'), composeProgramSource(process.execPath));
  await chmod(join(dir, 'docker'), 0o755);
  await compose({ web: {}, cache: {} });
});
afterEach(() => rm(dir, { recursive: true, force: true }));

const open = (program = [join(dir, 'docker'), 'compose']): Promise<Fixture> =>
  openFixture({ project: 'shop', files: ['compose.yaml'], compose: program }, { dir });

test('the preview lists every container that is touched, and those that are not', async () => {
  await using fixture = await open();
  await expect(fixture.plan('composeProjectUp', {})).rejects.toThrow(
    'project shop already matches the Compose files, so there is nothing to change',
  );
  await compose({ web: { POOL: '20' }, cache: {} });
  const plan = await fixture.plan('composeProjectUp', {});
  expect(plan).toMatchObject({
    danger: 'disruptive',
    targets: [{ name: 'shop', saw: '2 services, 2 of 2 containers running' }],
    calls: [{ line: `${join(dir, 'docker')} compose -f ${join(dir, 'compose.yaml')} -p shop up -d` }],
    objects: [
      'recreate shop-web-1 of service web: the configuration of the service has changed',
      'unchanged: shop-cache-1',
      'the container shop-broker-1 stays as it is, because its service broker is not in the Compose files',
    ],
    lost: 'data outside of volumes is lost in shop-web-1',
    interrupts: [{ does: 'restarts', service: 'web' }],
  });
  expect(await fixture.recheck('composeProjectUp', plan)).toBeUndefined();
  await compose({ web: { POOL: '30' }, cache: {} });
  expect(await fixture.recheck('composeProjectUp', plan)).toMatchObject({
    target: 'shop',
    found: '2 services, 2 of 2 containers running (different containers, states or files)',
  });
});

test('up recreates what has changed, and is verified by the IDs of the containers', async () => {
  await using fixture = await open();
  await compose({ web: { POOL: '20' }, cache: {} });
  const plan = await fixture.plan('composeProjectUp', {});
  expect(fixture.undo('composeProjectUp', plan)).toBeUndefined();
  expect(eventLines(await fixture.act('composeProjectUp', plan)).at(-1)).toBe('ok exited with status 0');
  await expect(fixture.plan('composeProjectUp', {})).rejects.toThrow(
    'already matches the Compose files, so there is nothing to change',
  );
});

test.each([
  [
    'recreates nothing',
    'exit 0',
    'failed exited with status 0, but shop-web-1 still has the old configuration: Compose did not recreate the container',
  ],
  ['fails', 'echo "no space" >&2; exit 18', 'failed exited with status 18'],
])('a Compose that %s has not done its work', async (_, does, last) => {
  await compose({ web: { POOL: '20' }, cache: {} });
  const script = `case "$*" in *config*) exec "${join(dir, 'docker')}" "$@" ;; esac; ${does}`;
  await using fixture = await open(['sh', '-c', script, 'compose']);
  const plan = await fixture.plan('composeProjectUp', {});
  expect(eventLines(await fixture.act('composeProjectUp', plan)).at(-1)).toBe(last);
});

test('down removes the containers of the files and nothing else; its undo creates them again', async () => {
  await using fixture = await open();
  const plan = await fixture.plan('composeDown', {});
  expect(plan).toMatchObject({
    danger: 'destructive',
    objects: [
      'remove shop-cache-1: running, shop/cache:latest',
      'remove shop-web-1: running, shop/web:2.4.1',
      'remove the networks of the project, but keep the volumes',
      'the container shop-broker-1 stays as it is, because its service broker is not in the Compose files',
    ],
    calls: [{ line: expect.stringMatching(/ -p shop down$/) }],
  });
  expect(plan.calls[0]?.line).not.toMatch(/ -v| --volumes/);
  expect(eventLines(await fixture.act('composeDown', plan)).at(-1)).toBe('ok exited with status 0');
  expect(fixture.states()).toEqual(['shop-broker-1 runs']);
  await expect(fixture.plan('composeDown', {})).rejects.toThrow('project shop has no container');
  const undo = fixture.undo('composeDown', plan);
  expect(undo).toMatchObject({ use: 'd.composeProjectUp', with: {} });
  const back = await fixture.plan('composeProjectUp', {});
  expect(back.objects.slice(0, 2)).toEqual([
    'create a container of service web: the service has no container yet',
    'create a container of service cache: the service has no container yet',
  ]);
  expect(fixture.undo('composeProjectUp', back)).toMatchObject({ use: 'd.composeDown' });
  expect(eventLines(await fixture.act('composeProjectUp', back)).at(-1)).toBe('ok exited with status 0');
  expect(fixture.states()).toEqual(['shop-broker-1 runs', 'shop-cache-1 runs', 'shop-web-1 runs']);
});

test('a Compose that removes nothing has not done its work', async () => {
  const script = `case "$*" in *config*) exec "${join(dir, 'docker')}" "$@" ;; esac`;
  await using fixture = await open(['sh', '-c', script, 'compose']);
  const plan = await fixture.plan('composeDown', {});
  expect(eventLines(await fixture.act('composeDown', plan)).at(-1)).toBe(
    'failed exited with status 0, but shop-cache-1, shop-web-1 remains',
  );
});

test('a stopped container is started; files that Compose cannot read are a failed plan', async () => {
  await using fixture = await open();
  await fixture.act('stop', await fixture.plan('stop', { service: 'web' }));
  expect((await fixture.plan('composeProjectUp', {})).objects[0]).toBe(
    'start shop-web-1 of service web: currently exited',
  );
  await writeFile(join(dir, 'compose.yaml'), '{');
  await expect(fixture.plan('composeProjectUp', {})).rejects.toThrow(/config --hash '\*': /);
});
