import { createKeyBlock, maskKeyLines } from './key-block.ts';
import { redactSecretForms } from './mask-text.ts';
import { isSecretField, secretPlaceholder } from './secret-fields.ts';
import { secretWords } from './secret-words.ts';

/** The end of a line whose value may be on the next one. */
const opensValue = /[:=]["']?\s*$/;
/** Characters at the end of a line that can name a secret. */
const longestName = 200;

/** The end of a line whose value is the lines below it that are indented more: `password: |`. */
const opensBlock = /:\s*[|>][-+\d]{0,2}\s*$/;
/** The end of a line whose value is the lines up to a word or to three quotes: `password = <<EOF`. */
const opensLines =
  /[:=]\s*(?:["']?\$\(\s*\S{0,12}cat\s+)?(?:<<[-~]?\s*(["']?)([A-Za-z_]\w{0,63})\1|("""|'''))\s*$/;
/** Lines after which a block has ended: a sentence with such an end must not have an effect forever. */
const mostLines = 64;

const indentOf = (line: string): number => line.search(/\S/);

/** Masks the value of a secret named by the line before: `password:`. */
const withoutValueOf = (before: string, text: string): string => {
  const head = `${redactSecretForms(before)}\n`;
  const both = redactSecretForms(`${before}\n${text}`);
  return both.startsWith(head) ? both.slice(head.length) : text;
};

/** A secret's name in the letters around a line end. */
const secretWord = new RegExp(secretWords, 'gi');
const wordAtEnd = /[\w-]{1,64}$/;
const wordAtStart = /^[\w-]{1,64}(?=["']?\s{0,20}[:=])/;

/** Masks the value of a secret whose name is divided by the line end: `pass`, `word=…`. */
const withoutDivided = (before: string, line: string): string => {
  const rest = wordAtStart.exec(line)?.[0];
  const start = rest === undefined ? undefined : wordAtEnd.exec(before)?.[0];
  if (rest === undefined || start === undefined) return line;
  const isDivided = [...`${start}${rest}`.matchAll(secretWord)].some(
    ({ 0: word, index }) => index < start.length && index + word.length > start.length,
  );
  if (!isDivided) return line;
  const masked = redactSecretForms(`${start}${line}`);
  return masked.startsWith(start) ? masked.slice(start.length) : line;
};

/** Masks the values of divided names in a text of one or more lines that follows a line. */
const withoutDividedNames = (before: string, text: string): string => {
  let last = before;
  return text
    .split('\n')
    .map((line) => {
      const masked = withoutDivided(last, line);
      last = line.slice(-longestName);
      return masked;
    })
    .join('\n');
};

/** Returns whether the text before a sign ends with the name of a secret. */
const endsWithSecretName = (text: string): boolean =>
  isSecretField(/[\w.-]*$/.exec(text.trimEnd().replace(/["']$/, ''))?.[0] ?? '');

/** Returns whether a line is the last one, or follows the last one, of the lines of a value. */
type EndsValue = (line: string) => boolean;

/** The end of the value whose lines follow this one. Undefined: no value of a secret does. */
const openedBy = (line: string): EndsValue | undefined => {
  const lines = opensLines.exec(line);
  if (lines !== null) {
    const [, , word, quotes = ''] = lines;
    if (!endsWithSecretName(line.slice(0, lines.index))) return undefined;
    return word === undefined ? (next) => next.includes(quotes) : (next) => next.trim() === word;
  }
  if (!opensBlock.test(line) || !endsWithSecretName(line.slice(0, line.lastIndexOf(':')))) return undefined;
  const indent = indentOf(line);
  return (next) => /\S/.test(next) && indentOf(next) <= indent;
};

/** Masks the lines of a value whose name marks it as a secret, across the parts of an output. */
const createBlocks = (): ((text: string) => string) => {
  let ends: EndsValue | undefined;
  let left = 0;
  const masked = (line: string): string => {
    if (left > 0 && ends?.(line) === false) {
      left--;
      const depth = indentOf(line);
      return depth < 0 ? line : `${line.slice(0, depth)}${secretPlaceholder}`;
    }
    ends = openedBy(line);
    left = ends === undefined ? 0 : mostLines;
    return line;
  };
  return (text) =>
    left === 0 && !opensBlock.test(text) && !opensLines.test(text) && !text.includes('\n')
      ? text
      : text.split('\n').map(masked).join('\n');
};

/**
 * Creates a masker of one output that arrives in parts of one or more lines. It masks what no part shows alone: private keys,
 * a value on the lines after the name of a secret, and one
 * whose name is divided by a line end. Undefined: nothing of a part remains.
 */
export const createOutputLines = (): ((text: string) => string | undefined) => {
  const key = createKeyBlock();
  const blocks = createBlocks();
  let before = '';
  return (text) => {
    const kept = maskKeyLines(text, key);
    if (kept === undefined) return undefined;
    const whole = withoutDividedNames(before, kept);
    const shown = blocks(opensValue.test(before) ? withoutValueOf(before, whole) : whole);
    before = kept.slice(kept.lastIndexOf('\n') + 1).slice(-longestName);
    return shown;
  };
};
