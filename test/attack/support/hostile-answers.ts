import fc from 'fast-check';
import { hostileText } from './texts.ts';

/** A change of a response in transit: at `place`, a fraction of its length. */
export interface AnswerChange {
  readonly place: number;
  readonly how:
    | 'flip'
    | 'drop'
    | 'insert'
    | 'twice'
    | 'cut'
    | 'type'
    | 'text'
    | 'number'
    | 'key'
    | 'deep'
    | 'proto';
  readonly text: string;
  readonly byte: number;
}

const place = fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true });
export const answerChanges = fc.array(
  fc.record({
    place,
    how: fc.constantFrom<AnswerChange['how']>(
      ...([
        'flip',
        'drop',
        'insert',
        'twice',
        'cut',
        'type',
        'text',
        'number',
        'key',
        'deep',
        'proto',
      ] as const),
    ),
    text: hostileText,
    byte: fc.nat({ max: 255 }),
  }),
  { minLength: 1, maxLength: 4 },
);

/** Bytes with one changed, some removed or inserted. */
export const changedBytes = (bytes: Buffer, { place: share, how, byte }: AnswerChange): Buffer => {
  const index = Math.floor(share * bytes.length);
  if (how === 'cut') return bytes.subarray(0, index);
  if (how === 'drop')
    return Buffer.concat([bytes.subarray(0, index), bytes.subarray(index + 1 + (byte % 8))]);
  if (how === 'insert' || how === 'text')
    return Buffer.concat([
      bytes.subarray(0, index),
      Buffer.alloc(1 + (byte % 8), byte),
      bytes.subarray(index),
    ]);
  if (how === 'twice') return Buffer.concat([bytes.subarray(0, index), bytes]);
  const changed = Buffer.from(bytes);
  if (changed.length > 0) changed[index] = byte;
  return changed;
};

/** Valid JSON values that no parser expects. */
const replacement = ({ how, text, byte }: AnswerChange): unknown => {
  if (how === 'type') return [null, true, [], {}, '', 0, [[]], { a: null }][byte % 8];
  if (how === 'number') return [1e308, -1, 1e-308, 2 ** 53 + 2, -0, 4711.5, '9'.repeat(400), '1e9'][byte % 8];
  if (how === 'deep') return JSON.parse(`${'['.repeat(900)}${']'.repeat(900)}`);
  if (how === 'proto')
    return JSON.parse('{"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}}}');
  return text;
};

const nodesIn = (value: unknown): number =>
  typeof value === 'object' && value !== null
    ? 1 + Object.values(value).reduce((sum: number, element) => sum + nodesIn(element), 0)
    : 1;

const changedTree = (tree: unknown, change: AnswerChange): unknown => {
  let left = Math.floor(change.place * nodesIn(tree));
  const walk = (value: unknown): unknown => {
    if (left-- === 0) return replacement(change);
    if (Array.isArray(value)) return value.map(walk);
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(
      Object.entries(value).map(([key, element]) => [
        left === 0 && change.how === 'key' ? change.text : key,
        walk(element),
      ]),
    );
  };
  return walk(tree);
};

/** Changes the text of a response: within its tree if it is JSON, otherwise its bytes. */
export const changedText = (text: string, change: AnswerChange): string => {
  const inTree = ['type', 'text', 'number', 'key', 'deep', 'proto'].includes(change.how);
  try {
    if (inTree) return JSON.stringify(changedTree(JSON.parse(text), change));
  } catch {
    // Not JSON: change its bytes.
  }
  return changedBytes(Buffer.from(text), change).toString('utf8');
};
