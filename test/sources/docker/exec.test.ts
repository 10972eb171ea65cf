import { describe, expect, test, vi } from 'vitest';
import { secretMasker } from '../../../src/platform/masking/secrets.ts';
import { streamFrame } from '../../../src/simulator/servers/docker/daemon-request.ts';
import { localServer } from '../../support/local-server.ts';
import { eventLines, openDocker, openFixture } from './fixture.ts';

const web = 'shop-web-1';

describe('exec', () => {
  test('runs an argv; reports both outputs and the exit status', async () => {
    await using fixture = await openFixture();
    const plan = await fixture.plan('exec', { container: web, argv: ['echo', 'a b', '$HOME'] });
    expect(plan.calls[0]?.body).toMatch(
      /^\{"AttachStdout":true,"AttachStderr":true,"Cmd":\["echo","a b","\$HOME"],"Env":\["OPSDECK_RUN=[0-9a-f]{12}"]}$/,
    );
    expect(plan.calls[0]?.command).toMatch(
      /^docker -H tcp:\/\/127\.0\.0\.1:\d+ exec shop-web-1 echo 'a b' '\$HOME'$/,
    );
    expect(plan.objects[0]).toContain("echo 'a b' '$HOME' in container shop-web-1");
    expect(eventLines(await fixture.act('exec', plan))).toEqual([
      `call ${plan.calls[0]?.command}`,
      'output a b $HOME',
      'found {"status":0}',
      'ok exited with status 0',
    ]);
    const failing = await fixture.plan('exec', { container: web, argv: ['false'] });
    expect(eventLines(await fixture.act('exec', failing)).at(-1)).toBe('failed exited with status 1');
  });

  test('a missing program, and a stopped container', async () => {
    await using fixture = await openFixture();
    const plan = await fixture.plan('exec', { container: web, argv: ['nope'] });
    const events = eventLines(await fixture.act('exec', plan));
    expect(events[1]).toContain('exec: "nope": executable file not found in $PATH');
    expect(events.at(-1)).toBe('failed exited with status 126');
    fixture.startScenario('out-of-memory');
    expect(eventLines(await fixture.act('exec', plan)).at(-1)).toMatch(
      /^failed 409 Conflict: Container \w+ is not running$/,
    );
    await expect(fixture.plan('exec', { container: web, argv: ['true'] })).rejects.toThrow(
      'the container shop-web-1 is not running, but exited: start the container first',
    );
  });
});

test('a secret in an argv is not in the plan or in any output', async () => {
  const secret = 'hunter2+docker/exec=';
  secretMasker.add(secret);
  await using fixture = await openFixture();
  const plan = await fixture.plan('exec', {
    container: 'shop-web-1',
    argv: ['echo', secret, '--password', 'swordfish'],
  });
  const { params: _, ...shown } = plan;
  expect(JSON.stringify(shown)).not.toContain(secret);
  const events = await fixture.act('exec', plan);
  expect(JSON.stringify(events)).not.toContain(secret);
  expect(JSON.stringify(shown)).not.toContain('swordfish');
  expect(eventLines(events)[1]).toBe('output …masked --password …masked');
});

/** The state of the nth created exec. */
const stateOf = async (url: string, n: number): Promise<{ readonly Running?: boolean }> =>
  Object(await (await fetch(`${url}/exec/${n.toString(16).padStart(64, '0')}/json`)).json());

test('a canceled program is killed in its container, and no other one is', async () => {
  await using fixture = await openFixture();
  const stop = new AbortController();
  const [plan, other] = await Promise.all(
    ['600', '601'].map((seconds) => fixture.plan('exec', { container: web, argv: ['sleep', seconds] })),
  );
  if (plan === undefined || other === undefined) throw new Error('not planned');
  const acted = fixture.act('exec', plan, stop);
  const goesOn = new AbortController();
  const others = fixture.act('exec', other, goesOn);
  const states = () => Promise.all([1, 2].map((n) => stateOf(fixture.url, n)));
  await vi.waitFor(async () => expect(await states()).toMatchObject([{ Running: true }, { Running: true }]), {
    timeout: 20_000,
  });
  stop.abort(new DOMException('no longer needed', 'AbortError'));
  expect(eventLines(await acted).at(-1)).toMatch(
    /: canceled. The program was killed there, with all child processes\. Whatever the program has done until then remains$/,
  );
  const running = (await states()).filter(({ Running }) => Running);
  expect(running).toHaveLength(1);
  goesOn.abort(new DOMException('no longer needed', 'AbortError'));
  await others;
  expect(await states()).toMatchObject([
    { Running: false, ExitCode: 143 },
    { Running: false, ExitCode: 143 },
  ]);
});

test.each([
  [
    'a process that could not be killed. Whatever the program has done until then remains',
    { output: '17 42\n', status: 1, runs: false },
    'Process 17, 42 could not be killed and is still running. Whatever the program has done until then remains',
  ],
  [
    'a container without a shell',
    { output: 'exec failed: exec: "sh": executable file not found in $PATH\n', status: 127, runs: false },
    'The program may still be running: it could not be killed. Whatever the program has done until then remains',
  ],
  [
    'an exec that the daemon knows has ended',
    { output: '', status: 0, runs: true },
    'The program was killed there, with all child processes. The daemon reports that the program is still running',
  ],
])('%s is reported', async (_, { output, status, runs }, words) => {
  const Id = 'a'.repeat(64);
  const ordered: string[] = [];
  await using server = await localServer(async (request, response) => {
    const path = request.url ?? '';
    if (path.endsWith('/exec')) {
      let body = '';
      for await (const chunk of request) body += String(chunk);
      ordered.push(body);
      response.writeHead(201).end(`{"Id":"${ordered.length}"}`);
    } else if (path === '/exec/1/start') response.writeHead(200).write(streamFrame('begun\n', 1));
    else if (path === '/exec/2/start') response.writeHead(200).end(streamFrame(output, 1));
    else if (path === '/exec/1/json') response.end(JSON.stringify({ Running: runs, ExitCode: null }));
    else if (path === '/exec/2/json') response.end(JSON.stringify({ Running: false, ExitCode: status }));
    else if (path.startsWith('/containers/json')) response.end(JSON.stringify([{ Id, Names: ['/web'] }]));
    else response.end(JSON.stringify({ Id, Name: '/web', State: { Status: 'running' } }));
  });
  await using opened = await openDocker({ host: server.url });
  const plan = await opened.plan('exec', { container: 'web', argv: ['sleep', '600'] });
  const events = eventLines(await opened.act('exec', plan, new AbortController()));
  expect(events.at(-1)).toContain(`/exec/1/start: canceled. ${words}`);
  const mark = /OPSDECK_RUN=(\w+)"/.exec(ordered[0] ?? '')?.[1];
  // The kill receives the mark as an argument, and does not carry it itself.
  expect(JSON.parse(ordered[1] ?? '').Cmd.at(-1)).toBe(mark);
  expect(JSON.parse(ordered[1] ?? '').Env).toBeUndefined();
});

test('an exec that is created but refused at start has the message of the daemon', async () => {
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
  expect(eventLines(await opened.act('exec', plan)).at(-1)).toBe(
    `failed 409 Conflict: Container ${Id} is paused`,
  );
});
