import { isSecretName } from '../domain/mask/secret-fields.ts';

/** What is called so is a secret: keys of JSON and YAML, options of programs, parts of a connection string. */
const called = '(?:passw(?:or)?d|passphrase|secret|token|api[_-]?key|pwd)';
/** A value in quotes, or up to where the next one begins. A parameter ($1) is none. */
const value = String.raw`(?:"(?:[^"\\]|\\.)*"|'(?:[^']|'')*'|(?![$'"…])[^\s;&,"'()]+)`;

const forms: readonly RegExp[] = [
  // postgres://ana:SECRET@host
  /(?<lead>:\/\/[^\s:/?#@'"]*:)(?<secret>[^\s/?#'"…]+)(?=@)/g,
  // password=SECRET, "token": "SECRET"; what stands before the word belongs to the name, and looking for its begin would take
  // the square of a text's length.
  new RegExp(String.raw`(?<lead>${called}["']?\s*[=:]\s*)(?<secret>${value})`, 'gi'),
  // ALTER ROLE ana PASSWORD 'SECRET'
  /(?<lead>\bpassword\s+)(?<secret>e?'(?:[^']|'')*')/gi,
  // --password SECRET
  new RegExp(String.raw`(?<lead>(?<!\S)--?[\w.-]*${called}\s+)(?<secret>(?!-)${value})`, 'gi'),
];

const unquoted = (text: string): string => text.replace(/^e?(["'])(.*)\1$/is, '$2');

/** A text from outside without the passwords that somebody has written into it, as far as their form tells. */
export const redactPasswords = (text: string): string =>
  forms.reduce((rest, form) => rest.replaceAll(form, '$<lead>…'), text);

/** Those passwords, for who has to keep them out of everything else that is written of the text. */
export const findPasswords = (text: string): readonly string[] =>
  forms.flatMap((form) => [...text.matchAll(form)].map(({ groups }) => unquoted(groups?.secret ?? '')));

/** What stands where a secret was. */
export const hiddenValueMark = '…';

/** The value of a variable for people: nothing of a secret one, and of an address or a connection string not its password. */
export const maskSecretValue = (name: string, value: string): string =>
  isSecretName(name) ? hiddenValueMark : redactPasswords(value);

/** True when a value must not be written down as it is. */
export const isSecret = (name: string, value: string): boolean => maskSecretValue(name, value) !== value;

/** The places in a list of arguments that hold what the option before them says is secret: `--password`, `s3cret`. */
export const secretArgumentIndexes = (list: readonly unknown[]): ReadonlySet<number> =>
  new Set(
    list.flatMap((one, index) =>
      typeof one === 'string' && /^--?[\w.-]+$/.test(one) && isSecretName(one) ? [index + 1] : [],
    ),
  );
