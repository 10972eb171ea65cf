import { describe, expect, test } from 'vitest';
import { createKeyBlock, keyPlaceholder, maskKeyLines } from '../../../src/domain/mask/key-block.ts';

const body = [
  'MIIEvgIBADANBgkqhkiG9w0BAQEFAASCBKgwggSkAgEAAoIBAQC7VJTUt9Us8cKj',
  'MzEfYyjiWA4R4/M2bS1GB4t7NXp98C3SC6dVMvDuictGeurT8jNbvJZHtCSuYEvu',
  'uEvu8Q==',
];
const pem = ['-----BEGIN PRIVATE KEY-----', ...body, '-----END PRIVATE KEY-----'];

/** The lines that remain, each masked alone. */
const kept = (lines: readonly string[]): readonly string[] => {
  const key = createKeyBlock();
  return lines.flatMap((line) => key.line(line) ?? []);
};

describe('a private key that arrives line by line', () => {
  test('is one masked line, and what surrounds it stays', () => {
    expect(kept(['before', ...pem, 'after', body[0] ?? ''])).toEqual([
      'before',
      keyPlaceholder,
      'after',
      body[0],
    ]);
  });

  test.each([
    ['a time', (line: string, nth: number) => `10:00:0${nth} INFO ${line}`],
    ['the name of a pod', (line: string) => `billing-7c9f: ${line}`],
    ['JSON of a container', (line: string) => `{"log":"${line}\\n","stream":"stdout"}`],
    ['colors', (line: string) => `\u001b[1m${line.slice(0, 9)}\u001b[0m${line.slice(9)}`],
    ['carriage returns', (line: string) => `${line}\r`],
  ])('with %s around each line, too', (_, wrapped) => {
    const lines = kept([...pem.map(wrapped), 'after']);
    expect(lines).toHaveLength(2);
    expect(lines[0]).toContain(keyPlaceholder);
    expect(lines.join('\n')).not.toMatch(/MII|MzEf|uEvu/);
  });

  test('in several parts of several lines each', () => {
    const key = createKeyBlock();
    const parts = [['a', ...pem.slice(0, 2)], pem.slice(2, 4), [...pem.slice(4), 'z']];
    expect(parts.map((lines) => maskKeyLines(lines.join('\n'), key))).toEqual([
      `a\n${keyPlaceholder}`,
      undefined,
      'z',
    ]);
  });

  test('on one line', () => {
    expect(kept([`key ${pem.join('\\n')} end`, body[0] ?? ''])).toEqual([
      `key ${keyPlaceholder} end`,
      body[0],
    ]);
  });
});

test('a first line without a key hides no other lines', () => {
  const lines = ['10:00:01 INFO started in 3 s', '', 'GET /usr/share/a.js 200', 'DEK-Info: AES'];
  expect(kept([pem[0] ?? '', ...lines])).toEqual([keyPlaceholder, ...lines]);
});

test('a key without its last line ends after 256 lines', () => {
  const endless = Array.from({ length: 300 }, () => body[0] ?? '');
  expect(kept([pem[0] ?? '', ...endless])).toHaveLength(1 + 300 - 256);
});

test.each([
  [
    'OpenPGP',
    '-----BEGIN PGP PRIVATE KEY BLOCK-----',
    ['Version: 2', ''],
    '-----END PGP PRIVATE KEY BLOCK-----',
  ],
  ['SSH', '---- BEGIN SSH2 ENCRYPTED PRIVATE KEY ----', [], '---- END SSH2 ENCRYPTED PRIVATE KEY ----'],
])('a key of %s is one masked line; its headers stay', (_, begin, headers, end) => {
  const lines = ['before', begin, ...headers, ...body, '=zq7H', end, 'after'];
  expect(kept(lines)).toEqual(['before', keyPlaceholder, ...headers, 'after']);
});

test('a certificate is no secret', () => {
  const certificate = ['-----BEGIN CERTIFICATE-----', ...body, '-----END CERTIFICATE-----'];
  expect(kept(certificate)).toEqual(certificate);
});
