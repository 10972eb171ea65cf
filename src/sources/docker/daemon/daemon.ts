import { defined } from '../../../domain/base/defined.ts';
import type { Fault, Millis } from '../../../domain/base/fault.ts';
import type { ChangeIo, ReadIo } from '../../../doors/io.ts';
import { oneLine } from '../../../platform/masking/sanitize.ts';
import { secretMasker } from '../../../platform/masking/secrets.ts';
import { toHttpAnswer } from '../../../platform/network/http-answer.ts';
import type { HttpAnswer, HttpStream, HttpUpgrade } from '../../../platform/network/http-messages.ts';
import { statusError, statusText } from '../../../platform/network/status.ts';
import { RemediedError, toFault } from '../../../platform/network/to-fault.ts';
import type { Clock } from '../../../platform/runtime/clock.ts';
import { WireError } from '../../../platform/runtime/wire-error.ts';
import { field, text } from '../../kit/values/wire-value.ts';
import type { DockerConfig } from './config.ts';
import { type DaemonAddress, daemonAddress } from './config.ts';

/** Returns the message of a rejection (`{"message": "No such container: x"}`), masked. */
export const daemonErrorText = (answer: { readonly text: string; json(): unknown }): string => {
  try {
    return oneLine(secretMasker.mask(text(field(answer.json(), 'message')) ?? ''));
  } catch {
    return oneLine(secretMasker.mask(answer.text));
  }
};

/** A request that the daemon refused, with its message. */
export class RefusedRequest extends Error {}

export const refusedRequest = (status: number, body: string): RefusedRequest =>
  new RefusedRequest(
    `${statusText(status)}: ${daemonErrorText({ text: body, json: () => JSON.parse(body) })}`,
  );

/** Adds the daemon's message to an error. */
const withErrorText = (error: WireError, words: string): WireError =>
  new WireError(error.kind, words === '' ? error.message : `${error.message}: ${words}`, error.retryAfterMs);

interface ErrorExplanation {
  readonly kind: 'denied' | 'unreachable' | 'malformed';
  readonly pattern: RegExp;
  readonly message?: string;
  readonly remedy: string;
}

const socketErrors: readonly ErrorExplanation[] = [
  {
    kind: 'denied',
    pattern: /^permission denied$/,
    remedy: 'add this user to the group that owns the socket (docker), or set socket: to a rootless socket',
  },
  {
    kind: 'unreachable',
    pattern: /^there is no file or socket at this path$/,
    message: 'there is no socket at this path',
    remedy: 'start the Docker daemon, or set socket: to the correct path',
  },
  {
    kind: 'unreachable',
    pattern: /^connection refused$/,
    remedy: 'start the Docker daemon: no process is listening on this address',
  },
];

const answerErrors: readonly ErrorExplanation[] = [
  {
    kind: 'denied',
    pattern: /^answered 40[13]/,
    remedy: 'ask the owner of this daemon for access: the daemon, or a proxy in front, denied the request',
  },
  {
    kind: 'malformed',
    pattern: /HTTP request to an HTTPS server/,
    remedy: 'set TLS, which the daemon requires: host: https://… and tls: { ca, cert, key }',
  },
];

/** Adds a remedy to a failure: a socket without permission, a daemon that is not running. */
const explainDaemonError = (error: unknown, { socketPath }: DaemonAddress): unknown => {
  if (!(error instanceof WireError) || error instanceof RemediedError) return error;
  const known = [...(socketPath === undefined ? [] : socketErrors), ...answerErrors].find(
    ({ kind, pattern }) => kind === error.kind && pattern.test(error.message),
  );
  return known === undefined
    ? error
    : new RemediedError(known.kind, known.message ?? error.message, known.remedy);
};

/**
 * The difference of the daemon's clock to ours. A virtual machine after sleep, or without time synchronization, is
 * minutes off.
 */
interface DaemonClock {
  /** Ms to add to our clock for the daemon's; until it is known, for our own wall clock. */
  offsetMs(): Millis;
  /** Reads the daemon's current time (`GET /info`). Throws WireError. */
  fetchTime(signal: AbortSignal): Promise<Millis>;
  /** Updates the offset unless it is recent. A daemon that does not report its time is assumed to have ours. */
  refresh(signal: AbortSignal): Promise<void>;
}

/** Smaller differences are latency or normal clock drift; correcting them would only make times jitter. */
const clockToleranceMs: Millis = 5000;
const clockValidMs: Millis = 300_000;

const createDaemonClock = (
  clock: Clock,
  json: (path: string, signal: AbortSignal) => Promise<unknown>,
): DaemonClock => {
  let measured: Millis | undefined;
  let askedAt: Millis | undefined;
  const ahead = (): Millis => measured ?? clock.wallOffset();

  const ask = async (signal: AbortSignal): Promise<Millis> => {
    const began = clock.now();
    const daemonTime = Date.parse(text(field(await json('/info', signal), 'SystemTime')) ?? '');
    if (Number.isNaN(daemonTime))
      throw new WireError(
        'malformed',
        'the Docker daemon does not report the time: check that the address is a Docker daemon',
      );
    askedAt = clock.now();
    const offset = daemonTime - (began + askedAt) / 2;
    if (Math.abs(offset - ahead()) > clockToleranceMs)
      measured = Math.abs(offset - clock.wallOffset()) > clockToleranceMs ? offset : undefined;
    return daemonTime;
  };

  return {
    offsetMs: ahead,
    fetchTime: ask,
    refresh: async (signal) => {
      if (askedAt !== undefined && clock.now() - askedAt < clockValidMs) return;
      // The requests beside it report a failure.
      await ask(signal).catch(() => undefined);
    },
  };
};

