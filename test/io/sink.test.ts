import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createMasker } from '../../src/io/secrets.ts';
import { createSink } from '../../src/io/sink.ts';

const masker = createMasker();
masker.add('q7-known-Zr');
const sink = createSink(masker);

/** All that steers a terminal or turns text around, but line feeds and tabs. */
const steering =
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]|[\ud800-\udbff](?![\udc00-\udfff])/;

test('no control gets out of any door, whatever comes', () => {
  const text = fc.string({ unit: 'binary', maxLength: 60 });
  const piece = fc.constantFrom(
    '\u001b]52;c;ZXZpbA==\u0007',
    '\u001b[2J',
    '\u009b8m',
    '\u202e',
    '\r',
    'q7-known-Zr',
  );
  fc.assert(
    fc.property(fc.array(fc.oneof(text, piece), { maxLength: 6 }), (parts) => {
      const from = parts.join('');
      const out = [
        sink.text(from),
        sink.row(from),
        sink.label(from),
        sink.lines(from),
        sink.json({ [from]: from }),
      ];
      for (const one of [...out, sink.painted(JSON.stringify(sink.tree([from])))]) {
        expect(one).not.toMatch(steering);
        expect(one).not.toContain('q7-known-Zr');
      }
      expect(sink.label(from)).not.toMatch(/[\n\r\u2028\u2029\u0085]/);
      for (const line of sink.row(from).split('\n').slice(1)) expect(line).toMatch(/^ {4}/);
    }),
    { numRuns: 400 },
  );
});

describe('a value', () => {
  test('is masked by its field, whatever it looks like; harmless values and own names of fields stay', () => {
    const value = {
      password: 'plain words',
      dbPassword: 4711_0815,
      tokens: 12,
      token: 'expired',
      pin: '4711',
      nested: { credentials: { first: 'a1', list: ['b2', 33] }, note: 'Bearer abcdef123456' },
      labels: { 'q7-known-Zr': 'x' },
    };
    expect(JSON.parse(sink.json(value))).toEqual({
      password: '…masked',
      dbPassword: '…masked',
      tokens: 12,
      token: 'expired',
      pin: '…masked',
      nested: {
        credentials: { first: '…masked', list: ['…masked', 33] },
        note: 'Bearer …masked',
      },
      labels: { '…masked': 'x' },
    });
  });

  test('two names that are masked alike stay two', () => {
    masker.add('another-known-name');
    const { labels } = JSON.parse(sink.json({ labels: { 'q7-known-Zr': 1, 'another-known-name': 2 } }));
    expect(labels).toEqual({ '…masked': 1, '…masked (2)': 2 });
  });

  test('JSON says the same data, with controls as escapes, and 64-bit integers as strings', () => {
    const text = sink.json({ a: 9007199254740993n, b: 'x\u2028y', c: undefined, d: null });
    expect(text).toBe('{"a":"9007199254740993","b":"x\\u2028y","d":null}');
  });
});

test('a secret that an escape splits, or a control hides, is masked', () => {
  for (const text of ['a q7-\u001b[0mknown-Zr b', 'a q7-known\u200e-Zr b', 'password=hun\u0007ter2 b'])
    expect(sink.text(text)).toMatch(/…masked b$/);
});

test('colors of this program stay in what it has laid out, and no others', () => {
  const { name } = sink.tree({ name: '\u001b[31mred' });
  expect(sink.painted(`\u001b[32m●\u001b[0m ${name}\u001b[2J`)).toBe('\u001b[32m●\u001b[0m red');
});
