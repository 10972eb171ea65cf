import { beginningOfMatches } from '../../../domain/regex/first-characters.ts';
import type { ParamSpec, ParamValue } from '../../../domain/runbooks/runbook.ts';

/** The known properties of the texts that a value may be. */
export interface ValueTexts {
  /** False: none of them begins with this character. */
  mayBegin(character: string): boolean;
  readonly mayBeEmpty: boolean;
  /** The value as the profile writes it. Absent: it is that of a parameter. */
  readonly written?: string;
  /** True: it is from the environment of the operator, who may name configurations of programs. */
  readonly isOwn?: boolean;
  /** All of them, where the author or a run has written them. */
  readonly known?: readonly string[];
}

/** The texts of a value about which nothing is known. */
export const anyText: ValueTexts = { mayBegin: () => true, mayBeEmpty: true };

const oneOf = (texts: readonly string[]): ValueTexts => ({
  mayBegin: (character) => texts.some((text) => text.startsWith(character)),
  mayBeEmpty: texts.includes(''),
  known: texts,
});

const number = (canBeNegative: boolean): ValueTexts => ({
  mayBegin: (character) => /\d/.test(character) || (canBeNegative && character === '-'),
  mayBeEmpty: false,
});

/** The texts of a value that is known. */
export const textsOfValue = (value: ParamValue): ValueTexts => oneOf([String(value)]);

/** The texts that a parameter accepts, by its type, choices and pattern. */
export const textsOfSpec = ({ type, min, of, pattern }: ParamSpec): ValueTexts => {
  if (type === 'int') return number(min === undefined || min < 0);
  if (type === 'duration') return number(false);
  if (type === 'boolean') return oneOf(['true', 'false']);
  // Choices from facts are names that others gave.
  if (of !== undefined) return oneOf(of);
  if (pattern === undefined) return anyText;
  return {
    mayBegin: (character) => beginningOfMatches(pattern, character).mayBegin,
    mayBeEmpty: beginningOfMatches(pattern, '-').mayBeEmpty,
  };
};
