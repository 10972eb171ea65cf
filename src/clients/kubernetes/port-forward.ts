import { Duplex } from 'node:stream';
import { stripControls } from '../../domain/text/controls.ts';
import { oneLine } from '../../platform/masking/sanitize.ts';
import { TunnelError } from '../../platform/network/dial.ts';
import type { WebSocketWire } from '../../platform/network/http-messages.ts';
import { toAbortError, WireError } from '../../platform/runtime/wire-error.ts';

/**
 * Channels of the single requested port. Source: kubernetes/kubelet, port-forward over WebSocket, v4.channel.k8s.io.
 */
const dataChannel = 0;
const errorChannel = 1;

/** Converts a lost port-forward to a TunnelError. `line`: 'bus-0:8081'. */
export const portForwardLost = (line: string, error: unknown): TunnelError =>
  error instanceof TunnelError
    ? error
    : new TunnelError(`${line}: ${error instanceof WireError ? error.message : String(error)}`);

/** The port refuses connections, but the tunnel to the pod works. */
class RefusedError extends WireError {
  constructor() {
    super('unreachable', 'connection refused');
  }
}

/** Classifies the error channel: a refused connection concerns the pod's port, everything else the tunnel. */
const forwardError = (line: string, message: string): WireError =>
  /connection refused/i.test(message)
    ? new RefusedError()
    : new TunnelError(`${line}: ${oneLine(stripControls(message), 160)}`);

/**
 * Opens the data channel of a port-forward. Each channel starts with its port number (two bytes); resolves once both
 * have. The signal closes the connection. Throws TunnelError, and a plain WireError if the port refuses.
 */
export const openPortForward = (wire: WebSocketWire, line: string, signal: AbortSignal): Promise<Duplex> =>
  new Promise((resolve, reject) => {
    const duplex = new Forward(wire, line);
    const abort = (): void => void duplex.destroy(toAbortError(signal));
    signal.addEventListener('abort', abort, { once: true });
    duplex.once('close', () => signal.removeEventListener('abort', abort));
    // Until it is returned, it has no other error listener.
    duplex.once('error', reject);
    pump(wire, duplex, line, () => resolve(duplex)).then(
      () => duplex.finish(),
      (error: unknown) =>
        duplex.destroy(error instanceof RefusedError ? error : portForwardLost(line, error)),
    );
  });

/** Forwards messages until the other side closes. */
const pump = async (wire: WebSocketWire, duplex: Forward, line: string, open: () => void): Promise<void> => {
  const begun = new Set<number>();
  for await (const message of wire.messages) {
    const channel = message[0] ?? -1;
    if (begun.has(channel)) await handOn(channel, message.subarray(1), duplex, line);
    else if (begun.add(channel).size === 2) open();
  }
  if (begun.size < 2) throw new TunnelError(`${line}: closed before opening`);
};

const handOn = async (channel: number, bytes: Uint8Array, duplex: Forward, line: string): Promise<void> => {
  if (channel === dataChannel) await duplex.accept(bytes);
  if (channel === errorChannel && bytes.length > 0) throw forwardError(line, new TextDecoder().decode(bytes));
};

/** The data channel as a stream. */
class Forward extends Duplex {
  readonly #wire: WebSocketWire;
  readonly #line: string;
  readonly #read = Promise.withResolvers<void>();
  #drained: (() => void) | undefined;

  constructor(wire: WebSocketWire, line: string) {
    super({ allowHalfOpen: false });
    this.#wire = wire;
    this.#line = line;
  }

  /** The other side has closed: all that it sent is read. */
  finish(): void {
    this.push(null);
    this.#read.resolve();
  }

  /** Resolves when the reader accepts more data. */
  async accept(bytes: Uint8Array): Promise<void> {
    if (this.push(bytes)) return;
    await new Promise<void>((resolve) => {
      this.#drained = resolve;
    });
  }

  override _read(): void {
    this.#drained?.();
    this.#drained = undefined;
  }

  override _write(chunk: Uint8Array, _: BufferEncoding, done: (error?: Error | null) => void): void {
    const framed = new Uint8Array(chunk.length + 1);
    framed.set(chunk, 1);
    this.#wire.send(framed).then(
      () => done(),
      // The other side is closing: its last messages say why, such as a refused connection.
      () => void this.#read.promise.then(() => done(new TunnelError(`${this.#line}: closed`))),
    );
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    this.#drained?.();
    this.#wire.close();
    done(error);
  }
}
