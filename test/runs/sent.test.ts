import { expect, test } from 'vitest';
import { kafkaChanges } from '../../src/clients/kafka/changing.ts';
import { postgresChanges } from '../../src/clients/postgres/changing.ts';
import { SqlError } from '../../src/clients/postgres/sql-types.ts';
import type { ChangeIo } from '../../src/doors/io.ts';
import type {
  ByteWire,
  HttpStream,
  HttpUpgrade,
  WebSocketWire,
} from '../../src/platform/network/http-messages.ts';
import { ChangeError } from '../../src/platform/network/to-fault.ts';
import { markUnsent, WireError } from '../../src/platform/runtime/wire-error.ts';
import { createSentLog } from '../../src/runs/sent/sent-log.ts';
import { manualClock } from '../support/manual-clock.ts';

const never = new AbortController().signal;
const not = async (): Promise<never> => {
  throw new Error('not asked for here');
};
const door = (some: Partial<ChangeIo>): ChangeIo => ({
  clock: manualClock(),
  send: not,
  run: async function* () {},
  stream: not,
  upgrade: not,
  socket: not,
  put: not,
  draft: not,
  call: not,
  ...some,
});
const bytes = new Uint8Array([1]);
const cut = new WireError('cancelled', 'canceled');

/** Two chunks, then the end, or the loss of the connection. */
async function* pieces(lost: boolean): AsyncGenerator<Uint8Array, void, undefined> {
  yield bytes;
  yield bytes;
  if (lost) throw cut;
}

test.each([
  ['that is complete', false, 'POST http://d/pull → 200'],
  [
    'that was cut off',
    true,
    'POST http://d/pull → 200, but the response is incomplete, so the outcome is unknown',
  ],
])('a streamed response %s', async (_, lost, line) => {
  const answer: HttpStream = {
    status: 200,
    headers: {},
    latencyMs: 1,
    url: 'http://d/pull',
    chunks: pieces(lost),
    text: async () => '',
  };
  const sent = createSentLog();
  const io = sent.watching(door({ stream: async () => answer }));
  const got = await io.stream({ method: 'POST', url: 'http://d/pull' }, never);
  const all = (async () => {
    for await (const _chunk of got.chunks);
  })();
  await all.catch(() => {});
  expect(sent.lines()).toEqual([line]);
});

const wire = (lost: boolean): WebSocketWire => ({
  protocol: 'v4',
  messages: pieces(lost),
  send: async () => {},
  close: () => {},
});

const rawWire = (lost: boolean): ByteWire => ({
  chunks: pieces(lost),
  send: async () => {},
  end: async () => {},
  close: () => {},
});

test.each([
  ['closed in order', false, false, 'connected'],
  ['lost', true, false, 'the connection was lost before an answer, so the outcome is unknown'],
  ['cancelled', false, true, 'the connection was lost before an answer, so the outcome is unknown'],
])('a socket that was %s', async (_, lost, cancelled, outcome) => {
  const sent = createSentLog();
  const stop = new AbortController();
  const io = sent.watching(door({ socket: async () => wire(lost) }));
  const got = await io.socket({ url: 'http://k/exec', protocols: [] }, stop.signal);
  const all = (async () => {
    for await (const _message of got.messages) if (cancelled) stop.abort();
  })();
  await all.catch(() => {});
  got.close();
  // The lease ends after every step.
  if (!cancelled) stop.abort();
  expect(sent.lines()).toEqual([`GET http://k/exec → ${outcome}`]);
});

test.each([
  ['switched, and closed in order', { status: 101, text: '', wire: rawWire(false) }, 'connected'],
  [
    'switched, and lost',
    { status: 101, text: '', wire: rawWire(true) },
    'the connection was lost before an answer, so the outcome is unknown',
  ],
  ['refused', { status: 409, text: '' }, '409'],
] as readonly (readonly [string, HttpUpgrade, string])[])(
  'a connection that was %s',
  async (_, answer, outcome) => {
    const sent = createSentLog();
    const io = sent.watching(door({ upgrade: async () => answer }));
    const got = await io.upgrade({ method: 'POST', url: 'http://d/exec/1/start' }, never);
    const all = (async () => {
      for await (const _chunk of got.wire?.chunks ?? []);
    })();
    await all.catch(() => {});
    expect(sent.lines()).toEqual([`POST http://d/exec/1/start → ${outcome}`]);
  },
);

