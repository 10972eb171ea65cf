import { describe, expect, test } from 'vitest';
import { levelCode } from '../../../src/domain/facts/log-level.ts';
import { createHeadReader } from '../../../src/logs/format/head-reader.ts';
import { parseLine } from '../../../src/logs/format/parse-line.ts';
import { corpusExpected, corpusLines, corpusNames, corpusNow, formatParsed } from './corpus.ts';

describe.each(corpusNames)('%s', (name) => {
  const expected = corpusExpected(name);

  test('has an expectation for each line', () => {
    expect(corpusLines(name).length).toBe(expected.length);
  });

  test.each(corpusLines(name).map((line, index) => ({ line, expectedText: expected[index] })))(
    '$line',
    ({ line, expectedText }) => {
      expect(formatParsed(parseLine(line, { now: corpusNow }))).toBe(expectedText);
    },
  );

  test('the head reader returns the same time and level, whatever it has read before', () => {
    const reader = createHeadReader({ now: corpusNow });
    for (const line of [...corpusLines(name), ...corpusLines(name).toReversed()]) {
      const bytes = Buffer.from(line);
      const { at, level, isContinuation } = reader.read(bytes, 0, bytes.length);
      const parsed = parseLine(line, { now: corpusNow });
      expect({ line, at }).toEqual({ line, at: parsed.at ?? Number.NaN });
      if (!isContinuation) expect({ line, level }).toEqual({ line, level: levelCode(parsed.level) });
    }
  });

  test('loses no words except those of time and level', () => {
    for (const line of corpusLines(name)) {
      const { message, fields } = parseLine(line, { now: corpusNow });
      const kept = [message, ...[...fields].flat()].join(' ').replaceAll(/\s+/g, ' ');
      const words = line.match(/[\p{L}_$]{4,}\d*/gu) ?? [];
      const lost = words.filter((word) => !kept.includes(word));
      expect(lost.filter((word) => !ofTheHead.test(word))).toEqual([]);
    }
  });
});

/** Levels, and the keys of times and levels and messages. */
const ofTheHead =
  /^(?:trace|debug|info|warn|warning|error|fatal|level|severity|time|timestamp|\$date|message|short_message|myid|eror|merror|erro|fata|GMT|UTC|Fatal|Warning|main|critical|information|record|formattedMessage|stringValue|body|timeUnixNano|stdout|stderr|npm|SEVERE|LOG|date|__REALTIME_TIMESTAMP|PRIORITY|MESSAGE|error_severity|label|severityNumber|timestamp|eventTime|LogLevel|Note|System|postmaster|client|backend|name|text|request)$/i;

test('a line of no known format is all message', () => {
  expect(parseLine('starting the billing service')).toEqual({
    format: 'text',
    message: 'starting the billing service',
    fields: new Map(),
  });
  expect(parseLine('')).toEqual({ format: 'text', message: '', fields: new Map() });
});

test('parses only the beginning of a long line, and keeps all of it', () => {
  const line = `2026-03-04T10:15:07Z INFO main: ${'x'.repeat(10_000_000)} order=9f21`;
  const { message, fields, level } = parseLine(line);
  expect(message.endsWith('order=9f21')).toBe(true);
  expect(message.length).toBeGreaterThan(10_000_000);
  expect([...fields.keys()]).toEqual(['logger']);
  expect(level).toBe('info');
});

test('removes control sequences that are escaped in JSON values', () => {
  const { message, fields } = parseLine('{"level":"info","msg":"a\\u001b[2Jb","k":"\\u001b]0;t\\u0007x"}');
  expect([message, fields.get('k')]).toEqual(['ab', 'x']);
});
