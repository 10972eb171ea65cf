import fc from 'fast-check';
import { expect } from 'vitest';
import { createSecretMasker } from '../../src/platform/masking/secrets.ts';
import { createOutputSink } from '../../src/platform/terminal/sink.ts';
import { family } from './support/attack.ts';
import type { Json } from './support/forged-fields.ts';

const known = '84736251';
const secret = 'Zk4n9QwLx7Tr2Vb8Hm';
const masker = createSecretMasker();
masker.add(known);

/** A secret in data, as sources and plugins hand it on: beside its name, below it, or as a number. */
const planted: fc.Arbitrary<Json> = fc.oneof(
  fc
    .record({
      named: fc.constantFrom('name', 'key', 'id', 'field', 'variable', 'k', 'Name', 'KEY'),
      name: fc.constantFrom('DB_PASSWORD', 'apiKey', 'auth.token', 'client-secret', 'PGPASSWORD'),
      valued: fc.constantFrom('value', 'val', 'default', 'v', 'Value'),
      held: fc.constantFrom<Json>(secret, [secret], { from: secret }, [[secret]]),
      isFirst: fc.boolean(),
    })
    .map(
      ({ named, name, valued, held, isFirst }): Json =>
        isFirst ? { [valued]: held, [named]: name } : { [named]: name, type: 'text', [valued]: held },
    ),
  fc.constantFrom<Json>(Number(known), known, [Number(known)], { [known]: 1 }, { password: secret }),
);

/** Data around it, which has names and values of its own. */
const around = (inner: Json, depth: number): Json => {
  let data = inner;
  for (let level = 0; level < depth; level++)
    data = level % 2 === 0 ? [{ name: 'PATH', value: '/bin' }, data] : { env: data, count: 3 };
  return data;
};

/** Masks each text alone, without the names beside it, and no number. */
const textByText = (value: Json): string =>
  JSON.stringify(value, (key, inner: unknown) =>
    typeof inner === 'string' ? masker.outgoing(inner, key) : inner,
  );

family('secrets in data', ({ attack }) => {
  attack('no member of data that its sibling names a secret, and no known number, is in an output', {
    rounds: 1000,
    inputs: fc.record({ inner: planted, depth: fc.nat({ max: 6 }) }),
    defense: (value: Json): string => createOutputSink(masker).json(value),
    sabotaged: textByText,
    notices: /not to contain/,
    holds: ({ inner, depth }, format) => {
      const written = format(around(inner, depth));
      expect(written).not.toContain(secret);
      expect(written).not.toContain(known);
      // What is no secret stays.
      if (depth > 0) expect(written).toContain('/bin');
      if (depth > 1) expect(written).toContain('3');
    },
  });
});
