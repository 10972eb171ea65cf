import { z } from 'zod';

/** Quotes an identifier, whatever it contains. Source: PostgreSQL docs, Lexical Structure, Identifiers. */
export const quoteIdentifier = (name: string): string => `"${name.replaceAll('"', '""')}"`;

/**
 * Quotes a text as an SQL literal, independent of `standard_conforming_strings`. Source: PostgreSQL docs, String
 * Constants.
 */
export const quoteLiteral = (text: string): string => {
  const doubled = text.replaceAll("'", "''");
  return doubled.includes('\\') ? `E'${doubled.replaceAll('\\', '\\\\')}'` : `'${doubled}'`;
};

/** A name with an optional schema: 'orders', 'public.orders'. */
interface QualifiedName {
  readonly schema?: string;
  readonly name: string;
}

/** Splits a name into its parts; undefined when it has more than two, or an empty one. Names are case-sensitive. */
export const parseQualifiedName = (written: string): QualifiedName | undefined => {
  const parts = written.split('.');
  if (parts.length > 2 || parts.some((part) => part === '' || /\p{Cc}/u.test(part))) return undefined;
  const [first = '', second] = parts;
  return second === undefined ? { name: first } : { schema: first, name: second };
};

/**
 * Splits a list setting as pg_settings writes it: '"$user", public'. Double quotes are not part of a name. Source:
 * PostgreSQL, src/backend/utils/adt/varlena.c, SplitIdentifierString.
 */
export const splitNameList = (text: string): readonly string[] =>
  (text.match(/(?:"(?:[^"]|"")*"|[^,])+/g) ?? [''])
    .map((item) => item.trim())
    .map((item) => /^"((?:[^"]|"")*)"$/.exec(item)?.[1]?.replaceAll('""', '"') ?? item);

/** A name that needs no escaping anywhere in a statement. PostgreSQL truncates longer names (NAMEDATALEN). */
const zIdentifier = z
  .string()
  .regex(/^[\p{L}_][\p{L}\p{N}_$-]*$/u, {
    error: 'not a valid name: use letters, digits, _, $ and -, beginning with a letter or _',
  })
  .refine((name) => Buffer.byteLength(name) <= 63, {
    error: 'the name is longer than 63 bytes, which PostgreSQL cuts off: shorten the name',
  });

/**
 * Names of tables, columns, databases and roles. They cannot be values for $1, since they are part of the statement
 * text.
 */
export const zIdentifiers = z
  .record(z.string().regex(/^[a-z]\w*$/i), zIdentifier)
  .meta({ description: 'names for {NAME} in the statement, quoted as identifiers' })
  .exactOptional();

type Identifiers = z.infer<typeof zIdentifiers>;

const placeholderPattern = (name: string): RegExp => new RegExp(`(.?)\\{${name}\\}(.?)`, 'gs');

/** Returns the problem with the identifier placeholders of a statement, or undefined. */
export const identifierProblem = (
  texts: readonly string[],
  identifiers: Identifiers = {},
): string | undefined => {
  for (const name of Object.keys(identifiers)) {
    const places = texts.flatMap((text) => [...text.matchAll(placeholderPattern(name))]);
    if (places.length === 0) return `the statement has no placeholder {${name}}`;
    if (places.some(([, before = '', after = '']) => /["'$\w]/.test(before) || /["'$\w]/.test(after)))
      return `{${name}} must not be quoted: write it without quotes, separated by spaces`;
  }
  return undefined;
};

/** Substitutes quoted identifiers into a statement. Other texts in braces stay. */
export const substituteIdentifiers = (text: string, identifiers: Identifiers = {}): string =>
  text.replaceAll(/\{(\w+)\}/g, (place, name: string) =>
    Object.hasOwn(identifiers, name) ? quoteIdentifier(identifiers[name] ?? '') : place,
  );
