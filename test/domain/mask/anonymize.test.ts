import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  type AnonymizationClass,
  anonymizationClasses,
  createAnonymizer,
} from '../../../src/domain/mask/anonymize.ts';
import { codePoint } from '../../support/code-points.ts';
import { longTest, rounds } from '../../support/layer.ts';

const once = (text: string, options?: Parameters<typeof createAnonymizer>[0]): string =>
  createAnonymizer(options)(text);

describe('anonymizes', () => {
  test.each([
    ['connect to db-1.acme.com:5432 failed', 'connect to host-1:5432 failed'],
    ['from 10.0.0.7 and 2001:db8::7', 'from ip-1 and ip-2'],
    [
      'version 1.2.3.4, v10.0.0.7, 10.0.0.7.443 > 10.0.0.9.51234',
      'version ip-1, vip-2, ip-2.443 > ip-3.51234',
    ],
    ['mail to Ada.L@acme.com or ada.l@acme.com', 'mail to mail-1 or mail-1'],
    ['Authorization: Bearer abc.def-123XYZ', 'Authorization: Bearer token-1'],
    ['jwt eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln end', 'jwt token-1 end'],
    [
      'password=hunter22 token="abc 123" api_key: k-4711aa',
      'password=token-1 token="token-2" api_key: token-3',
    ],
    ['AKIAIOSFODNN7EXAMPLE and cvv=123', 'token-1 and cvv=token-2'],
    [
      'card 4111 1111 1111 1111, again 4111111111111111, 3782-822463-10005',
      'card card-1, again card-1, card-2',
    ],
    ['7,4111111111111111,x.4111111111111111', '7,card-1,x.card-1'],
    [
      '{"token":12345678,"tokens":["a"],"token":{"a":1}}',
      '{"token":"token-1","tokens":["a"],"token":{"a":1}}',
    ],
    ['iban DE89 3704 0044 0532 0130 00 is DE89370400440532013000', 'iban iban-1 is iban-1'],
    ['iban NO93 8601 1117 947, the shortest', 'iban iban-1, the shortest'],
    ['https://ada:s3cret99@shop.acme.com/x?token=abc12345', 'https://token-1@host-1/x?token=token-2'],
    ['user=ada logged in from web-7.acme.com', 'user=user-1 logged in from host-1'],
    ['{"card":4111111111111111,"at":1772619307123}', '{"card":"card-1","at":1772619307123}'],
    [
      '{"msg":"user \\"ada\\" password=\\"hunter22\\"\\nhost db-1.acme.com"}',
      '{"msg":"user \\"ada\\" password=\\"token-1\\"\\nhost host-1"}',
    ],
    [
      '{"body":"{\\"token\\":\\"abc12345\\",\\"mail\\":\\"ada\\u0040acme.com\\"}"}',
      '{"body":"{\\"token\\":\\"token-1\\",\\"mail\\":\\"mail-1\\"}"}',
    ],
  ])('%s', (text, anonymized) => {
    expect(once(text)).toBe(anonymized);
  });

  test.each([
    '2026-03-04T10:15:07.123456789Z  INFO 1 --- [main] c.e.billing.PspClient : psp call ok order=9f21',
    '10:15:07.123 trace=65f1c0ffee00112233445566778899aa span=00f067aa0ba902b7 ms=212.5',
    'id 65f1c0ff-ee00-4122-8344-5566778899aa at 1772619307123 and 1772619307123456789, 20260304101507',
    '\tat com.example.billing.PspClient.call(PspClient.java:118)',
    'kafka.server.KafkaServer listens; share 0.4111111111111111 of 1.5.2',
    'GET /orders/9f21 200 512 0.004',
  ])('keeps %s', (text) => {
    expect(once(text)).toBe(text);
  });

  test('given names, except those to keep', () => {
    const names = [{ text: 'vm-frankfurt-3', is: 'host' as const }, 'Project Falcon'];
    expect(once('vm-frankfurt-3 runs project falcon', { names })).toBe('host-1 runs name-1');
    expect(once('vm-frankfurt-3 runs', { names, keep: ['VM-Frankfurt-3'] })).toBe('vm-frankfurt-3 runs');
  });

  test('only the selected classes, such as ids', () => {
    const text = 'id 65f1c0ff-ee00-4122-8344-5566778899aa trace 65f1c0ffee00112233445566778899aa of 10.0.0.7';
    expect(once(text, { classes: new Set<AnonymizationClass>(['uuid', 'trace']) })).toBe(
      'id uuid-1 trace trace-1 of 10.0.0.7',
    );
    expect(once(text, { classes: new Set() })).toBe(text);
  });
});

