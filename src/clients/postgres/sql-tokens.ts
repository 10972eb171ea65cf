/**
 * A token of a PostgreSQL statement. `word`: a keyword or an identifier, in lower case unless quoted; `literal`: a
 * constant, with empty `text`; `sign`: one character of an operator or of punctuation.
 */
export interface SqlToken {
  readonly is: 'word' | 'quoted' | 'literal' | 'sign';
  readonly text: string;
}

/** The reason why a text cannot be tokenized unambiguously. */
interface UntokenizableSql {
  readonly why: string;
}

const blank = /[ \t\n\r\f\v]/;
const wordStart = /[A-Za-z_\u0080-\uffff]/;
const word = /[A-Za-z_\u0080-\uffff][A-Za-z0-9_$\u0080-\uffff]*/y;
const number = /[0-9][0-9.]*|\.[0-9]+|\$[0-9]+/y;
const dollarTag = /\$(?:[A-Za-z_\u0080-\uffff][A-Za-z0-9_\u0080-\uffff]*)?\$/y;

const matchAt = (pattern: RegExp, text: string, index: number): string | undefined => {
  pattern.lastIndex = index;
  return pattern.exec(text)?.[0];
};

/** The index after a block comment, which may be nested; undefined if it is unterminated. */
const afterBlock = (text: string, from: number): number | undefined => {
  let depth = 0;
  for (let index = from; index < text.length - 1; index += 1) {
    const mark = text.slice(index, index + 2);
    if (mark !== '/*' && mark !== '*/') continue;
    depth += mark === '/*' ? 1 : -1;
    index += 1;
    if (depth === 0) return index + 1;
  }
  return undefined;
};

/** The index of the first character outside whitespace and comments; undefined in an unterminated comment. */
const afterBlanks = (text: string, from: number): number | undefined => {
  let index = from;
  for (;;) {
    if (blank.test(text[index] ?? '')) index += 1;
    else if (text.startsWith('--', index)) {
      while (index < text.length && text[index] !== '\n' && text[index] !== '\r') index += 1;
    } else if (text.startsWith('/*', index)) {
      const end = afterBlock(text, index);
      if (end === undefined) return undefined;
      index = end;
    } else return index;
  }
};

/** The index after a quoted text. `escapes`: a backslash escapes the next character. */
const afterQuoted = (text: string, from: number, quote: string, escapes: boolean): number | undefined => {
  for (let index = from + 1; index < text.length; index += 1) {
    if (escapes && text[index] === '\\') index += 1;
    else if (text[index] === quote) {
      if (text[index + 1] !== quote) return index + 1;
      index += 1;
    }
  }
  return undefined;
};

/**
 * True if, with `standard_conforming_strings` off, a backslash would escape a quote and the literal would end
 * elsewhere.
 */
const isAmbiguous = (literal: string): boolean => /(?<!\\)(?:\\\\)*\\'/.test(literal);

const unclosed: UntokenizableSql = {
  why: 'the query has an unterminated quote or comment. Close the quote or comment',
};

interface Step {
  readonly token: SqlToken;
  readonly end: number;
}

const literalAt = (text: string, index: number, escapes: boolean): Step | UntokenizableSql => {
  const end = afterQuoted(text, index, "'", escapes);
  if (end === undefined) return unclosed;
  if (!escapes && isAmbiguous(text.slice(index, end)))
    return {
      why: "the meaning of a backslash before a quote depends on server settings. Write E'…'",
    };
  // A literal may continue on the next line, with its escapes.
  if (escapes && text[afterBlanks(text, end) ?? end] === "'")
    return { why: "an E'…' literal is continued: write one literal" };
  return { token: { is: 'literal', text: '' }, end };
};

const wordAt = (text: string, index: number): Step | UntokenizableSql => {
  const matched = matchAt(word, text, index) ?? '';
  const end = index + matched.length;
  const prefix = matched.toLowerCase();
  if (text[end] === "'" && ['e', 'b', 'x', 'n'].includes(prefix)) return literalAt(text, end, prefix === 'e');
  if (prefix === 'u' && text[end] === '&' && /["']/.test(text[end + 1] ?? ''))
    return { why: 'U& escapes can spell any name' };
  return { token: { is: 'word', text: prefix }, end };
};

const tokenAt = (text: string, index: number): Step | UntokenizableSql => {
  const first = text[index] ?? '';
  if (wordStart.test(first)) return wordAt(text, index);
  if (first === "'") return literalAt(text, index, false);
  if (first === '"') {
    const end = afterQuoted(text, index, '"', false);
    if (end === undefined) return unclosed;
    return { token: { is: 'quoted', text: text.slice(index + 1, end - 1).replaceAll('""', '"') }, end };
  }
  const tag = matchAt(dollarTag, text, index);
  if (tag !== undefined) {
    const end = text.indexOf(tag, index + tag.length);
    return end < 0 ? unclosed : { token: { is: 'literal', text: '' }, end: end + tag.length };
  }
  const digits = matchAt(number, text, index);
  if (digits !== undefined) return { token: { is: 'literal', text: '' }, end: index + digits.length };
  return { token: { is: 'sign', text: first }, end: index + 1 };
};

/**
 * Tokenizes a statement as the server's lexer does, without whitespace and comments. Refuses ambiguous text. Source:
 * PostgreSQL docs, Lexical Structure; src/backend/parser/scan.l.
 */
export const tokenizeSql = (text: string): readonly SqlToken[] | UntokenizableSql => {
  const tokens: SqlToken[] = [];
  let index: number | undefined = 0;
  for (;;) {
    index = afterBlanks(text, index);
    if (index === undefined) return unclosed;
    if (index >= text.length) return tokens;
    const step: Step | UntokenizableSql = tokenAt(text, index);
    if ('why' in step) return step;
    tokens.push(step.token);
    index = step.end;
  }
};
