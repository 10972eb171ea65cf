import { isIP, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { connect as connectTls } from 'node:tls';
import { type ClientOptions, WebSocket } from 'ws';
import { stripControls } from '../../domain/text/controls.ts';
import { oneLine } from '../masking/sanitize.ts';
import { type AsyncQueue, createAsyncQueue } from '../runtime/async-queue.ts';
import { toAbortError, toWireError, WireError } from '../runtime/wire-error.ts';
import type { Dial } from './dial.ts';
import type { WebSocketRequest, WebSocketWire } from './http-messages.ts';
import { tlsConnectOptions } from './http-messages.ts';
import { throughProxy } from './through-proxy.ts';

/** A message is read in one turn of the event loop: those of Kubernetes have 32 KiB, those of Loki a hundred lines; a proxy may join some. */
const largestMessage = 16 * 1024 * 1024;
const longestReason = 4096;

/**
 * Opens a WebSocket, through `dial` or a proxy if given. The signal cancels the handshake, and later the connection.
 * Throws WireError.
 */
export const openWebSocket = async (
  request: WebSocketRequest,
  signal: AbortSignal,
  dial?: Dial,
): Promise<WebSocketWire> => {
  if (signal.aborted) throw toAbortError(signal);
  const url = new URL(request.url.replace(/^ws/, 'http'));
  const way = request.proxy === undefined ? dial : throughProxy(request.proxy, dial, request.tls);
  return shakeHands(request, signal, await way?.({ host: hostIn(url), port: portIn(url) }, signal));
};

const hostIn = ({ hostname }: URL): string => hostname.replace(/^\[(.*)\]$/, '$1');
const portIn = ({ port, protocol }: URL): number =>
  port === '' ? (protocol === 'https:' ? 443 : 80) : Number(port);

/** Wraps a dialed connection, with TLS inside where the URL requires it. */
const over = (wire: Duplex, { url, tls }: WebSocketRequest): Pick<ClientOptions, 'createConnection'> => {
  const { protocol, hostname } = new URL(url);
  const name = isIP(hostIn(new URL(url))) === 0 ? { servername: hostname } : {};
  const socket = /^(https|wss):$/.test(protocol)
    ? connectTls({ socket: wire, ...name, ...tlsConnectOptions(tls) })
    : wire;
  // The type requires a Socket; ws uses only what a Duplex has.
  return { createConnection: () => socket as Socket };
};

const shakeHands = (
  request: WebSocketRequest,
  signal: AbortSignal,
  wire: Duplex | undefined,
): Promise<WebSocketWire> =>
  new Promise((resolve, reject) => {
    if (signal.aborted) {
      wire?.destroy();
      return reject(toAbortError(signal));
    }
    const socket = new WebSocket(request.url.replace(/^http/, 'ws'), [...request.protocols], {
      headers: { 'user-agent': 'opsdeck', ...request.headers },
      maxPayload: largestMessage,
      perMessageDeflate: false,
      followRedirects: false,
      // One message per turn of the event loop: a few bytes may be thousands of messages.
      allowSynchronousEvents: false,
      ...tlsConnectOptions(request.tls),
      ...(wire === undefined ? {} : over(wire, request)),
    });
    const messages = createAsyncQueue<Uint8Array>();
    let open = false;
    const fail = (error: WireError): void => {
      if (open) messages.fail(error);
      else reject(error);
    };
    const abort = (): void => {
      fail(toAbortError(signal));
      socket.terminate();
    };
    signal.addEventListener('abort', abort, { once: true });
    socket.binaryType = 'nodebuffer';
    socket.on('open', () => {
      open = true;
      resolve(wireOf(socket, flow.messages));
    });
    const flow = flowOf(socket, messages, signal);
    socket.on('message', (data) => flow.put(bytesOf(data)));
    socket.on('unexpected-response', (_, response) => {
      const { statusCode = 0 } = response;
      void reasonOf(response).then((why) => {
        fail(refusal(statusCode, why));
        socket.terminate();
      });
    });
    socket.on('error', (error) =>
      fail(signal.aborted ? toAbortError(signal) : (toWireError(error) ?? lost(error.message))),
    );
    socket.on('close', (code, reason) => {
      signal.removeEventListener('abort', abort);
      if (!open) reject(lost('the server closed the WebSocket during the handshake'));
      else if (code === 1000 || code === 1001 || code === 1005) messages.end();
      else messages.fail(lost(`closed with ${code} ${stripControls(reason.toString())}`.trim()));
    });
  });

const lost = (why: string): WireError => new WireError('unreachable', oneLine(why));

const refusal = (status: number, why: string): WireError => {
  const words = `answered ${status}${why === '' ? '' : `: ${why}`}`;
  if (status === 401 || status === 403) return new WireError('denied', words);
  return new WireError(status === 404 ? 'missing' : 'unreachable', words);
};

const reasonOf = async (response: AsyncIterable<unknown>): Promise<string> => {
  let text = '';
  try {
    for await (const chunk of response) {
      text += String(chunk);
      if (text.length > longestReason) break;
    }
  } catch {
    // Uses the text that has arrived so far.
  }
  return oneLine(messageIn(text) ?? text, 280);
};

/** Returns the `message` of a JSON body, as Kubernetes and Docker refuse; undefined for any other text. */
const messageIn = (text: string): string | undefined => {
  try {
    const body: unknown = JSON.parse(text);
    const isSaid = typeof body === 'object' && body !== null && 'message' in body;
    return isSaid && typeof body.message === 'string' ? body.message : undefined;
  } catch {
    return undefined;
  }
};

const bytesOf = (data: unknown): Uint8Array =>
  data instanceof Uint8Array ? data : Array.isArray(data) ? Buffer.concat(data) : new Uint8Array();

/** Reading pauses while this many bytes wait for a slow reader. */
const mostWaiting = 4 * 1024 * 1024;
/** Memory of a message besides its bytes. */
const messageBytes = 1024;

const flowOf = (
  socket: WebSocket,
  waiting: AsyncQueue<Uint8Array>,
  signal: AbortSignal,
): { put(bytes: Uint8Array): void; readonly messages: AsyncIterable<Uint8Array> } => {
  let size = 0;
  const messages = async function* (): AsyncGenerator<Uint8Array, void, undefined> {
    for await (const bytes of waiting) {
      // The reader has gone: what waits is not for anyone.
      if (signal.aborted) throw toAbortError(signal);
      size -= bytes.length + messageBytes;
      if (size < mostWaiting && socket.isPaused) socket.resume();
      yield bytes;
    }
  };
  return {
    put: (bytes) => {
      size += bytes.length + messageBytes;
      if (size >= mostWaiting) socket.pause();
      waiting.put(bytes);
    },
    messages: messages(),
  };
};

const wireOf = (socket: WebSocket, messages: AsyncIterable<Uint8Array>): WebSocketWire => ({
  protocol: socket.protocol,
  messages,
  send: (bytes) =>
    new Promise((resolve, reject) => {
      socket.send(bytes, { binary: true }, (error) => {
        if (error == null) resolve();
        else reject(toWireError(error) ?? lost(error.message));
      });
    }),
  close: () => socket.terminate(),
});
