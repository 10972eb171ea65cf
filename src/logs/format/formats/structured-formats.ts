import type { HeadScan } from '../head/head-scan.ts';
import { ownValue } from '../head/own-keys.ts';
import type { ParsedFields } from './line-format.ts';

const most = 64;

/** Matches 'order=9f21' and 'msg="call failed"', but not query parameters of URLs. */
const pair = /(?<![\w.=&?/@-])([A-Za-z_@][\w.@/-]*)=("(?:[^"\\]|\\.)*"|'[^'\s]*'|[^\s,;&)\]}"']+)/g;

const escapes: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '' };

/** Removes the quotes of a value. */
const unquoted = (value: string): string =>
  /^".*"$/s.test(value)
    ? value.slice(1, -1).replaceAll(/\\(.)/gs, (_, sign: string) => escapes[sign] ?? sign)
    : value.replace(/^'(.*)'$/s, '$1');

/** Returns the `key=value` pairs in a text, in order, at most 64. */
export const keyValuePairs = (text: string): readonly (readonly [string, string])[] => {
  if (!text.includes('=')) return [];
  const pairs: (readonly [string, string])[] = [];
  for (const [, key = '', value = ''] of text.matchAll(pair)) {
    pairs.push([key, unquoted(value)]);
    if (pairs.length === most) break;
  }
  return pairs;
};

const messageKeys = ['msg', 'message', 'event'];
const part = /([^\s="]+)=("(?:[^"\\]|\\.)*"?|'[^']*'|\S*)|(\S+)/g;
const mostPairs = 256;

const inBytes = (text: string): number => new TextEncoder().encode(text).length;

/** Parses `key=value` pairs; words without a key are appended to the message. */
export const logfmtFormat = (text: string, scan: HeadScan): ParsedFields => {
  const fields: (readonly [string, string])[] = [];
  const words: string[] = [];
  let message: string | undefined;
  let position = 0;
  let bytes = 0;
  let count = 0;
  for (const { 0: whole, 1: key, 2: value = '', index } of text.matchAll(part)) {
    if (++count > mostPairs) {
      words.push(text.slice(index));
      break;
    }
    // The offsets of the head are in bytes.
    bytes += inBytes(text.slice(position, index));
    position = index;
    const to = bytes + inBytes(whole);
    const isHead =
      (scan.timeTo > 0 && scan.timeFrom < to && scan.timeTo > bytes) ||
      (scan.levelTo > 0 && scan.levelFrom < to && scan.levelTo > bytes);
    if (isHead) continue;
    if (key === undefined) words.push(whole);
    else if (message === undefined && messageKeys.includes(key)) message = unquoted(value);
    else fields.push([key, unquoted(value)]);
  }
  const joined = [message ?? '', ...words].filter((word) => word !== '').join(' ');
  return { format: 'logfmt', message: joined === '' ? text : joined, fields };
};

const deepest = 6;
const mostFields = 256;

const textOf = (value: unknown): string => {
  if (typeof value === 'string') return value;
  try {
    return JSON.stringify(value) ?? '';
  } catch {
    // Nested deeper than the call stack allows.
    return '…';
  }
};

/**
 * Flattens an object to text values, nested ones under 'a.b'. Lists, and values nested more than six levels
 * deep, stay JSON. At most 256 fields.
 */
const flat = (value: object): readonly (readonly [string, string])[] => {
  const fields: (readonly [string, string])[] = [];
  const take = (prefix: string, from: object, depth: number): void => {
    for (const [key, element] of Object.entries(from)) {
      if (fields.length >= mostFields) return;
      const isNested =
        typeof element === 'object' && element !== null && !Array.isArray(element) && depth < deepest;
      if (isNested && Object.keys(element).length > 0) take(`${prefix}${key}.`, element, depth + 1);
      else fields.push([prefix + key, textOf(element)]);
    }
  };
  take('', value, 1);
  return fields;
};

/** Keys of the message in lower case, in order of priority. */
const jsonMessageKeys =
  'msg message @message @m @mt renderedmessage formattedmessage messagetemplate short_message log event body resultdescription textpayload text line request m'.split(
    ' ',
  );

/** journald writes what is not UTF-8 as a list of bytes. */
const textOfBytes = (value: unknown): string | undefined => {
  if (!Array.isArray(value) || value.length === 0) return undefined;
  const areBytes = value.every((byte) => Number.isInteger(byte) && byte >= 0 && byte < 256);
  return areBytes ? new TextDecoder().decode(Uint8Array.from(value as number[])) : undefined;
};

/** A message: a text, journald's bytes, or OpenTelemetry's `{"stringValue":…}`. */
const messageText = (value: unknown): string | undefined => {
  if (typeof value === 'string') return value === '' ? undefined : value;
  if (typeof value !== 'object' || value === null) return undefined;
  if (!Array.isArray(value))
    return 'stringValue' in value && typeof value.stringValue === 'string' ? value.stringValue : undefined;
  return textOfBytes(value);
};

interface Message {
  readonly key: string;
  readonly text: string;
}

const messageOf = (value: object): Message | undefined => {
  const byName = new Map(
    Object.entries(value).map(([key, element]) => [key.toLowerCase(), { key, element }]),
  );
  for (const name of jsonMessageKeys) {
    const { key, element } = byName.get(name) ?? {};
    const text = messageText(element);
    if (key !== undefined && text !== undefined) return { key, text };
  }
  return undefined;
};

/** Objects that hold the message: tracing, Google Cloud, loguru, MinIO. */
const messageObjects = ['fields', 'jsonPayload', 'record', 'error'];

const nestedMessageOf = (value: object): Message | undefined => {
  for (const [key, element] of Object.entries(value)) {
    if (!messageObjects.includes(key) || typeof element !== 'object' || element === null) continue;
    const found = messageOf(element);
    if (found !== undefined) return { key: `${key}.${found.key}`, text: found.text };
  }
  return undefined;
};

const keyInFront = /"((?:[^"\\]|\\.)*)"\s*:\s*"?(?:\{\s*"\$date"\s*:\s*"?)?$/s;

/** A truncated message. */
const cutOff = /^"(?:msg|message|log)"\s*:\s*"((?:[^"\\]|\\.)*)$/s;