test.each([
  [
    'the server ended it',
    new SqlError('cancelled', 'the server canceled the statement: canceling statement', '57014'),
    'the server canceled the statement: canceling statement',
  ],
  [
    'the session was lost',
    new SqlError('unreachable', 'the session was terminated', '57P01'),
    'no answer, so the outcome is unknown: the session was terminated',
  ],
  ['nothing came', cut, 'no answer, so the outcome is unknown: canceled'],
])('a statement when %s', async (_, error, outcome) => {
  const sent = createSentLog();
  const io = sent.watching(
    door({
      call: async () => {
        throw error;
      },
    }),
  );
  await io.call(postgresChanges, { url: 'postgres://p' }, { text: 'VACUUM t' }, never).catch(() => {});
  expect(sent.lines()).toEqual([`VACUUM t → ${outcome}`]);
});

test.each([
  ['refused', new ChangeError('denied', 'not allowed', { outcome: 'nothing' }), 'not allowed', true],
  [
    'done in part',
    new ChangeError('denied', 'set in partition 0', { outcome: 'part' }),
    'set in partition 0',
    false,
  ],
  [
    'answered without an outcome',
    new ChangeError('timeout', 'timed out (REQUEST_TIMED_OUT)', { outcome: 'unknown' }),
    'the outcome is unknown: timed out (REQUEST_TIMED_OUT)',
    false,
  ],
  ['not answered', cut, 'no answer, so the outcome is unknown: canceled', false],
])('a change of Kafka that was %s', async (_, error, outcome, undone) => {
  const sent = createSentLog();
  const io = sent.watching(door({ call: () => Promise.reject(error) }));
  const change = { is: 'add-partitions', topic: 'orders', count: 6 } as const;
  await io.call(kafkaChanges, { brokers: [] }, change, never).catch(() => {});
  expect(sent.lines()).toEqual([`CreatePartitions orders to 6 → ${outcome}`]);
  expect(sent.undoneFrom(0)).toBe(undone);
});

test('names a call by the command that an operator would type, if there is one', async () => {
  const sent = createSentLog();
  const io = sent.watching(door({ socket: async () => wire(false) }));
  const typed = 'kubectl exec -n shop pg-0 -- pg_dump';
  for await (const _ of io.run({ argv: ['ssh', '-o', 'BatchMode=yes'], typed: 'ssh vm-1 date' }, never));
  const open = await io.socket({ url: 'http://k/exec?command=pg_dump', protocols: [], typed }, never);
  open.close();
  expect(sent.lines()).toEqual([
    'ssh vm-1 date → no response yet, so the outcome is unknown',
    `${typed} → connected`,
  ]);
});

test.each([
  [400, true],
  [403, true],
  [404, true],
  [409, false],
  [500, false],
  [200, false],
])('status %d means that nothing was done: %s', async (status, refused) => {
  const sent = createSentLog();
  const answer = { status, headers: {}, latencyMs: 1, url: 'http://b/x', text: '', bytes, json: () => ({}) };
  const io = sent.watching(door({ send: async () => answer }));
  await io.send({ method: 'POST', url: 'http://b/circuitbreakers/a%2Fb' }, never);
  expect(sent.undoneFrom(0)).toBe(refused);
});

test('a call that failed before it was sent is counted, but not listed', async () => {
  const sent = createSentLog();
  const refused = markUnsent(new WireError('unreachable', 'connection refused'));
  const lost = new WireError('unreachable', 'connection reset');
  const errors = [refused, lost, refused];
  const io = sent.watching(door({ send: () => Promise.reject(errors[sent.count() - 1]) }));
  for (const path of ['a', 'b', 'c'])
    await io.send({ method: 'POST', url: `http://d/${path}` }, never).catch(() => {});
  expect([sent.count(), sent.lines(), sent.lines(2)]).toEqual([
    3,
    ['POST http://d/b → no answer, so the outcome is unknown: connection reset'],
    [],
  ]);
  expect([sent.undoneFrom(0), sent.undoneFrom(2)]).toEqual([false, true]);
});
