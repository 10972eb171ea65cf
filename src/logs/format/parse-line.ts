import { levelOfCode } from '../../domain/facts/log-level.ts';
import { stripControls } from '../../domain/text/controls.ts';
import { wholeAt } from '../../domain/text/cut-text.ts';
import {
  dropwizardFormat,
  elasticsearchFormat,
  kafkaFormat,
  klogFormat,
  logbackFormat,
  pythonFormat,
  rustEnvLoggerFormat,
  rustTracingFormat,
  springFormat,
} from './formats/library-formats.ts';
import type { LineFormat, ParsedFields, TimestampedText } from './formats/line-format.ts';
import { plainFormat } from './formats/line-format.ts';
import {
  accessLogFormat,
  apacheFormat,
  goFormat,
  mysqlFormat,
  nginxFormat,
  postgresFormat,
  redisFormat,
  rubyFormat,
  syslogFormat,
} from './formats/server-formats.ts';
import { jsonFormat, keyValuePairs, logfmtFormat } from './formats/structured-formats.ts';
import { HeadScan } from './head/head-scan.ts';
import { maxHeadBytes, scanLine } from './head/scan-line.ts';
import type { TimestampOptions } from './head/timestamp-parser.ts';
import type { ParsedLine } from './parsed-line.ts';

/** Formats in order of specificity; the first one that matches is used. */
const formats: readonly LineFormat[] = [
  ...[
    accessLogFormat,
    redisFormat,
    postgresFormat,
    mysqlFormat,
    springFormat,
    nginxFormat,
    apacheFormat,
    elasticsearchFormat,
    kafkaFormat,
    dropwizardFormat,
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
  return plainFormat(text);
};

const understand = (head: string, scan: HeadScan, bytes: Uint8Array): ParsedFields | undefined => {
  if (scan.shape === 'json') return jsonFormat(head, scan, bytes);
  if (scan.shape === 'logfmt') return logfmtFormat(head, scan);
  return parseText(scan, bytes);
};

/** Words that add nothing to the normalized level. */
const ownWords =
  /^"?(?:trace|debug|info|warn(?:ing)?|err(?:or)?|fatal|trc|dbg|inf|wrn|ftl|log|\W*|<?\d+>?|.)"?$/i;

/**
 * Returns what the head contains beyond the parsed time and level: an unusual level name, or a time without a
 * date.
 */
const extraFields = (scan: HeadScan, bytes: Uint8Array): ParsedFields['fields'] => {
  const word = decoder.decode(bytes.subarray(scan.levelFrom, scan.levelTo));
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

/**
 * Parses a line on its own; time and level are the same as those of the head reader. Parses the first 16 KiB;
 * the rest is added to the message. Never throws: a line of unknown format is 'text' with only a message. The
 * message and values may contain line feeds (from JSON), but no control sequences.
 */
export const parseLine = (
  text: string,
  { zone = 'utc', now }: Partial<TimestampOptions> = {},
): ParsedLine => {
  const headEnd = wholeAt(text, maxHeadBytes);
  const head = text.slice(0, headEnd);
  const bytes = new TextEncoder().encode(head);
  const scan = new HeadScan({ zone, now });
  scanLine(scan, bytes, 0, bytes.length);
  const level = levelOfCode(scan.level);
  const timeAndLevel = {
    ...(Number.isNaN(scan.at) ? {} : { at: scan.at }),
    ...(level === undefined ? {} : { level }),
  };
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
