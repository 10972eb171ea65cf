import { expect, test } from 'vitest';
import { redactSecretForms } from '../../../src/domain/mask/mask-text.ts';
import { isSecretField } from '../../../src/domain/mask/secret-fields.ts';

test.each([
  // A list or an object is the secret.
  ['{"password":["qHunter1"],"a":1}', '{"password":["…masked"],"a":1}'],
  [
    '{"token":{"current":"qHunter1","old":["qHunter2"]},"b":"c"}',
    '{"token":{"current":"…masked","old":["…masked"]},"b":"c"}',
  ],
  [
    'credentials={user: "qHunter1", password: qHunter2} ok',
    'credentials={user: "…masked", password: …masked} ok',
  ],
  ['{"token":["qHunter1', '{"token":["…masked'],
  // A value that only begins like a placeholder.
  ['"db_password":"<qHunter1"', '"db_password":"…masked"'],
  ['"secret":"${qHunter1"', '"secret":"…masked"'],
  // An escaped quote is a part of the value, and a text may end within it.
  [String.raw`password="ab\"qHunter1" x`, 'password="…masked" x'],
  ['password="ab qHunter1', 'password="…masked'],
  [
    String.raw`{"body":"{\"password\":\"qHunter1\",\"a\":1}"}`,
    String.raw`{"body":"{\"password\":\"…masked\",\"a\":1}"}`,
  ],
  // A variable with its name beside it.
  ['{"name":"DB_PASSWORD","value":"qHunter1"}', '{"name":"DB_PASSWORD","value":"…masked"}'],
  ['- name: DB_PASSWORD value: qHunter1', '- name: DB_PASSWORD value: …masked'],
  // Two secrets of one command.
  ['snmpwalk -v3 -u ops -A qHunter1 -X qHunter2 web-1', 'snmpwalk -v3 -u ops -A …masked -X …masked web-1'],
  [
    'keytool -storepass qHunter1 -alias a -keypass qHunter2',
    'keytool -storepass …masked -alias a -keypass …masked',
  ],
  ['curl -u ops:qHunter1 -b sid=qHunter2 http://web-1/', 'curl -u ops:…masked -b sid=…masked http://web-1/'],
  ['dbPw=qHunter1', 'dbPw=…masked'],
])('masks %s', (text, masked) => {
  expect(redactSecretForms(text)).toBe(masked);
  expect(redactSecretForms(masked)).toBe(masked);
});

test.each([
  'password=${DB_PASSWORD}',
  'password=<your password>',
  '{"token":{},"password":[]}',
  '{"name":"LOG_LEVEL","value":"debug"}',
  'the token: expired',
])('leaves %s', (text) => {
  expect(redactSecretForms(text)).toBe(text);
});

test.each([
  ['token.current', true],
  ['auth.credentials.0', true],
  ['token.url', false],
  ['order.status', false],
])('the field %s holds a secret: %s', (name, isSecret) => {
  expect(isSecretField(name)).toBe(isSecret);
});
