/** Escapes a text for a regular expression. */
export const literal = (text: string): string => text.replaceAll(/[$()*+.?[\\\]^{|}/-]/g, '\\$&');

/** Characters that no encoding of text changes. */
const isFixed = (character: string): boolean => /^[\w.-]$/.test(character);

const eitherCase = (hex: string): string =>
  hex.replaceAll(/[a-f]/gi, (digit) => `[${digit.toLowerCase()}${digit.toUpperCase()}]`);

const hexOf = (value: number, digits: number): string => eitherCase(value.toString(16).padStart(digits, '0'));

const entityNames: Readonly<Record<string, string>> = {
  '&': 'amp|',
  '<': 'lt|',
  '>': 'gt|',
  '"': 'quot|',
  "'": 'apos|',
};

/** Other spellings of a character: in forms, and of line breaks. */
const otherwise: Readonly<Record<string, string>> = {
  ' ': '\\+|',
  '\n': '\\\\{1,4}n|\\r\\n| |',
  '\r': '\\\\{1,4}r|',
  '\t': '\\\\{1,4}t|',
};

/**
 * A regular expression for a character, or several backslashes, in any usual encoding: JSON (also with escapes for HTML, and
 * nested), HTML, percent encoding (also repeated), backslashes of a shell. At most one alternative matches at a place, so
 * that no text makes it slow.
 */
const encodings = (text: string): string => {
  if (isFixed(text)) return literal(text);
  const character = text.startsWith('\\') ? '\\' : text;
  const times = character === text ? '' : `{${text.length}}`;
  const code = character.codePointAt(0) ?? 0;
  const units = Array.from({ length: character.length }, (_, index) => character.charCodeAt(index));
  const bytes = [...Buffer.from(character, 'utf8')];
  const plain =
    character === '\\' ? `\\\\{${text.length},${8 * text.length}}` : `\\\\{0,7}${literal(character)}`;
  const escaped = [
    units.map((unit) => `\\\\{1,4}u${hexOf(unit, 4)}`).join(''),
    bytes.map((byte) => `\\\\{1,4}x${hexOf(byte, 2)}`).join(''),
    bytes.map((byte) => `%(?:25){0,3}${hexOf(byte, 2)}`).join(''),
    `&(?:amp;){0,2}(?:${entityNames[character] ?? ''}#0*${code}|#[xX]0*${hexOf(code, 1)});`,
  ].map((part) => (times === '' ? part : `(?:${part})${times}`));
  return `(?:${otherwise[character] ?? ''}${escaped.join('|')}|${plain})`;
};

/** Shortest base64 or hex that is masked inside a longer text. */
const shortestInner = 8;

/** Base64 of the secret inside of a longer text: at each of three alignments, the characters that no neighbor changes. */
const innerBase64 = (bytes: Buffer): readonly string[] =>
  [0, 1, 2].map((before) =>
    Buffer.concat([Buffer.alloc(before), bytes])
      .toString('base64')
      .slice(Math.ceil((8 * before) / 6), Math.floor((8 * (before + bytes.length)) / 6)),
  );

const webSafe = (base64: string): string => base64.replaceAll('+', '-').replaceAll('/', '_');

/** The encodings that change every character. */
const binaryForms = (secret: string): readonly string[] => {
  const bytes = Buffer.from(secret, 'utf8');
  const base64 = bytes.toString('base64');
  const hex = bytes.toString('hex');
  const inner = [...innerBase64(bytes), hex, hex.toUpperCase()].filter(
    (form) => form.length >= shortestInner,
  );
  const all = [base64, base64.replace(/=+$/, ''), ...inner];
  return [...new Set([...all, ...all.map(webSafe)])];
};

/** The longest part of a text that all encodings leave as it is. */
const fixedPart = (text: string): string =>
  text.split(/[^\w.-]/).reduce((longest, part) => (part.length > longest.length ? part : longest), '');

/** A way to recognize a secret. */
export interface SecretPattern {
  /** Matches the secret, from one place to the next. */
  readonly pattern: RegExp;
  /** A short part that every text with the secret contains. Absent: there is none. */
  readonly hint?: string;
}

