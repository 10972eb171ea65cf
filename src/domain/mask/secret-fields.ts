import { knowsModifiers } from '../regex/modifiers.ts';
import type { SensitiveKind } from './recognizers.ts';
import { patternRecognizer, type Recognizer, type SensitiveSpan } from './recognizers.ts';

/** Returns whether the value of a variable, key or parameter of this name is confidential. */
export const isSecretName = (name: string): boolean =>
  /secret|passw|passphrase|_pwd$|token|credential|private|(api|access|account|encryption|master|session|signing|ssh|storage|jwt)[_-]?key/i.test(
    name,
  );

/** Words whose value is a secret, in text before `=` or `:`, and as field names. */
export const secretWords: string = [
  'pass(?:word|wd|phrase|code)?',
  'pwd',
  'secret',
  'token',
  'api[-_]?key',
  'auth[-_]?key',
  'private[-_]?key',
  'secret[-_]?key',
  'client[-_]?secret',
  'access[-_]?(?:key|token)',
  'refresh[-_]?token',
  'id[-_]?token',
  'session[-_]?(?:id|key|token)',
  'signature',
  'credentials?',
  'authorization',
  '(?:set-)?cookie',
].join('|');

/** Names of short codes, such as those of cards: recognized only by their field. */
const codeWords = 'cvv2?|cvc2?|pin|otp|iin';

const secretField = new RegExp(`(?:^|[^a-z0-9])(?:${secretWords})(?:[-_.](?:value|text|plain|raw|hash))?$`);
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

/** Splits camel case: 'dbPassword' becomes 'db_password'; 'db.password' stays. */
const inWords = (name: string): string => name.replaceAll(/([a-z0-9])([A-Z])/g, '$1_$2').toLowerCase();

const codeField = new RegExp(`(?:^|[^a-z0-9])(?:${codeWords})$`);

/** Returns whether a short number is a secret by its field's name: a PIN, a card's code. */
const isCodeField = (name: string, value: string): boolean =>
  /^\d{3,8}$/.test(value) && codeField.test(inWords(name));

export const isSecretField: (name: string) => boolean = remembered((name) => secretField.test(inWords(name)));

/** Names of what leads to a secret, or describes one: 'token_url', 'secretName', 'password_ttl'. */
const aboutSecret =
  /[-_.](?:name|file|path|dir|url|uri|host|port|type|kind|ref|version|namespace|policy|ttl|age|length|count|limit)$/;

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

/** Values that only say whether there is a secret. */
const harmless =
  /^(?:true|false|null|none|nil|undefined|missing|expired|invalid|required|wrong|denied|unset|set|bearer|basic|digest|negotiate|yes|no|is|was|has|hidden|…(?:masked.*)?|\*+|\$\{.*|<.*|\d{1,2})$/i;

/** Returns whether the value of a field of this name is a secret. */
export const isSecretValue = (name: string, value: string): boolean =>
  (isSecretField(name) && value !== '' && isSecret(value.trim())) || isCodeField(name, value);

const isSecret = (value: string): boolean => !harmless.test(value);

/** Returns whether the value of a secret field is the secret itself, not a word like 'none' or a mask. */
export const isSecretText = (value: string): boolean => isSecret(value.trim());

/** Recognizers by form. Sources: RFC 7519 (JWT), RFC 6750 (bearer), RFC 7468 (PEM), the vendors' own prefixes. */
const forms: readonly Recognizer[] = [
  patternRecognizer(
    /-----BEGIN [A-Z ]*PRIVATE KEY-----.*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)/dgs,
    'secret',
  ),
  patternRecognizer(/\beyJ[\w-]{6,}\.[\w-]{4,}(?:\.[\w-]*)?/dg, 'secret'),
  patternRecognizer(/\/\/(?<it>[^\s/?#"'@:]*:[^\s/?#"'@]+)@/dg, 'secret', isSecret),
  patternRecognizer(/\b(?:Bearer|Basic|Digest|Negotiate)\s+(?<it>[\w.~+/-]{8,}=*)/dgi, 'secret', (value) =>
    // 'basic authentication' is not a credential: that would contain a digit, an inner capital or a symbol.
    /[\d+/=_~]|[a-z][A-Z]/.test(value),
  ),
  patternRecognizer(
    /\bAuthorization["']?\s*[:=]\s*["']?(?:\w+\s+)?(?<it>[^\s"',;]{6,})/dgi,
    'secret',
    isSecret,
  ),
  patternRecognizer(
    /\b(?:sk|pk|rk)[-_](?:live|test|proj|ant)?[-_]?[\w-]{16,}|\bgh[pousr]_\w{20,}|\bgithub_pat_\w{20,}|\bglpat-[\w-]{16,}|\bxox[abeprs]-[\w-]{10,}|\b(?:AKIA|ASIA)[A-Z0-9]{16}\b|\bAIza[\w-]{30,}|\bhvs\.[\w-]{20,}|\bnpm_\w{30,}|\bdop_v1_\w{30,}/dg,
    'secret',
    (value) => /\d/.test(value),
  ),
];

/**
 * A secret word, the sign after it, and the value, for V8s that know `(?-i:…)` or not. The boundary in `dbPassword` depends on
 * case; the words do not. Without the modifier every letter of the words has its own class, which takes 1.7 times as long.
 */
export const assignmentPattern = (hasModifiers: boolean): RegExp => {
  const boundary = hasModifiers ? '(?-i:[a-z0-9](?=[A-Z]))' : '[a-z0-9](?=[A-Z])';
  const words = hasModifiers
    ? secretWords
    : secretWords.replaceAll(/[a-z]/g, (letter) => `[${letter}${letter.toUpperCase()}]`);
  return new RegExp(
    `(?<![A-Za-z0-9])(?:[\\w.]{0,64}(?:[-_.]|${boundary}))?(?:${words})["']?(?:\\s*=\\s*|"?:\\s*(?="|')|:\\s?[ \\t]{0,40})(?:"([^"]*)"|'([^']*)'|([^\\s"'&;,)}\\]]+))`,
    hasModifiers ? 'dgi' : 'dg',
  );
};

const word = assignmentPattern(knowsModifiers);

/**
 * 'password=…', '"token":"…"', 'secret: …'. After a colon only what looks like a secret: a digit, or twelve characters
 * without a space.
 */
const assigned: Recognizer = (text) =>
  [...text.matchAll(word)].flatMap((match): readonly SensitiveSpan[] => {
    const span = match.indices?.[1] ?? match.indices?.[2] ?? match.indices?.[3];
    if (span === undefined) return [];
    const [from, to] = span;
    const value = text.slice(from, to);
    if (value === '' || !isSecret(value)) return [];
    const prose = /:\s$/.test(text.slice(0, from)) && match[3] !== undefined;
    return prose && !/\d/.test(value) && value.length < 12 ? [] : [{ from, to, is: 'secret' }];
  });

/** Fast pre-check: a text without any of these contains no secret. Most table cells have none. */
const hint =
  /pass|pwd|secret|token|key|session|signature|credential|authorization|cookie|@|eyJ|-----|gh[pousr]_|github_pat|glpat|xox|AKIA|ASIA|AIza|hvs\.|npm_|dop_v1|[spr]k[-_]|bearer|basic|digest|negotiate/i;

/** Recognizes tokens, keys and passwords, by their form or by the word before them. */
export const secretRecognizer: Recognizer = (text) =>
  text.length > 6 && hint.test(text) ? [...forms, assigned].flatMap((form) => form(text)) : [];
