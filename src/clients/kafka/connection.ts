import type { Duplex } from 'node:stream';
import { RemediedError } from '../../platform/network/to-fault.ts';
import { toAbortError, toWireError, WireError } from '../../platform/runtime/wire-error.ts';
import {
  decodeResponse,
  encodeRequest,
  type KafkaCall,
  type KafkaCallName,
  newestCommonVersion,
  supportedVersions,
  type VersionRange,
} from './call.ts';
import { apiVersions, saslAuthenticate, saslHandshake } from './cluster-calls.ts';
import { brokerCodeError, clientCertificateError } from './kafka-error.ts';
import type { KafkaTarget } from './kafka-types.ts';
import { saslLogin } from './sasl.ts';

/**
 * Thrown when the connection closed during a request: by the broker, or because another request on it was canceled.
 */
export class ConnectionLostError extends WireError {
  /** True: this side closed it. */
  readonly byUs: boolean;
  constructor(byUs = false) {
    super('unreachable', 'connection closed');
    this.byUs = byUs;
  }
}

/** Size limit of a response, in bytes. A larger length prefix indicates another protocol. */
const longestAnswer = 64 * 1024 * 1024;

interface Waiting {
  take(body: Buffer): void;
  fail(error: Error): void;
}

/** One connection to one broker; requests are pipelined and answered in order. */
export class KafkaConnection {
  readonly #socket: Duplex;
  readonly #waiting = new Map<number, Waiting>();
  #versions: ReadonlyMap<number, VersionRange> | undefined;
  #chunks: Buffer[] = [];
  #length = 0;
  #last = 0;
  #ended: Error | undefined;

  constructor(socket: Duplex) {
    this.#socket = socket;
    socket.on('data', (chunk: Buffer) => this.#take(chunk));
    socket.on('error', (error) =>
      this.close(clientCertificateError(error) ?? toWireError(error) ?? new ConnectionLostError()),
    );
    // A tunnel may close one direction only: then no response can arrive, and no 'close' follows.
    for (const event of ['end', 'close'] as const)
      socket.once(event, () => this.close(new ConnectionLostError()));
  }

  get isOpen(): boolean {
    return this.#ended === undefined;
  }

  /** Reads the supported versions, and logs in if the target has a login. Throws WireError. */
  async greet(sasl: KafkaTarget['sasl'], signal: AbortSignal): Promise<void> {
    const { error, calls } = await this.ask(apiVersions, {}, signal);
    if (error !== 0) throw brokerCodeError(error, apiVersions.name);
    this.#versions = new Map(calls.map(({ key, from, to }) => [key, { from, to }]));
    if (sasl === undefined) return;
    const mechanism = sasl.mechanism.toUpperCase();
    const greeted = await this.ask(saslHandshake, { mechanism }, signal);
    if (greeted.error !== 0)
      throw brokerCodeError(
        greeted.error,
        `login with ${mechanism}`,
        `the broker offers ${greeted.mechanisms.join(', ')}`,
      );
    await saslLogin(
      sasl,
      async (token) => {
        const answer = await this.ask(saslAuthenticate, { token }, signal);
        const who = sasl.mechanism === 'oauthbearer' ? '' : ` as ${sasl.user}`;
        if (answer.error !== 0)
          throw brokerCodeError(answer.error, `login with ${mechanism}${who}`, answer.message);
        return answer.token;
      },
      signal,
    );
  }

  /** True if the broker supports one of our versions of the call. */
  speaks(call: KafkaCallName): boolean {
    return newestCommonVersion(call, this.#versions?.get(call.key)) !== undefined;
  }

  /**
   * Sends one request in the newest common version and returns its response. Throws WireError. Aborting the signal
   * closes the whole connection, because responses arrive in order.
   */
  async ask<Q, A>(call: KafkaCall<Q, A>, question: Q, signal: AbortSignal): Promise<A> {
    if (signal.aborted) throw toAbortError(signal);
    if (this.#ended !== undefined) throw new ConnectionLostError();
    const spoken =
      this.#versions === undefined ? call : newestCommonVersion(call, this.#versions.get(call.key));
    if (spoken === undefined) throw this.#unspoken(call);
    this.#last += 1;
    const correlation = this.#last;
    const abort = (): void => {
      const waiting = this.#waiting.get(correlation);
      this.#waiting.delete(correlation);
      waiting?.fail(toAbortError(signal));
      this.close(new ConnectionLostError(true));
    };
    try {
      const body = await new Promise<Buffer>((take, fail) => {
        this.#waiting.set(correlation, { take, fail });
        signal.addEventListener('abort', abort);
        this.#socket.write(encodeRequest(spoken, correlation, question));
      });
      return decodeResponse(spoken, body);
    } finally {
      signal.removeEventListener('abort', abort);
    }
  }

  close(why: Error = new WireError('cancelled', 'opsdeck has closed this source')): void {
    if (this.#ended !== undefined) return;
    this.#ended = why;
    this.#chunks = [];
    this.#socket.destroy();
    for (const { fail } of this.#waiting.values()) fail(why);
    this.#waiting.clear();
  }

  #take(chunk: Buffer): void {
    if (this.#ended !== undefined) return;
    this.#chunks.push(chunk);
    this.#length += chunk.length;
    for (let next = this.#wanted(); next !== undefined && this.#length >= next; next = this.#wanted()) {
      const all = this.#whole();
      this.#chunks = [all.subarray(next)];
      this.#length -= next;
      this.#answered(all.subarray(4, next));
    }
  }

  /** The size of the incoming frame including its length prefix; undefined while unknown. */
  #wanted(): number | undefined {
    if (this.#length < 4 || this.#ended !== undefined) return undefined;
    const length = this.#whole().readInt32BE();
    if (length >= 4 && length <= longestAnswer) return length + 4;
    this.close(
      new WireError(
        'malformed',
        'the response is not from a Kafka broker: check brokers of the source, and whether the listener requires TLS',
      ),
    );
    return undefined;
  }

  #whole(): Buffer {
    const [first] = this.#chunks;
    if (first !== undefined && this.#chunks.length === 1) return first;
    // Chunks of a long response are concatenated only once it is complete.
    if (first !== undefined && first.length >= 4 && this.#length < first.readInt32BE() + 4) return first;
    const all = Buffer.concat(this.#chunks);
    this.#chunks = [all];
    return all;
  }

  #answered(frame: Buffer): void {
    const correlation = frame.readInt32BE();
    const waiting = this.#waiting.get(correlation);
    this.#waiting.delete(correlation);
    if (waiting === undefined)
      this.close(
        new WireError(
          'malformed',
          'the broker answered a request that opsdeck did not send: check proxies in between',
        ),
      );
    else waiting.take(frame.subarray(4));
  }

  #unspoken(call: KafkaCallName): WireError {
    const known = this.#versions?.get(call.key);
    const has =
      known === undefined
        ? 'the broker does not support this call. opsdeck needs Apache Kafka 3.0 or newer'
        : `the broker supports ${known.from} to ${known.to}`;
    return new RemediedError(
      'malformed',
      `version ${supportedVersions(call).join(' or ')} is needed, ${has}`,
      'opsdeck needs brokers of Apache Kafka 3.0 or newer',
    );
  }
}
