import { z } from 'zod';
import { quoteIdentifier } from './quote.ts';

/** A name that needs no escape in any place of a statement; longer ones PostgreSQL cuts off (NAMEDATALEN). */
const zIdentifier = z
  .string()
  .regex(/^[\p{L}_][\p{L}\p{N}_$-]*$/u, {
    error: 'no name: letters, digits, _, $ and -, a letter or _ first',
  })
  .refine((name) => Buffer.byteLength(name) <= 63, { error: 'longer than the 63 bytes of a name' });

/** Names of tables, columns, databases and roles: no value for $1, since a statement holds them as a part of its text. */
export const zIdentifiers = z
  .record(z.string().regex(/^[a-z]\w*$/i), zIdentifier)
  .meta({ description: 'names for {NAME} in the statement, quoted as identifiers' })
  .exactOptional();

type Identifiers = z.infer<typeof zIdentifiers>;

const placesOf = (name: string): RegExp => new RegExp(`(.?)\\{${name}\\}(.?)`, 'gs');

/** What is wrong with the places of identifiers in the texts of a statement, or undefined. */
export const identifierProblem = (
  texts: readonly string[],
  identifiers: Identifiers = {},
): string | undefined => {
  for (const name of Object.keys(identifiers)) {
    const places = texts.flatMap((text) => [...text.matchAll(placesOf(name))]);
    if (places.length === 0) return `{${name}} is not in the statement`;
    if (places.some(([, before = '', after = '']) => /["'$\w]/.test(before) || /["'$\w]/.test(after)))
      return `{${name}} is quoted already: write it without quotes, as a word of its own`;
  }
  return undefined;
};

/** A statement with its identifiers, quoted. Texts in braces that are none of them stay. */
export const withIdentifiers = (text: string, identifiers: Identifiers = {}): string =>
  text.replaceAll(/\{(\w+)\}/g, (place, name: string) =>
    Object.hasOwn(identifiers, name) ? quoteIdentifier(identifiers[name] ?? '') : place,
  );
