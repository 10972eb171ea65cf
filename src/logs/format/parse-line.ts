import { defined } from '../../domain/base/defined.ts';
import { levelOfCode } from '../../domain/facts/log-level.ts';
import { stripControls } from '../../domain/text/controls.ts';
import { wholeAt } from '../../domain/text/cut-text.ts';
import { generalFormat } from './formats/general-head.ts';
import {
  androidFormat,
  celeryFormat,
  dropwizardFormat,
  elasticsearchFormat,
  kafkaFormat,
  klogFormat,
  logbackFormat,
  logrusFormat,
  mongoTextFormat,
  monologFormat,
  phpFormat,
  pythonFormat,
  rustEnvLoggerFormat,
  rustTracingFormat,
  springFormat,
  tornadoFormat,
} from './formats/library-formats.ts';
import type { LineFormat, ParsedFields, TimestampedText } from './formats/line-format.ts';
import { plainFormat } from './formats/line-format.ts';
import {
  accessLogFormat,
  apacheFormat,
  erlangFormat,
  goFormat,
  mysqlFormat,
  nginxFormat,
  postgresCsvFormat,
  postgresFormat,
  redisFormat,
  rubyFormat,
  syslogFormat,
} from './formats/server-formats.ts';
import { jsonFormat, keyValuePairs, logfmtFormat } from './formats/structured-formats.ts';
import { HeadScan, type InnerLine } from './head/head-scan.ts';
import { maxHeadBytes, scanLine } from './head/scan-line.ts';
import type { TimestampOptions } from './head/timestamp-parser.ts';
import type { ParsedLine } from './parsed-line.ts';

/** Formats in order of specificity; the first one that matches is used. */
const formats: readonly LineFormat[] = [
  ...[
    accessLogFormat,
    redisFormat,
    postgresCsvFormat,
    postgresFormat,
    mysqlFormat,
    springFormat,
    nginxFormat,
    apacheFormat,
    elasticsearchFormat,
    ...[celeryFormat, monologFormat, phpFormat, androidFormat, mongoTextFormat, logrusFormat, tornadoFormat],
    kafkaFormat,
    dropwizardFormat,
    erlangFormat,
  ],
  ...[
    ...syslogFormat,
    rustEnvLoggerFormat,
    ...logbackFormat,
    rubyFormat,
    rustTracingFormat,
    ...pythonFormat,
    goFormat,
  ],
];

const decoder = new TextDecoder();

const cut = (scan: HeadScan, bytes: Uint8Array): TimestampedText => {
  const text = (from: number, to: number): string => decoder.decode(bytes.subarray(from, Math.max(from, to)));
  const isBehind = scan.levelTo > scan.timeTo;
  const levelFrom = isBehind ? text(scan.timeTo, scan.levelFrom).length : 0;
  return {
    scan,
    before: text(0, scan.timeFrom),
    stamp: text(scan.timeFrom, scan.timeTo),
    rest: text(scan.timeTo, bytes.length),
    levelFrom,
    levelTo: isBehind ? levelFrom + (scan.levelTo - scan.levelFrom) : 0,
    levelBefore: isBehind ? '' : text(scan.levelFrom, scan.levelTo),
  };
};

const parseText = (scan: HeadScan, bytes: Uint8Array): ParsedFields | undefined => {
  if (scan.timeTo === 0 && scan.levelTo === 0) return undefined;
  const text = cut(scan, bytes);
  if (scan.shape === 'klog') return klogFormat(text);
  for (const format of formats) {
    const understood = format(text);
    if (understood !== undefined) return understood;
  }
  return generalFormat(text) ?? plainFormat(text);
};

const understand = (head: string, scan: HeadScan, bytes: Uint8Array): ParsedFields | undefined => {
  if (scan.shape === 'json') return jsonFormat(head.replace(/^\ufeff/, ''), scan, bytes);
  if (scan.shape === 'logfmt') return logfmtFormat(head, scan);
  return parseText(scan, bytes);
};

/** Words that add nothing to the normalized level. */
const ownWords =
  /^"?(?:trace|debug|info|warn(?:ing)?|err(?:or)?|fatal|trc|dbg|inf|wrn|ftl|erro|fata|debu|note|system|log|\W*|<?\d+>?|.)"?$/i;

/**
 * Returns what the head contains beyond the parsed time and level: an unusual level name, or a time without a
 * date.
 */
