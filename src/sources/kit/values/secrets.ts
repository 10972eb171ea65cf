import { isSecretName } from '../../../domain/mask/secret-fields.ts';

/** Names of secrets: keys of JSON and YAML, options of programs, parts of a connection string. */
const called = '(?:passw(?:or)?d|passphrase|secret|token|api[_-]?key|pwd)';
/** A value in quotes, or up to the start of the next one. Excludes a parameter ($1). */
const value = String.raw`(?:"(?:[^"\\]|\\.)*"|'(?:[^']|'')*'|(?![$'"…])[^\s;&,"'()]+)`;

const forms: readonly RegExp[] = [
  // postgres://ana:SECRET@host
  /(?<lead>:\/\/[^\s:/?#@'"]*:)(?<secret>[^\s/?#'"…]+)(?=@)/g,
  // password=SECRET, "token": "SECRET"; a prefix of the name is not matched, since searching for its start would take
  // quadratic time.
  new RegExp(String.raw`(?<lead>${called}["']?\s*[=:]\s*)(?<secret>${value})`, 'gi'),
  // ALTER ROLE ana PASSWORD 'SECRET'
  /(?<lead>\bpassword\s+)(?<secret>e?'(?:[^']|'')*')/gi,
  // --password SECRET
  new RegExp(String.raw`(?<lead>(?<!\S)--?[\w.-]*${called}\s+)(?<secret>(?!-)${value})`, 'gi'),
];

const unquoted = (text: string): string => text.replace(/^e?(["'])(.*)\1$/is, '$2');

/** Redacts passwords in an external text, as far as their form reveals them. */
export const redactPasswords = (text: string): string =>
  forms.reduce((rest, form) => rest.replaceAll(form, '$<lead>…'), text);

/** Returns those passwords, for callers that must mask them elsewhere. */
export const findPasswords = (text: string): readonly string[] =>
  forms.flatMap((form) => [...text.matchAll(form)].map(({ groups }) => unquoted(groups?.secret ?? '')));

/** Replacement for a secret. */
export const hiddenValueMark = '…';

/**
 * Returns the value of a variable for display: nothing of a secret one; a URL or connection string without its
 * password.
 */
export const maskSecretValue = (name: string, value: string): string =>
  isSecretName(name) ? hiddenValueMark : redactPasswords(value);

/** True when a value must not be written to disk as it is. */
export const isSecret = (name: string, value: string): boolean => maskSecretValue(name, value) !== value;

/** Indexes of arguments that the preceding option marks as secret: `--password`, `s3cret`. */
export const secretArgumentIndexes = (list: readonly unknown[]): ReadonlySet<number> =>
  new Set(
    list.flatMap((name, index) =>
      typeof name === 'string' && /^--?[\w.-]+$/.test(name) && isSecretName(name) ? [index + 1] : [],
    ),
  );