/** Letters of a hint: enough to occur in few other texts. */
const hintLength = 6;
const shortestHint = 3;

const literalPattern = (form: string): SecretPattern => ({
  pattern: new RegExp(literal(form), 'g'),
  hint: form.slice(0, hintLength),
});

/** Longest source of a regular expression that V8 optimizes is 20 KiB; it refuses those of some MB. */
const longestSource = 16_000;

/** The usual encodings of a long secret, such as a file with a key, each as a whole. */
const wholeForms = (text: string): readonly string[] => {
  const json = JSON.stringify(text).slice(1, -1);
  return [
    text,
    json,
    JSON.stringify(json).slice(1, -1),
    json.replaceAll(/[<>&]/g, (part) => `\\u00${part.charCodeAt(0).toString(16)}`),
    json.replaceAll('/', '\\/'),
    encodeURIComponent(text),
    new URLSearchParams({ s: text }).toString().slice(2),
  ];
};

const patternsOf = (text: string): readonly SecretPattern[] => {
  const units = text.length > longestSource ? undefined : (text.match(/\\+|[^\\]/gsu) ?? []);
  const source = units?.map(encodings).join('');
  if (source === undefined || source.length > longestSource)
    return [...new Set(wholeForms(text))].map(literalPattern);
  const fixed = fixedPart(text);
  return [
    {
      pattern: new RegExp(source, 'g'),
      ...(fixed.length < shortestHint ? {} : { hint: fixed.slice(0, hintLength) }),
    },
  ];
};

const oneInvisible = /\p{Default_Ignorable_Code_Point}/u;
/** All invisible characters, and others: a faster check. */
const beyondAscii = /[^\u0000-\u00ac]/;

const hasInvisible = (text: string): boolean => beyondAscii.test(text) && oneInvisible.test(text);

const allInvisible = /\p{Default_Ignorable_Code_Point}/gu;
/** Also line breaks with the indentation of the next line: a program wraps long values. */
const allDividers = /\p{Default_Ignorable_Code_Point}|\\?\r?\n[ \t]*/gu;

const withoutInvisible = (text: string): string => text.replaceAll(allInvisible, '');

/** Returns whether a text has characters that may divide a secret anywhere: invisible ones and line breaks. */
export const hasDividers = (text: string): boolean => text.includes('\n') || hasInvisible(text);

export const withoutDividers = (text: string): string => text.replaceAll(allDividers, '');

/** `withoutDividers`, with the place of each remaining code unit in the text. */
export const undividedPlaces = (text: string): readonly number[] => {
  const places: number[] = [];
  let from = 0;
  for (const { 0: unseen, index } of text.matchAll(allDividers)) {
    for (; from < index; from++) places.push(from);
    from = index + unseen.length;
  }
  for (; from < text.length; from++) places.push(from);
  return places;
};

/** A secret in quotes: a shell ends them for a quote, SQL and CSV double it. */
const inQuotes = (text: string): readonly string[] => [
  ...[`'\\''`, `'"'"'`, `''`].map((quote) => text.replaceAll("'", quote)),
  text.replaceAll('"', '""'),
];

/** The ways to recognize a secret of at least `shortest` characters. */
export const secretPatterns = (secret: string, shortest: number): readonly SecretPattern[] => {
  // A secret from a file may end with a line feed, which a pattern takes for any white space: a blank behind the secret.
  const whole = secret.toWellFormed().trimEnd();
  const texts = [
    whole,
    whole.trimStart(),
    withoutInvisible(whole),
    whole.normalize('NFC'),
    whole.normalize('NFD'),
  ];
  const distinct = [...new Set(texts)].filter((text) => text.trim() !== '' && text.length >= shortest);
  const forms = new Set(
    distinct.flatMap((text) => [text, JSON.stringify(text).slice(1, -1)]).flatMap(binaryForms),
  );
  return [
    ...[...new Set([...distinct, ...distinct.flatMap(inQuotes)])].flatMap(patternsOf),
    ...Array.from(forms, literalPattern),
  ];
};
