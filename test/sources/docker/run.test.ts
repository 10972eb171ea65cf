import type { ServerResponse } from 'node:http';
import { expect, test } from 'vitest';
import { streamFrame } from '../../../src/simulator/servers/docker/daemon-request.ts';
import { localServer } from '../../support/local-server.ts';
import { eventLines, openDocker, openFixture } from './fixture.ts';

const image = 'shop/web:2.4.1';

test('a program runs in a new container of an image, without a network. The container is removed', async () => {
  await using fixture = await openFixture();
  const plan = await fixture.plan('run', { image, argv: ['echo', 'a b'] });
  expect(plan.danger).toBe('safe');
  expect(plan.objects).toEqual([
    "echo 'a b' in a new container of shop/web:2.4.1, without network and volumes",
    'opsdeck removes the container when the program has ended',
  ]);
  expect(plan.calls[0]?.command).toMatch(
    /^docker -H tcp:\S+ run --rm --network none --entrypoint echo shop\/web:2\.4\.1 'a b'$/,
  );
  expect(await fixture.recheck('run', plan)).toBeUndefined();
  expect(eventLines(await fixture.act('run', plan)).slice(1)).toEqual([
    'output a b',
    'found {"status":0}',
    'ok exited with status 0. The container was removed',
  ]);
  const { name } = Object(plan.earlier);
  expect((await fetch(`${fixture.url}/containers/${name}/json`)).status).toBe(404);
  expect(fixture.states()).toEqual(['shop-broker-1 runs', 'shop-cache-1 runs', 'shop-web-1 runs']);
});

test('a program that fails, and one that is not in the image', async () => {
  await using fixture = await openFixture();
  const last = async (argv: readonly string[]): Promise<string | undefined> => {
    const plan = await fixture.plan('run', { service: 'web', argv });
    return eventLines(await fixture.act('run', plan)).at(-1);
  };
  expect(await last(['false'])).toBe('failed exited with status 1. The container was removed');
  expect(await last(['nope'])).toMatch(
    /^failed 400 Bad Request: exec: "nope": executable file not found in \$PATH: unknown. The container was removed$/,
  );
});

test('at its deadline, a program is ended by the removal of its container', async () => {
  await using fixture = await openFixture();
  const plan = await fixture.plan('run', { image, argv: ['sleep', '600'], timeout: '30s' });
  const acted = fixture.act('run', plan);
  const { name } = Object(plan.earlier);
  const status = async () => (await fetch(`${fixture.url}/containers/${name}/json`)).status;
  while ((await status()) !== 200);
  await fixture.clock.advance(30_000);
  expect(eventLines(await acted).at(-1)).toBe(
    'failed the program had not finished after 30s. If the program needs longer, raise timeout. The container was removed. Whatever the program has done until then remains',
  );
  expect(await status()).toBe(404);
});

test('an absent image, an unknown service, and an image that has changed since the plan', async () => {
  await using fixture = await openFixture();
  await expect(fixture.plan('run', { image: 'shop/web:9', argv: ['true'] })).rejects.toThrow(
    /^shop\/web:9 is not present at \S+: pull the image first$/,
  );
  await expect(fixture.plan('run', { service: 'nope', argv: ['true'] })).rejects.toThrow(
    'no container of service nope',
  );
  const plan = await fixture.plan('run', { image, argv: ['true'] });
  const [target] = plan.targets;
  if (target === undefined) throw new Error('no target');
  expect(
    await fixture.recheck('run', { ...plan, targets: [{ ...target, saw: 'sha256:old' }] }),
  ).toMatchObject({
    planned: 'sha256:old',
  });
});

const Id = 'a'.repeat(64);

const template = {
  Id,
  Name: '/web',
  Image: 'sha256:1',
  State: { Status: 'running' },
  Config: { Env: ['DB_PASSWORD=swordfish'], User: '1000', WorkingDir: '/app', Labels: {} },
  HostConfig: { NetworkMode: 'shop_default' },
  NetworkSettings: { Networks: { shop_default: {}, shop_back: {} } },
};

/** A daemon that answers `create`, and then fails at `at`. */
const failingAt = (at: 'attach' | 'start' | 'output', removal: number) => {
  const questions: { readonly line: string; readonly body: string }[] = [];
  const replies: Readonly<Record<string, (response: ServerResponse) => void>> = {
    create: (response) => response.writeHead(201).end('{"Id":"b"}'),
    connect: (response) => response.end(),
    wait: (response) => response.writeHead(200).flushHeaders(),
    start: (response) => response.writeHead(204).end(),
    attach: (response) => response.writeHead(200).write(streamFrame('half', 1), () => response.destroy()),
    json: (response) => response.end(JSON.stringify(template)),
  };
  const server = localServer(async (request, response) => {
    const path = (request.url ?? '').replace(/opsdeck-run-\w+/, 'NAME');
    const what = /\/(\w+)(?:\?|$)/.exec(path)?.[1] ?? '';
    let body = '';
    for await (const chunk of request) body += String(chunk);
    questions.push({ line: `${request.method} ${path}`, body });
    if (request.method === 'DELETE') response.writeHead(removal).end();
    else if (path.startsWith('/containers/json')) response.end(JSON.stringify([{ Id, Names: ['/web'] }]));
    else if (what === at) response.writeHead(500).end('{"message":"no space left"}');
    else replies[what]?.(response);
  });
  return { asked: questions, server };
};

test.each([
  ['attach', 204, 'failed 500 Internal Server Error: no space left. The container was removed'],
  ['start', 409, 'failed 500 Internal Server Error: no space left. The container was removed'],
  [
    'start',
    500,
    /^failed .*. The container could not be removed \(500 Internal Server Error\): run docker rm -f opsdeck-run-\w+$/,
  ],
  [
    'output',
    204,
    /^failed .*. The container was removed\. Whatever the program has done until then remains$/,
  ],
] as const)(
  'when %s fails and the removal answers %d, the outcome of both is reported',
  async (at, removal, last) => {
    const { asked, server: starting } = failingAt(at, removal);
    await using server = await starting;
    await using opened = await openDocker({ host: server.url, project: 'shop' });
    const plan = await opened.plan('run', { service: 'web', argv: ['migrate', 'up'] });
    const ended = eventLines(await opened.act('run', plan)).at(-1);
    if (typeof last === 'string') expect(ended).toBe(last);
    else expect(ended).toMatch(last);
    expect(asked.at(-1)?.line).toBe('DELETE /containers/NAME?force=1&v=1');
    // The environment of the service reaches the container, and nothing else.
    expect(JSON.stringify(plan)).not.toContain('swordfish');
    const create = asked.find(({ line }) => line.includes('/create'));
    expect(JSON.parse(create?.body ?? '')).toMatchObject({
      Entrypoint: ['migrate'],
      Cmd: ['up'],
      Env: ['DB_PASSWORD=swordfish'],
      User: '1000',
      WorkingDir: '/app',
      HostConfig: { AutoRemove: true, NetworkMode: 'shop_default', VolumesFrom: [Id] },
    });
    expect(asked.map(({ line }) => line)).toContain('POST /networks/shop_back/connect');
  },
);
