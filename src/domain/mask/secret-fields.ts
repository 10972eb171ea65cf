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
  /^(?:true|false|null|none|nil|undefined|missing|expired|invalid|required|wrong|denied|unset|set|bearer|basic|digest|negotiate|yes|no|is|was|has|hidden|…(?:masked.*)?|\*+|\$\{[\w.:-]{1,64}\}|<[\w .-]{1,64}>|\d{1,2})$/i;

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
  // References of a profile alone ('${env:USER}:${env:PASSWORD}') are no secret.
  patternRecognizer(
    /\/\/(?<it>[^\s/?#"'@:]*:[^\s/?#"'@]+)@/dg,
    'secret',
    (value) => isSecret(value) && !/^\$\{[\w.:-]{1,64}\}:\$\{[\w.:-]{1,64}\}$/.test(value),
  ),
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
  // A value in quotes ends at the closing quote, or with the text: it may be cut. In JSON inside of a string, quotes are escaped.
  const value = [
    String.raw`\\{1,3}"([^"]*?)(?:\\{1,3}"|$)`,
    String.raw`"((?:[^"\\]|\\[\s\S]?)*)(?:"|$)`,
    String.raw`'((?:[^'\\]|\\[\s\S]?)*)(?:'|$)`,
    '([[{])',
    String.raw`\$\{[\w.:-]{1,64}\}|<[\w .-]{1,64}>`,
    String.raw`([^\s"'&;,)}\]\\]+)`,
  ].join('|');
  return new RegExp(
    String.raw`(?<![A-Za-z0-9])(?:[\w.]{0,64}(?:[-_.]|${boundary}))?(?:${words})(?:\\{0,3}["'])?(?:\s*=\s*|"?:\s*(?=\\{0,3}["']|[[{])|:\s?[ \t]{0,40})(?:${value})`,
    hasModifiers ? 'dgi' : 'dg',
  );
};

const word = assignmentPattern(knowsModifiers);

/** A string in quotes, a bracket, or a bare word of a list or object. Its groups are the contents of strings and words. */
const inBrackets = /"((?:[^"\\]|\\[\s\S]?)*)(?:"|$)|[[\]{}]|([^\s"[\]{},:]+)/dg;

const isKey = (text: string, end: number): boolean => /^\s{0,20}:/.test(text.slice(end, end + 21));

/** The end of a list or object that begins at `start`, and its values without their keys. */
const valuesIn = (
  text: string,
  start: number,
): { readonly end: number; readonly values: readonly SensitiveSpan[] } => {
  const values: SensitiveSpan[] = [];
  let depth = 0;
  for (const { 0: piece, index, indices } of text.slice(start).matchAll(inBrackets)) {
    if (piece === '[' || piece === '{') depth += 1;
    else if (piece === ']' || piece === '}') depth -= 1;
    if (depth === 0) return { end: start + index, values };
    const [from, to] = indices?.[1] ?? indices?.[2] ?? [0, 0];
    const isValue = from < to && !isKey(text, start + index + piece.length);
    if (isValue && isSecret(text.slice(start + from, start + to)))
      values.push({ from: start + from, to: start + to, is: 'secret' });
  }
  return { end: text.length, values };
};

/**
 * 'password=…', '"token":"…"', 'secret: …'. After a colon only what looks like a secret: a digit, or twelve characters
 * without a space.
 */
const assigned: Recognizer = (text) =>
  [...text.matchAll(word)].flatMap((match): readonly SensitiveSpan[] => {
    const [, escaped, double, single, , bare] = match.indices ?? [];
    const span = escaped ?? double ?? single ?? bare;
    if (span === undefined) return [];
    const [from, to] = span;
    const value = text.slice(from, to);
    if (value === '' || !isSecret(value)) return [];
    const prose = /:\s$/.test(text.slice(Math.max(0, from - 2), from)) && bare !== undefined;
    return prose && !/\d/.test(value) && value.length < 12 ? [] : [{ from, to, is: 'secret' }];
  });

