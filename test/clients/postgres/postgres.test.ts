import { connect, createServer, type Server, type Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { postgresChanges } from '../../../src/clients/postgres/changing.ts';
import { postgresReads } from '../../../src/clients/postgres/reading.ts';
import type { SqlChange, SqlQuery, SqlTarget } from '../../../src/clients/postgres/sql-types.ts';
import { openChangeIo } from '../../../src/doors/change-io.ts';
import { openReadIo } from '../../../src/doors/read-io.ts';
import { type Dial, TunnelError } from '../../../src/platform/network/dial.ts';
import { WireError } from '../../../src/platform/runtime/wire-error.ts';
import type { PostgresServer } from '../../../src/simulator/servers/postgres/endpoint.ts';
import { blockedDatabase } from '../../contract/rigs/postgres-simulator.ts';
import { secret } from '../../contract/wired.ts';
import { certificateOf } from '../../support/certificate.ts';
import { longTest } from '../../support/layer.ts';
import { manualClock } from '../../support/manual-clock.ts';

const clock = manualClock();
const never = new AbortController().signal;
const onlyQuestion = { text: '/* opsdeck:sql */ SELECT 1' };
let stack: AsyncDisposableStack;
let server: PostgresServer;

beforeEach(async () => {
  stack = new AsyncDisposableStack();
  server = await blockedDatabase(clock, '7300000000000000001');
  stack.defer(() => server.close());
});
afterEach(() => stack.disposeAsync());

const targetAt = (port: number, more: Partial<SqlTarget> = {}): SqlTarget => ({
  url: `postgres://opsdeck@127.0.0.1:${port}/shop`,
  password: secret,
  ...more,
});

const listening = async (server: Server): Promise<number> => {
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket.on('error', () => {}));
    socket.once('close', () => sockets.delete(socket));
  });
  await new Promise<void>((listens) => server.listen(0, '127.0.0.1', listens));
  stack.defer(
    () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  );
  const address = server.address();
  return typeof address === 'object' ? (address?.port ?? 0) : 0;
};

/** Forwards bytes; `answers` is called at each BEGIN of a client, and may withhold it from the server. */
const atEachBegin = (answers: (client: Socket) => boolean): Promise<number> =>
  listening(
    createServer((client) => {
      const onward = connect(server.port, '127.0.0.1').on('error', () => {});
      onward.on('data', (chunk) => client.write(chunk)).once('close', () => client.destroy());
      client.once('close', () => onward.destroy());
      client.on('data', (chunk) => {
        if (!chunk.includes('BEGIN') || !answers(client)) onward.write(chunk);
      });
    }),
  );

/** Forwards bytes until a client sends a message with this text; that message is dropped and reported. */
const droppingProxy = async (text: string) => {
  const received = Promise.withResolvers<void>();
  const cancelled = Promise.withResolvers<Buffer>();
  const port = await listening(
    createServer((client) => {
      const onward = connect(server.port, '127.0.0.1').on('error', () => {});
      onward.on('data', (chunk) => client.write(chunk)).once('close', () => client.destroy());
      client.once('close', () => onward.destroy());
      client.on('data', (chunk) => {
        if (chunk.length === 16 && chunk.readInt32BE(4) === 80_877_102) cancelled.resolve(chunk);
        if (chunk.includes(text)) received.resolve();
        else onward.write(chunk);
      });
    }),
  );
  return { port, received: received.promise, cancelled: cancelled.promise };
};

const readIo = (options: Parameters<typeof openReadIo>[1] = {}) => {
  const io = openReadIo(clock, options);
  stack.defer(() => io.close());
  return {
    sql: (target: SqlTarget, question: SqlQuery, signal: AbortSignal) =>
      io.open(postgresReads, target).ask(question, signal),
    close: io.close,
  };
};
const changeIo = () => {
  const io = openChangeIo(clock);
  stack.defer(() => io.close());
  return {
    sql: (target: SqlTarget, change: SqlChange, signal: AbortSignal) =>
      io.call(postgresChanges, target, change, signal),
  };
};

