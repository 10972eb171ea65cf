import { mostDangerous } from '../runs/policy/danger.ts';
import { type CommandClass, knownClass, own, unknownClass } from './command-class.ts';
import { hasKnownVerb, isOption, isPreview, operands } from './command-words.ts';
import type { ProgramRule } from './danger-rules.ts';
import { programRules } from './danger-table.ts';
import { isExpansion, parseOptions } from './options.ts';
import { findTests, readingOptions } from './reading-options.ts';

export const byRule = (rule: ProgramRule, words: readonly string[]): CommandClass => {
  const {
    verbs,
    other = 'destructive',
    alone = other,
    raise = {},
    harmless = [],
    preview = [],
    valued = [],
  } = rule;
  if (words.length === 1 && harmless.includes(words[0] ?? '')) return knownClass('read');
  const [first, second, third] = operands(words, valued);
  const listed =
    verbs === undefined || first === undefined
      ? undefined
      : (own(verbs, `${first} ${second} ${third}`) ??
        own(verbs, `${first} ${second}`) ??
        (second === undefined ? undefined : own(verbs, `${first} *`)) ??
        own(verbs, first));
  const base = first === undefined ? alone : (listed ?? other);
  const raised = Object.entries(raise).flatMap(([option, danger]) =>
    words.some((word) => isOption(word, option)) ? [danger] : [],
  );
  if (verbs !== undefined && first !== undefined && !hasKnownVerb(words, first, valued)) return unknownClass;
  if (listed !== undefined && raised.length === 0 && isPreview(words, preview)) return knownClass('read');
  const isKnown =
    verbs === undefined || listed !== undefined || (first === undefined && rule.alone !== undefined);
  return { danger: mostDangerous([base, ...raised]), isKnown };
};

/** Programs that read with some options only: an option that is not listed makes them unknown. */
export const byReadingOptions = (name: string, words: readonly string[]): CommandClass | undefined => {
  if (name === 'find')
    return words.every((word) => !isExpansion(word) && (!word.startsWith('-') || findTests.test(word)))
      ? knownClass('read')
      : knownClass('destructive');
  const spec = own(readingOptions, name);
  if (spec === undefined) return undefined;
  const parsed = parseOptions(words, spec);
  if (parsed === undefined || words.some(isExpansion)) return orRaised(name, words);
  const { operands: given } = parsed;
  if (name === 'hostname' && given.length > 0) return knownClass('disruptive');
  if (name === 'date' && given.some((word) => !word.startsWith('+'))) return knownClass('destructive');
  if (name === 'uniq' && given.length > 1) return knownClass('disruptive');
  if (name === 'less' && given.some((word) => word.startsWith('+'))) return unknownClass;
  return knownClass('read');
};

/** Options that write or delete in a known way keep their class in the table; others are unknown. */
const orRaised = (name: string, words: readonly string[]): CommandClass => {
  const { raise = {} } = own(programRules, name) ?? {};
  const raised = Object.entries(raise).flatMap(([option, danger]) =>
    words.some((word) => isOption(word, option)) ? [danger] : [],
  );
  return raised.includes('destructive') ? knownClass('destructive') : unknownClass;
};