describe('an export', () => {
  test('uses one pseudonym per name in all lines, and counts replacements', () => {
    const anonymize = createAnonymizer();
    expect(anonymize('10.0.0.7 asks DB-1.acme.com with token=abc12345')).toBe(
      'ip-1 asks host-1 with token=token-1',
    );
    expect(anonymize('{"host":"db-1.acme.com","peer":"10.0.0.7"}')).toBe('{"host":"host-1","peer":"ip-1"}');
    expect(anonymize('10.0.0.9 says abc12345')).toBe('ip-2 says token-1');
    expect(anonymize.counts()).toEqual([
      { is: 'token', pieces: 2, things: 1 },
      { is: 'host', pieces: 2, things: 1 },
      { is: 'ip', pieces: 3, things: 2 },
    ]);
  });

  test.each(['alice_smith', 'alice.smith', 'asmith2', 'aSmith'])(
    'recognizes the user %s of a field in prose',
    (name) => {
      const anonymize = createAnonymizer();
      expect(anonymize(name, 'user')).toBe('user-1');
      expect(anonymize(`${name} logged in, a word of prose did not`)).toBe(
        'user-1 logged in, a word of prose did not',
      );
    },
  );

  test('replaces a name that looks like a pseudonym, so that pseudonyms stay unique', () => {
    const anonymize = createAnonymizer();
    expect(anonymize('db-1.acme.com is not host-1, nor is host-2')).toBe(
      'host-1 is not host-2, nor is host-3',
    );
    expect(createAnonymizer({ keep: ['host-1'] })('host-1 is not db-1.acme.com')).toBe(
      'host-1 is not host-2',
    );
  });
});

const digits = (length: number) =>
  fc.array(fc.nat(9), { minLength: length, maxLength: length }).map((all) => all.join(''));

const withLuhn = (front: string): string => {
  for (let last = 0; last < 10; last++) {
    const all = `${front}${last}`;
    const sum = [...all].toReversed().reduce((total, digit, index) => {
      const value = Number(digit) * (index % 2 === 1 ? 2 : 1);
      return total + (value > 9 ? value - 9 : value);
    }, 0);
    if (sum % 10 === 0) return all;
  }
  throw new Error('no check digit found');
};

const word = fc.stringMatching(/^[a-z][a-z0-9]{2,9}$/);
const opaque = fc.stringMatching(/^[a-z][0-9][A-Za-z0-9]{8,24}$/);

/** A secret and a text that contains it. */
const secret = fc.oneof(
  fc.tuple(word, word).map(([a, b]) => ({ value: `${a}-1.${b}.com`, text: `to ${a}-1.${b}.com:8080` })),
  fc.ipV4().map((value) => ({ value, text: `peer ${value}` })),
  fc.ipV4().map((value) => ({ value, text: `peer=${value}:443,` })),
  fc
    .ipV6()
    .filter((value) => value.split(':').length > 4 && /\d/.test(value))
    .map((value) => ({ value, text: `[${value}]:443` })),
  fc.tuple(word, word).map(([a, b]) => ({ value: `${a}@${b}.com`, text: `<${a}@${b}.com>` })),
  opaque.map((value) => ({ value, text: `Bearer ${value}` })),
  opaque.map((value) => ({ value, text: `password=${value}` })),
  opaque.map((value) => ({ value, text: `"api_key":"${value}"` })),
  opaque.map((value) => ({ value, text: `?token=${value}&x=1` })),
  fc.stringMatching(/^AKIA[A-Z]{8}[0-9]{8}$/).map((value) => ({ value, text: `key ${value}.` })),
  digits(14).map((front) => ({ value: withLuhn(`4${front}`), text: `card ${withLuhn(`4${front}`)}` })),
  digits(14).map((front) => {
    const value = withLuhn(`5${front}`).replaceAll(/(\d{4})(?=\d)/g, '$1-');
    return { value, text: `pan "${value}"` };
  }),
);

