import { isGenerated, isSecretText } from './assignment-value.ts';
import type { SensitiveKind } from './recognizers.ts';
import { headerWords, pluralWords, secretWords, strongWords, wordEndings } from './secret-words.ts';

/** Returns whether the value of a variable, key or parameter of this name is confidential. */
export const isSecretName = (name: string): boolean =>
  /secret|passw|passphrase|_pwd$|token|credential|private|(api|access|account|encryption|master|session|signing|ssh|storage|jwt)[_-]?key/i.test(
    name,
  );

/** Names of short codes, such as those of cards: recognized only by their field. */
const codeWords = 'cvv2?|cvc2?|pin|otp|iin';

const secretField = new RegExp(
  `(?:(?:${strongWords})${wordEndings}|(?:^|[^a-z0-9])(?:${headerWords})|(?:^|[^a-z0-9])pass)$`,
);
/** A list of secrets, or an item of one: 'tokens', 'api_keys.0'. Their number is none. */
const pluralField = new RegExp(`(?:${pluralWords})(?:\\.\\d{1,6})?$`);

/** Names whose value is a secret only if it looks like one. */
const weakField = new RegExp(`(?:${secretWords}|(?:^|[^a-z0-9])(?:auth|sig|signature|sid))${wordEndings}$`);
const userField =
  /(?:^|[^a-z0-9])(?:user|usr|login|account|customer|client|member|principal|subject|actor|operator)(?:[-_.]?(?:id|name|no))?$/;

/** Fields and labels whose name gives the class of their value. */
const kinds: Readonly<Record<string, SensitiveKind>> = {
  node: 'host',
  exported_node: 'host',
  nodename: 'host',
  host: 'host',
  hostname: 'host',
  kubernetes_node: 'host',
  client: 'host',
  client_addr: 'host',
  server: 'host',
  cluster: 'cluster',
  kubernetes_cluster: 'cluster',
  cluster_name: 'cluster',
  user: 'user',
  username: 'user',
  usename: 'user',
  user_id: 'user',
  userid: 'user',
  login: 'user',
  customer: 'user',
  customer_id: 'user',
};

/** Returns the class of a fact's field or a label, by its whole name. */
export const labelKind = (name: string): SensitiveKind | undefined =>
  Object.hasOwn(kinds, name.toLowerCase()) ? kinds[name.toLowerCase()] : undefined;

/** Cache size: a log has the same few fields in each line. */
const mostKept = 2000;
const remembered = <T>(work: (name: string) => T): ((name: string) => T) => {
  const known = new Map<string, T>();
  return (name) => {
    const had = known.get(name);
    if (had !== undefined || known.has(name)) return had as T;
    if (known.size >= mostKept) known.clear();
    const result = work(name);
    known.set(name, result);
    return result;
  };
};

/** Splits camel case, without invisible characters: 'dbPassword' becomes 'db_password'; 'db.password' stays. */
const inWords = (name: string): string =>
  name
    .replaceAll(/\p{Default_Ignorable_Code_Point}/gu, '')
    .replaceAll(/([a-z0-9])([A-Z])/g, '$1_$2')
    .toLowerCase();

const codeField = new RegExp(`(?:^|[^a-z0-9])(?:${codeWords})$`);

/** Returns whether a short number is a secret by its field's name: a PIN, a card's code. */
const isCodeField = (name: string, value: string): boolean =>
  /^\d{3,8}$/.test(value) && codeField.test(inWords(name));

/** Names of what leads to a secret, or describes one: 'token_url', 'secretName', 'password_ttl'. */
const aboutSecret =
  /[-_.](?:name|file|path|dir|url|uri|host|port|type|kind|ref|version|namespace|policy|ttl|age|length|count|limit)$/;

/** True for a name, or for a path of which one part is an object that holds secrets: 'token', 'token.current'. */
export const isSecretField: (name: string) => boolean = remembered((name) => {
  const words = inWords(name);
  if (secretField.test(words)) return true;
  const parts = words.split('.');
  return parts.length > 1 && !aboutSecret.test(words) && parts.some((part) => secretField.test(part));
});

const isWeakField: (name: string) => boolean = remembered((name) => weakField.test(inWords(name)));

const isPluralField: (name: string) => boolean = remembered((name) => pluralField.test(inWords(name)));

/** Returns whether a parameter of this name takes a secret, and not the name or place of one. */
export const isSecretParam: (name: string) => boolean = remembered(
  (name) => isSecretField(name) || (isSecretName(name) && !aboutSecret.test(inWords(name))),
);

/** Returns the class of a log field, by its name or the end of it; undefined when it implies none. */
export const fieldKind: (name: string) => SensitiveKind | 'secret' | undefined = remembered((name) => {
  if (isSecretField(name)) return 'secret';
  const words = inWords(name);
  return labelKind(words.split(/[.\s]/).at(-1) ?? '') ?? (userField.test(words) ? 'user' : undefined);
});

/** Returns whether a name cannot be a word of prose, so that it can be masked wherever it occurs. */
export const isDistinctiveName = (name: string): boolean =>
  name.length >= 4 && /[\d@_-]|\p{L}\.\p{L}|[a-z][A-Z]/u.test(name);

/** Replacement for a secret. It has no alias, since secrets need not be distinguished. */
export const secretPlaceholder = '…masked';

/** Returns whether the value of a field of this name is a secret. */
export const isSecretValue = (name: string, value: string): boolean => {
  if (value === '') return false;
  if (isSecretField(name)) return isSecretText(value);
  if (isPluralField(name)) return isSecretText(value) && !/^[\d.,_]+[a-z%]{0,3}$/i.test(value.trim());
  return (isWeakField(name) && isGenerated(value.trim())) || isCodeField(name, value);
};
