import { closestWord } from '../../../domain/closest-word.ts';
import type { ParamSpec } from '../../../domain/runbook.ts';
import { choicesOf } from '../../../expressions/choices.ts';
import type { Overlay } from '../../overlays/overlay.ts';
import { memoizeLast } from '../../panes/memoize.ts';
import type { KeyContext } from '../../panes/pane.ts';
import type { ItemMatch } from '../palette/match.ts';
import { type MatchResult, prefixMatch } from '../palette/match.ts';
import type { PaletteItem } from '../palette/palette-item.ts';
import { allPaletteItems, staticItems } from '../palette/palette-items.ts';
import { lastArgumentStart, parseParamArguments, quoteArgument } from './arguments.ts';

/** Values that a parameter may have, as far as the facts tell them now. */
const valuesOf = ({ view }: KeyContext, spec: ParamSpec): readonly string[] => {
  if (spec.type === 'boolean') return ['true', 'false'];
  if ((spec.type !== 'choice' && spec.type !== 'choices') || view.own === undefined) return [];
  const found = choicesOf(spec, view.own.snapshot);
  return 'problem' in found ? [] : found.choices;
};

const listOf = (given: string | readonly string[] = []): readonly string[] =>
  typeof given === 'string' ? [given] : given;

/** The words that can stand at the end of what was typed behind a command: parameters not given yet, or values of one. */
const argumentsFor = (hand: KeyContext, params: readonly ParamSpec[], text: string): readonly string[] => {
  const at = lastArgumentStart(text);
  const word = text.slice(at).replaceAll('"', '');
  const equals = word.indexOf('=');
  const given = parseParamArguments(text.slice(0, at));
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
              .map((value) => quoteArgument(`${spec.name}=${value}`)),
          );
  return words
    .filter((one) => one.replaceAll('"', '').toLowerCase().startsWith(word.toLowerCase()))
    .map((one) => text.slice(0, at) + one);
};

/** What the text can become by `tab`, whole texts, in the order in which the list shows them. */
export const completeCommand = (
  hand: KeyContext,
  found: readonly ItemMatch[],
  text: string,
): readonly string[] => {
  const behind = found.find(
    ({ item }) =>
      item.params !== undefined && text.toLowerCase().startsWith(`${item.command.toLowerCase()} `),
  );
  if (behind?.item.params !== undefined) return argumentsFor(hand, behind.item.params, text);
  const whole = found.map(({ item }) =>
    item.argumentHint === undefined ? item.command : `${item.command} `,
  );
  return [...new Set(whole)].filter((one) => one.toLowerCase().startsWith(text.toLowerCase()));
};

/** A shorter word for a command, or for the beginning of one. */
type CommandAliases = Readonly<Record<string, string>>;

/** What hands do by themselves that come from k9s and vi, where it means something here. */
export const defaultAliases: CommandAliases = {
  po: 'pods',
  pod: 'pods',
  svc: 'health',
  al: 'alerts',
  br: 'breakers',
  cg: 'lag',
  ov: 'overview',
  ns: 'env',
  ctx: 'env',
  rb: 'runbooks',
  drill: 'rehearse',
  h: 'help',
  q: 'quit',
  'q!': 'quit!',
  qa: 'quit',
  wq: 'quit',
};

/** An alias may mean another one; one that means itself ends here. */
const deepest = 4;

/** The command with its first word written out; one's own aliases come before the built-in ones. */
export const expandAlias = (text: string, own: CommandAliases = {}): string => {
  const all: CommandAliases = { ...defaultAliases, ...own };
  let command = text.trimStart();
  for (let depth = 0; depth < deepest; depth++) {
    const [word = ''] = command.split(' ', 1);
    const meaning = Object.hasOwn(all, word) ? all[word] : undefined;
    if (meaning === undefined || meaning === word) break;
    command = meaning + command.slice(word.length);
  }
  return command;
};

export type CommandOverlay = Extract<Overlay, { is: 'command' }>;

/** What has been typed, before `tab` went through what it can become; aliases written out. */
export const completionStem = ({ view }: KeyContext, { text, tab }: CommandOverlay): string =>
  expandAlias(tab?.stem ?? text, view.cockpit.settings.aliases);

interface CommandSearch {
  readonly items: readonly PaletteItem[];
  readonly text: string;
  readonly recent: readonly string[];
}

const searched = memoizeLast(
  ({ items, text, recent }: CommandSearch) => [items, text, recent],
  ({ items, text, recent }) => prefixMatch(items, text, recent),
);

/** The commands that begin with this text, or take what follows in it. */
export const matchingCommands = (hand: KeyContext, text: string): MatchResult =>
  searched({ items: allPaletteItems(hand), text, recent: hand.view.ui.recentItems });

/** What the list shows, in its order, by what tells one from another. */
export const matchingCommandIds = (hand: KeyContext, command: CommandOverlay): readonly string[] =>
  matchingCommands(hand, completionStem(hand, command)).items.map(({ item }) => item.id);

/** The command that was probably meant by one that there is not; never what stands there already. */
export const suggestCommand = (hand: KeyContext, text: string): string | undefined => {
  const typed = expandAlias(text, hand.view.cockpit.settings.aliases).trim();
  const commands = staticItems(hand).map(({ command }) => command);
  const whole = closestWord(typed, commands);
  if (whole !== undefined) return whole;
  const [first = '', ...rest] = typed.split(' ');
  const word = closestWord(first, new Set(commands.map((command) => command.split(' ', 1)[0] ?? '')));
  return word === undefined || word === first ? undefined : [word, ...rest].join(' ');
};
