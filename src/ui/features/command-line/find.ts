import { nearest } from '../../../domain/nearest.ts';
import type { ParamSpec } from '../../../domain/runbook.ts';
import { choicesOf } from '../../../expressions/choices.ts';
import type { Overlay } from '../../overlays/overlay.ts';
import type { Hand } from '../../panes/pane.ts';
import { latest } from '../../panes/rows-of.ts';
import { allItems, namedItems } from '../palette/all-items.ts';
import type { Item } from '../palette/items.ts';
import type { Found } from '../palette/match.ts';
import { exact, type Matches } from '../palette/match.ts';
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

/** A shorter word for a command, or for the beginning of one. */
type Aliases = Readonly<Record<string, string>>;

/** What hands do by themselves that come from k9s and vi, where it means something here. */
export const builtInAliases: Aliases = {
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
  h: 'help',
  q: 'quit',
  'q!': 'quit!',
  qa: 'quit',
  wq: 'quit',
};

/** An alias may mean another one; one that means itself ends here. */
const deepest = 4;

/** The command with its first word written out; one's own aliases come before the built-in ones. */
export const writtenOut = (text: string, own: Aliases = {}): string => {
  const all: Aliases = { ...builtInAliases, ...own };
  let command = text.trimStart();
  for (let depth = 0; depth < deepest; depth++) {
    const [word = ''] = command.split(' ', 1);
    const meaning = Object.hasOwn(all, word) ? all[word] : undefined;
    if (meaning === undefined || meaning === word) break;
    command = meaning + command.slice(word.length);
  }
  return command;
};

export type Command = Extract<Overlay, { is: 'command' }>;

/** What has been typed, before `tab` went through what it can become; aliases written out. */
export const stemOf = ({ view }: Hand, { text, tab }: Command): string =>
  writtenOut(tab?.stem ?? text, view.cockpit.settings.aliases);

interface Asked {
  readonly items: readonly Item[];
  readonly text: string;
  readonly recent: readonly string[];
}

const searched = latest(
  ({ items, text, recent }: Asked) => [items, text, recent],
  ({ items, text, recent }) => exact(items, text, recent),
);

/** The commands that begin with this text, or take what follows in it. */
export const commandsFor = (hand: Hand, text: string): Matches =>
  searched({ items: allItems(hand), text, recent: hand.view.ui.recent });

/** What the list shows, in its order, by what tells one from another. */
export const commandIds = (hand: Hand, command: Command): readonly string[] =>
  commandsFor(hand, stemOf(hand, command)).found.map(({ item }) => item.id);

/** The command that was probably meant by one that there is not; never what stands there already. */
export const meantBy = (hand: Hand, text: string): string | undefined => {
  const typed = writtenOut(text, hand.view.cockpit.settings.aliases).trim();
  const commands = namedItems(hand).map(({ command }) => command);
  const whole = nearest(typed, commands);
  if (whole !== undefined) return whole;
  const [first = '', ...rest] = typed.split(' ');
  const word = nearest(first, new Set(commands.map((command) => command.split(' ', 1)[0] ?? '')));
  return word === undefined || word === first ? undefined : [word, ...rest].join(' ');
};
