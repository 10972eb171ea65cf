import { defined } from '../../../domain/base/defined.ts';
import type { Fault, FaultKind, Millis } from '../../../domain/base/fault.ts';
import type { ActEvent } from '../../../domain/runbooks/operation.ts';
import type { ChangeIo, ReadIo } from '../../../doors/io.ts';
import { oneLine } from '../../../platform/masking/sanitize.ts';
import type { HttpAnswer } from '../../../platform/network/http-messages.ts';
import { statusError, statusText, throttledError } from '../../../platform/network/status.ts';
import { RemediedError } from '../../../platform/network/to-fault.ts';
import type { WireError } from '../../../platform/runtime/wire-error.ts';
import { type Endpoint, openEndpoint } from '../contract/endpoint.ts';
import { readForPlan } from './define-operation.ts';
import { type CallFailures, reportCall } from './report-call.ts';

/** A request that changes something, or reads the result of one. */
export interface JsonCall {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly path: string;
  /** JSON. */
  readonly body?: string;
}

/** A JSON API over HTTP with its own error messages and rate limits. */
export interface JsonApi {
  readonly source: string;
  readonly endpoint: Endpoint;
  /** Returns the body of a successful response. Throws WireError with the API's own message. */
  read(path: string, signal: AbortSignal): Promise<unknown>;
  /** Sends a request of an operation and returns the body of a successful response. Throws WireError. */
  send(change: ChangeIo, call: JsonCall, signal: AbortSignal): Promise<unknown>;
  /** Returns the body of a successful response. Throws WireError. */
  body(answer: HttpAnswer): unknown;
  fault(path: string, error: unknown, method?: string): Fault;
  now(): Millis;
  /** The machine's wall clock. */
  wallNow(): Millis;
  /** Converts a wall-clock time to our clock. */
  toClock(wallMs: number): Millis;
}

/** An error that the body of a successful response reports. */
export interface JsonApiError {
  readonly kind: FaultKind;
  readonly message: string;
  readonly remedy?: string;
}

type EndpointAddress = Parameters<typeof openEndpoint>[1];

interface JsonApiOptions extends EndpointAddress {
  /** Headers of every request, besides the authentication. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Parses the API's own message from the body of an error; '' without one. */
  errorText(body: unknown): string;
  /** The error of a body with status 200, for an API that reports errors there; undefined: it succeeded. */
  bodyError?(body: unknown): JsonApiError | undefined;
  /** The remedy for an error with this status and message, in response to a request. Absent: that of its kind. */
  remedy?(
    status: number,
    message: string,
    request: Pick<JsonCall, 'method' | 'path'> | undefined,
  ): string | undefined;
}

/** Seconds until the limit is reset, as ms. Source: IETF draft-ietf-httpapi-ratelimit-headers-07, RateLimit-Reset. */
const resetMs = ({ headers }: HttpAnswer): Millis | undefined => {
  const written = headers['ratelimit-reset']?.trim() ?? '';
  return /^\d{1,6}$/.test(written) ? Number(written) * 1000 : undefined;
};

const maxErrorLength = 200;

/** The API's own message in an error response; '' without one. `errorText`: parses it from the body. */
export const jsonErrorMessage = (answer: HttpAnswer, errorText: (body: unknown) => string): string => {
  try {
    return oneLine(errorText(answer.json()), maxErrorLength);
  } catch {
    // A proxy in front of the API answers in its own format.
    return '';
  }
};

/** The server has refused a request, which had no effect. */
class RefusedError extends RemediedError {}

/** Opens an API. Contacts nothing yet. */
export const openJsonApi = (source: string, options: JsonApiOptions, io: ReadIo): JsonApi => {
  const { headers = {}, errorText, bodyError, remedy, ...address } = options;
  const endpoint = openEndpoint(source, address, io);

  const errorOf = (
    answer: HttpAnswer,
    request: Pick<JsonCall, 'method' | 'path'> | undefined,
  ): WireError | undefined => {
    const error = statusError(answer, io.clock.wallNow());
    if (error === undefined) return undefined;
    if (error.kind === 'throttled') {
      const waitMs = error.retryAfterMs === undefined ? resetMs(answer) : undefined;
      return waitMs === undefined ? error : throttledError(error.message, waitMs, 'its RateLimit-Reset');
    }
    const own = jsonErrorMessage(answer, errorText);
    const message = own === '' ? error.message : `${error.message}: ${own}`;
    const isRefused = answer.status >= 400 && answer.status < 500;
    return new (isRefused ? RefusedError : RemediedError)(
      error.kind,
      message,
      remedy?.(answer.status, own, request),
    );
  };
  const bodyOf = (answer: HttpAnswer, request?: Pick<JsonCall, 'method' | 'path'>): unknown => {
    const error = errorOf(answer, request);
    if (error !== undefined) throw error;
    if (answer.status === 204) return undefined;
    const body = answer.json();
    const inBody = bodyError?.(body);
    if (inBody !== undefined) throw new RefusedError(inBody.kind, inBody.message, inBody.remedy);
    return body;
  };

  return {
    source,
    endpoint,
    read: async (path, signal) =>
      bodyOf(await endpoint.get(path, signal, { headers }), { method: 'GET', path }),
    send: async (change, { method, path, body }, signal) =>
      bodyOf(
        await endpoint.send(
          change,
          {
            method,
            path,
            headers: { ...headers, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
            ...defined({ body }),
          },
          signal,
        ),
        { method, path },
      ),
    body: (answer) => bodyOf(answer),
    fault: (path, error, method) => endpoint.fault(path, error, method),
    now: () => io.clock.now(),
    wallNow: io.clock.wallNow,
    toClock: (wallMs) => wallMs - io.clock.wallOffset(),
  };
};

/** Reads for a plan. Throws PlanError. */
export const planRead = (api: JsonApi, path: string, signal: AbortSignal): Promise<unknown> =>
  readForPlan(api, path, () => api.read(path, signal));

/**
 * Sends one call of a plan and reports its result; returns the body on success, and undefined after a failure. No event
 * contains the body, which may hold a key.
 */
export const sendCall = (
  api: JsonApi,
  change: ChangeIo,
  call: JsonCall,
  signal: AbortSignal,
): AsyncGenerator<ActEvent, { readonly value: unknown } | undefined> => {
  const line = api.endpoint.line(call.method, call.path);
  const failures: CallFailures = {
    fault: (error) => api.fault(call.path, error, call.method),
    prefix: `${line}: `,
    isRefusal: (error) => error instanceof RefusedError,
  };
  return reportCall(line, failures, async () => ({
    status: statusText(200),
    value: await api.send(change, call, signal),
  }));
};
