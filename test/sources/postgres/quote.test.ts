import fc from 'fast-check';
import { expect, test } from 'vitest';
import { listItems, parseName, quoteIdentifier, quoteLiteral } from '../../../src/sources/postgres/quote.ts';

test.each([
  ['pg_stat_statements, auto_explain', ['pg_stat_statements', 'auto_explain']],
  ['"$user", public', ['$user', 'public']],
  ['"$libdir/a,b", c', ['$libdir/a,b', 'c']],
  ['"say ""hi"""', ['say "hi"']],
  ['', ['']],
])('%s is the list %j', (text, items) => {
  expect(listItems(text)).toEqual(items);
});

test('a list that pg_settings shows is read back into the names that it was made of', () => {
  const name = fc.string({ minLength: 1, maxLength: 12 }).filter((one) => !/\p{Cc}/u.test(one));
  fc.assert(
    fc.property(fc.array(name, { minLength: 1, maxLength: 4 }), (names) => {
      expect(listItems(names.map(quoteIdentifier).join(', '))).toEqual(names);
    }),
  );
});

/** What PostgreSQL makes of a quoted text, by its docs: a doubled quote is one, and in E'' a doubled backslash, too. */
const readLiteral = (literal: string): string | undefined => {
  const [, escapes, held] = /^(E?)'((?:[^']|'')*)'$/s.exec(literal) ?? [];
  if (held === undefined || (escapes === '' && held.includes('\\'))) return undefined;
  const text = held.replaceAll("''", "'");
  return escapes === '' ? text : text.replaceAll('\\\\', '\\');
};

test('no text ends its literal or its identifier', () => {
  const hostile = fc.string({ unit: fc.constantFrom("'", '"', '\\', ';', '-', 'a', 'é', '\n', '$', '.') });
  fc.assert(
    fc.property(hostile, (text) => {
      expect(readLiteral(quoteLiteral(text))).toBe(text);
      expect(/^"((?:[^"]|"")*)"$/s.exec(quoteIdentifier(text))?.[1]?.replaceAll('""', '"')).toBe(text);
    }),
  );
});

test('a written name is a name, or a schema and a name, as it is', () => {
  const part = fc.string({ minLength: 1, maxLength: 8 }).filter((one) => !/[.\p{Cc}]/u.test(one));
  fc.assert(
    fc.property(part, part, (schema, name) => {
      expect(parseName(`${schema}.${name}`)).toEqual({ schema, name });
      expect(parseName(name)).toEqual({ name });
      expect(parseName(`${schema}.${name}.x`)).toBeUndefined();
    }),
  );
});
