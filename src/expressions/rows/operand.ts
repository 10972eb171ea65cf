import type { FactKind } from '../../domain/facts/facts.ts';
import { type Level, levelRank } from '../../domain/facts/level.ts';
import { closestWord, closestWordHint } from '../../domain/text/closest-word.ts';
import { sentenceCase } from '../../domain/text/sentence-case.ts';
import type { Field } from '../../kinds/define/fields.ts';
import { fieldOf } from '../../kinds/registry/registry.ts';
import type { Operand } from './ast.ts';
import type { ExpressionToken, TokenCursor } from './tokens.ts';

const levels = Object.keys(levelRank);
export const isLevel = (text: string): text is Level => Object.hasOwn(levelRank, text);

const isNumeric = (text: string): boolean => text !== '' && Number.isFinite(Number(text));

const levelHint = (text: string): string => {
  const meant = closestWord(text, levels);
  return `"${text}" is not a level. ${meant === undefined ? `Valid: ${levels.join(', ')}` : `Did you mean ${meant}?`}`;
};

/** The hint for a word that a field never has, because a comparison with it has the same result for every row. */
/** The number that a text such as 5k, 1,000 or 30% means; else an example. */
const numberHint = (text: string): string => {
  const [, digits = '', unit = ''] = /^(\d+(?:\.\d+)?)(k|%)?$/i.exec(text) ?? [];
  return digits === ''
    ? 'write a number, such as 5'
    : `write ${unit.toLowerCase() === 'k' ? Number(digits) * 1000 : digits}`;
};

const foreignWordHint = <F>({ words, anyCase, instead }: Field<F>, text: string): string | undefined => {
  const word = text.toLowerCase();
  if (instead !== undefined && Object.hasOwn(instead, word)) return `write ${instead[word]}`;
  if (words === undefined) return undefined;
  const sameCase = (word: string): string => (anyCase === true ? word.toLowerCase() : word);
  return words.some((word) => sameCase(word) === sameCase(text)) ? undefined : closestWordHint(text, words);
};

const takeValue = (tokenCursor: TokenCursor, after: string): ExpressionToken => {
  const { token } = tokenCursor;
  if (token.is === 'sign' || token.is === 'end' || token.is === 'pattern')
    tokenCursor.fail(`${after} needs a value. Write a number, a word or text in double quotes`);
  return tokenCursor.next();
};

/**
 * Parses the right side of a field comparison: a literal, another field of the same row, or a parameter. Throws
 * ExpressionError.
 */
export const takeOperand = <F>(
  tokenCursor: TokenCursor,
  kind: FactKind,
  name: string,
  field: Field<F>,
  fieldsAllowed = true,
): Operand => {
  const token = takeValue(tokenCursor, name);
  if (token.is === 'param') return { is: 'param', name: token.text };
  if (token.is === 'before') return { is: 'before' };
  const { text } = token;
  const isOwnWord = field.words?.includes(text) === true;
  const other =
    token.is === 'word' && fieldsAllowed && !isOwnWord && field.type !== 'level'
      ? fieldOf(kind, text)
      : undefined;
  if (other !== undefined) return { is: 'field', name: text };
  if (field.type === 'level' && !isLevel(text)) tokenCursor.fail(levelHint(text), token);
  if (field.type === 'number' && !isNumeric(text))
    tokenCursor.fail(`${name} is a number, and "${text}" is not. ${sentenceCase(numberHint(text))}`, token);
  const hint = foreignWordHint(field, text);
  if (hint !== undefined) tokenCursor.fail(`${name} is never "${text}". ${sentenceCase(hint)}`, token);
  return { is: 'literal', text };
};

/** Parses the right side of a signal comparison: a number or a level. Throws ExpressionError. */
export const takeSignalOperand = (tokenCursor: TokenCursor, id: string): Operand => {
  const token = takeValue(tokenCursor, id);
  if (token.is === 'param') return { is: 'param', name: token.text };
  if (token.is === 'before') return { is: 'before' };
  if (!isNumeric(token.text) && !isLevel(token.text))
    tokenCursor.fail(
      `a signal can only be compared with a number or a level. ${sentenceCase(levelHint(token.text))}`,
      token,
    );
  return { is: 'literal', text: token.text };
};

/** Parses the right side of a count: a number. Throws ExpressionError. */
export const takeCountOperand = (tokenCursor: TokenCursor): Operand => {
  const token = takeValue(tokenCursor, 'count');
  if (token.is === 'param') return { is: 'param', name: token.text };
  if (token.is === 'before') return { is: 'before' };
  if (token.is !== 'number')
    tokenCursor.fail(
      `count can only be compared with a number, not "${token.text}". Write count(…) > 0`,
      token,
    );
  return { is: 'literal', text: token.text };
};
