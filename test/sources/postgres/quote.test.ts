import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  parseQualifiedName,
  quoteIdentifier,
  splitNameList,
} from '../../../src/sources/postgres/identifiers.ts';

test.each([
  ['pg_stat_statements, auto_explain', ['pg_stat_statements', 'auto_explain']],
  ['"$user", public', ['$user', 'public']],
  ['"$libdir/a,b", c', ['$libdir/a,b', 'c']],
  ['"say ""hi"""', ['say "hi"']],
  ['', ['']],
])('%s is the list %j', (text, items) => {
  expect(splitNameList(text)).toEqual(items);
});

test('a list shown by pg_settings is parsed into its original names', () => {
  const name = fc.string({ minLength: 1, maxLength: 12 }).filter((text) => !/\p{Cc}/u.test(text));
  fc.assert(
    fc.property(fc.array(name, { minLength: 1, maxLength: 4 }), (names) => {
      expect(splitNameList(names.map(quoteIdentifier).join(', '))).toEqual(names);
    }),
  );
});

test('a written name is a name, or a schema and a name, unchanged', () => {
  const part = fc.string({ minLength: 1, maxLength: 8 }).filter((text) => !/[.\p{Cc}]/u.test(text));
  fc.assert(
    fc.property(part, part, (schema, name) => {
      expect(parseQualifiedName(`${schema}.${name}`)).toEqual({ schema, name });
      expect(parseQualifiedName(name)).toEqual({ name });
      expect(parseQualifiedName(`${schema}.${name}.x`)).toBeUndefined();
    }),
  );
});