/** '"token":["…"]', 'credentials={a: …}': the values of a list or object that is itself the secret. */
const inStructures: Recognizer = (text) => {
  let end = 0;
  return [...text.matchAll(word)].flatMap((match): readonly SensitiveSpan[] => {
    const bracket = match.indices?.[4];
    if (bracket === undefined || bracket[0] < end) return [];
    const inside = valuesIn(text, bracket[0]);
    end = inside.end;
    return inside.values;
  });
};

const escapedQuote = /\\["']/;
const structureValue = /[=:]\s{0,40}[[{]/;

/**
 * Recognizes secrets that are only found in a text as it is written: with its escaped quotes replaced, neither the end of a
 * quoted value nor the structure of a list is certain.
 */
export const writtenSecrets: Recognizer = (text) => {
  const hasEscapes = escapedQuote.test(text);
  const hasStructures = structureValue.test(text);
  if (!(hasEscapes || hasStructures) || !hint.test(text)) return [];
  const quoted = hasEscapes
    ? assigned(text).filter(({ from, to }) => escapedQuote.test(text.slice(from, to)))
    : [];
  return joined([...quoted, ...(hasStructures ? inStructures(text) : [])]);
};

/** '"name":"DB_PASSWORD","value":"…"', as variables of a container are printed; also as YAML. */
const named =
  /\bname\\{0,3}["']?[:=]\s{0,3}\\{0,3}["']?(?<name>[\w.-]{1,64})\\{0,3}["']?[,;\s]{1,40}\\{0,3}["']?value\\{0,3}["']?[:=]\s{0,3}(?:\\{1,3}"(?<escaped>[^"]*?)(?:\\{1,3}"|$)|"(?<double>(?:[^"\\]|\\[\s\S]?)*)(?:"|$)|'(?<single>[^']*)(?:'|$)|(?<bare>[^\s"',;}\]\\]+))/dgi;

const inPairs: Recognizer = (text) =>
  (/value/i.test(text) ? [...text.matchAll(named)] : []).flatMap(
    ({ groups, indices }): readonly SensitiveSpan[] => {
      const { name = '', escaped, double, single, bare } = groups ?? {};
      const value = escaped ?? double ?? single ?? bare ?? '';
      const at = indices?.groups;
      const span = at?.escaped ?? at?.double ?? at?.single ?? at?.bare;
      if (
        span === undefined ||
        value === '' ||
        !(isSecretName(name) || isSecretField(name)) ||
        !isSecret(value)
      )
        return [];
      return [{ from: span[0], to: span[1], is: 'secret' }];
    },
  );

/** Fast pre-check: a text without any of these contains no secret. Most table cells have none. */
const hint =
  /pass|pwd|secret|token|key|session|signature|credential|authorization|cookie|@|eyJ|-----|gh[pousr]_|github_pat|glpat|xox|AKIA|ASIA|AIza|hvs\.|npm_|dop_v1|[spr]k[-_]|bearer|basic|digest|negotiate/i;

/** Joins spans that overlap: of two secrets that share letters, no part remains. */
const joined = (spans: readonly SensitiveSpan[]): readonly SensitiveSpan[] => {
  const result: SensitiveSpan[] = [];
  for (const span of spans.toSorted((a, b) => a.from - b.from || b.to - a.to)) {
    const last = result.at(-1);
    if (last === undefined || span.from >= last.to) result.push(span);
    else if (span.to > last.to) result[result.length - 1] = { ...last, to: span.to };
  }
  return result;
};

/** Recognizes tokens, keys and passwords, by their form or by the word before them. */
export const secretRecognizer: Recognizer = (text) =>
  text.length > 6 && hint.test(text)
    ? joined([...forms, assigned, inPairs].flatMap((form) => form(text)))
    : [];
