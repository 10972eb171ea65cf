import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { type WebSocket, WebSocketServer } from 'ws';
import { openReadIo } from '../../../src/doors/read-io.ts';
import { TunnelError } from '../../../src/platform/network/dial.ts';
import type { Program, ProgramEvent } from '../../../src/platform/processes/program.ts';
import { collectRemoteEnd } from '../../../src/platform/remote-exec/remote-exec.ts';
import { ProgramError } from '../../../src/platform/runtime/wire-error.ts';
import type { RemoteExecTarget } from '../../../src/sources/kit/contract/source.ts';
import { kubernetes } from '../../../src/sources/kubernetes/index.ts';
import { manualClock } from '../../support/manual-clock.ts';
import { kubeconfigOf } from './fixture.ts';

const never = new AbortController().signal;

interface Execs extends AsyncDisposable {
  readonly asked: string[];
  events(program: Program, signal?: AbortSignal, execTarget?: RemoteExecTarget): AsyncIterable<ProgramEvent>;
  run(...asked: Parameters<Execs['events']>): ReturnType<typeof collectRemoteEnd>;
}

const on = (channel: number, text: string): Buffer =>
  Buffer.concat([Buffer.from([channel]), Buffer.from(text)]);

/** The error channel's report of a program's end. */
const exit = (code: number): Buffer =>
  on(
    3,
    JSON.stringify(
      code === 0
        ? { status: 'Success' }
        : {
            status: 'Failure',
            reason: 'NonZeroExitCode',
            details: { causes: [{ reason: 'ExitCode', message: String(code) }] },
          },
    ),
  );

