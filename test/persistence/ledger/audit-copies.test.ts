import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { createServer as createHttp } from 'node:http';
import { type AddressInfo, createServer } from 'node:net';
import { expect, test } from 'vitest';
import type { AuditCopy } from '../../../src/domain/runbooks/guard.ts';
import { createAuditCopies } from '../../../src/persistence/ledger/audit-copies.ts';
import {
  type AuditForwarder,
  type ForwardedRecord,
  openAuditForwarder,
  syslogMessage,
} from '../../../src/persistence/ledger/audit-forwarder.ts';
import { openLedger } from '../../../src/persistence/ledger/ledger.ts';
import { systemClock } from '../../../src/platform/runtime/clock.ts';
import { manualClock } from '../../support/manual-clock.ts';
import { entriesOf } from './a-run.ts';
import { linesOf, tempDir } from './entries.ts';

/** Writes a run; returns its lines once they have been forwarded. */
const copied = async (copy: AuditCopy): Promise<readonly string[]> => {
  await using dir = await tempDir();
  const copies = createAuditCopies('there', openAuditForwarder(copy, systemClock()), systemClock());
  const ledger = await openLedger(dir.path, { written: copies.put });
  for (const entry of entriesOf('r ü 1')) await ledger.append(entry);
  await copies.settled(10_000);
  expect(copies.trouble()).toBeUndefined();
  await copies.close();
  return linesOf(dir.path);
};

const portOf = (server: { address(): unknown }): number => (server.address() as AddressInfo).port;

/** The RFC 5424 message of a line: a header, its number and hash, and the unchanged line. */
const header = (line: string): string => {
  const { seq, hash, at, host, pid, entry } = JSON.parse(line);
  return `<109>1 ${at} ${host} opsdeck ${pid} ${entry.event} [opsdeck@32473 seq="${seq}" hash="${hash}"] ${line}`;
};

test('over UDP each record is a datagram of RFC 5424', async () => {
  const server = createSocket('udp4');
  const got: string[] = [];
  server.on('message', (message) => got.push(message.toString()));
  server.bind(0, '127.0.0.1');
  await once(server, 'listening');
  const lines = await copied({ is: 'syslog', host: '127.0.0.1', port: portOf(server), over: 'udp' });
  while (got.length < lines.length) await once(server, 'message');
  expect(got).toEqual(lines.map(header));
  server.close();
});

test('over TCP each record is framed by octet counting (RFC 6587)', async () => {
  const chunks: Buffer[] = [];
  const server = createServer((socket) => socket.on('data', (chunk: Buffer) => chunks.push(chunk)));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const ended = new Promise<void>((resolve) =>
    server.once('connection', (socket) => socket.once('close', () => resolve())),
  );
  const lines = await copied({ is: 'syslog', host: '127.0.0.1', port: portOf(server), over: 'tcp' });
  await ended;
  const frames = lines.map(header).map((text) => `${Buffer.byteLength(text)} ${text}`);
  expect(Buffer.concat(chunks).toString()).toBe(frames.join(''));
  server.close();
});

test('over HTTP each record is POSTed as its line, once, with the token', async () => {
  const got: string[] = [];
  const server = createHttp(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += String(chunk);
    got.push(`${request.method} ${request.url} ${request.headers.authorization} ${body}`);
    response.end();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${portOf(server)}/audit`;
  const lines = await copied({ is: 'http', url, bearer: 't0ken' });
  expect(got).toEqual(lines.map((line) => `POST /audit Bearer t0ken ${line}`));
  server.close();
  server.closeAllConnections();
});

test('characters not allowed in a header are replaced', () => {
  const record: ForwardedRecord = {
    line: '{}',
    seq: 1,
    hash: 'h',
    at: 'now',
    host: 'my höst',
    pid: 1,
    kind: '',
  };
  expect(syslogMessage(record)).toBe('<109>1 now my_h_st opsdeck 1 - [opsdeck@32473 seq="1" hash="h"] {}');
});

const record = (seq: number): ForwardedRecord => ({
  line: `${seq}`,
  seq,
  hash: '',
  at: '',
  host: '',
  pid: 1,
  kind: '',
});

test('a failing destination delays nothing: it is retried with backoff, and missing records are reported', async () => {
  const clock = manualClock();
  let fails = true;
  const tried: number[] = [];
  const got: number[] = [];
  const forwarder: AuditForwarder = {
    send: async ({ seq }) => {
      tried.push(clock.now());
      if (fails) throw new Error('connection refused');
      got.push(seq);
    },
    close: async () => {},
  };
  const copies = createAuditCopies('udp://logs:514', forwarder, clock);
  const began = clock.now();
  for (let seq = 1; seq <= 3; seq++) copies.put(record(seq));
  await clock.advance(20_000);
  expect(tried.map((time) => time - began)).toEqual([0, 1000, 3000, 7000, 15_000]);
  expect(copies.trouble()).toBe('3 records were not copied to udp://logs:514: connection refused');
  fails = false;
  await clock.advance(30_000);
  expect(got).toEqual([1, 2, 3]);
  expect(copies.trouble()).toBeUndefined();
  await copies.close();
});

test('a destination that never answers queues at most 1000 records, and the number of lost ones is reported', async () => {
  const clock = manualClock();
  const hang: AuditForwarder = {
    send: (_record, signal) =>
      new Promise((_, reject) => {
        signal.addEventListener('abort', () => reject(new Error('cut')), { once: true });
      }),
    close: async () => {},
  };
  const copies = createAuditCopies('http://logs', hang, clock);
  for (let seq = 1; seq <= 1205; seq++) copies.put(record(seq));
  await clock.advance(5000);
  expect(copies.trouble()).toBe('1205 records were not copied to http://logs: no answer in 5 s');
  const waited = copies.settled(2000);
  await clock.advance(2000);
  await waited;
  await copies.close();
});