describe('a read', () => {
  longTest('returns texts by column', async () => {
    const answer = await readIo().sql(targetAt(server.port), onlyQuestion, never);
    expect(answer).toMatchObject({ columns: ['?column?'], rows: [{ '?column?': '1' }], rowCount: 1 });
  });

  longTest('keeps rows up to its limit, and counts the rest', async () => {
    const question = {
      text: '/* opsdeck:sql */ SELECT state, count(*) FROM pg_stat_activity GROUP BY state',
      maxRows: 1,
    };
    const answer = await readIo().sql(targetAt(server.port), question, never);
    expect([answer.rows.length, answer.rowCount]).toEqual([1, 3]);
  });

  test('is refused when it changes something, by the client or by the server', async () => {
    const io = readIo();
    const vacuum = { text: '/* opsdeck:vacuum */ VACUUM "public"."orders"' };
    await expect(io.sql(targetAt(server.port), vacuum, never)).rejects.toMatchObject({ kind: 'denied' });
    const hidden = { text: '/* opsdeck:setting */ SELECT 1' };
    await expect(io.sql(targetAt(server.port), hidden, never)).rejects.toMatchObject({ sqlState: '25006' });
    expect(
      (await io.sql(targetAt(server.port), onlyQuestion, never)).rowCount,
      'the session stays usable',
    ).toBe(1);
  });

  longTest('that is canceled is also canceled on the server, and its session is not reused', async () => {
    const proxy = await droppingProxy('pg_stat_activity');
    const io = readIo();
    const stop = new AbortController();
    await io.sql(targetAt(proxy.port), onlyQuestion, never);
    const sql = io.sql(
      targetAt(proxy.port),
      { text: '/* opsdeck:sql */ SELECT count(*) FROM pg_stat_activity' },
      stop.signal,
    );
    await proxy.received;
    stop.abort(new DOMException('no longer wanted', 'AbortError'));
    await expect(sql).rejects.toMatchObject({ kind: 'cancelled' });
    expect((await proxy.cancelled).readInt32BE(8)).toBeGreaterThan(2100);
    expect((await io.sql(targetAt(proxy.port), onlyQuestion, never)).rowCount).toBe(1);
  });

  test('on a lost session is retried on a new one; on a new session it is not', async () => {
    let begun = 0;
    const port = await atEachBegin((client) => {
      begun += 1;
      // The second request of the first session, and then everything after the third.
      if (begun !== 2 && begun <= 3) return false;
      client.resetAndDestroy();
      return true;
    });
    const io = readIo();
    await io.sql(targetAt(port), onlyQuestion, never);
    expect((await io.sql(targetAt(port), onlyQuestion, never)).rowCount).toBe(1);
    expect(begun).toBe(3);
    await expect(io.sql(targetAt(port), onlyQuestion, never)).rejects.toMatchObject({ kind: 'unreachable' });
    expect(begun, 'the existing session and a new one').toBe(5);
  });

  longTest('on a stream that ends in one direction only fails at once, without its deadline', async () => {
    let begun = 0;
    const port = await listening(
      createServer({ allowHalfOpen: true }, (client) => {
        const onward = connect(server.port, '127.0.0.1').on('error', () => {});
        onward.on('data', (chunk) => client.write(chunk)).once('close', () => client.destroy());
        client.once('close', () => onward.destroy());
        client.on('data', (chunk) => {
          if (!chunk.includes('BEGIN')) return void onward.write(chunk);
          begun += 1;
          client.end();
        });
      }),
    );
    // What the connection of a tunnel may be: its writing side stays open after the end.
    const dial: Dial = async (to) => connect({ ...to, port, allowHalfOpen: true });
    await expect(readIo({ dial }).sql(targetAt(port), onlyQuestion, never)).rejects.toMatchObject({
      kind: 'unreachable',
      message: 'connection closed',
    });
    expect(begun).toBe(1);
  });

  test('on a terminated session that is not closed yet is retried on a new one', async () => {
    const fields = ['SFATAL', 'VFATAL', 'C57P01', 'Mterminating connection due to administrator command', ''];
    const body = Buffer.from(`${fields.join('\0')}\0`);
    const ended = Buffer.concat([Buffer.from('E\0\0\0\0'), body]);
    ended.writeInt32BE(body.length + 4, 1);
    let begun = 0;
    const port = await atEachBegin((client) => {
      begun += 1;
      return begun === 2 && client.write(ended);
    });
    const io = readIo();
    await io.sql(targetAt(port), onlyQuestion, never);
    expect((await io.sql(targetAt(port), onlyQuestion, never)).rowCount).toBe(1);
    expect(begun, 'the existing session, its last request, and a new one').toBe(3);
  });

  test('waits for a session when two are busy, and leaves the queue when canceled', async () => {
    const proxy = await droppingProxy('pg_stat_activity');
    const io = readIo();
    const stop = new AbortController();
    const slow = () =>
      io.sql(
        targetAt(proxy.port),
        { text: '/* opsdeck:sql */ SELECT count(*) FROM pg_stat_activity' },
        stop.signal,
      );
    const both = Promise.allSettled([slow(), slow()]);
    await proxy.received;
    const impatient = new AbortController();
    const third = io.sql(targetAt(proxy.port), onlyQuestion, impatient.signal);
    impatient.abort(new DOMException('no answer in 5 ms', 'TimeoutError'));
    await expect(third).rejects.toMatchObject({ kind: 'timeout', message: 'no answer in 5 ms' });
    const fourth = io.sql(targetAt(proxy.port), onlyQuestion, never);
    stop.abort(new DOMException('no longer wanted', 'AbortError'));
    await both;
    expect((await fourth).rowCount).toBe(1);
  });
});

