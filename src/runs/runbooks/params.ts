import type { Snapshot } from '../../domain/facts/snapshot.ts';
import { matchesOr } from '../../domain/regex/matcher.ts';
import { compilePattern } from '../../domain/regex/pattern.ts';
import type { ParamSpec, ParamValue, ParamValues, Runbook } from '../../domain/runbooks/runbook.ts';
import { closestWordHint } from '../../domain/text/closest-word.ts';
import { invisibleCharacter } from '../../domain/text/controls.ts';
import { parseDuration } from '../../domain/text/duration.ts';
import { patternWords } from '../../domain/text/pattern-words.ts';
import { sentenceCase } from '../../domain/text/sentence-case.ts';
import { choicesOf, type ParamChoices, selectionBounds } from '../../expressions/choices.ts';
import { learnSecretParams } from './secret-params.ts';

/** A text parsed to the parameter's type, or why it is invalid. Choices are checked elsewhere. */
type Parsed = { readonly value: ParamValue } | { readonly what: string };

/** '"2x" is not a duration', 'the value of the parameter is empty' */
const refusedText = (text: string, why: string): string =>
  text === '' ? 'the value of the parameter is empty' : `"${text}" ${why}`;

/** 'a whole number from 1 to 50' */
const wholeNumber = ({ min, max }: ParamSpec): string => {
  const lowest = min === undefined ? '' : ` from ${min}`;
  const highest = max === undefined ? '' : `${min === undefined ? ' up' : ''} to ${max}`;
  return `a whole number${lowest}${highest}`;
};

const intOf = (text: string, spec: ParamSpec): Parsed => {
  const { min, max } = spec;
  const value = Number(text);
  if (!/^[+-]?\d+$/.test(text) || !Number.isSafeInteger(value))
    return {
      what:
        text === ''
          ? `the value is empty. Write ${wholeNumber(spec)}`
          : `"${text}" is not ${wholeNumber(spec)}`,
    };
  if (min !== undefined && value < min)
    return { what: `${value} is less than the minimum ${min}. Write ${wholeNumber(spec)}` };
  if (max !== undefined && value > max)
    return { what: `${value} is more than the maximum ${max}. Write ${wholeNumber(spec)}` };
  return { value };
};

const exampleOf = ({ default: value }: ParamSpec): string | undefined =>
  typeof value === 'string' ? value : undefined;

const textOf = (text: string, spec: ParamSpec): Parsed => {
  const { pattern, isMultiline } = spec;
  if (/\p{Cc}/u.test(isMultiline === true ? text.replaceAll('\n', '') : text))
    return { what: 'the value contains control characters. Remove them' };
  const invisible = invisibleCharacter(text);
  if (invisible !== undefined)
    return { what: `the value contains the invisible character ${invisible}. Remove it` };
  if (pattern === undefined) return { value: text };
  const compiled = compilePattern(`^(?:${pattern})$`, 'u');
  if (typeof compiled === 'string') return { what: `the pattern in the profile is invalid: ${compiled}` };
  return text.length <= 4096 && matchesOr(compiled, text, false)
    ? { value: text }
    : { what: `${refusedText(text, 'is not accepted')}: ${patternWords(pattern, exampleOf(spec))}` };
};

/** Parses a text given for a parameter. A `pattern` must match all of it. */
export const parseValue = (text: string, spec: ParamSpec): Parsed => {
  switch (spec.type) {
    case 'boolean':
      if (text === 'true' || text === 'false') return { value: text === 'true' };
      return { what: `${refusedText(text, 'is not a boolean')}. Write true or false` };
    case 'int':
      return intOf(text, spec);
    case 'duration':
      return parseDuration(text) === undefined
        ? { what: `${refusedText(text, 'is not a duration')}. Write 30s, 5m or 1h30m` }
        : { value: text };
    // Selections are handled elsewhere: each value is looked up, and they are counted.
    case 'choices':
    case 'string':
    case 'choice':
      return textOf(text, spec);
  }
};

/** An invalid parameter. `missing`: no value was given, and there is no default. */
interface ParamProblem {
  readonly name: string;
  readonly what: string;
  readonly missing: boolean;
}

/** The input for a parameter: one text, or several for a selection. */
type Given = string | readonly string[];
export type ParamInputs = Readonly<Record<string, Given>>;

type Checked =
  | { readonly ok: true; readonly values: ParamValues }
  /** `values`: those of the parameters without a problem. */
  | { readonly ok: false; readonly problems: readonly ParamProblem[]; readonly values: ParamValues };

/** Returns the choices of a parameter for the values of the earlier ones. */
type ChoicesReader = (spec: ParamSpec) => ParamChoices;

/** 'no row of breakers has state = open': why a list of choices is empty. */
const noChoice = ({ from = '', where }: ParamSpec): string => {
  const [kind = ''] = from.split('.');
  if (kind === '') return 'the parameter has no choices at the moment';
  return where === undefined ? `there are no ${kind} at the moment` : `no row of ${kind} has ${where} now`;
};

