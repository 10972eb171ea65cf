import { isGenerated, isSecretText } from './assignment-value.ts';
import { findAssigned } from './assignments.ts';
import { markedValues } from './marked-values.ts';
import { patternRecognizer, type Recognizer, type SensitiveSpan } from './recognizers.ts';
import type { SecretParts } from './secret-object.ts';
import { markedTokens, secretPaths, tokenPrefixes, tokenShapes } from './token-prefixes.ts';

const hasDigit = (value: string): boolean => /\d/.test(value);

/** A key in text form: PEM (RFC 7468), OpenPGP (RFC 9580, 6.2), SSH (RFC 4716). */
const keyTitle = '(?:[A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?|OpenVPN [\\w -]{0,24}key(?: V\\d)?)';
export const keyBegin: RegExp = new RegExp(`-----? ?BEGIN ${keyTitle} ?-----?`);
export const keyEnd: RegExp = new RegExp(`-----? ?END ${keyTitle} ?-----?`);

const keyBlocks = patternRecognizer(
  new RegExp(`${keyBegin.source}[\\s\\S]*?(?:${keyEnd.source}|$)`, 'dg'),
  'secret',
);

/** Recognizers by form. Sources: RFC 6750 (bearer), RFC 7617 (basic), the vendors' own prefixes. */
const forms: readonly Recognizer[] = [
  // References of a profile alone ('${env:USER}:${env:PASSWORD}') are no secret.
  patternRecognizer(
    /\/\/(?<it>[^\s/?#"'@:]*:[^\s/?#"'@]+(?:@[^\s/?#"'@,;&<>]+){0,3})@/dg,
    'secret',
    // Without a user: redis://:password@host
    (value) =>
      isSecretText(value.replace(/^:/, '')) && !/^\$\{[\w.:-]{1,64}\}:\$\{[\w.:-]{1,64}\}$/.test(value),
  ),
  // A token in place of a user: https://TOKEN@host
  patternRecognizer(/\/\/(?<it>[\w.~%+-]{16,256})@/dg, 'secret', isGenerated),
  patternRecognizer(
    /\b(?:Bearer|Basic|Digest|Negotiate|GenieKey|SSWS)\s+(?<it>[\w.~+/-]{8,}=*)/dgi,
    'secret',
    (value) =>
      // 'basic authentication' is not a credential: that would contain a digit, an inner capital or a symbol.
      /[\d+/=_~]|[a-z][A-Z]/.test(value),
  ),
];

/** A token begins where no letter precedes it: a fast check, since most places are inside of a word. */
const tokens: readonly Recognizer[] = [
  patternRecognizer(
    new RegExp(`(?<![A-Za-z0-9])(?:${tokenPrefixes.join('|')})[\\w~+/=-][\\w.~+/=-]{15,}`, 'dg'),
    'secret',
    hasDigit,
  ),
  patternRecognizer(new RegExp(`(?<![A-Za-z0-9])(?:${tokenShapes.join('|')})`, 'dg'), 'secret'),
];
/**
 * Tokens of RFC 7519 and 7516, of three or five parts. One part alone matches too, so that a text of many beginnings is read once,
 * and is none.
 */
const webTokens = patternRecognizer(
  /(?<![A-Za-z0-9])eyJ[\w-]{6,}(?:\.[\w-]{4,}(?:\.[\w-]*){0,3})?/dg,
  'secret',
  (value) => value.includes('.'),
);
const tokensWithMark = markedTokens.map(
  ([part, shape]) =>
    [part, patternRecognizer(new RegExp(`(?<![A-Za-z0-9])${shape}`, 'dg'), 'secret')] as const,
);
const paths = patternRecognizer(
  new RegExp(`(?:${secretPaths.join('|')})(?<it>[^\\s"'<>\`)]{8,})`, 'dg'),
  'secret',
);

/** Fast pre-checks: most texts contain none of these, and no secret. */
const wordHint =
  /pass|kennwort|wachtwoord|contraseña|senha|hasło|lösenord|пароль|密[码碼]|パスワード|비밀번호|pwd?|secret|token|key|sess|sig|sid|cred|auth|cookie|identified|code|remember|psk|otp|[2m]fa|aspnet|salt|[_-]pat|hmac|saml|verifier|user\.info|login=|honeycomb/i;
const pathHint = /hooks?[./]|\/webhook|googleapis|pagerduty|ifttt|hc-ping|victorops|weixin/;
const formHint = /@|-----?|bearer|basic|digest|negotiate|geniekey|ssws/i;

/** Joins spans that overlap: of two secrets that share letters, no part remains. */
const joined = (spans: readonly SensitiveSpan[]): readonly SensitiveSpan[] => {
  if (spans.length < 2) return spans;
  const result: SensitiveSpan[] = [];
  for (const span of spans.toSorted((a, b) => a.from - b.from || b.to - a.to)) {
    const last = result.at(-1);
    if (last === undefined || span.from >= last.to) result.push(span);
    else if (span.to > last.to) result[result.length - 1] = { ...last, to: span.to };
  }
  return result;
};

/** Shortest text that can hold a name, a sign and a value. */
const shortest = 6;
const shortestToken = 16;

/** Recognizes tokens, keys and passwords, by their form, by their place, or by the name before them. */
export const secretRecognizer: Recognizer = (text) => {
  if (text.length < shortest) return [];
  const spans: SensitiveSpan[] = [];
  if (wordHint.test(text)) spans.push(...findAssigned(text).values);
  spans.push(...markedValues(text));
  if (formHint.test(text)) for (const find of [keyBlocks, ...forms]) spans.push(...find(text));
  if (text.length >= shortestToken) for (const find of tokens) spans.push(...find(text));
  if (text.includes('eyJ')) spans.push(...webTokens(text));
  for (const [part, find] of tokensWithMark) if (text.includes(part)) spans.push(...find(text));
  if (pathHint.test(text)) spans.push(...paths(text));
  return joined(spans);
};

/** A string in quotes, a bracket, or a bare word of a list or object. Its groups are the contents of strings and words. */
const inBrackets =
  /"((?:[^"\\]|\\[\s\S]?)*)(?:"|$)|'((?:[^'\\]|\\[\s\S]?)*)(?:'|$)|[[\]{}]|([^\s"'[\]{},:]+)/dg;

const isKey = (text: string, end: number): boolean => /^\s{0,20}(?:=>|[:=])/.test(text.slice(end, end + 23));

/** Keys of numbers that describe a secret. */
const aboutSecret = /(?:seconds|ttl|expiry|expires(?:_?(?:in|at))?|count|version|length|age)$/i;

/** The end of a list or object that begins at `start`, and its values without their keys. */
const valuesIn = (
  text: string,
  start: number,
): { readonly end: number; readonly values: readonly SensitiveSpan[] } => {
  const values: SensitiveSpan[] = [];
  let depth = 0;
  let key = '';
  inBrackets.lastIndex = start;
  for (let match = inBrackets.exec(text); match !== null; match = inBrackets.exec(text)) {
    const { 0: piece, index, indices } = match;
    if (piece === '[' || piece === '{') depth += 1;
    else if (piece === ']' || piece === '}') depth -= 1;
    if (depth === 0) return { end: index, values };
    const [from, to] = indices?.[1] ?? indices?.[2] ?? indices?.[3] ?? [0, 0];
    if (from === to) continue;
    const value = text.slice(from, to);
    if (isKey(text, index + piece.length)) key = value;
    else if (isSecretText(value) && !(aboutSecret.test(key) && /^\d+$/.test(value)))
      values.push({ from, to, is: 'secret' });
  }
  return { end: text.length, values };
};

/** '"token":["…"]', 'credentials={a: …}': the values of a list or object that is itself the secret. */
const inLists = (text: string, lists: SecretParts['lists']): readonly SensitiveSpan[] => {
  let end = 0;
  return lists.flatMap(({ from }) => {
    if (from < end) return [];
    const inside = valuesIn(text, from);
    end = inside.end;
    return inside.values;
  });
};

const escapedQuote = /\\["']/;
const writtenHint = /\\["']|[=:>]\s{0,40}[[{]/;

/**
 * Recognizes secrets that are only found in a text as it is written: with its escaped quotes replaced, neither the end of a
 * quoted value nor the structure of a list is certain.
 */
export const writtenSecrets: Recognizer = (text) => {
  if (!writtenHint.test(text) || !wordHint.test(text)) return [];
  const { values, lists } = findAssigned(text);
  const quoted = values.filter(({ from, to }) => escapedQuote.test(text.slice(from, to)));
  return joined([...quoted, ...inLists(text, lists)]);
};