const around = fc.constantFrom(
  '',
  'psp call ok ',
  '2026-03-04T10:15:07.123Z INFO ',
  '{"msg":"',
  '注文 ',
  '\\n',
  '(',
  '"',
);

/** A log line with secrets: plain, as JSON, or as JSON in JSON. */
const lineWithSecrets = fc
  .tuple(fc.array(fc.tuple(around, secret), { minLength: 1, maxLength: 4 }), fc.nat(2))
  .map(([parts, depth]) => {
    let text = parts.map(([before, { text: part }]) => `${before}${part}`).join(' ');
    for (let level = 0; level < depth; level++) text = JSON.stringify({ msg: text });
    return { text, secrets: parts.map(([, { value }]) => value) };
  });

longTest('no planted secret remains, and equal lines have equal results', () => {
  fc.assert(
    fc.property(fc.array(lineWithSecrets, { minLength: 1, maxLength: 4 }), (lines) => {
      const anonymize = createAnonymizer();
      for (const { text, secrets } of lines) {
        const anonymized = anonymize(text);
        for (const value of secrets)
          expect({ text, anonymized, has: anonymized.includes(value) }).toEqual({
            text,
            anonymized,
            has: false,
          });
        expect(anonymize(text)).toBe(anonymized);
      }
    }),
    { numRuns: rounds(500) },
  );
});

longTest('JSON stays JSON of the same shape', () => {
  const shape = (value: unknown): unknown =>
    Array.isArray(value)
      ? value.map(shape)
      : typeof value === 'object' && value !== null
        ? Object.keys(value).length
        : typeof value === 'number'
          ? 'string'
          : typeof value;
  fc.assert(
    fc.property(
      fc.dictionary(
        fc.oneof(word, fc.constantFrom('token', 'password', 'pin', 'user', 'host')),
        fc.oneof(
          fc.jsonValue(),
          lineWithSecrets.map(({ text }) => text),
          digits(15).map(Number),
        ),
      ),
      (value) => {
        const anonymized: unknown = JSON.parse(createAnonymizer()(JSON.stringify(value)));
        expect(shape(anonymized)).toEqual(shape(value));
      },
    ),
  );
});

longTest('different names never share a pseudonym', () => {
  fc.assert(
    fc.property(fc.uniqueArray(fc.ipV4(), { minLength: 2, maxLength: 20 }), (all) => {
      const anonymize = createAnonymizer();
      expect(new Set(all.map((text) => anonymize(text))).size).toBe(all.length);
    }),
  );
});

test('does not throw on any text', () => {
  fc.assert(
    fc.property(fc.string({ unit: codePoint, maxLength: 300 }), (text) => {
      expect(typeof createAnonymizer({ classes: new Set(anonymizationClasses) })(text)).toBe('string');
    }),
  );
});

test('secrets of any length that were learned cost no other line time', () => {
  const anonymize = createAnonymizer();
  for (let nth = 0; nth < 8; nth++) anonymize(`${'sig=_'.repeat(6000)}a1${nth}`);
  const line = 'sig=_'.repeat(6000);
  const began = process.cpuUsage();
  anonymize(line);
  expect(process.cpuUsage(began).user / 1e6).toBeLessThan(1.5);
});

test('a secret that was learned is masked in other lines', () => {
  const anonymize = createAnonymizer();
  const secret = 'zq7Hunter9'.repeat(40);
  anonymize(`token=${secret}`);
  expect(anonymize(`sent ${secret} again`)).not.toContain('zq7H');
});
