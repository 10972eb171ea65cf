import type { ParamSpec } from '../../../domain/runbook.ts';
import { choicesOf } from '../../../expressions/choices.ts';
import type { Hand } from '../../panes/pane.ts';
import type { Found } from '../palette/match.ts';
import { lastWordAt, paramsIn, quoted } from './words.ts';

/** Values that a parameter may have, as far as the facts tell them now. */
const valuesOf = ({ view }: Hand, spec: ParamSpec): readonly string[] => {
  if (spec.type === 'boolean') return ['true', 'false'];
  if ((spec.type !== 'choice' && spec.type !== 'choices') || view.own === undefined) return [];
  const found = choicesOf(spec, view.own.snapshot);
  return 'problem' in found ? [] : found.choices;
};

const listOf = (given: string | readonly string[] = []): readonly string[] =>
  typeof given === 'string' ? [given] : given;

/** The words that can stand at the end of what was typed behind a command: parameters not given yet, or values of one. */
const argumentsFor = (hand: Hand, params: readonly ParamSpec[], text: string): readonly string[] => {
  const at = lastWordAt(text);
  const word = text.slice(at).replaceAll('"', '');
  const equals = word.indexOf('=');
  const given = paramsIn(text.slice(0, at));
  const words =
    equals < 0
      ? params
          .filter(({ name, type }) => type === 'choices' || !(name in given))
          .map(({ name }) => `${name}=`)
      : params
          .filter(({ name }) => name === word.slice(0, equals))
          .flatMap((spec) =>
            valuesOf(hand, spec)
              .filter((value) => !listOf(given[spec.name]).includes(value))
              .map((value) => quoted(`${spec.name}=${value}`)),
          );
  return words
    .filter((one) => one.replaceAll('"', '').toLowerCase().startsWith(word.toLowerCase()))
    .map((one) => text.slice(0, at) + one);
};

/** What the text can become by `tab`, whole texts, in the order in which the list shows them. */
export const completions = (hand: Hand, found: readonly Found[], text: string): readonly string[] => {
  const behind = found.find(
    ({ item }) =>
      item.params !== undefined && text.toLowerCase().startsWith(`${item.command.toLowerCase()} `),
  );
  if (behind?.item.params !== undefined) return argumentsFor(hand, behind.item.params, text);
  const whole = found.map(({ item }) => (item.takes === undefined ? item.command : `${item.command} `));
  return [...new Set(whole)].filter((one) => one.toLowerCase().startsWith(text.toLowerCase()));
};