/** An API server that runs programs as `serve` defines, or refuses with a status and a message. */
const openExecs = async (serve: ((wire: WebSocket) => void) | readonly [number, string]): Promise<Execs> => {
  const questions: string[] = [];
  const server: Server = createServer();
  const sockets = new WebSocketServer({ noServer: true, handleProtocols: (all) => [...all][0] ?? false });
  server.on('upgrade', (request, socket, head) => {
    questions.push(decodeURIComponent(request.url ?? ''));
    if (typeof serve === 'function') return sockets.handleUpgrade(request, socket, head, serve);
    const [status, message] = serve;
    const body = JSON.stringify({
      kind: 'Status',
      apiVersion: 'v1',
      metadata: {},
      status: 'Failure',
      message,
    });
    socket.end(`HTTP/1.1 ${status} No\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const dir = await mkdtemp(join(tmpdir(), 'opsdeck-kube-test-'));
  const kubeconfig = join(dir, 'config');
  await writeFile(kubeconfig, JSON.stringify(kubeconfigOf(`http://127.0.0.1:${port}`)));
  const clock = manualClock();
  const io = openReadIo(clock);
  const source = await kubernetes.open(
    { id: 'k8s', env: 'test', signals: [], config: kubernetes.config.parse({ kubeconfig }) },
    io,
  );
  const declared = io.declaredReads();
  const events: Execs['events'] = (program, signal = never, execTarget = { end: 'bus-0' }) => {
    if (source.run === undefined) throw new Error('no run');
    return source.run(execTarget, program, declared, signal);
  };
  return {
    asked: questions,
    events,
    run: (...which) => collectRemoteEnd(events(...which)),
    [Symbol.asyncDispose]: async () => {
      await Promise.all([source.close(), declared.close(), io.close()]);
      for (const client of sockets.clients) client.terminate();
      await new Promise<void>((resolve) => server.close(() => resolve()));
      await rm(dir, { recursive: true });
    },
  };
};

test('an argv is passed word by word, in the named container', async () => {
  await using execs = await openExecs((wire) => {
    wire.send(on(1, 'o'));
    wire.send(on(2, 'hm\n'));
    wire.send(on(1, 'k\n'));
    wire.send(exit(3), () => wire.close(1000));
  });
  const argv = ['check', '-w', '5 6', '$(id)'];
  const end = await execs.run({ argv, env: { A: 'b c' } }, never, { end: 'bus-0', container: 'app' });
  expect(end).toMatchObject({ status: 3, raw: 'ok\n', err: 'hm\n', cut: false });
  expect(execs.asked).toEqual([
    '/api/v1/namespaces/prod/pods/bus-0/exec?container=app&stdout=true&stderr=true&command=env&command=A=b+c&command=check&command=-w&command=5+6&command=$(id)',
  ]);
});

/** A message of containerd through a kubelet: the relevant part comes late. */
const inContainerd =
  'Internal error occurred: Internal error occurred: error executing command in container: failed to exec in container: failed to start exec "79c2c5db6ff2355cf13aeabb8f81c310269f163f45543996cbbe5d383b5e93cd": OCI runtime exec failed: exec failed: unable to start container process: exec: "check": executable file not found in $PATH: unknown';

test('a program that cannot be started is missing. The tunnel works', async () => {
  await using execs = await openExecs((wire) => {
    wire.send(
      on(3, JSON.stringify({ status: 'Failure', reason: 'InternalError', message: inContainerd })),
      () => wire.close(1000),
    );
  });
  const error = await execs.run({ argv: ['check'] }).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(ProgramError);
  expect(error).toMatchObject({ kind: 'missing', message: 'no `check` in this container' });
});

test.each<[string, ((wire: WebSocket) => void) | readonly [number, string], RegExp, RegExp | undefined]>([
  [
    'is lost during execution',
    (wire) => wire.send(on(1, 'half'), () => wire.terminate()),
    /closed with 1006/,
    undefined,
  ],
  [
    'closes without an exit status',
    (wire) => wire.close(1000),
    /was closed before the exit status of the program was known/,
    undefined,
  ],
  [
    'fails for a reason of the node',
    (wire) =>
      wire.send(on(3, JSON.stringify({ status: 'Failure', message: 'container is in CREATED state' })), () =>
        wire.close(1000),
      ),
    /container is in CREATED state/,
    undefined,
  ],
  [
    'is denied',
    [
      403,
      'pods "bus-0" is forbidden: User "ana" cannot create resource "pods/exec" in API group "" in the namespace "prod"',
    ],
    /answered 403 Forbidden: pods "bus-0" is forbidden/,
    /resources: \["pods\/exec"\], verbs: \[create\]/,
  ],
  [
    'requires a container',
    [400, 'a container name must be specified for pod bus-0, choose one of: [app sidecar]'],
    /choose one of: \[app sidecar\]/,
    /container: NAME/,
  ],
  ['has no pod', [404, 'pods "bus-0" not found'], /answered 404: pods "bus-0" not found/, undefined],
])('a tunnel that %s is cut', async (_, serve, message, remedy) => {
  await using execs = await openExecs(serve);
  const error = await execs.run({ argv: ['check'] }).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(TunnelError);
  expect(error).toMatchObject({
    message: expect.stringMatching(message),
    remedy: remedy === undefined ? undefined : expect.stringMatching(remedy),
  });
});

test('a program that times out has failed itself, and its connection is closed', async () => {
  const begun = Promise.withResolvers<WebSocket>();
  await using execs = await openExecs((wire) => begun.resolve(wire));
  const stop = new AbortController();
  const late = new DOMException('no answer in 10s', 'TimeoutError');
  const run = collectRemoteEnd(
    (async function* () {
      for await (const event of execs.events({ argv: ['check'] }, stop.signal)) {
        stop.abort(late);
        yield event;
      }
    })(),
  );
  const wire = await begun.promise;
  const closed = new Promise((resolve) => wire.once('close', resolve));
  wire.send(on(1, 'working\n'));
  await expect(run).rejects.toMatchObject({
    name: 'ProgramError',
    kind: 'timeout',
    message: 'no answer in 10s',
  });
  await closed;

  // It cannot be killed there, so the same program is not started repeatedly.
  await expect(execs.run({ argv: ['check'] })).rejects.toMatchObject({
    kind: 'timeout',
    message: 'an earlier run has not ended there. Next attempt in 1m',
    remedy: expect.stringContaining('timeout'),
  });
  expect(execs.asked).toHaveLength(1);
});

test('a tunnel that does not open in time is not a timeout of the program', async () => {
  await using execs = await openExecs(() => {});
  const stop = new AbortController();
  stop.abort(new DOMException('no answer in 10s', 'TimeoutError'));
  const error = await execs.run({ argv: ['check'] }, stop.signal).catch((thrown: unknown) => thrown);
  expect(error).not.toBeInstanceOf(ProgramError);
  expect(error).toMatchObject({ kind: 'timeout' });
});

test('a program with endless output is abandoned', async () => {
  await using execs = await openExecs((wire) => {
    const more = (): void => {
      if (wire.readyState === wire.OPEN) wire.send(on(1, 'x'.repeat(65_536)), more);
    };
    more();
  });
  await expect(execs.run({ argv: ['yes'], maxBytes: 1000 })).rejects.toMatchObject({ kind: 'malformed' });
});

test('the working directory is defined by the image', async () => {
  await using execs = await openExecs((wire) => wire.close());
  await expect(execs.run({ argv: ['check'], cwd: '/x' })).rejects.toMatchObject({
    kind: 'unconfigured',
    remedy: 'remove cwd',
  });
  expect(execs.asked).toEqual([]);
});