/** A request that changes something on the daemon. */
interface DaemonChangeRequest {
  readonly method: 'POST' | 'DELETE';
  readonly path: string;
  readonly body?: unknown;
  /** The equivalent docker command. */
  readonly command?: string;
}

/** Client for one Docker daemon and its Engine API. Paths begin with a slash. */
export interface Daemon {
  readonly source: string;
  readonly config: DockerConfig;
  /** 'unix:///var/run/docker.sock' or 'http://host:2375' */
  readonly name: string;
  readonly address: DaemonAddress;
  readonly io: ReadIo;
  readonly clock: DaemonClock;
  now(): Millis;
  /** Returns the body of a 2xx response. Throws WireError, with the daemon's message for any other status. */
  getJson(path: string, signal: AbortSignal): Promise<unknown>;
  /** Returns a 2xx response as a stream. Throws WireError like `getJson`. */
  getStream(path: string, signal: AbortSignal): Promise<HttpStream>;
  /** Sends a change and returns the response, whatever its status. Throws WireError. */
  send(change: ChangeIo, call: DaemonChangeRequest, signal: AbortSignal): Promise<HttpAnswer>;
  /** Sends a change and returns the response as a stream. */
  sendStream(change: ChangeIo, call: DaemonChangeRequest, signal: AbortSignal): Promise<HttpStream>;
  /** Sends a change that asks the daemon to switch the connection to raw bytes. Throws WireError. */
  upgrade(change: ChangeIo, call: DaemonChangeRequest, signal: AbortSignal): Promise<HttpUpgrade>;
  /**
   * Creates an exec instance, which runs nothing yet, and returns the response, whatever its status. Sent as a stream,
   * like its start, since a step with `danger: read` is allowed no other request but GET. Throws WireError.
   */
  createExec(change: ChangeIo, call: DaemonChangeRequest, signal: AbortSignal): Promise<HttpAnswer>;
  /** 'GET unix:///var/run/docker.sock/containers/json', masked. */
  requestLine(method: string, path: string): string;
  fault(path: string, error: unknown, method?: string): Fault;
}

/** The shared parts of this source's operations. */
export interface DockerContext {
  readonly source: string;
  readonly daemon: Daemon;
  /** Directory of the profile, for files that it names. */
  readonly dir: string;
}

/** Opens a daemon. Contacts nothing yet. Throws WireError `unconfigured` when no address is known. */
export const openDaemon = (source: string, config: DockerConfig, io: ReadIo): Daemon => {
  const address = daemonAddress(config);
  const { base, socketPath, name } = address;
  const request = (path: string) => ({
    ...defined({ tls: config.tls, socketPath }),
    maxRedirects: 0,
    url: `${base}${path}`,
    headers: { accept: 'application/json' },
  });
  const posted = ({ method, path, body, command: typed }: DaemonChangeRequest) => ({
    ...request(path),
    ...defined({ typed }),
    method,
    headers: { accept: 'application/json', 'content-type': 'application/json' },
    body: body === undefined ? '' : JSON.stringify(body),
  });
  const checked = async <T>(ask: () => Promise<T>): Promise<T> => {
    try {
      return await ask();
    } catch (error) {
      throw explainDaemonError(error, address);
    }
  };
  /** Returns the error of any status but 2xx, with the daemon's message. */
  const problemOf = (answer: HttpAnswer): WireError | undefined => {
    const problem = statusError(answer, io.clock.wallNow());
    return problem && withErrorText(problem, daemonErrorText(answer));
  };
  const json = (path: string, signal: AbortSignal): Promise<unknown> =>
    checked(async () => {
      const answer = await io.get(request(path), signal);
      const problem = problemOf(answer);
      if (problem !== undefined) throw problem;
      return answer.json();
    });
  const line = (method: string, path: string): string => secretMasker.mask(`${method} ${name}${path}`);
  return {
    source,
    config,
    name,
    address,
    io,
    clock: createDaemonClock(io.clock, json),
    now: () => io.clock.now(),
    getJson: json,
    getStream: (path, signal) =>
      checked(async () => {
        const answer = await io.stream(request(path), signal);
        const isGood = answer.status >= 200 && answer.status < 300;
        const body = isGood ? '' : await answer.text();
        const problem = problemOf({ ...answer, text: body, json: () => JSON.parse(body) });
        if (problem !== undefined) throw problem;
        return answer;
      }),
    send: (change, call, signal) => checked(() => change.send(posted(call), signal)),
    sendStream: (change, call, signal) => checked(() => change.stream(posted(call), signal)),
    upgrade: (change, call, signal) => checked(() => change.upgrade(posted(call), signal)),
    createExec: (change, call, signal) =>
      checked(async () => {
        const stream = await change.stream(posted(call), signal);
        return toHttpAnswer({ ...stream, body: await stream.text() });
      }),
    requestLine: line,
    fault: (path, error, method = 'GET') =>
      toFault(source, line(method, path), explainDaemonError(error, address), io.clock.now()),
  };
};
