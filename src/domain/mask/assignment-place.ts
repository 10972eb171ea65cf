import { looksRandom } from './assignment-value.ts';
import type { AssignedValue } from './lines-value.ts';

const blank = String.raw`[ \t\u00a0\u3000]`;

/** The type of a text between a name and its value, as Rust, TypeScript, Kotlin and Python declare one. */
const typeName = String.raw`(?:&(?:'static )?)?(?:(?:Optional|Final|Option)[[<])?(?:str|string|bytes|secret(?:str(?:ing)?)?|any)[\]>]?(?:\?|[ ]?\|[ ]?(?:null|undefined|none))?`;

/** Signs between a name and its value, as configurations, languages, tables, lists and sentences write them. */
export const assignmentSign: string = [
  String.raw`${blank}{0,4}:${blank}{0,4}(?:${typeName})${blank}{0,4}=${blank}{0,4}(?=[NEebrRfu]{0,2}["'\x60])`,
  String.raw`${blank}{1,4}(?:\*?string|\[\]byte)${blank}{0,4}:?=${blank}{0,4}(?=["'\x60])`,
  String.raw`${blank}{0,4}\.{5,80}:?${blank}{1,4}`,
  String.raw`${blank}{0,40}(?:=>|:=|\\{0,3}(?:\|\||\?\?|[?+!])?={1,3}|~>|->|<{1,2}=|<-|\u2192|\\{0,3}::?|%(?:25){0,3}3[AaDd]|&#(?:6[12]|58|x3[ade]);|[|\u2502](?=${blank}))`,
  String.raw`[ \t](?:for[ \t](?:user[ \t])?[\w.@-]{1,64}[ \t])?(?:is|was):?(?=[ \t])`,
  String.raw`[ \t]for[ \t][\w.@'-]{1,64}:(?=[ \t])`,
  String.raw`[ \t]{1,40}`,
  String.raw`[,;][ ]?(?=(?:<<)?["']|[^\s"',;]{16})`,
].join('|');

/** A name with a secret word at its end, and the place of its value. */
export interface Place {
  readonly text: string;
  /** The word with its ending. */
  readonly word: string;
  readonly start: number;
  /** The end of the name, before its closing quote. */
  readonly nameEnd: number;
  readonly closing: string;
  readonly sign: string;
  /** The end of the sign, before blanks. */
  readonly signEnd: number;
  readonly valueStart: number;
}

/** Blanks before a value. A value on the next line is one in quotes or brackets, or the next word. */
const beforeValue = new RegExp(
  `(?:${blank}|%(?:25){0,3}20){0,200}(?:(?:\\r?\\n){1,3}[ \\t]{1,200}|\\r?\\n)?(?:(?:Some|Just|Optional|String|Secret\\w{0,16})\\((?=["'])|string\\(\\d{1,6}\\)[ ](?="))?`,
  'y',
);

/** The name, the sign after it, and the start of the value of a match: of a name, its closing quote, and a sign. */
export const placeOf = (text: string, match: RegExpExecArray): Place => {
  const { 0: whole, 4: closing = '', 5: sign = '', index } = match;
  const end = index + whole.length;
  beforeValue.lastIndex = end;
  const blanks = sign.trim() === '' ? 0 : (beforeValue.exec(text)?.[0].length ?? 0);
  const nameEnd = end - sign.length - closing.length;
  const word = text.slice(index, nameEnd);
  return { text, word, start: index, nameEnd, closing, sign, signEnd: end, valueStart: end + blanks };
};

const longestName = 64;
const inName = /[\w.-]/;

/** The start of the name that ends at a position. */
const nameStart = (text: string, end: number): number => {
  let start = end;
  while (start > 0 && end - start < longestName && inName.test(text[start - 1] ?? '')) start--;
  return start;
};

/** Names in front of a value in the files of programs: `requirepass x`. */
const directive =
  /(?:^|\n)[ \t]*(?:[\w./-]{1,128}:[ \t]+)?(?:requirepass|(?:master|primary)auth|password|passwd|secret|bind[-_]?password|bindpw|rootpw|wpa_passphrase|pre-shared-key)$/i;