/** Returns the key whose value starts at this byte. */
const keyOf = (bytes: Uint8Array, from: number): string | undefined =>
  keyInFront.exec(new TextDecoder().decode(bytes.subarray(Math.max(0, from - 200), from)))?.[1];

/**
 * Returns the index (in code units) of the last comma between the object's own pairs, after which the rest
 * may be incomplete.
 */
const lastComma = (text: string): number => {
  let depth = 0;
  let last = -1;
  let isInString = false;
  for (let index = 0; index < text.length; index++) {
    const sign = text[index];
    if (isInString && sign === '\\') index++;
    else if (sign === '"') isInString = !isInString;
    else if (isInString) continue;
    else if (sign === '{' || sign === '[') depth++;
    else if (sign === '}' || sign === ']') depth--;
    else if (sign === ',' && depth === 1) last = index;
  }
  return last;
};

const parsed = (text: string): object | undefined => {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
};

interface Opened {
  readonly value: object;
  /** Text after the object, or after the last complete pair of a truncated one. */
  readonly left: string;
}

const opened = (text: string): Opened | undefined => {
  const whole = parsed(text);
  if (whole !== undefined) return { value: whole, left: '' };
  const cut = lastComma(text);
  const value = cut < 0 ? undefined : parsed(`${text.slice(0, cut)}}`);
  return value === undefined ? undefined : { value, left: text.slice(cut + 1).trim() };
};

/**
 * Parses a JSON object on one line. For a truncated object, returns the complete pairs, and the rest as field
 * '…'.
 */
export const jsonFormat = (text: string, scan: HeadScan, bytes: Uint8Array): ParsedFields | undefined => {
  const { value, left = '' } = opened(text) ?? {};
  if (value === undefined) return undefined;
  const timeKey = scan.timeTo > 0 ? keyOf(bytes, scan.timeFrom) : undefined;
  const levelKey = scan.levelTo > 0 ? keyOf(bytes, scan.levelFrom) : undefined;
  const { keys } = scan.options;
  const named = ownValue(value, keys?.message);
  const namedText = messageText(named?.value);
  const own =
    named !== undefined && namedText !== undefined ? { key: named.name, text: namedText } : messageOf(value);
  // loguru's own text repeats its head.
  const found =
    own === undefined || (own.key === 'text' && named === undefined) ? (nestedMessageOf(value) ?? own) : own;
  const taken = new Set([timeKey, levelKey, found?.key, `${timeKey}.$date`, `${found?.key}.stringValue`]);
  const isLevelInside = (key: string): boolean =>
    levelKey !== undefined && /^(?:log|record|level)\./i.test(key) && key.endsWith(`.${levelKey}`);
  const logger = ownValue(value, keys?.logger);
  const others = flat(value).filter(
    ([key]) => !taken.has(key) && !isLevelInside(key) && key !== logger?.name,
  );
  const fields = logger === undefined ? others : [['logger', textOf(logger.value)] as const, ...others];
  const truncated = cutOff.exec(left);
  const message = found?.text ?? text;
  if (left === '') return { format: 'json', message, fields };
  if (found === undefined && truncated !== null)
    return { format: 'json', message: unquoted(`"${truncated[1]}"`), fields };
  return { format: 'json', message, fields: [...fields, ['…', left]] };
};
