import { expect, test } from 'vitest';
import { http } from '../../../src/sources/http/index.ts';
import { localServer } from '../../support/local-server.ts';
import { openSource } from '../open-source.ts';

const frame = (flag: number, payload: Buffer): Buffer => {
  const head = Buffer.alloc(5);
  head.writeUInt8(flag, 0);
  head.writeUInt32BE(payload.length, 1);
  return Buffer.concat([head, payload]);
};
const message = (...bytes: readonly number[]): Buffer => frame(0, Buffer.from(bytes));
const trailers = (text: string): Buffer => frame(0x80, Buffer.from(text));
const fine = trailers('grpc-status:0\r\n');
const binary = 'application/grpc-web+proto';

const statusOf = async (type: string, body: Buffer | string) => {
  await using server = await localServer((_, response) => {
    response.writeHead(200, { 'content-type': type });
    response.end(body);
  });
  await using opened = await openSource(http, {
    url: server.url,
    checks: [{ service: 'rpc', path: '/grpc.health.v1.Health/Check' }],
  });
  const { items } = await opened.read('health@rpc');
  return items[0];
};

test.each([
  ['serving', binary, Buffer.concat([message(8, 1), fine]), 'up', ''],
  ['not serving', binary, Buffer.concat([message(8, 2), fine]), 'down', 'body reports NOT_SERVING'],
  ['an empty message', binary, Buffer.concat([message(), fine]), 'unknown', 'body reports UNKNOWN'],
  [
    'a service that is not known',
    binary,
    Buffer.concat([message(8, 3), fine]),
    'down',
    'body reports SERVICE_UNKNOWN',
  ],
  [
    'only an error',
    binary,
    trailers('grpc-status:14\r\ngrpc-message:no upstream\r\n'),
    'down',
    'grpc-status 14 no upstream',
  ],
  [
    'a long error',
    binary,
    trailers(`grpc-status: 13\r\ngrpc-message: ${'x'.repeat(200)}\r\n`),
    'down',
    `grpc-status 13 ${'x'.repeat(200)}`,
  ],
  [
    'nothing',
    binary,
    Buffer.alloc(0),
    'unknown',
    'the gRPC-web answer has no message, so the health is unknown',
  ],
  [
    'base64 in two pieces',
    'application/grpc-web-text',
    message(8, 2).toString('base64') + fine.toString('base64'),
    'down',
    'body reports NOT_SERVING',
  ],
  ['base64', 'application/grpc-web-text+proto', message(8, 1).toString('base64'), 'up', ''],
  ['another type', 'application/octet-stream', Buffer.concat([message(8, 2), fine]), 'up', ''],
] as const)('a frame of gRPC-web with %s', async (_, type, body, status, detail) => {
  expect(await statusOf(type, body)).toMatchObject({ status, detail });
});
