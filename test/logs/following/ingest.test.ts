import { expect, test } from 'vitest';
import { levelOfCode } from '../../../src/domain/facts/log-level.ts';
import { rowKinds } from '../../../src/logs/format/parsed-line.ts';
import { LogRing } from '../../../src/logs/ring/log-ring.ts';
import { createRingIngestor } from '../support/ring-ingestor.ts';

const now = Date.parse('2026-03-04T10:15:07Z');
const ring = () => {
  const into = new LogRing();
  return { into, ingest: createRingIngestor(into, () => now) };
};
const rowsOf = (into: LogRing) =>
  Array.from({ length: into.count }, (_, index) => {
    const row = into.row(into.first + index);
    if (row === undefined) throw new Error('a row is missing');
    return row;
  });
const texts = (into: LogRing): readonly string[] => rowsOf(into).map(({ text }) => text);

test.each([
  ['clean ASCII', 'one\ntwo\n', ['one', 'two']],
  ['empty lines', '\n\na\n\n', ['', '', 'a', '']],
  ['CRLF', 'one\r\n\r\ntwo\r\n', ['one', '', 'two']],
  ['a tab', 'a\tb\n', ['a\tb']],
  ['colours and titles', '\x1b[31mred\x1b[0m\n\x1b]0;title\x07x\nplain\n', ['red', 'x', 'plain']],
  ['NUL, DEL, C1 and bidi', 'a\0b\x7fc\n\x85x\n\u202ey\nz\n', ['abc', 'x', 'y', 'z']],
  ['plane 16', 'a\u{100000}b\n', ['ab']],
  ['other letters', 'Straße 注文\nplain\n', ['Straße 注文', 'plain']],
])('%s in a chunk', (_, text, lines) => {
  const { into, ingest } = ring();
  ingest.chunk(0, Buffer.from(text));
  expect(texts(into)).toEqual(lines);
});

test('replaces invalid UTF-8 with U+FFFD, without effect on other lines', () => {
  const { into, ingest } = ring();
  ingest.chunk(0, Buffer.from([0x61, 0xff, 0x62, 10, 0x63, 10, 0xe6, 0xb3, 10]));
  expect(texts(into)).toEqual(['a\ufffdb', 'c', '\ufffd']);
});

test('a chunk yields the same rows regardless of its memory layout', () => {
  const text = 'ab\x1b[1mc\n2026-03-04T10:15:07Z INFO x\n\tat a.b(c:1)\n'.repeat(5);
  for (let offset = 0; offset < 5; offset++) {
    const { into, ingest } = ring();
    const room = Buffer.alloc(offset + text.length);
    room.write(text, offset);
    ingest.chunk(0, room.subarray(offset));
    expect(texts(into).slice(0, 3)).toEqual(['abc', '2026-03-04T10:15:07Z INFO x', '\tat a.b(c:1)']);
    expect(into.count).toBe(15);
  }
});

test('the level from the source applies to a line without a level, and to its continuations', () => {
  const { into, ingest } = ring();
  ingest.line(0, 'unit failed', now, 'error');
  ingest.line(0, '2026-03-04T10:15:07Z INFO fine', now, 'error');
  ingest.line(0, 'quiet', now);
  expect(rowsOf(into).map(({ level }) => levelOfCode(level))).toEqual(['error', 'info', undefined]);
});

test('truncates a line of 10 MB across many chunks, and notes the size of the rest', () => {
  const { into, ingest } = ring();
  for (let part = 0; part < 100; part++) ingest.chunk(0, Buffer.alloc(100_000, 'x'));
  ingest.chunk(0, Buffer.from('\nnext\n'));
  const [first, second] = texts(into);
  expect(first).toBe(`${'x'.repeat(1024 * 1024)} … 9.0 MB more`);
  expect(second).toBe('next');
});

test('truncates a long line in one chunk or as text too, never within a character', () => {
  const { into, ingest } = ring();
  const long = `x${'é'.repeat(1024 * 1024)}`;
  ingest.chunk(0, Buffer.from(`${long}\na\n`));
  ingest.line(0, long);
  const [chunked, , asText] = texts(into);
  expect(chunked).toBe(`x${'é'.repeat(512 * 1024 - 1)} … 1.0 MB more`);
  expect(asText).toBe(chunked);
});