describe('a tunnel', () => {
  test('leads to the server, by the host of its address', async () => {
    const questions: unknown[] = [];
    const io = readIo({
      dial: async (to) => {
        questions.push([to.host, to.port]);
        const wire = connect(server.port, '127.0.0.1');
        await new Promise((resolve) => wire.once('connect', resolve));
        return wire;
      },
    });
    const target = { url: 'postgres://opsdeck@postgres-0:5432/shop', password: secret };
    expect((await io.sql(target, onlyQuestion, never)).rowCount).toBe(1);
    expect(questions).toEqual([['postgres-0', 5432]]);
  });

  test('that is lost is reported as such, and not as a server that is down', async () => {
    const io = readIo({ dial: () => Promise.reject(new TunnelError('the pod is gone')) });
    const sql = io.sql(targetAt(5432), onlyQuestion, never);
    await expect(sql).rejects.toBeInstanceOf(TunnelError);
  });

  test('that works but has no listener at its endpoint is a plain failure', async () => {
    const io = readIo({ dial: () => Promise.reject(new WireError('unreachable', 'connection refused')) });
    await expect(io.sql(targetAt(5432), onlyQuestion, never)).rejects.toMatchObject({
      message: 'connection refused',
    });
  });
});

describe('TLS', () => {
  const { cert, key } = certificateOf('db.example', new Date('2099-12-31T12:00:00Z'));
  /** Accepts the TLS request, performs the handshake, and forwards the payload. */
  const secured = () =>
    listening(
      createServer((client) => {
        client.once('data', () => {
          client.write('S');
          const inside = new TLSSocket(client, { isServer: true, cert, key }).on('error', () => {});
          const onward = connect(server.port, '127.0.0.1').on('error', () => {});
          inside.pipe(onward).pipe(inside);
          client.once('close', () => onward.destroy());
        });
      }),
    );

  test('with a CA and a matching name', async () => {
    const target = targetAt(await secured(), { tls: { ca: cert, serverName: 'db.example' } });
    expect((await readIo().sql(target, onlyQuestion, never)).rowCount).toBe(1);
  });

  test('an untrusted certificate is refused, unless verification is disabled', async () => {
    const port = await secured();
    await expect(readIo().sql(targetAt(port, { tls: {} }), onlyQuestion, never)).rejects.toMatchObject({
      kind: 'unreachable',
      message: expect.stringContaining('self-signed'),
    });
    expect(
      (await readIo().sql(targetAt(port, { tls: { insecure: true } }), onlyQuestion, never)).rowCount,
    ).toBe(1);
  });

  test('a server without TLS gets no plaintext data', async () => {
    await expect(readIo().sql(targetAt(server.port, { tls: {} }), onlyQuestion, never)).rejects.toMatchObject(
      {
        message: 'the server does not speak TLS at this port',
        remedy: expect.stringContaining('ssl = off'),
      },
    );
  });
});

