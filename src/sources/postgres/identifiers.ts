import { z } from 'zod';

/** An identifier as SQL writes it, whatever it holds. Source: PostgreSQL docs, Lexical Structure, Identifiers. */
export const quoteIdentifier = (name: string): string => `"${name.replaceAll('"', '""')}"`;

/** A text as an SQL literal, whatever `standard_conforming_strings` says. Source: PostgreSQL docs, String Constants. */
export const quoteLiteral = (text: string): string => {
  const doubled = text.replaceAll("'", "''");
  return doubled.includes('\\') ? `E'${doubled.replaceAll('\\', '\\\\')}'` : `'${doubled}'`;
};

/** A name that may say its schema: 'orders', 'public.orders'. */
interface QualifiedName {
  readonly schema?: string;
  readonly name: string;
}

/** The parts of a written name; undefined when it has more than two, or an empty one. Names are as they are: case counts. */
export const parseQualifiedName = (written: string): QualifiedName | undefined => {
  const parts = written.split('.');
  if (parts.length > 2 || parts.some((part) => part === '' || /\p{Cc}/u.test(part))) return undefined;
  const [first = '', second] = parts;
  return second === undefined ? { name: first } : { schema: first, name: second };
};

/**
 * The names of a setting that is a list, as pg_settings writes them: '"$user", public'. Double quotes are no part of a
 * name. Source: PostgreSQL, src/backend/utils/adt/varlena.c, SplitIdentifierString.
 */
export const splitNameList = (text: string): readonly string[] =>
  (text.match(/(?:"(?:[^"]|"")*"|[^,])+/g) ?? [''])
    .map((item) => item.trim())
    .map((item) => /^"((?:[^"]|"")*)"$/.exec(item)?.[1]?.replaceAll('""', '"') ?? item);

/** A name that needs no escape in any place of a statement; longer ones PostgreSQL cuts off (NAMEDATALEN). */
const zIdentifier = z
  .string()
  .regex(/^[\p{L}_][\p{L}\p{N}_$-]*$/u, {
    error: 'not a valid name: use letters, digits, _, $ and -, beginning with a letter or _',
  })
  .refine((name) => Buffer.byteLength(name) <= 63, { error: 'longer than 63 bytes' });

/** Names of tables, columns, databases and roles: no value for $1, since a statement holds them as a part of its text. */
export const zIdentifiers = z
  .record(z.string().regex(/^[a-z]\w*$/i), zIdentifier)
  .meta({ description: 'names for {NAME} in the statement, quoted as identifiers' })
  .exactOptional();

type Identifiers = z.infer<typeof zIdentifiers>;

const placeholderPattern = (name: string): RegExp => new RegExp(`(.?)\\{${name}\\}(.?)`, 'gs');

/** What is wrong with the places of identifiers in the texts of a statement, or undefined. */
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

/** A statement with its identifiers, quoted. Texts in braces that are none of them stay. */
export const substituteIdentifiers = (text: string, identifiers: Identifiers = {}): string =>
  text.replaceAll(/\{(\w+)\}/g, (place, name: string) =>
    Object.hasOwn(identifiers, name) ? quoteIdentifier(identifiers[name] ?? '') : place,
  );
