import {
  ascii,
  asciiBytes,
  byteAt,
  isBlankByte,
  isCapitalByte,
  isDigitByte,
  prefixTable,
  skipBlanks,
} from './ascii.ts';
import { beginsTrace } from './continuation-detector.ts';
import { HeadScan, type InnerLine } from './head-scan.ts';
import { afterValue, PairCursor } from './json-pairs.ts';
import { levelAt } from './level-words.ts';

/** Scans a line; passed in, because an inner line is scanned like any other. */
export type ScanLine = (scan: HeadScan, bytes: Uint8Array, begin: number, end: number) => void;

/** Opens the line inside of an envelope that begins at `from`; false if it is none. */
type OpenEnvelope = (
  scan: HeadScan,
  bytes: Uint8Array,
  from: number,
  end: number,
  scanLine: ScanLine,
) => boolean;

const decoder = new TextDecoder();
const encoder = new TextEncoder();

/** Envelopes inside envelopes: the file of a container that ships the lines of another one. */
const deepest = 2;

const depthOf = (scan: HeadScan): number => (scan.options.depth ?? 0) + 1;

/** Opens the inner line: its level is that of the line, and its time if the envelope has none. */
const take = (
  scan: HeadScan,
  line: Omit<InnerLine, 'scan'>,
  scanLine: ScanLine,
  isLine: (inner: HeadScan) => boolean = () => true,
): boolean => {
  const depth = depthOf(scan);
  if (depth > deepest) return false;
  const inner = new HeadScan({ ...scan.options, depth });
  scanLine(inner, line.bytes, line.from, line.to);
  if (!isLine(inner)) return false;
  if (inner.level > 0) scan.levelIs(inner.level, 0, 0);
  if (Number.isNaN(scan.at)) scan.at = inner.at;
  scan.inner = { ...line, scan: inner };
  return true;
};

/** Streams and tags of the files that the kubelet writes: 'stdout F', 'stderr P'. */
const streams = prefixTable(['stdout F ', 'stderr F ', 'stdout P ', 'stderr P ']);
const streamLength = 9;
const letterP = 80;

/** True: the line ends as an object does. Of all lines few do, and only those are looked through. */
const endsAsObject = (bytes: Uint8Array, from: number, end: number): boolean => {
  let last = end - 1;
  while (last > from && (isBlankByte(bytes[last] ?? 0) || bytes[last] === 13)) last--;
  return bytes[last] === ascii.endBrace;
};

const beginsObject = (bytes: Uint8Array, from: number, end: number): boolean =>
  byteAt(bytes, skipBlanks(bytes, from + 1, end), end) === ascii.quote;

/** Most words between a time and the object of a program: 'host app[12]:', '[pod/shop-1/app]'. */
const mostNames = 3;
const maxNamesBytes = 200;

/** A word that may be a level: in capitals, in brackets, or before a colon. */
const levelWord = /^(?:[A-Z]+|[[<(][A-Za-z]+[\])>]|[A-Za-z]+):?$/;

const isLevelWord = (word: string): boolean => {
  if (!levelWord.test(word) || /^[a-z]+$/.test(word)) return false;
  const letters = asciiBytes(word.replaceAll(/[^A-Za-z]/g, ''));
  return levelAt(letters, 0, letters.length) > 0;
};