const extraFields = (scan: HeadScan, bytes: Uint8Array): ParsedFields['fields'] => {
  const word = decoder
    .decode(bytes.subarray(scan.levelFrom, scan.levelTo))
    .replaceAll(/\\u001b\[[\d;]*m/g, '')
    .replace(/[+-]\d+(?="?$)/, '');
  const stamp = decoder.decode(bytes.subarray(scan.timeFrom, scan.timeTo));
  return [
    ['severity', ownWords.test(word) ? undefined : word.replaceAll('"', '')],
    ['time', Number.isNaN(scan.at) ? stamp : undefined],
  ];
};

const fieldsOf = (understood: ParsedFields, head: ParsedFields['fields']): ReadonlyMap<string, string> => {
  const fields = new Map<string, string>();
  const pairs =
    understood.format === 'json' || understood.format === 'logfmt' ? [] : keyValuePairs(understood.message);
  for (const [name, value] of [...understood.fields, ...head, ...pairs])
    if (value !== undefined && value !== '' && value !== '-' && !fields.has(name))
      fields.set(stripControls(name), stripControls(value).trim());
  return fields;
};

/** Fields of an envelope: the other ones of an object, or those of a syslog head in front of an object. */
const envelopeFields = (scan: HeadScan, bytes: Uint8Array, { from }: InnerLine): ParsedFields['fields'] => {
  if (scan.shape === 'json') return jsonFormat(decoder.decode(bytes), scan, bytes)?.fields ?? [];
  const outer = new HeadScan(scan.options);
  outer.timeIs(scan.at, scan.timeFrom, scan.timeTo);
  outer.layout = scan.layout;
  const ahead = cut(outer, bytes.subarray(0, from));
  return formats.map((format) => format(ahead)).find((fields) => fields !== undefined)?.fields ?? [];
};

/**
 * Parses the line inside an envelope, whose time counts where the envelope has none. The level of the scan is that of the inner line, or of
 * the envelope where that has none. `cut`: what is behind the head.
 */
const parseInner = (
  cut: string,
  { scan, bytes, inner }: { readonly scan: HeadScan; readonly bytes: Uint8Array; readonly inner: InnerLine },
): ParsedLine => {
  const line = decoder.decode(inner.bytes.subarray(inner.from, inner.to));
  const { at, message, fields, level: innerLevel, ...parsed } = parseLine(line, scan.options);
  const time = Number.isNaN(scan.at) ? at : scan.at;
  const level = levelOfCode(scan.level) ?? innerLevel;
  const own = [...envelopeFields(scan, bytes, inner), [originKey(inner.origin), inner.origin] as const];
  const all = new Map(fields);
  for (const [name, value] of own)
    if (value !== undefined && value !== '' && value !== '-' && !all.has(name))
      all.set(name, stripControls(value));
  return { ...parsed, ...defined({ at: time, level }), message: message + cut, fields: all };
};

/** Heads whose message is below: java.util.logging, and the console of .NET. */
const headAbove =
  /^(?:(?:trce|dbug|info|warn|fail|crit): (?<category>\S+\[\d+\])|[A-Z][a-z]{2} \d\d, \d{4} \d\d?:\d\d:\d\d [AP]M (?<caller>.+))$/;

const exportedPair = /^([A-Z_][A-Z0-9_]*)=(.*)$/s;

/** An entry of journald's export format as an object. */
const exported = (lines: readonly string[]): string =>
  JSON.stringify(
    Object.fromEntries(
      lines.flatMap((line) => [exportedPair.exec(line)?.slice(1) ?? []]).filter(({ length }) => length > 0),
    ),
  );

/**
 * Parses a line with its continuations. They matter where the first line has no message: objects over lines, journald's export
 * format, java.util.logging and .NET's console.
 */
export const parseRecord = (
  text: string,
  more: readonly string[],
  options: Partial<TimestampOptions> = {},
): ParsedLine => {
  if (more.length === 0) return parseLine(text, options);
  if (/^[{[]$/.test(text)) return parseLine([text, ...more].map((line) => line.trim()).join(' '), options);
  if (text.startsWith('__CURSOR=')) return parseLine(exported([text, ...more]), options);
  const { category, caller } = headAbove.exec(text)?.groups ?? {};
  const logger = category ?? caller;
  const line = parseLine(text, options);
  if (logger === undefined) return line;
  const { message, level = line.level, fields } = parseLine(more[0]?.trim() ?? '', options);
  return {
    ...line,
    ...(level === undefined ? {} : { level }),
    message,
    fields: new Map([['logger', logger], ...fields]),
  };
};

/** Name of the field for the origin of an inner line: a standard stream, or a name. */
const originKey = (origin: string): string => (/^std(?:out|err)$/.test(origin) ? 'stream' : 'from');

/**
 * Parses a line on its own; time and level are the same as those of the head reader. Parses the first 16 KiB;
 * the rest is added to the message. Never throws: a line of unknown format is 'text' with only a message. The
 * message and values may contain line feeds (from JSON), but no control sequences.
 */
export const parseLine = (
  text: string,
  { zone = 'utc', timeZone, now, depth, keys }: Partial<TimestampOptions> = {},
): ParsedLine => {
  const headEnd = wholeAt(text, maxHeadBytes);
  const head = text.slice(0, headEnd);
  const bytes = new TextEncoder().encode(head);
  const scan = new HeadScan({
    zone,
    now,
    keys,
    ...(timeZone === undefined ? {} : { timeZone }),
    ...(depth === undefined ? {} : { depth }),
  });
  scanLine(scan, bytes, 0, bytes.length);
  const level = levelOfCode(scan.level);
  const timeAndLevel = {
    ...(Number.isNaN(scan.at) ? {} : { at: scan.at }),
    ...(level === undefined ? {} : { level }),
  };
  if (scan.inner !== undefined) return parseInner(text.slice(headEnd), { scan, bytes, inner: scan.inner });
  const understood = understand(head, scan, bytes);
  if (understood === undefined)
    return { format: 'text', ...timeAndLevel, message: stripControls(text), fields: new Map() };
  return {
    format: understood.format,
    ...timeAndLevel,
    message: stripControls(understood.message) + text.slice(headEnd),
    fields: fieldsOf(understood, extraFields(scan, bytes)),
  };
};
