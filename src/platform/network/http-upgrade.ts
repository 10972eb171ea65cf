import type { Duplex } from 'node:stream';
import type { Agent, Dispatcher } from 'undici';
import { stripControls } from '../../domain/text/controls.ts';
import { toAbortError, toWireError, WireError } from '../runtime/wire-error.ts';
import type { ByteWire, HttpRequest, HttpUpgrade } from './http-messages.ts';

/** The protocol that Docker names for raw bytes. Source: Docker Engine API, ContainerAttach, "Hijacking". */
const rawBytes = 'tcp';
const longestReason = 64 * 1024;

interface UpgradeExchange {
  readonly agent: Agent;
  readonly request: HttpRequest;
  readonly method: Dispatcher.HttpMethod;
  readonly headers: Record<string, string | string[]>;
  readonly signal: AbortSignal;
}

const lost = (error: unknown, signal: AbortSignal): WireError => {
  if (signal.aborted) return toAbortError(signal);
  return toWireError(error) ?? new WireError('unreachable', 'connection closed');
};

/** The socket of an upgraded connection; the signal closes it. */
const wireOf = (socket: Duplex, signal: AbortSignal): ByteWire => {
  const abort = (): void => void socket.destroy();
  signal.addEventListener('abort', abort, { once: true });
  socket.once('close', () => signal.removeEventListener('abort', abort));
  // An error reaches the reader and the next write.
  socket.on('error', () => {});
  if (signal.aborted) abort();
  const done = (start: (end: (error?: Error | null) => void) => void): Promise<void> =>
    new Promise((resolve, reject) => {
      start((error) => (error == null ? resolve() : reject(lost(error, signal))));
    });
  const chunks = async function* (): AsyncGenerator<Uint8Array, void, undefined> {
    try {
      for await (const chunk of socket) yield chunk;
    } catch (error) {
      throw lost(error, signal);
    }
    if (signal.aborted) throw toAbortError(signal);
  };
  return {
    chunks: chunks(),
    send: (bytes) => done((end) => socket.write(bytes, end)),
    end: () => done((end) => socket.end(end)),
    close: () => void socket.destroy(),
  };
};

/**
 * Sends a request that asks the server to switch its connection to raw bytes (101 Switching Protocols). Rejects with
 * the error of undici when no response arrives.
 */
export const sendUpgrade = ({
  agent,
  request,
  method,
  headers,
  signal,
}: UpgradeExchange): Promise<HttpUpgrade> =>
  new Promise((resolve, reject) => {
    const { origin, pathname, search } = new URL(request.url);
    let status = 0;
    let size = 0;
    const kept: Uint8Array[] = [];
    agent.dispatch(
      {
        origin,
        path: pathname + search,
        method,
        headers,
        body: request.body ?? null,
        upgrade: rawBytes,
      },
      {
        onRequestStart: (controller) => {
          const abort = (): void => controller.abort(toAbortError(signal));
          if (signal.aborted) abort();
          else signal.addEventListener('abort', abort, { once: true });
        },
        onRequestUpgrade: (_, code, __, socket) =>
          resolve({ status: code, text: '', wire: wireOf(socket, signal) }),
        onResponseStart: (_, code) => {
          status = code;
        },
        onResponseData: (_, chunk) => {
          kept.push(chunk.subarray(0, Math.max(0, longestReason - size)));
          size += chunk.length;
        },
        onResponseEnd: () =>
          resolve({ status, text: stripControls(new TextDecoder().decode(Buffer.concat(kept))) }),
        onResponseError: (_, error) => reject(error),
      },
    );
  });