/** Returns the begin of an object behind a few names; -1 if there is none, or a level comes first. */
const objectBehind = (bytes: Uint8Array, from: number, end: number): number => {
  if (!endsAsObject(bytes, from, end)) return -1;
  const object = bytes.subarray(0, Math.min(end, from + maxNamesBytes)).indexOf(ascii.brace, from);
  if (object < 0 || !beginsObject(bytes, object, end)) return -1;
  const ahead = decoder.decode(bytes.subarray(from, object)).trim();
  const names = ahead === '' ? [] : ahead.split(/\s+/);
  return names.length > mostNames || /["=]/.test(ahead) || names.some(isLevelWord) ? -1 : object;
};

/**
 * Opens what follows the time of an envelope: 'stdout F …' of the kubelet, or an object behind at most three names
 * ('host app[12]: {…}').
 */
export const openBehindTime = (
  scan: HeadScan,
  bytes: Uint8Array,
  end: number,
  scanLine: ScanLine,
): boolean => {
  const from = skipBlanks(bytes, scan.timeTo, end);
  if (streams.at(bytes, from, end) >= 0) {
    const origin = decoder.decode(bytes.subarray(from, from + 6));
    const isCut = bytes[from + streamLength - 2] === letterP;
    return take(scan, { bytes, from: from + streamLength, to: end, origin, isCut }, scanLine);
  }
  const object = objectBehind(bytes, scan.timeTo, end);
  if (object >= 0) return take(scan, { bytes, from: object, to: end, origin: '' }, scanLine);
  if (!isTimeOfTransport(bytes, scan) || bytes[scan.timeTo] !== ascii.blank) return false;
  const line = { bytes, from: scan.timeTo + 1, to: end, origin: '' };
  return take(scan, line, scanLine, (inner) => hasHead(inner) || isTraceLine(bytes, line.from, end));
};

/** True for a time with nanoseconds, as `kubectl logs --timestamps` and `docker logs --timestamps` put in front of every line. */
export const isTimeOfTransport = (bytes: Uint8Array, { timeFrom, timeTo }: HeadScan): boolean =>
  timeTo - timeFrom >= 29 && bytes[timeFrom + 19] === ascii.dot && isDigitByte(bytes[timeFrom + 27] ?? 0);

/** True: a program began a line here, with a time or a structure of its own. */
const hasHead = ({ timeTo, shape }: HeadScan): boolean => timeTo > 0 || shape !== 'text';

/** True: part of a stack trace, by its text. */
const isTraceLine = (bytes: Uint8Array, from: number, end: number): boolean =>
  isBlankByte(byteAt(bytes, from, end)) || beginsTrace(bytes, from, end);

/** Opens an object behind the name that Docker Compose, kubectl or stern puts in front: 'web-1  | {…}', '[pod/shop-1/app] {…}'. */
export const openBehindName: OpenEnvelope = (scan, bytes, from, end, scanLine) => {
  // An object or a list of its own is no name.
  if (byteAt(bytes, from, end) === ascii.brace) return false;
  const object = objectBehind(bytes, from, end);
  if (object < 0) return false;
  const origin = decoder
    .decode(bytes.subarray(from, object))
    .replaceAll(/^\[|[\]|\s:]+$/g, '')
    .trim();
  return take(scan, { bytes, from: object, to: end, origin }, scanLine);
};

const textKeys = ['log', 'message', 'msg', 'line'].map(asciiBytes);
const streamKey = asciiBytes('stream');

/** Returns the text of a JSON string, without the line feed at its end; undefined if it is malformed. */
const unescaped = (bytes: Uint8Array, from: number, to: number): Uint8Array | undefined => {
  try {
    const text: unknown = JSON.parse(decoder.decode(bytes.subarray(from, to)));
    return typeof text === 'string' ? encoder.encode(text.replace(/\r?\n$/, '')) : undefined;
  } catch {
    return undefined;
  }
};

const pair = new PairCursor();

/**
 * Opens the text of an object without a level: the `log` of Docker's files and of Fluent Bit, or a `message` that is an object
 * itself.
 */
export const openInObject: OpenEnvelope = (scan, bytes, from, end, scanLine) => {
  let text: { readonly from: number; readonly to: number; readonly isLog: boolean } | undefined;
  let origin = '';
  pair.open(bytes, from, end);
  while (pair.next()) {
    if (byteAt(bytes, pair.value, end) !== ascii.quote) continue;
    const key = textKeys.findIndex((name) => pair.isKey(name));
    if (key >= 0 && text === undefined) text = { from: pair.value, to: pair.valueEnd, isLog: key === 0 };
    else if (pair.isKey(streamKey))
      origin = decoder.decode(bytes.subarray(pair.value + 1, pair.valueEnd - 1));
  }
  if (text === undefined) return openRecord(scan, bytes, { from, end }, scanLine);
  const isObject = byteAt(bytes, text.from + 1, end) === ascii.brace;
  if (!text.isLog && !isObject && (scan.isPriority || !mayHaveHead(bytes, text.from + 1))) return false;
  const inner = unescaped(bytes, text.from, text.to);
  if (inner === undefined) return false;
  const line = { bytes: inner, from: 0, to: inner.length, origin };
  // A word for a level within a message is prose.
  const isLine = ({ timeTo, shape, level, levelFrom, levelTo }: HeadScan): boolean =>
    timeTo > 0 || shape !== 'text' || (level > 0 && levelFrom <= 1 && levelTo + 1 < inner.length);
  return take(scan, line, scanLine, text.isLog || isObject ? undefined : isLine);
};

/** A first look at a message: a line of a program begins with a time, a bracket, a level in capitals, or a pair. */
const mayHaveHead = (bytes: Uint8Array, from: number): boolean => {
  const first = bytes[from] ?? 0;
  if (first === ascii.open || first === ascii.less || isDigitByte(first)) return true;
  if (isCapitalByte(first)) return isCapitalByte(bytes[from + 1] ?? 0);
  return pairKeys.at(bytes, from, bytes.length) >= 0;
};

const pairKeys = prefixTable(['level=', 'time=', 'ts=', 't=', 'lvl=', 'logger=']);

const recordList = asciiBytes('"logRecords":[{');

/** Opens the first record of an export of OpenTelemetry: `{"resourceLogs":[{…"logRecords":[{…}]}]}`. */
const openRecord = (
  scan: HeadScan,
  bytes: Uint8Array,
  { from, end }: { readonly from: number; readonly end: number },
  scanLine: ScanLine,
): boolean => {
  if (bytes[from + 2] !== 114 || bytes[from + 10] !== 76) return false;
  const list = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).indexOf(recordList, from);
  if (list < 0 || list > end) return false;
  const record = list + recordList.length - 1;
  const to = afterValue(bytes, record, end);
  return take(scan, { bytes, from: record, to, origin: '' }, scanLine);
};
