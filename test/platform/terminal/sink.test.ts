import { describe, expect, test } from 'vitest';
import { createSecretMasker } from '../../../src/platform/masking/secrets.ts';
import { createOutputSink } from '../../../src/platform/terminal/sink.ts';

const masker = createSecretMasker();
masker.add('q7-known-Zr');
const sink = createOutputSink(masker);

describe('a value', () => {
  test('is masked by its field name, whatever its content; harmless values and ordinary field names stay', () => {
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

  test('two names with the same mask remain two', () => {
    masker.add('another-known-name');
    const { labels } = JSON.parse(sink.json({ labels: { 'q7-known-Zr': 1, 'another-known-name': 2 } }));
    expect(labels).toEqual({ '…masked': 1, '…masked (2)': 2 });
  });

  test('JSON contains the same data, with control characters escaped and 64-bit integers as strings', () => {
    const text = sink.json({ a: 9007199254740993n, b: 'x\u2028y', c: undefined, d: null });
    expect(text).toBe('{"a":"9007199254740993","b":"x\\u2028y","d":null}');
  });
});

test('a secret split by an escape sequence, or hidden by a control character, is masked', () => {
  for (const text of ['a q7-\u001b[0mknown-Zr b', 'a q7-known\u200e-Zr b', 'password=hun\u0007ter2 b'])
    expect(sink.text(text)).toMatch(/…masked b$/);
});

test("only the program's own colors are kept", () => {
  const { name } = sink.tree({ name: '\u001b[31mred' });
  expect(sink.painted(`\u001b[32m●\u001b[0m ${name}\u001b[2J`)).toBe('\u001b[32m●\u001b[0m red');
});
