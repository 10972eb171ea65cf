import { lookup } from 'node:dns/promises';
import { expect, test } from 'vitest';
import { secretMasker } from '../../src/platform/masking/secrets.ts';
import { RemediedError, toFault } from '../../src/platform/network/to-fault.ts';
import { ProgramError, toWireError, WireError } from '../../src/platform/runtime/wire-error.ts';

const coded = (code: string): Error => Object.assign(new Error(`connect ${code}`), { code });
const call = 'GET http://bus:8081/actuator/health';

const cases: readonly (readonly [string, unknown, string, string])[] = [
  ['connection refused', coded('ECONNREFUSED'), 'unreachable', 'connection refused'],
  [
    'connection refused over IPv4 and IPv6',
    new AggregateError([coded('ECONNREFUSED'), coded('ECONNREFUSED')]),
    'unreachable',
    'connection refused',
  ],
  ['connection reset', coded('ECONNRESET'), 'unreachable', 'connection reset'],
  ['an unknown host name', coded('ENOTFOUND'), 'unreachable', 'no such host in DNS'],
  [
    'a host name with an invalid byte, from a corrupted response',
    Object.assign(coded('EINVAL'), { syscall: 'getaddrinfo' }),
    'unreachable',
    'the address has no valid host name',
  ],
  [
    'a port above 65535, from a corrupted response',
    coded('ERR_SOCKET_BAD_PORT'),
    'unreachable',
    'the address has no valid port',
  ],
  [
    'an expired certificate',
    coded('CERT_HAS_EXPIRED'),
    'unreachable',
    'the certificate of the server has expired',
  ],
  [
    'the cause of another error',
    new Error('request failed', { cause: coded('EHOSTUNREACH') }),
    'unreachable',
    'no route to host',
  ],
  [
    'a disk that fails',
    coded('EIO'),
    'unreachable',
    'the disk or the file server reported an input/output error',
  ],
  [
    'a file server that was restarted',
    coded('ESTALE'),
    'unreachable',
    'the file server no longer knows the file (stale handle)',
  ],
  [
    'a response that is not HTTP',
    coded('HPE_INVALID_CONSTANT'),
    'malformed',
    'the response is not HTTP: check that the address is that of an HTTP server',
  ],
  [
    'a deadline with its duration',
    new DOMException('no answer in 3s', 'TimeoutError'),
    'timeout',
    'no answer in 3s',
  ],
  [
    'a deadline without its duration',
    new DOMException('The operation was aborted due to timeout', 'TimeoutError'),
    'timeout',
    'timed out',
  ],
  ['a cancellation', new DOMException('This operation was aborted', 'AbortError'), 'cancelled', 'canceled'],
  [
    'a denied request',
    new WireError('denied', 'answered 401 Unauthorized'),
    'denied',
    'answered 401 Unauthorized',
  ],
  ['an internal error', new TypeError('x is not a function'), 'bug', 'TypeError: x is not a function'],
  ['a thrown value that is not an error', 'boom', 'bug', 'boom'],
];
test.each(cases)('%s is a fault with its call and a plain message', (_, error, kind, words) => {
  expect(toFault('bus', call, error, 7)).toMatchObject({
    kind,
    source: 'bus',
    message: `${call}: ${words}`,
    at: 7,
  });
});

test('keeps Retry-After and the remedy', () => {
  expect(toFault('bus', call, new WireError('throttled', 'answered 429', 7000), 1).retryAfterMs).toBe(7000);
  expect(toFault('bus', call, new RemediedError('missing', 'x', 'expose it'), 1).remedy).toBe('expose it');
  const program = new ProgramError('missing', 'no psql', { remedy: 'install it' });
  expect(toFault('bus', call, program, 1).remedy).toBe('install it');
  expect(toFault('bus', call, new WireError('denied', 'x'), 1).remedy).toMatch(/auth/);
});

test('a message contains no secret and no control sequence, and its length is bounded', () => {
  secretMasker.add('hunter2-of-fault-test');
  const fault = toFault('bus', call, new Error('said \x1b[31mhunter2-of-fault-test\nand more'), 1);
  expect(fault.message).toBe(`${call}: Error: said …masked and more`);
  expect(toFault('bus', call, new Error('x'.repeat(10_000)), 1).message.length).toBeLessThanOrEqual(400);
});

test.each([
  ['a refused connection', Object.assign(coded('ECONNREFUSED'), { syscall: 'connect' }), true],
  [
    'a connection refused over IPv4 and IPv6',
    new AggregateError([Object.assign(coded('ECONNREFUSED'), { syscall: 'connect' })]),
    true,
  ],
  ['an unknown host name', Object.assign(coded('ENOTFOUND'), { syscall: 'getaddrinfo' }), true],
  ['a connect timeout', coded('UND_ERR_CONNECT_TIMEOUT'), true],
  ['an untrusted certificate', coded('DEPTH_ZERO_SELF_SIGNED_CERT'), true],
  ['a reset connection', Object.assign(coded('ECONNRESET'), { syscall: 'read' }), false],
  ['a port that cannot exist', coded('ERR_SOCKET_BAD_PORT'), true],
  ['a route lost while waiting', Object.assign(coded('EHOSTUNREACH'), { syscall: 'read' }), false],
  ['a closed connection', coded('UND_ERR_SOCKET'), false],
  ['a deadline', new DOMException('no answer in 3s', 'TimeoutError'), false],
])('%s: whether the request was sent is known (%#)', (_, error, isUnsent) => {
  expect(toWireError(error)?.isUnsent).toBe(isUnsent);
});

test.each([['12\0.0.0.1'], ['1\ufffd7.0.0.1']])(
  'Node refuses the host name %j: it is unreachable',
  async (host) => {
    const error = await (async () => lookup(host))().catch((why: unknown) => why);
    expect(toWireError(error)).toMatchObject({
      kind: 'unreachable',
      message: 'the address has no valid host name',
    });
  },
);
