import type { FaultKind } from '../domain/base/fault.ts';
import type { HealthStatus } from '../kinds/health/fact.ts';
import type { Treatment } from './front.ts';

/** A failure mode of a server, and what a source must make of it. */
export interface FailureMode {
  readonly name: string;
  /** The fault of every read. */
  readonly fault: FaultKind;
  /** Status of a probe's row. */
  readonly row: HealthStatus;
  /** No response arrives before the deadline. */
  readonly hangs?: boolean;
  /** Absence is a valid response: samples without a value. */
  readonly isAbsence?: boolean;
}

/** A failure mode that the test proxy produces, request by request. */
export interface RequestFailureMode extends FailureMode {
  readonly treat: Treatment;
}

export const retryAfterMs = 7000;
const json = { 'content-type': 'application/json' };

/** The five basic failure modes. Each response echoes our credentials, as misbehaving servers do. */
export const failureModes: readonly RequestFailureMode[] = [
  {
    name: 'down',
    fault: 'unreachable',
    row: 'down',
    treat: (_, request) => void request.socket.resetAndDestroy(),
  },
  {
    name: 'denied',
    fault: 'denied',
    row: 'unknown',
    treat: (response, request) =>
      void response.writeHead(401, 'No Entry For', json).end(`{"status":"${request.headers.authorization}"}`),
  },
  {
    name: 'throttled',
    fault: 'throttled',
    row: 'down',
    treat: (response) =>
      void response.writeHead(429, { ...json, 'retry-after': String(retryAfterMs / 1000) }).end('{}'),
  },
  {
    name: 'garbage',
    fault: 'malformed',
    row: 'down',
    treat: (_, request) =>
      void request.socket.end(`\x16\x03\x01\x1b[2J ${request.headers.authorization}\r\n\r\n`),
  },
  { name: 'hanging', fault: 'timeout', row: 'down', hangs: true, treat: () => {} },
];

/** Further failure modes: the response looks valid at first. */
export const breakages: readonly RequestFailureMode[] = [
  {
    name: 'a response that stops after its headers',
    fault: 'timeout',
    row: 'down',
    hangs: true,
    treat: (response) => response.writeHead(200, { ...json, 'content-length': '5000' }).flushHeaders(),
  },
  {
    name: 'a slow response',
    fault: 'timeout',
    row: 'down',
    hangs: true,
    treat: (response) => {
      response.writeHead(200, { ...json, 'content-length': '5000' });
      const drip = setInterval(() => response.write(' '), 5);
      response.once('close', () => clearInterval(drip));
    },
  },
  {
    name: 'a truncated body',
    fault: 'unreachable',
    row: 'down',
    treat: async (response, _, pass) => {
      const { status, headers, body } = await pass();
      response.writeHead(status, { ...headers, 'content-length': String(Buffer.byteLength(body) + 1) });
      response.write(body.slice(0, body.length / 2), () => response.destroy());
    },
  },
  {
    name: 'an empty body',
    fault: 'malformed',
    row: 'down',
    treat: (response) => void response.writeHead(200, json).end(),
  },
  {
    name: 'HTML with status 200',
    fault: 'malformed',
    row: 'down',
    treat: (response, request) =>
      void response
        .writeHead(200, { 'content-type': 'text/html' })
        .end(`<html>Sign in, ${request.headers.authorization}</html>`),
  },
  {
    name: 'invalid JSON that contains our credentials',
    fault: 'malformed',
    row: 'down',
    treat: (response, request) => void response.writeHead(200, json).end(`{${request.headers.authorization}`),
  },
  {
    name: 'a redirect loop',
    fault: 'malformed',
    row: 'down',
    treat: (response, request) => {
      const { pathname, searchParams } = new URL(request.url ?? '/', 'http://x');
      const to = searchParams.get('round') === '1' ? '2' : '1';
      response.writeHead(302, { location: `${pathname}?round=${to}` }).end();
    },
  },
  {
    name: 'a response of 100 MB',
    fault: 'malformed',
    row: 'down',
    treat: (response) => {
      response.writeHead(200, { ...json, 'content-length': String(100 * 1024 * 1024) });
      const more = (): void => {
        while (response.write(megabyte));
        response.once('drain', more);
      };
      response.write('{"status":"');
      more();
    },
  },
];
const megabyte = Buffer.alloc(1024 * 1024, 'x');

/** Adds control sequences to every text of every response; escaped, as a hostile but correct server writes them. */
export const controlSequenceTreatment: Treatment = async (response, _, pass) => {
  const { status, headers, body } = await pass();
  const isText = (headers['content-type'] ?? '').startsWith('text/');
  response.writeHead(status, headers).end(body === '' ? '' : isText ? armText(body) : armJson(body));
};
const armJson = (body: string): string => JSON.stringify(arm(JSON.parse(body)));
const armText = (body: string): string =>
  body.replaceAll('\n', '\x1b[31m\x1b]0;owned\x07\u202e\x9b2J\u{100001}\n');
const arm = (value: unknown): unknown => {
  if (typeof value === 'string') return `\x1b[31m\x1b]0;owned\x07${value}\u202e\x9b2J\u{100001}`;
  if (Array.isArray(value)) return value.map(arm);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [`\x1b[5m${key}`, arm(inner)]));
};
