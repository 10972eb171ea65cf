import { describe, expect, test } from 'vitest';
import { levelCode } from '../../../src/domain/facts/log-level.ts';
import { createHeadReader } from '../../../src/logs/format/head-reader.ts';
import { parseLine } from '../../../src/logs/format/parse-line.ts';

const keys = {
  time: ['happenedAt', 'event.when'],
  level: ['event.grade', 'Grade'],
  message: ['event.text', 'said'],
  logger: ['part'],
};

const line =
  '{"time":"2020-01-01T00:00:00Z","level":"info","msg":"known","part":"refund","event":{"when":"2026-03-04T10:15:07.123Z","grade":"ERROR","text":"refund failed"}}';

describe('keys of a profile', () => {
  test('count before the known keys, and enter objects', () => {
    const { at, level, message, fields } = parseLine(line, { keys });
    expect({ at: new Date(at ?? 0).toISOString(), level, message, logger: fields.get('logger') }).toEqual({
      at: '2026-03-04T10:15:07.123Z',
      level: 'error',
      message: 'refund failed',
      logger: 'refund',
    });
    expect(fields.has('part')).toBe(false);
  });

  test('are tried in order, in any case', () => {
    const { level, message } = parseLine('{"SAID":"b","grade":"warn","Event":{"Text":"a"}}', { keys });
    expect([level, message]).toEqual(['warn', 'a']);
  });

  test('without a value, leave the known keys', () => {
    const { level, message } = parseLine('{"level":"warn","msg":"known","grade":"odd"}', { keys });
    expect([level, message]).toEqual(['warn', 'known']);
  });

  test('a key with a dot in its name is found too', () => {
    expect(parseLine('{"event.grade":"fatal","event.text":"x"}', { keys })).toMatchObject({
      level: 'fatal',
      message: 'x',
    });
  });

  test('the head reader returns the same time and level', () => {
    const bytes = Buffer.from(line);
    const { at, level } = createHeadReader({ keys }).read(bytes, 0, bytes.length);
    expect([new Date(at).toISOString(), level]).toEqual(['2026-03-04T10:15:07.123Z', levelCode('error')]);
  });
});
