import type { ByteSource } from '../../../clients/kafka/bytes.ts';
import { answerFrame, type KafkaCall } from '../../../clients/kafka/call.ts';
import type { BrokerSession, BrokerSight } from './sight.ts';

/** A call that the embedded brokers answer, in one version. */
export interface Served {
  readonly key: number;
  readonly name: string;
  readonly version: number;
  readonly flexible: boolean;
  /** The answer as a frame. */
  reply(body: ByteSource, correlation: number, sight: BrokerSight, session: BrokerSession): Buffer;
}

/** The same table of fields that the client writes with is read here, and the other way round. */
export const serveCall = <Q, A>(
  call: KafkaCall<Q, A>,
  answer: (question: Q, sight: BrokerSight, session: BrokerSession) => A,
): Served => ({
  key: call.key,
  name: call.name,
  version: call.version,
  flexible: call.flexible,
  reply: (body, correlation, sight, session) =>
    answerFrame(call, correlation, answer(call.question.read(body), sight, session)),
});
