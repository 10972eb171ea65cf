import { connect, createServer } from 'node:net';
import fc from 'fast-check';
import { expect } from 'vitest';
import { postgresReads } from '../../src/clients/postgres/reading.ts';
import { scramExchange } from '../../src/clients/scram.ts';
import { openReadIo } from '../../src/doors/read-io.ts';
import type { Dial } from '../../src/platform/network/dial.ts';
import { manualClock } from '../support/manual-clock.ts';
import { family } from './support/attack.ts';

const password = 'p4ss-of-the-operator';
const login = { hash: 'sha256', user: 'ana', password } as const;

/** Iteration counts from which a server that gets the proof could try passwords, or that keep a client busy. */
const rounds = fc.oneof(
  fc.constantFrom(
    '',
    '0',
    '1',
    '2',
    '1.5',
    '4095',
    '-4096',
    '4096.5',
    '1e6',
    '0x1000',
    ' 4096',
    '4096 ',
    'NaN',
  ),
  fc.constantFrom('1000001', '2147483647', '99999999999999999999', 'Infinity', '04096', '４０９６'),
  fc.nat({ max: 4095 }).map(String),
);

const salt = Buffer.from('salt of a server').toString('base64');

/** Answers the first message of a client with this number of iterations. */
const challenge = (first: string, count: string): string =>
  `r=${/r=([^,]*)/.exec(first)?.[1] ?? ''}more,s=${salt},i=${count}`;

/** A client that answers every challenge. */
const answersAll: typeof scramExchange = async (_, exchange) => {
  await exchange(Buffer.from('n,,n=ana,r=abc'));
  await exchange(Buffer.from('c=biws,r=abcmore,p=proof'));
};

/** A request for authentication of a PostgreSQL server. */
const request = (kind: number, text = ''): Buffer => {
  const body = Buffer.concat([Buffer.alloc(4), Buffer.from(text, 'latin1')]);
  body.writeUInt32BE(kind, 0);
  const head = Buffer.from('R\0\0\0\0');
  head.writeUInt32BE(body.length + 4, 1);
  return Buffer.concat([head, body]);
};

const never = new AbortController().signal;

/** Logs in to a server that asks with these messages, each after one of the client. Returns what it was sent. */
const sentTo = async (
  asks: readonly ((sent: string) => Buffer)[],
  host: string,
  pieces: number,
): Promise<string> => {
  let sent = '';
  const server = createServer((client) => {
    let nth = 0;
    client.on('error', () => {});
    client.on('data', (chunk) => {
      sent += chunk.toString('latin1');
      const message = asks[nth++]?.(sent);
      if (message === undefined) return void client.destroy();
      for (let from = 0; from < message.length; from += pieces)
        client.write(message.subarray(from, from + pieces));
    });
  });
  await new Promise<void>((listens) => server.listen(0, '127.0.0.1', listens));
  const address = server.address();
  const port = typeof address === 'object' ? (address?.port ?? 0) : 0;
  const dial: Dial = async () => connect(port, '127.0.0.1').setNoDelay();
  const io = openReadIo(manualClock(), { dial });
  try {
    const target = { url: `postgres://opsdeck@${host}:5432/shop`, password };
    await io
      .open(postgresReads, target)
      .ask({ text: 'SELECT 1' }, never)
      .catch(() => {});
  } finally {
    await io.close();
    server.close();
  }
  return sent;
};

/** Asks in clear text, or by SCRAM with few iterations; `host`: the server as the profile names it. */
const postgresAsk = fc.record({
  ask: fc.oneof(
    fc.constant([() => request(3)]),
    rounds.map((count) => [
      () => request(10, 'SCRAM-SHA-256\0\0'),
      (sent: string) => request(11, challenge(sent, count)),
    ]),
  ),
  pieces: fc.constantFrom(1, 3, 5, 9, 1000),
});

family('logins', ({ attack }) => {
  attack('no server gets a proof of the password that is cheap to try, or keeps the client busy', {
    rounds: 200,
    inputs: rounds,
    defense: scramExchange,
    sabotaged: answersAll,
    holds: async (count, exchangeWith) => {
      const sent: string[] = [];
      const exchange = async (message: Buffer): Promise<Buffer> => {
        sent.push(message.toString('utf8'));
        return Buffer.from(challenge(sent[0] ?? '', count));
      };
      await exchangeWith(login, exchange).catch(() => {});
      expect(sent.filter((message) => message.includes('p='))).toEqual([]);
    },
  });

  attack('no PostgreSQL server gets the password over a connection that others can read, or a cheap proof', {
    rounds: 100,
    inputs: postgresAsk,
    corpus: [{ ask: [() => request(3)], pieces: 1 }],
    defense: 'db.example',
    // To this machine itself the password may be sent in clear text.
    sabotaged: '127.0.0.1',
    notices: /p4ss/,
    holds: async ({ ask, pieces }, host) => {
      const sent = await sentTo(ask, host, pieces);
      expect(sent).toContain('opsdeck');
      expect(sent).not.toContain(password);
      expect(sent).not.toContain('p=');
    },
    cpuLimitMs: 120_000,
  });
});
