import type { WireField } from './wire-fields.ts';
import { WireReader, WireWriter } from './wire-fields.ts';

/**
 * One call of the Kafka protocol in one version. Older versions take the same request and return the same response; a
 * connection uses the newest version that its broker supports.
 */
export interface KafkaCall<Q, A> {
  readonly key: number;
  readonly name: string;
  readonly version: number;
  /** KIP-482: compact strings and arrays, tagged fields, longer headers. */
  readonly flexible: boolean;
  readonly question: WireField<Q>;
  readonly answer: WireField<A>;
  /** The previous version of the same call. */
  readonly older?: KafkaCall<Q, A>;
}

/** The identity of a call, independent of its request type. */
export interface KafkaCallName {
  readonly key: number;
  readonly name: string;
  readonly version: number;
  readonly older?: KafkaCallName;
}

/** The versions of a call that a broker supports. */
export interface VersionRange {
  readonly from: number;
  readonly to: number;
}

/** The newest version of a call that both sides support, or undefined. */
export const newestCommonVersion = <C extends { readonly version: number; readonly older?: C }>(
  call: C,
  spoken: VersionRange | undefined,
): C | undefined => {
  if (spoken === undefined) return undefined;
  for (let item: C | undefined = call; item !== undefined; item = item.older)
    if (spoken.from <= item.version && item.version <= spoken.to) return item;
  return undefined;
};

/** The versions of a call that opsdeck supports, oldest first. */
export const supportedVersions = ({ version, older }: KafkaCallName): readonly number[] => [
  ...(older === undefined ? [] : supportedVersions(older)),
  version,
];
type Answering<A> = Pick<KafkaCall<unknown, A>, 'flexible' | 'answer'>;

const clientId = 'opsdeck';

const framed = (body: Buffer): Buffer => {
  const frame = Buffer.allocUnsafe(4 + body.length);
  frame.writeInt32BE(body.length);
  body.copy(frame, 4);
  return frame;
};

/** Encodes a request frame. The client ID is never compact, in any version. */
export const encodeRequest = <Q>(
  { key, version, flexible, question }: KafkaCall<Q, unknown>,
  correlation: number,
  value: Q,
): Buffer => {
  const to = new WireWriter(flexible);
  to.int16(key);
  to.int16(version);
  to.int32(correlation);
  to.int16(clientId.length);
  to.put(Buffer.from(clientId));
  to.noTags();
  question.write(to, value);
  return framed(to.bytes);
};

/** Decodes the body of a response, after length and correlation ID. Throws `malformed`. */
export const decodeResponse = <A>({ flexible, answer }: Answering<A>, body: Buffer): A => {
  const from = new WireReader(body, flexible);
  from.skipTags();
  return answer.read(from);
};

/** Decodes the header of a request as a server receives it, and the offset of its body. */
export const decodeRequestHeader = (
  frame: Buffer,
  isFlexible: (key: number, version: number) => boolean,
): {
  readonly key: number;
  readonly version: number;
  readonly correlation: number;
  readonly body: WireReader;
} => {
  const head = new WireReader(frame, false);
  const key = head.int16();
  const version = head.int16();
  const correlation = head.int32();
  head.take(Math.max(0, head.int16()));
  const body = new WireReader(head.take(head.left), isFlexible(key, version));
  body.skipTags();
  return { key, version, correlation, body };
};

/** Encodes a response frame. */
export const encodeResponse = <A>(
  { flexible, answer }: Answering<A>,
  correlation: number,
  body: A,
): Buffer => {
  const to = new WireWriter(flexible);
  to.int32(correlation);
  to.noTags();
  answer.write(to, body);
  return framed(to.bytes);
};
