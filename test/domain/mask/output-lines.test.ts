import { describe, expect, test } from 'vitest';
import { createOutputLines } from '../../../src/domain/mask/output-lines.ts';

const shown = (parts: readonly string[]): readonly (string | undefined)[] => parts.map(createOutputLines());

describe('a value on the line after the name of a secret', () => {
  test.each([
    ['password:', '  hunter2abc99', '  …masked'],
    ['db.password:', 'hunter2abc99', '…masked'],
    ['10:00 INFO token=', 'abcdefghijkl', '…masked'],
    ['"api_key":', '  "hunter2",', '  "…masked",'],
    ['{ "secret":', '"hunter2" }', '"…masked" }'],
  ])('is masked: %s %s', (name, value, masked) => {
    expect(shown(['before', name, value, 'hunter2abc99'])).toEqual(['before', name, masked, 'hunter2abc99']);
    expect(shown([`before\n${name}`, `${value}\nafter`])).toEqual([`before\n${name}`, `${masked}\nafter`]);
  });

  test.each([
    ['Password:', 'Permission denied'],
    ['pods:', 'billing-7c9f-x2k1'],
    ['password changed', 'hunter2abc99'],
    ['password: none', '10:00:01 INFO started'],
  ])('is nothing else: %s %s', (name, line) => expect(shown([name, line])).toEqual([name, line]));

  test('is masked also after another secret on the same line', () => {
    expect(shown(['token=abc123def456 password:', 'hunter2abc99'])[1]).toBe('…masked');
  });
});

describe('a value whose name is divided by a line end', () => {
  test.each([
    ['pass', 'word=hunter2abc99', 'word=…masked'],
    ['export DB_PASS', "WORD='hunter2abc99'", "WORD='…masked'"],
    ['{"api', 'Key": "hunter2abc99"}', 'Key": "…masked"}'],
    ['  client_sec', 'ret: hunter2abc99', 'ret: …masked'],
    ['tok', 'en=abcdefghijkl', 'en=…masked'],
  ])('is masked: %s %s', (start, rest, masked) => {
    expect(shown(['before', start, rest, 'word=hunter2abc99'])).toEqual([
      'before',
      start,
      masked,
      'word=hunter2abc99',
    ]);
    expect(shown([`before\n${start}\n${rest}\nafter`])).toEqual([`before\n${start}\n${masked}\nafter`]);
  });

  test.each([
    ['the token', 'status=abcdefghijkl'],
    ['no password', 'value: abcdefghijkl'],
    ['bypass', 'wording: abcdefghijkl'],
    ['pass', 'words of wisdom'],
    ['pass ', 'word=hunter2abc99'],
  ])('is nothing else: %s %s', (start, rest) => expect(shown([start, rest])).toEqual([start, rest]));
});

test('the lines of a block that a secret names are masked, up to the next name', () => {
  expect(
    shown(['tls:', '  password: |', '    hunter', '', '    two words', '  other: x', '    hunter']),
  ).toEqual(['tls:', '  password: |', '    …masked', '', '    …masked', '  other: x', '    hunter']);
});

test('the lines of a private key are left out', () => {
  const body = 'MIIEvgIBADANBgkqhkiG9w0BAQEFAASCBKgwggSkAgEAAoIBAQC7VJTUt9Us8cKj';
  expect(shown(['-----BEGIN PRIVATE KEY-----', body, '-----END PRIVATE KEY-----', 'after'])).toEqual([
    '…masked (private key)',
    undefined,
    undefined,
    'after',
  ]);
});

test.each([
  ['password = <<EOF', 'EOF'],
  ["DB_PASSWORD=$(cat <<-'END'", '  END'],
  ['client_secret = """', '"""'],
  [`"token" = '''`, "rest'''"],
])('the lines of a value are masked up to its end: %s', (name, end) => {
  expect(shown([name, 'hunter', '  two words', end, 'hunter'])).toEqual([
    name,
    '…masked',
    '  …masked',
    end,
    'hunter',
  ]);
});

test('the lines of a here-document that no secret names stay', () => {
  const lines = ['cat > notes <<EOF', 'hunter', 'text = """', 'two words'];
  expect(shown(lines)).toEqual(lines);
});
