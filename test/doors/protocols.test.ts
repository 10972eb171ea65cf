import { expect, test } from 'vitest';
import { kafkaChanges } from '../../src/clients/kafka/changing.ts';
import { postgresChanges } from '../../src/clients/postgres/changing.ts';
import { openChangeIo } from '../../src/doors/change-io.ts';
import { createLease } from '../../src/doors/lease.ts';
import { createPortForwards } from '../../src/doors/port-forwards.ts';
import { openReadIo } from '../../src/doors/read-io.ts';
import { declareChanges, declareReads } from '../../src/platform/protocol.ts';
import { systemClock } from '../../src/platform/runtime/clock.ts';
import { longTest } from '../support/layer.ts';
import { localServer } from '../support/local-server.ts';

const never = new AbortController().signal;

/** A protocol whose client records when it opens and closes. */
const recordingProtocol = () => {
  const notes: string[] = [];
  const reads = declareReads('noting', ({ within }, target: { readonly at: string }) => {
    notes.push(`open ${target.at}`);
    return {
      ask: (signal: AbortSignal): AbortSignal => within(signal),
      close: async () => void notes.push(`close ${target.at}`),
    };
  });
  return { notes, reads };
};

test('an io keeps one client per target; closing it cancels calls and closes clients', async () => {
  const { notes, reads } = recordingProtocol();
  const other = recordingProtocol();
  const io = openReadIo(systemClock());
  const first = io.open(reads, { at: 'a' });
  expect(io.open(reads, { at: 'a' })).toBe(first);
  expect(io.open(reads, { at: 'b' })).not.toBe(first);
  io.open(other.reads, { at: 'a' });
  expect([notes, other.notes]).toEqual([['open a', 'open b'], ['open a']]);
  const call = first.ask(never);
  expect(call.aborted).toBe(false);
  await io.close();
  expect(call.reason).toMatchObject({
    kind: 'cancelled',
    message: 'opsdeck has closed this source, so nothing more is read',
  });
  expect(notes).toEqual(['open a', 'open b', 'close a', 'close b']);
});

/** A change whose call waits until its signal aborts. */
const hanging = (begun: () => void) =>
  declareChanges<string, string, string>({
    name: 'hanging',
    load: async () => async (_transport, target, request, signal) => {
      begun();
      await new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
      return `${target} ${request}`;
    },
    line: (request) => request,
    outcome: (answer) => answer,
  });

test('after a lease has ended every one of its calls throws, and pending calls are canceled', async () => {
  await using server = await localServer((_, response) => response.end());
  const change = openChangeIo(systemClock(), {
    lendTerminal: () => Promise.reject(new Error('lent in spite of it')),
    portForwards: createPortForwards(() => 0),
  });
  const lease = createLease(change);
  const begun = Promise.withResolvers<void>();
  const protocol = hanging(() => begun.resolve());
  const called = lease.io.call(protocol, 'here', 'go', never);
  await begun.promise;
  lease.end();
  await expect(called).rejects.toMatchObject({ kind: 'cancelled' });
  const post = { method: 'POST', url: server.url };
  const forwardRequest = {
    to: { source: 'k8s', namespace: 'shop', pod: 'bus-0', port: 80 },
    localPort: 0,
    connect: () => Promise.reject(new Error('connected in spite of it')),
  };
  const consoleRequest = {
    to: { host: '127.0.0.1', port: 1 },
    files: {},
    program: () => ({ argv: ['true'], env: {} }),
    typed: 'true',
    greeting: '',
  };
  const { clock: _, ...calls } = {
    clock: lease.io.clock,
    send: () => lease.io.send(post, never),
    run: () =>
      lease.io
        .run({ argv: ['true'] }, never)
        [Symbol.asyncIterator]()
        .next(),
    stream: () => lease.io.stream(post, never),
    upgrade: () => lease.io.upgrade(post, never),
    socket: () => lease.io.socket({ url: server.url, protocols: [] }, never),
    put: () => lease.io.put('/nowhere/at/all', '', never),
    draft: () => lease.io.draft('/nowhere/at/all', false, never),
    interact: () => lease.io.interact?.(async () => {}),
    openConsole: () => lease.io.openConsole?.(consoleRequest, never),
    forward: () => lease.io.forward?.(forwardRequest, never),
    call: () => lease.io.call(protocol, 'here', 'go', never),
  } satisfies Record<keyof typeof lease.io, unknown>;
  for (const [name, call] of Object.entries(calls))
    await expect(call(), name).rejects.toThrow(/lease .* has ended/);
  expect(server.asked).toEqual([]);
  await change.close();
});

test('declared reads call only reads that the server enforces, and reject any other change by name', async () => {
  const io = openReadIo(systemClock());
  const door = io.declaredReads();
  const drop = { text: 'DROP TABLE orders' };
  await expect(door.call(postgresChanges, { url: 'postgres://u@db/shop' }, drop, never)).rejects.toThrow(
    'not sent: a read begins with SELECT, WITH, VALUES, TABLE, SHOW or EXPLAIN',
  );
  const grow = { is: 'add-partitions', topic: 'orders', count: 6 } as const;
  await expect(door.call(kafkaChanges, { brokers: [] }, grow, never)).rejects.toThrow(
    'CreatePartitions orders to 6 is not allowed in a read-only step. Move the step to the phase act',
  );
  await Promise.all([door.close(), io.close()]);
});

longTest('a read has no body, even if its request object has one', async () => {
  await using server = await localServer((_, response) => response.end());
  const io = openReadIo(systemClock());
  const request = { url: `${server.url}/orders`, body: '{"delete":true}' };
  await io.get(request, never);
  await (await io.stream({ ...request }, never)).text();
  expect(server.asked).toEqual(['GET /orders', 'GET /orders']);
  for (const headers of server.headers) expect(headers).not.toHaveProperty('content-length');
  await io.close();
});
