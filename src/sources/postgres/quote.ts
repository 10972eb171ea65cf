/** An identifier as SQL writes it, whatever it holds. Source: PostgreSQL docs, Lexical Structure, Identifiers. */
export const quoteIdentifier = (name: string): string => `"${name.replaceAll('"', '""')}"`;

/** A text as an SQL literal, whatever `standard_conforming_strings` says. Source: PostgreSQL docs, String Constants. */
export const quoteLiteral = (text: string): string => {
  const doubled = text.replaceAll("'", "''");
  return doubled.includes('\\') ? `E'${doubled.replaceAll('\\', '\\\\')}'` : `'${doubled}'`;
};

/** A name that may say its schema: 'orders', 'public.orders'. */
export interface Named {
  readonly schema?: string;
  readonly name: string;
}

/** The parts of a written name; undefined when it has more than two, or an empty one. Names are as they are: case counts. */
export const parseName = (written: string): Named | undefined => {
  const parts = written.split('.');
  if (parts.length > 2 || parts.some((part) => part === '' || /\p{Cc}/u.test(part))) return undefined;
  const [first = '', second] = parts;
  return second === undefined ? { name: first } : { schema: first, name: second };
};

/**
 * The names of a setting that is a list, as pg_settings writes them: '"$user", public'. Double quotes are no part of a
 * name. Source: PostgreSQL, src/backend/utils/adt/varlena.c, SplitIdentifierString.
 */
export const listItems = (text: string): readonly string[] =>
  (text.match(/(?:"(?:[^"]|"")*"|[^,])+/g) ?? [''])
    .map((item) => item.trim())
    .map((item) => /^"((?:[^"]|"")*)"$/.exec(item)?.[1]?.replaceAll('""', '"') ?? item);