const notAmong = (text: string, spec: ParamSpec, choicesOfSpec: ChoicesReader): string | undefined => {
  const choices = choicesOfSpec(spec);
  if ('problem' in choices) return `choices of ${spec.name}: ${choices.problem}`;
  if (choices.choices.includes(text)) return undefined;
  const hidden = choices.hidden === undefined ? '' : ` (${choices.hidden})`;
  if (choices.choices.length === 0) return `"${text}" is not a choice: ${noChoice(spec)}${hidden}`;
  return `"${text}" is not a choice. ${sentenceCase(closestWordHint(text, choices.choices))}${hidden}`;
};

/** Choices that are listed; more are counted. */
const listedChoices = 12;

/** The values that a parameter takes: 'a whole number from 1 to 50', 'choose from broker, psp'. */
const validValues = (spec: ParamSpec, choicesOfSpec: ChoicesReader): string => {
  const { type, pattern } = spec;
  switch (type) {
    case 'boolean':
      return 'true or false';
    case 'duration':
      return 'a duration, such as 30s, 5m or 1h30m';
    case 'int':
      return wholeNumber(spec);
    case 'string':
      return pattern === undefined ? 'text' : patternWords(pattern, exampleOf(spec));
    case 'choice':
    case 'choices': {
      const found = choicesOfSpec(spec);
      if ('problem' in found) return `opsdeck cannot read the choices: ${found.problem}`;
      const { choices } = found;
      if (choices.length === 0) return `nothing can be chosen now, because ${noChoice(spec)}`;
      const rest = choices.length - listedChoices;
      return `choose from ${choices.slice(0, listedChoices).join(', ')}${rest > 0 ? ` and ${rest} more` : ''}`;
    }
  }
};

const checkSeveral = (
  spec: ParamSpec,
  selection: readonly string[],
  choicesOfSpec: ChoicesReader,
): ReturnType<typeof parseValue> => {
  const values = [...new Set(selection)];
  const { min, max } = selectionBounds(spec);
  if (values.length < min) return { what: `${values.length} values are selected. Select at least ${min}` };
  if (values.length > max) return { what: `${values.length} values are selected. Select at most ${max}` };
  for (const text of values) {
    const what = notAmong(text, spec, choicesOfSpec);
    if (what !== undefined) return { what };
    const parsed = parseValue(text, spec);
    if ('what' in parsed) return parsed;
  }
  return { value: values };
};

const listOf = (value: Given): readonly string[] => (typeof value === 'string' ? [value] : value);

const checkOne = (
  spec: ParamSpec,
  input: Given | undefined,
  choicesOfSpec: ChoicesReader,
): ReturnType<typeof parseValue> => {
  if (spec.type === 'choices')
    return checkSeveral(
      spec,
      listOf(input ?? (Array.isArray(spec.default) ? spec.default : [])),
      choicesOfSpec,
    );
  if (typeof input === 'object' && input.length !== 1)
    return { what: `${input.length} values given, only one allowed` };
  const text = typeof input === 'object' ? (input[0] ?? '') : (input ?? String(spec.default));
  const what = spec.type === 'choice' ? notAmong(text, spec, choicesOfSpec) : undefined;
  return what === undefined ? parseValue(text, spec) : { what };
};

/**
 * Checks inputs against the types of a runbook's parameters and, for choices, against those available now. Applies
 * defaults; a parameter without a value and default is missing. `known`: choices that were read from a source. Values of
 * secret parameters are masked from then on, because a problem repeats its value.
 */
export const checkParams = (
  runbook: Runbook,
  inputs: ParamInputs,
  snapshot: Snapshot,
  known: Readonly<Record<string, ParamChoices>> = {},
): Checked => {
  learnSecretParams(runbook.params, inputs);
  const names = runbook.params.map((spec) => spec.name);
  const strangers = Object.keys(inputs).filter((name) => !names.includes(name));
  const problems: ParamProblem[] = strangers.map((name) => ({
    name,
    what:
      names.length === 0
        ? 'this runbook takes no parameters: remove --param'
        : `no parameter is called ${name}. ${sentenceCase(closestWordHint(name, names))}`,
    missing: false,
  }));
  const values: [string, ParamValue][] = [];
  const choicesNow: ChoicesReader = (of) =>
    known[of.name] ?? choicesOf(of, snapshot, Object.fromEntries(values));
  for (const spec of runbook.params) {
    const text = Object.hasOwn(inputs, spec.name) ? inputs[spec.name] : undefined;
    if (text === undefined && spec.default === undefined) {
      problems.push({
        name: spec.name,
        what: `the value is missing: ${validValues(spec, choicesNow)}`,
        missing: true,
      });
      continue;
    }
    const checked = checkOne(spec, text, choicesNow);
    if ('what' in checked) problems.push({ name: spec.name, what: checked.what, missing: false });
    else values.push([spec.name, checked.value]);
  }
  const parsed = Object.fromEntries(values);
  return problems.length > 0 ? { ok: false, problems, values: parsed } : { ok: true, values: parsed };
};
