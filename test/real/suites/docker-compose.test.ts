import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { askEngine, callEngine } from '../docker/engine.ts';
import { shopImage } from '../docker/image.ts';
import { openDockerSource } from '../docker/source.ts';
import { find } from '../machine/command.ts';
import { detailOf, underTest } from '../setting.ts';

const socket = detailOf(underTest(), 'socket');
const never = new AbortController().signal;
let stack = new AsyncDisposableStack();
afterEach(async () => {
  await stack.disposeAsync();
  stack = new AsyncDisposableStack();
});

/** The plugin of the Docker CLI where the server has one, else the separate program of the distribution (V1). */
const { plugins } = underTest().details ?? {};
const [compose, separator] =
  plugins === undefined
    ? [['docker-compose'], '_']
    : [['env', `DOCKER_CONFIG=${plugins}`, 'docker', 'compose'], '-'];
const isInstalled = plugins !== undefined || (await find('docker-compose')) !== undefined;
const web = ['shop', 'web', '1'].join(separator);
const other = ['shop', 'other', '1'].join(separator);

/** As process 1, a shell ignores SIGTERM unless it handles it, and Compose would wait for ten seconds. */
const sleeping = (seconds: number): string => `trap exit TERM; sleep ${seconds} & wait`;

const writeProject = (dir: string, seconds: number): Promise<void> =>
  writeFile(
    join(dir, 'compose.yaml'),
    `version: "3"
services:
  web: { image: "${shopImage}", network_mode: none, command: ["/bin/sh", "-c", "${sleeping(seconds)}"] }
  other: { image: "${shopImage}", network_mode: none, command: ["/bin/sh", "-c", "${sleeping(600)}"] }
`,
  );

/** A directory with a Compose project, whose containers are removed afterwards. */
const project = async (): Promise<string> => {
  const dir = await mkdtemp(join(tmpdir(), 'opsdeck-compose-'));
  stack.defer(() => rm(dir, { recursive: true }));
  await writeProject(dir, 600);
  stack.defer(async () => {
    // This daemon also runs the container of a whole host.
    const filters = encodeURIComponent('{"label":["com.docker.compose.project=shop"]}');
    const path = `/containers/json?all=1&filters=${filters}`;
    const all = await askEngine<readonly { Id: string }[]>(socket, 'GET', path);
    for (const { Id } of all) await callEngine(socket, 'DELETE', `/containers/${Id}?force=true&v=true`);
  });
  return dir;
};

const done = 'ok exited with status 0';

test.runIf(isInstalled)('creates a service, scales it up and back, and the whole project', async () => {
  const dir = await project();
  const entry = { socket, project: 'shop', files: ['compose.yaml'], compose };
  const { do: act, rows, operation } = stack.use(await openDockerSource(entry, { dir }));
  expect((await act('composeUp', { service: 'web' })).at(-1)).toBe(done);
  expect(await rows()).toEqual([`container ${web} running 1/1`, 'service web running 1/1']);
  const plan = await operation('composeScale').plan({ service: 'web', replicas: 3 }, never);
  expect((await act('composeScale', { service: 'web', replicas: 3 })).at(-1)).toBe(done);
  expect((await rows()).at(-1)).toBe('service web running 3/3');
  expect(await operation('composeScale').recheck(plan, never)).toMatchObject({ target: 'web' });
  const undo = operation('composeScale').undo?.(plan);
  expect((await act('composeScale', undo?.with ?? {})).at(-1)).toBe(done);
  expect(await rows()).toEqual([`container ${web} running 1/1`, 'service web running 1/1']);

  const objectsOf = async (name: string) => (await operation(name).plan({}, never)).objects;
  expect(await objectsOf('composeProjectUp')).toEqual([
    'create a container of service other: the service has no container yet',
    `unchanged: ${web}`,
  ]);
  expect((await act('composeProjectUp', {})).at(-1)).toBe(done);
  await expect(objectsOf('composeProjectUp')).rejects.toThrow(
    'already matches the Compose files, so there is nothing to change',
  );
  await writeProject(dir, 601);
  expect(await objectsOf('composeProjectUp')).toEqual([
    `recreate ${web} of service web: the configuration of the service has changed`,
    `unchanged: ${other}`,
  ]);
  expect((await act('composeProjectUp', {})).at(-1)).toBe(done);
  await act('stop', { service: 'other', grace: '0s' });
  expect(await objectsOf('composeProjectUp')).toEqual([
    `start ${other} of service other: currently exited`,
    `unchanged: ${web}`,
  ]);
  expect((await objectsOf('composeDown')).slice(0, 2)).toEqual([
    expect.stringMatching(new RegExp(`^remove ${other}: exited, opsdeck-shop`)),
    expect.stringMatching(new RegExp(`^remove ${web}: running, opsdeck-shop`)),
  ]);
  expect((await act('composeDown', {})).at(-1)).toBe(done);
  expect(await rows()).toEqual([]);
});
