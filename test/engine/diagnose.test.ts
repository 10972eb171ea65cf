import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, test } from 'vitest';
import { WebSocketServer } from 'ws';
import { z } from 'zod';
import type { ActEvent, Danger } from '../../src/domain/runbooks/operation.ts';
import { PlanError } from '../../src/domain/runbooks/operation.ts';
import type { DiagnoseStep } from '../../src/domain/runbooks/runbook.ts';
import type { ChangeIo } from '../../src/doors/io.ts';
import { openReadIo } from '../../src/doors/read-io.ts';
import { diagnoseStep, type StepDiagnosis } from '../../src/engine/diagnose.ts';
import { openEngine } from '../../src/engine/engine.ts';
import type { SourceModule } from '../../src/sources/kit/contract/source.ts';
import { longTest } from '../support/layer.ts';
import { manualClock } from '../support/manual-clock.ts';
import { profileOf } from './toys.ts';

const never = new AbortController().signal;

type Act = (io: ChangeIo, signal: AbortSignal) => AsyncIterable<ActEvent>;

/** Runs a diagnose step on `box.exec`, with this implementation of the operation. */
const step = async (
  act: Act,
  declaration: Pick<DiagnoseStep, 'danger'> = { danger: 'read' },
  danger: Danger | 'as-step' = 'as-step',
): Promise<StepDiagnosis> => {
  const clock = manualClock();
  const plan = {
    use: 'box.exec',
    danger: 'read',
    targets: [],
    calls: [],
    objects: [],
    params: {},
  } as const;
  const module: SourceModule = {
    type: 'box',
    title: 'Box',
    config: z.unknown(),
    feedNames: [],
    operations: { exec: { params: z.strictObject({}), danger } },
    open: async ({ id }) => ({
      id,
      feeds: [],
      operations: [
        {
          name: 'exec',
          danger: () => danger,
          plan: async () => plan,
          recheck: async () => undefined,
          act: (_, io, signal) => act(io, signal),
        },
      ],
      close: async () => {},
    }),
  };
  const position = { file: 'toys.yaml', line: 1, col: 1 };
  const profile = profileOf([{ id: 'box', type: 'box', config: {}, position }]);
  const engine = await openEngine(profile, { modules: [module], clock, random: () => 0, memory: true });
  const openIo = (options?: Parameters<typeof openReadIo>[1]) => openReadIo(clock, options);
  const onlyDiagnoseStep: DiagnoseStep = { id: 'd1', title: 'Look', use: 'box.exec', ...declaration };
  const found = await diagnoseStep(onlyDiagnoseStep, {}, { engine, openIo, clock }, never);
  await engine.close();
  return found;
};

const running = (script: string): Act =>
  async function* (io, signal) {
    for await (const event of io.run({ argv: [process.execPath, '-e', script] }, signal))
      if (event.is === 'line') yield { is: 'output', text: event.text };
  };

const answering = (call: (io: ChangeIo, signal: AbortSignal) => Promise<string>): Act =>
  async function* (io, signal) {
    yield { is: 'output', text: await call(io, signal) };
  };

