import { type AssignedValue, linesValueAt, matchAt } from './lines-value.ts';
import { harmlessValue } from './secret-words.ts';

/** Returns whether the value of a secret's name is the secret, and not a word like 'none', a mask or a reference. */
export const isSecretText = (value: string): boolean => !harmlessValue.test(value.trim());

/** Returns whether a text looks like one that a program generated: long, of letters and digits. */
export const isGenerated = (value: string): boolean =>
  (value.length >= 16 && /\d/.test(value) && /[A-Za-z]/.test(value) && !/^[\d.]+[a-z]*$/.test(value)) ||
  isEncodedLogin(value);

/** Returns whether a text looks like random letters of both cases and digits: no name of an object, no version, no UUID. */
export const looksRandom = (value: string): boolean =>
  value.length >= 16 &&
  /^[\w+/=~.-]+$/.test(value) &&
  /\d/.test(value) &&
  /[a-z]/.test(value) &&
  /[A-Z]/.test(value) &&
  !/\d{4}-\d\d-\d\dT/.test(value);

/** Returns whether a text is one random word, or a UUID: no name of parts. */
export const isRandomWord = (value: string): boolean =>
  /^[0-9a-f-]{32,}$/i.test(value) ||
  (/^[A-Za-z0-9+/]{16,}={0,2}$/.test(value) && /\d/.test(value) && /[A-Za-z]/.test(value));

/** Returns whether a text is a user and a password in base64, as `auth` of Docker has them. */
const isEncodedLogin = (value: string): boolean => {
  if (value.length < 8 || value.length % 4 !== 0 || !/^[A-Za-z0-9+/]+={0,2}$/.test(value)) return false;
  return /^[\x21-\x7e]+:[\x21-\x7e]+$/.test(atob(value));
};

/** A quote as text, JSON in JSON, HTML, URLs and nginx write it. */
export const quoteSign = String.raw`\\{0,7}["'\x60]|&quot;|&#3[49];|&#x2[27];|%(?:25){0,3}2[27]|\\x2[27]`;
/** Letters before a quote in SQL and Python: N'…', b'…'. */
const opening = new RegExp(`(?:(?:[NEebrRfu]{1,2}|<<)(?=["']))?(?:${quoteSign})`, 'y');

/** Part of a value without quotes. */
const bareText = /[^\s"'&;,)}\]\\<>`]+/y;
/** The value goes on after one of these, unless a name or the end of a bracket follows. */
const continuation =
  /(?:[&;,)}\]](?=[^\s"'&;,)}\]])|\\[ ](?=[^\s"'])|\\(?=[^\s"'\\`nrtu]))(?!\s?["']?[A-Za-z_][\w.-]{0,64}["']?\s?[=:])/y;
const encodedEnd = /%(?:25){0,3}(?:2[267cC]|7[dD]|0[aAdD])/;
const reference = /\$\{[\w.:-]{1,64}\}|\{\{[^{}\n]{0,64}\}\}|\$\([^()\n]{1,80}\)|<[\w .-]{1,64}>/y;

/** The end of a quoted value: its closing quote, or the end of the text, which may be cut. */
const quotedEnd = (text: string, from: number, sign: string): number => {
  if (sign.length > 1) {
    let end = text.indexOf(sign, from);
    // More backslashes: a quote inside of the value.
    while (end > from && sign.startsWith('\\') && text[end - 1] === '\\')
      end = text.indexOf(sign, end + sign.length);
    return end < 0 ? text.length : end;
  }
  for (let index = from; index < text.length; index++) {
    if (text[index] === '\\') index++;
    // SQL doubles a quote.
    else if (text[index] === sign) {
      if (sign !== "'" || text[index + 1] !== sign) return index;
      index++;
    }
  }
  return text.length;
};

const bareEnd = (text: string, from: number): number => {
  let index = from;
  for (let nth = 0; nth < 64; nth++) {
    const piece = matchAt(bareText, text, index);
    if (piece === undefined) break;
    index += piece.length;
    const joint = matchAt(continuation, text, index);
    if (joint === undefined) break;
    index += joint.length;
  }
  const encoded = text.slice(from, index).search(encodedEnd);
  return encoded < 0 ? index : from + encoded;
};

/** An anchor or a tag of YAML before a value. */
const property = /(?:(?:&[\w-]{1,64}|!{1,2}[\w:/.-]{0,64})[ \t]{1,20}){1,2}(?=[^\s&!])/y;

/** The scheme of a hashed password (RFC 2307, 5.3): `{SSHA}…`. */
const hashScheme =
  /\{(?:S?SHA\d{0,3}|S?MD5|CRYPT|PBKDF2[\w-]{0,16}|ARGON2\w{0,2}|BCRYPT|noop|bcrypt)\}(?=[^\s,}])/y;

/** Returns the value that begins at a position; undefined if there is none, or a reference to one. */
export const assignedValueAt = (text: string, index: number): AssignedValue | undefined => {
  const lines = linesValueAt(text, index);
  if (lines !== undefined) return lines;
  if (matchAt(reference, text, index) !== undefined) return undefined;
  const named = matchAt(property, text, index);
  if (named !== undefined) {
    const value = assignedValueAt(text, index + named.length);
    // A secret may begin like an anchor or a tag.
    return value?.is === 'bare' ? { ...value, from: index, is: 'block' } : value;
  }
  const sign = matchAt(opening, text, index);
  if (sign !== undefined) {
    const from = index + sign.length;
    const close = sign.replace(/^(?:[A-Za-z]+|<<)(?=["'])/, '');
    return { from, to: quotedEnd(text, from, close), is: 'quoted' };
  }
  const isHash = matchAt(hashScheme, text, index) !== undefined;
  if (!isHash && (text[index] === '[' || text[index] === '{')) return { from: index, to: index, is: 'list' };
  const to = bareEnd(text, index);
  return to > index ? { from: index, to, is: 'bare' } : undefined;
};
