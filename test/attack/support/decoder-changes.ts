import fc from 'fast-check';
import { type AnswerChange, answerChanges, changedText } from './hostile-answers.ts';

/** A change of one message of a recorded server, which keeps the structure around it. */
export interface DecoderChange {
  /** The message, as a fraction of all messages of the server. */
  readonly message: number;
  /** The place within it, as a fraction. */
  readonly place: number;
  readonly how:
    | 'number'
    | 'int32'
    | 'int64'
    | 'length'
    | 'control'
    | 'byte'
    | 'drop'
    | 'insert'
    | 'cut'
    | 'twice'
    | 'tree';
  /** Selects one of the values that a change can write. */
  readonly choice: number;
  /** Changes within a JSON document. */
  readonly tree: readonly AnswerChange[];
}

const share = fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true });

/** One to three changes of one recording. */
export const decoderChanges: fc.Arbitrary<readonly DecoderChange[]> = fc.array(
  fc.record({
    message: share,
    place: share,
    how: fc.constantFrom<DecoderChange['how']>(
      'number',
      'number',
      'number',
      'int32',
      'int64',
      'length',
      'control',
      'byte',
      'drop',
      'insert',
      'cut',
      'twice',
      'tree',
    ),
    choice: fc.nat({ max: 1000 }),
    tree: answerChanges,
  }),
  { minLength: 1, maxLength: 3 },
);

const of = <T>(values: readonly [T, ...T[]], choice: number): T =>
  values[choice % values.length] ?? values[0];

/** Numbers that a decoder must not take for a count: not a number, beyond all limits, negative. */
const oddNumbers = [
  '-5',
  '1e400',
  '-1e400',
  'NaN',
  '"NaN"',
  '"+Inf"',
  '"-7"',
  '9007199254740993',
  '1e-400',
  '-0',
  '""',
  '0x10',
] as const;

/** True where a change writes an infinite number in the notation of Prometheus, which is a value of a sample. */
export const isInfinityWritten = (changes: readonly DecoderChange[]): boolean =>
  changes.some(
    ({ how, choice }) =>
      ['number', 'int32', 'int64', 'length'].includes(how) && of(oddNumbers, choice) === '"+Inf"',
  );

/** The nth number of a text, replaced. */
const withOddNumber = (text: string, { place, choice }: DecoderChange): string => {
  const numbers = [...text.matchAll(/"?-?\b\d+(?:\.\d+)?\b"?/g)];
  const found = numbers[Math.floor(place * numbers.length)];
  if (found === undefined) return text;
  return `${text.slice(0, found.index)}${of(oddNumbers, choice)}${text.slice(found.index + found[0].length)}`;
};

const controls = '\x1b]0;owned\x07\x1b[2J\u202e';

/** The text of a response, changed. */
export const changedDocument = (text: string, change: DecoderChange): string => {
  const { how, place, choice, tree } = change;
  const index = Math.floor(place * text.length);
  if (how === 'number' || how === 'int32' || how === 'int64' || how === 'length')
    return withOddNumber(text, change);
  if (how === 'tree') return tree.reduce(changedText, text);
  if (how === 'control')
    return `${text.slice(0, index)}${of([controls, '\\u001b[2J\\u0007'], choice)}${text.slice(index)}`;
  if (how === 'cut') return text.slice(0, index);
  if (how === 'twice') return text + text.slice(index);
  if (how === 'drop') return text.slice(0, index) + text.slice(index + 1 + (choice % 8));
  return (
    text.slice(0, index) + String.fromCharCode(choice % 256) + text.slice(how === 'byte' ? index + 1 : index)
  );
};

/** ASCII digits of the message replaced by others of the same length: the length fields around them stay correct. */
const withOddDigits = (bytes: Buffer, { place, choice }: DecoderChange): Buffer => {
  const text = bytes.toString('latin1');
  const runs = [...text.matchAll(/\d+(?:\.\d+)?/g)];
  const found = runs[Math.floor(place * runs.length)];
  if (found === undefined) return bytes;
  const { length } = found[0];
  const odd = of(['-9', 'NaN', '1e', 'Infinity', '9', ' ', '-Infinity', '0x'], choice);
  const replacement = (odd + '9'.repeat(length)).slice(0, length);
  return Buffer.from(text.slice(0, found.index) + replacement + text.slice(found.index + length), 'latin1');
};

/** The bytes of a message, changed; its first `kept` bytes stay. */
export const changedMessage = (bytes: Buffer, change: DecoderChange, kept: number): Buffer => {
  const { how, place, choice } = change;
  const index = Math.min(bytes.length, kept + Math.floor(place * Math.max(0, bytes.length - kept)));
  const head = bytes.subarray(0, index);
  const rest = bytes.subarray(index);
  const written = (value: Buffer): Buffer =>
    Buffer.concat([head, value, rest.subarray(value.length)]).subarray(0, bytes.length);
  if (how === 'number')
    return Buffer.concat([bytes.subarray(0, kept), withOddDigits(bytes.subarray(kept), change)]);
  if (how === 'int32' || how === 'length') {
    const value = Buffer.alloc(4);
    const number = of([-1, -2, 2 ** 31 - 1, -(2 ** 31), 0, 1_000_000, 255, 65_536], choice);
    if (choice % 2 === 0) value.writeInt32BE(number);
    else value.writeInt32LE(number);
    return how === 'length' && choice % 3 === 0 && bytes.length >= 4 && kept === 0
      ? Buffer.concat([value, bytes.subarray(4)])
      : written(value);
  }
  if (how === 'int64') {
    const value = Buffer.alloc(8);
    const number = of([-1n, -5n, 2n ** 63n - 1n, -(2n ** 63n), 0n, 2n ** 53n + 1n], choice);
    if (choice % 2 === 0) value.writeBigInt64BE(number);
    else value.writeBigInt64LE(number);
    return written(value);
  }
  if (how === 'tree') {
    // Doubles of BSON and of the binary format of PostgreSQL.
    const value = Buffer.alloc(8);
    const number = of([Number.NaN, Number.POSITIVE_INFINITY, -5, -0, 1e308], choice);
    if (choice % 2 === 0) value.writeDoubleBE(number);
    else value.writeDoubleLE(number);
    return written(value);
  }
  if (how === 'control') return written(Buffer.from(controls).subarray(0, Math.max(0, rest.length)));
  if (how === 'cut') return head;
  if (how === 'twice') return Buffer.concat([bytes, rest]);
  if (how === 'drop') return Buffer.concat([head, rest.subarray(1 + (choice % 8))]);
  if (how === 'insert') return Buffer.concat([head, Buffer.alloc(1 + (choice % 8), choice % 256), rest]);
  return written(Buffer.from([choice % 256]).subarray(0, rest.length));
};