test('time, level and kind: a line without a time takes that of the line before, a continuation takes the level of its head', () => {
  const { into, ingest } = ring();
  ingest.chunk(
    3,
    Buffer.from(
      'first\n2026-03-04T10:15:08Z ERROR boom\n\tat a.b(c:1)\nERROR no time\n2026-03-04T10:15:09Z INFO ok\n',
    ),
  );
  const rows = rowsOf(into);
  expect(rows.map(({ at }) => at - now)).toEqual([0, 1000, 1000, 1000, 2000]);
  expect(rows.map(({ kind }) => rowKinds[kind])).toEqual(['line', 'line', 'continuation', 'line', 'line']);
  expect(rows[2]?.level).toBe(rows[1]?.level);
  expect(rows.every(({ stream }) => stream === 3)).toBe(true);
});

test('a time from the source takes precedence over the one in the line', () => {
  const { into, ingest } = ring();
  ingest.line(0, '2026-03-04T10:15:08Z INFO x', now + 5);
  expect(rowsOf(into)[0]?.at).toBe(now + 5);
});

const pem = [
  '-----BEGIN RSA PRIVATE KEY-----',
  'MIIEvgIBADANBgkqhkiG9w0BAQEFAASCBKgwggSkAgEAAoIBAQC7VJTUt9Us8cKj',
  'uEvu8Q==',
  '-----END RSA PRIVATE KEY-----',
];
const hidden = '…masked (private key)';

test.each([
  ['in one chunk', pem.length * 99],
  ['in chunks that end anywhere', 7],
  ['byte by byte', 1],
])('each line of a private key is a row that says so, %s', (_, length) => {
  const { into, ingest } = ring();
  const bytes = Buffer.from(`before\n${pem.join('\n')}\nafter ${pem[2]}\n`);
  for (let index = 0; index < bytes.length; index += length)
    ingest.chunk(0, bytes.subarray(index, index + length));
  expect(texts(into)).toEqual(['before', hidden, hidden, hidden, hidden, `after ${pem[2]}`]);
});

test('a private key from a protocol, or between colors, is masked as well', () => {
  const { into, ingest } = ring();
  for (const line of pem) ingest.line(0, line);
  ingest.chunk(1, Buffer.from(`${pem.map((line) => `\x1b[1m${line}\x1b[0m`).join('\n')}\n`));
  expect(texts(into)).toEqual(Array.from({ length: 8 }, () => hidden));
});

test.each([
  '{\n  "level": "error",\n  "msg": "a"\n}\nnext\n',
  '{\n\u0085 "level": "error" é\n}\nnext\n',
  '__CURSOR=s\nPRIORITY=3\n\nnext \u0007\n',
])('reading the level below a head does not change the bytes: %j', (text) => {
  const { into, ingest } = ring();
  const bytes = Buffer.from(text);
  ingest.chunk(0, bytes);
  expect(bytes.toString()).toBe(text);
  expect(into.count).toBe(text.split('\n').length - 1);
  expect(texts(into).at(-1)).toMatch(/^next/);
});

test.each(['{\n', '{\n a\n', '__CURSOR=\n', '/a.js:1\n'])(
  'heads without an end are not read again and again for the level below: %j',
  { meta: { cpuLimitMs: 10_000 } },
  (line) => {
    const { into, ingest } = ring();
    const text = Buffer.from(line.repeat(2 ** 20 / line.length));
    for (let from = 0; from < text.length; from += 65_536)
      ingest.chunk(0, text.subarray(from, from + 65_536));
    ingest.flush(0);
    expect(into.count).toBeGreaterThan(1000);
  },
);

test('an object over lines ends where the next one begins', () => {
  const { into, ingest } = ring();
  ingest.chunk(0, Buffer.from('{\n  "a": 1\n{\n  "level": "error"\n}\n'));
  expect(rowsOf(into).map(({ level }) => levelOfCode(level))).toEqual([
    undefined,
    undefined,
    'error',
    'error',
    'error',
  ]);
});
