import type { Duplex } from 'node:stream';
import { RemediedError } from '../../platform/to-fault.ts';
import { toAbortError, toWireError, WireError } from '../../platform/wire-error.ts';
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

/** The connection went away under a question: through the other side, or because another question on it was given up. */
export class ConnectionLostError extends WireError {
  /** True: it was we who closed it. */
  readonly byUs: boolean;
  constructor(byUs = false) {
    super('unreachable', 'connection closed');
    this.byUs = byUs;
  }
}

/** No answer that we ask for is as long; what begins with a larger number is another protocol. */
const longestAnswer = 64 * 1024 * 1024;

interface Waiting {
  take(body: Buffer): void;
  fail(error: Error): void;
}

/** One connection to one broker: questions go out as they come and are answered in their order. */
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
    socket.once('close', () => this.close(new ConnectionLostError()));
  }

  get isOpen(): boolean {
    return this.#ended === undefined;
  }

  /** Learns what the broker speaks, and logs in where the target says how. Throws WireError. */
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
        `it offers ${greeted.mechanisms.join(', ')}`,
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

  /** True: the broker knows the call in one of our versions. */
  speaks(call: KafkaCallName): boolean {
    return newestCommonVersion(call, this.#versions?.get(call.key)) !== undefined;
  }

  /** The answer to one question, in the newest version that both speak. Throws WireError; the end of the signal ends the whole connection, for answers come in order. */
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

  close(why: Error = new WireError('cancelled', 'this source is closed')): void {
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

  /** How long the frame is that comes in, its length included; undefined while that is not known. */
  #wanted(): number | undefined {
    if (this.#length < 4 || this.#ended !== undefined) return undefined;
    const length = this.#whole().readInt32BE();
    if (length >= 4 && length <= longestAnswer) return length + 4;
    this.close(new WireError('malformed', 'not a Kafka response'));
    return undefined;
  }

  #whole(): Buffer {
    const [first] = this.#chunks;
    if (first !== undefined && this.#chunks.length === 1) return first;
    // Only the length is looked at while a long answer comes in piece by piece.
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
      this.close(new WireError('malformed', 'unexpected response: it matches no request'));
    else waiting.take(frame.subarray(4));
  }

  #unspoken(call: KafkaCallName): WireError {
    const known = this.#versions?.get(call.key);
    const has = known === undefined ? 'it does not support this call' : `it supports ${known.from} to ${known.to}`;
    return new RemediedError(
      'malformed',
      `version ${supportedVersions(call).join(' or ')} is needed, ${has}`,
      'opsdeck needs brokers of Apache Kafka 3.0 or newer',
    );
  }
}
