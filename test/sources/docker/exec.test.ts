import { describe, expect, test } from 'vitest';
import { masker } from '../../../src/io/secrets.ts';
import { frame } from '../../../src/world/servers/docker/frame.ts';
import { localServer } from '../../io/local-server.ts';
import { openDocker, openStand, toldOf } from './stand.ts';

const web = 'shop-web-1';

describe('exec', () => {
  test('runs an argv, tells both outputs, and how it ended', async () => {
    await using stand = await openStand();
    const plan = await stand.plan('exec', { container: web, argv: ['echo', 'a b', '$HOME'] });
    expect(plan.calls[0]?.body).toBe(
      '{"AttachStdout":true,"AttachStderr":true,"Cmd":["echo","a b","$HOME"]}',
    );
    expect(plan.objects[0]).toContain("echo 'a b' '$HOME' in container shop-web-1");
    expect(toldOf(await stand.act('exec', plan))).toEqual([
      'call POST /containers/ID/exec',
      'output a b $HOME',
      'found {"status":0}',
      'ok ended with status 0',
    ]);
    const failing = await stand.plan('exec', { container: web, argv: ['false'] });
    expect(toldOf(await stand.act('exec', failing)).at(-1)).toBe('failed ended with status 1');
  });

  test('a program that is not there, and a container that does not run', async () => {
    await using stand = await openStand();
    const plan = await stand.plan('exec', { container: web, argv: ['nope'] });
    const told = toldOf(await stand.act('exec', plan));
    expect(told[1]).toContain('exec: "nope": executable file not found in $PATH');
    expect(told.at(-1)).toBe('failed ended with status 126');
    stand.strike('out-of-memory');
    expect(toldOf(await stand.act('exec', plan)).at(-1)).toMatch(
      /^failed 409 Conflict: Container \w+ is not running$/,
    );
    await expect(stand.plan('exec', { container: web, argv: ['true'] })).rejects.toThrow(
      'shop-web-1 does not run: it is exited',
    );
  });
});

test('a secret in an argv is in no plan and in nothing that is told', async () => {
  const secret = 'hunter2+docker/exec=';
  masker.add(secret);
  await using stand = await openStand();
  const plan = await stand.plan('exec', {
    container: 'shop-web-1',
    argv: ['echo', secret, '--password', 'swordfish'],
  });
  const { params: _, ...shown } = plan;
  expect(JSON.stringify(shown)).not.toContain(secret);
  const told = await stand.act('exec', plan);
  expect(JSON.stringify(told)).not.toContain(secret);
  expect(JSON.stringify(shown)).not.toContain('swordfish');
  expect(toldOf(told)[1]).toBe('output …masked --password …masked');
});

test('a program that is left goes on in its container, and that is said', async () => {
  const Id = 'a'.repeat(64);
  await using server = await localServer((request, response) => {
    const path = request.url ?? '';
    if (path.endsWith('/start')) {
      response.writeHead(200).write(frame('begun\n', 1));
    } else if (path.endsWith('/exec')) response.writeHead(201).end('{"Id":"abc"}');
    else if (path.startsWith('/containers/json')) response.end(JSON.stringify([{ Id, Names: ['/web'] }]));
    else response.end(JSON.stringify({ Id, Name: '/web', State: { Status: 'running' } }));
  });
  await using opened = await openDocker({ host: server.url });
  const plan = await opened.plan('exec', { container: 'web', argv: ['sleep', '600'] });
  expect(toldOf(await opened.act('exec', plan, new AbortController())).at(-1)).toMatch(
    /^failed POST http:\S+\/exec\/abc\/start: cancelled; the program goes on in the container$/,
  );
});

test('a program that is ordered and then refused is told in the words of the daemon', async () => {
  const Id = 'a'.repeat(64);
  await using server = await localServer((request, response) => {
    const path = request.url ?? '';
    if (path.endsWith('/start')) response.writeHead(409).end(`{"message":"Container ${Id} is paused"}`);
    else if (path.endsWith('/exec')) response.writeHead(201).end('{"Id":"abc"}');
    else if (path.startsWith('/containers/json')) response.end(JSON.stringify([{ Id, Names: ['/web'] }]));
    else response.end(JSON.stringify({ Id, Name: '/web', State: { Status: 'running' } }));
  });
  await using opened = await openDocker({ host: server.url });
  const plan = await opened.plan('exec', { container: 'web', argv: ['true'] });
  expect(toldOf(await opened.act('exec', plan)).at(-1)).toBe(
    `failed 409 Conflict: Container ${Id} is paused`,
  );
});