/** A server that answers every request and echoes WebSocket messages. */
const startServer = async () => {
  const questions: string[] = [];
  const server = createServer((request, response) => {
    questions.push(`${request.method} ${request.url}`);
    response.end('here you are');
  });
  const sockets = new WebSocketServer({ server });
  sockets.on('connection', (socket, request) => {
    questions.push(`WebSocket ${request.url}`);
    socket.send(Buffer.from('df: 12% used'));
    socket.close(1000);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    asked: questions,
    [Symbol.asyncDispose]: async () => {
      sockets.close();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
};

longTest('a program declared as read-only runs and shows its lines', async () => {
  expect(await step(running('console.log("12% used"); console.log("88% free")'))).toEqual({
    lines: ['12% used', '88% free'],
    faults: [],
  });
});

test('"nothing found" is a result; "cannot be read" is a fault', async () => {
  const ends = (ending: PlanError['ending']) =>
    step(answering(() => Promise.reject(new PlanError(ending, 'none of the 3 pods is ready'))));
  expect(await ends('not-applicable')).toEqual({ lines: ['none of the 3 pods is ready'], faults: [] });
  const { lines, faults } = await ends('failed');
  expect(lines).toEqual([]);
  expect(faults).toMatchObject([{ kind: 'missing', message: 'exec: none of the 3 pods is ready' }]);
});

test('a program not declared as read-only is not started', async () => {
  const found = await step(running('console.log("12% used")'), {});
  expect(found).toEqual({ lines: ['exec changes something, and this step is read-only'], faults: [] });
});

test('declaring an operation as read-only does not allow it to change anything', async () => {
  const found = await step(running('console.log("gone")'), { danger: 'read' }, 'disruptive');
  expect(found.lines).toEqual(['exec changes something, and this step is read-only']);
});

test('a read-only operation cannot start a program', async () => {
  const found = await step(running('console.log("12% used")'), {}, 'read');
  expect(found.lines).toEqual([]);
  expect(found.faults).toMatchObject([{ kind: 'denied', source: 'box' }]);
});

test('a program with too much output shows the last lines', async () => {
  const { lines } = await step(running('for (let n = 1; n <= 1000; n++) console.log("line " + n)'));
  expect(lines).toHaveLength(201);
  expect([lines[0], lines[1], lines.at(-1)]).toEqual([
    '(800 earlier lines omitted)',
    'line 801',
    'line 1000',
  ]);
});

test('a declared step may open a WebSocket and a stream at any address', async () => {
  await using server = await startServer();
  const { url } = server;
  const result = await step(
    answering(async (io, signal) => {
      const wire = await io.socket({ url: `${url}/api/v1/pods/a/exec`, protocols: [] }, signal);
      let text = '';
      for await (const message of wire.messages) text += Buffer.from(message).toString();
      const stream = await io.stream({ method: 'POST', url: `${url}/exec/1/start`, body: '{}' }, signal);
      return `${text}; ${await stream.text()}`;
    }),
  );
  expect(result).toEqual({ lines: ['df: 12% used; here you are'], faults: [] });
  expect(server.asked).toEqual(['WebSocket /api/v1/pods/a/exec', 'POST /exec/1/start']);
});

test('a declared step may only send a POST whose response is a stream', async () => {
  await using server = await startServer();
  const post = (path: string) =>
    answering(async (io, signal) => {
      const request = { method: 'POST', url: `${server.url}${path}`, body: '{}' };
      return (await io.send(request, signal)).text;
    });
  for (const path of ['/v1.43/containers/a1b2/exec', '/v1.43/containers/a1b2/restart'])
    expect((await step(post(path))).faults).toMatchObject([{ kind: 'denied' }]);
  expect(server.asked).toEqual([]);
});

test.each<[string, Pick<DiagnoseStep, 'danger'>, Danger | 'as-step']>([
  ['declared as read-only', { danger: 'read' }, 'as-step'],
  ['with a read-only operation', {}, 'read'],
])('a step %s can send GET only', async (_, declaration, danger) => {
  await using server = await startServer();
  const send = (method: string) =>
    answering(async (io, signal) => (await io.send({ method, url: `${server.url}/x` }, signal)).text);
  expect(await step(send('GET'), declaration, danger)).toEqual({ lines: ['here you are'], faults: [] });
  const refused = await step(send('POST'), declaration, danger);
  expect(refused.faults).toMatchObject([
    {
      kind: 'denied',
      message: 'exec: POST is not allowed in a read-only step. Move the step to the phase act',
    },
  ]);
  expect(server.asked).toEqual(['GET /x']);
});

test('a step with a read-only operation cannot open a WebSocket', async () => {
  await using server = await startServer();
  const open = answering(async (io, signal) => {
    await io.socket({ url: server.url, protocols: [] }, signal);
    return 'open';
  });
  expect((await step(open, {}, 'read')).faults).toMatchObject([{ kind: 'denied' }]);
  expect(server.asked).toEqual([]);
});