/** The rest of its line: one value, up to the end of the line, its semicolon, or a comment. */
const wholeDirective = /^(?:"[^"\n]+"|'[^'\n]+'|[^\s"']\S*?);?[ \t]*(?:#[^\n]{0,200})?(?:\n|$)/;
/** A login and its password on one line: .netrc. */
const netrc = /\b(?:login|account|user(?:name)?)[ \t]+\S{1,64}[ \t]+(?:password|passwd)$/i;
/** Commands that set what is named next: a variable of a shell or an image, a key of a program's configuration, a header of a proxy. */
const setter =
  /(?:^|[\s;&|"'(])(?:setenv|set[ \t]+-[gUx]{1,3}|setx|ENV|(?:configure|config|CONFIG)[ \t]+(?:set|SET)|(?:proxy_set|grpc_set|add)_header|(?:fastcgi|uwsgi)_param|(?:set|add)-header|RequestHeader[ \t]+(?:set|add|append|merge))[ \t]+[\w.:/-]{1,128}$/;
/** SQL: PASSWORD 'x', IDENTIFIED BY PASSWORD 'x'. No other name is followed by a quote: `secret "x" not found`. */
const sqlWord = /^(?:passw(?:or)?d|passphrase|passwort|kennwort|pwd)/i;

/** Returns whether the name is an option of a program: `--db-password x`, `"--token", "x"`. */
const isOption = ({ text, start }: Place): boolean => {
  const from = nameStart(text, start);
  return text[from] === '-' && /[\s"'`[(,=]/.test(text[from - 1] ?? ' ');
};

/** Returns whether no sign is between the name and its value, only blanks or a comma. */
export const isWithoutSign = ({ sign }: Place): boolean => /^[ \t]+$|^[,;]/.test(sign);

/** Returns whether the place alone does not tell: a list of words, a sentence. The value must then look like a secret. */
export const needsGenerated = (place: Place): boolean => {
  const { text, sign, start } = place;
  if (/[ \t](?:is|was)$/.test(sign)) return true;
  if (!/^[,;]/.test(sign) || isOption(place)) return false;
  if (sign === ',' && text[nameStart(text, start) - 1] === '{') return false;
  return !(sign.startsWith(',') && text[nameStart(text, start) - 2] === '(');
};

/** Returns whether a value is the status of a response to a request whose path ends with the name: `PATCH /secrets/db-secret → 200 OK`. */
export const isResponseStatus = ({ text, start, sign }: Place, value: string): boolean =>
  /^\s*(?:→|->|=>)$/.test(sign) && /^[1-5]\d\d$/.test(value) && text[nameStart(text, start) - 1] === '/';

/** Returns whether a value may follow the name after a blank. */
export const mayFollow = (place: Place): boolean => {
  const { text, sign, closing, word, nameEnd, valueStart } = place;
  const next = text[valueStart] ?? '';
  if (/^[,;]/.test(sign)) return true;
  if (closing !== '') return false;
  if (isOption(place)) return next !== '-' && !/^[|&;]/.test(next);
  const head = text.slice(Math.max(0, nameEnd - 3 * longestName), nameEnd);
  if (netrc.test(head) || setter.test(head)) return true;
  const following = text.slice(valueStart, valueStart + 200);
  if (directive.test(head) && wholeDirective.test(following)) return true;
  const quoted = /^[NE]?(?:'([^']*)|"([^"]*))/.exec(following);
  const bare = /^\S*/.exec(following)?.[0] ?? '';
  if (quoted === null) return looksRandom(bare) || /^(?=[0-9]{0,64}[a-f])[0-9a-f]{32,64}$/.test(bare);
  return sqlWord.test(word) || looksRandom(quoted[1] ?? quoted[2] ?? '');
};

/** Returns whether a name begins its line: after blanks, a dash of a list, or the edge of a table. */
const beginsLine = ({ text, start, nameEnd }: Place): boolean => {
  const from = nameStart(text, start);
  const before = text.slice(Math.max(0, from - 40), from);
  const onLine = before.slice(before.lastIndexOf('\n') + 1);
  return nameEnd - from < longestName && /^\s*(?:[-|│]\s+)?(?:export\s+)?["']?$/.test(onLine);
};

/** Returns whether the name begins its line and the value ends it, or its cell: `password: quince`. */
export const isWholeLine = (place: Place, { to }: Pick<AssignedValue, 'to'>): boolean =>
  beginsLine(place) && /^[ \t]*(?:[|│][ \t]*)?(?:\r?\n|$)/.test(place.text.slice(to, to + 40));

/** The end of the value of a line `name = a b c`: that of the line, as in files of properties. */
export const lineEndOf = (place: Place, value: AssignedValue): number => {
  const { text, sign, valueStart, closing } = place;
  const isProperty = /^[ \t]+=$/.test(sign) && /[ \t]/.test(text[valueStart - 1] ?? '') && closing === '';
  if (value.is !== 'bare' || !isProperty || !beginsLine(place)) return value.to;
  const end = text.indexOf('\n', value.to);
  return value.to + text.slice(value.to, end < 0 ? text.length : end).trimEnd().length;
};