describe('a change', () => {
  test('is one statement in a separate session', async () => {
    const vacuum = { text: '/* opsdeck:vacuum */ VACUUM "public"."orders"' };
    await changeIo().sql(targetAt(server.port), vacuum, never);
    const tuples = { text: '/* opsdeck:tuples */ SELECT', values: [10] };
    const { rows } = await readIo().sql(targetAt(server.port), tuples, never);
    expect(rows[0]?.dead).toBe('0');
  });

  test.each(['SET statement_timeout', 'BEGIN'])(
    'that is canceled while %s is in progress is not sent',
    async (last) => {
      const received = Promise.withResolvers<void>();
      const messages: string[] = [];
      let held: (() => void) | undefined;
      const port = await listening(
        createServer((client) => {
          const onward = connect(server.port, '127.0.0.1').on('error', () => {});
          onward.on('data', (chunk) => client.write(chunk)).once('close', () => client.destroy());
          client.once('close', () => onward.destroy());
          client.on('data', (chunk) => {
            messages.push(chunk.toString('latin1'));
            // The cancel request finds nothing to cancel; the statement before the change is executed afterwards.
            if (chunk.length === 16 && chunk.readInt32BE(4) === 80_877_102) setImmediate(() => held?.());
            if (!chunk.includes(last)) return void onward.write(chunk);
            held = () => onward.write(chunk);
            received.resolve();
          });
        }),
      );
      const stop = new AbortController();
      const statement = { text: '/* opsdeck:vacuum */ VACUUM "public"."orders"', transaction: true };
      const changing = changeIo().sql(targetAt(port), statement, stop.signal);
      await received.promise;
      stop.abort(new DOMException('no longer wanted', 'AbortError'));
      await expect(changing).rejects.toMatchObject({ kind: 'cancelled', message: 'canceled' });
      expect(messages.join('')).not.toContain('VACUUM');
    },
  );

  test('that fails in its transaction has a reason', async () => {
    const statement = { text: '/* opsdeck:execute */ DELETE FROM nothing WHERE true', transaction: true };
    await expect(changeIo().sql(targetAt(server.port), statement, never)).rejects.toMatchObject({
      kind: 'missing',
      sqlState: '42P01',
    });
  });

  longTest(
    'that is canceled and not answered is abandoned after a while, and its outcome is unknown',
    async () => {
      const proxy = await droppingProxy('VACUUM');
      const stop = new AbortController();
      const sql = changeIo().sql(targetAt(proxy.port), { text: '/* opsdeck:vacuum */ VACUUM' }, stop.signal);
      await proxy.received;
      stop.abort(new DOMException('cancelled', 'AbortError'));
      await proxy.cancelled;
      const ended = expect(sql).rejects.toMatchObject({
        kind: 'cancelled',
        message:
          'canceled. The statement may have taken effect anyway: check before you send the statement again',
      });
      await clock.advance(3000);
      await ended;
    },
  );
});

test.each([
  ['HTTP', 'HTTP/1.1 400 Bad Request\r\n\r\n'],
  ['a greeting of another protocol', '\x4a\x00\x00\x00\x0a8.0.36\x00'],
  ['an inconsistent list of columns', 'T\x00\x00\x00\x06\x7f\xff'],
  ['an endless message', 'R\x7f\xff\xff\xff'],
  ['an invalid length', 'R\x00\x00\x00\x01'],
])('%s is not PostgreSQL', async (_, messages) => {
  const port = await listening(
    createServer((client) => void client.once('data', () => client.write(messages, 'latin1'))),
  );
  await expect(readIo().sql(targetAt(port), onlyQuestion, never)).rejects.toMatchObject({
    kind: 'malformed',
    message: 'the response is not from a PostgreSQL server: check host and port in url',
  });
});
