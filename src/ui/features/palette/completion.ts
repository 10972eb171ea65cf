import type { ParamSpec, ParamValues } from '../../../domain/runbooks/runbook.ts';
import { closestWord } from '../../../domain/text/closest-word.ts';
import { choicesOf } from '../../../expressions/choices.ts';
import type { Cursor } from '../../kit/components/cursor.ts';
import { lastArgumentStart, parseParamArguments, quoteArgument } from '../../kit/text/arguments.ts';
import type { PaletteItem } from '../../shell/contract/palette-item.ts';
import type { KeyContext } from '../../shell/contract/pane.ts';
import { memoizeLast } from '../../shell/state/memoize.ts';
import type { ItemMatch } from './match.ts';
import { type MatchResult, prefixMatch } from './match.ts';
import { allPaletteItems, staticItems } from './palette-items.ts';

/** Values of a parameter known from current facts. */
const valuesOf = ({ view }: KeyContext, spec: ParamSpec, given: ParamValues): readonly string[] => {
  if (spec.type === 'boolean') return ['true', 'false'];
  if ((spec.type !== 'choice' && spec.type !== 'choices') || view.own === undefined) return [];
  const result = choicesOf(spec, view.own.snapshot, given);
  return 'problem' in result ? [] : result.choices;
};

const listOf = (given: string | readonly string[] = []): readonly string[] =>
  typeof given === 'string' ? [given] : given;

/** Completions of the last argument: parameters not yet given, or values of one. */
const argumentsFor = (context: KeyContext, params: readonly ParamSpec[], text: string): readonly string[] => {
  const index = lastArgumentStart(text);
  const word = text.slice(index).replaceAll('"', '');
  const equals = word.indexOf('=');
  const given = parseParamArguments(text.slice(0, index));
  const words =
    equals < 0
      ? params
          .filter(({ name, type }) => type === 'choices' || !(name in given))
          .map(({ name }) => `${name}=`)
      : params
          .filter(({ name }) => name === word.slice(0, equals))
          .flatMap((spec) =>
            valuesOf(context, spec, given)
              .filter((value) => !listOf(given[spec.name]).includes(value))
              .map((value) => quoteArgument(`${spec.name}=${value}`)),
          );
  return words
    .filter((part) => part.replaceAll('"', '').toLowerCase().startsWith(word.toLowerCase()))
    .map((part) => text.slice(0, index) + part);
};

/** Completions of the whole text, in list order. */
export const completeCommand = (
  context: KeyContext,
  matches: readonly ItemMatch[],
  text: string,
): readonly string[] => {
  const behind = matches.find(
    ({ item }) =>
      item.params !== undefined && text.toLowerCase().startsWith(`${item.command.toLowerCase()} `),
  );
  if (behind?.item.params !== undefined) return argumentsFor(context, behind.item.params, text);
  const whole = matches.map(({ item }) =>
    item.argumentHint === undefined ? item.command : `${item.command} `,
  );
  return [...new Set(whole)].filter((part) => part.toLowerCase().startsWith(text.toLowerCase()));
};

/** Short names of commands or of their first words. */
type CommandAliases = Readonly<Record<string, string>>;

/** Default aliases: for users of k9s and vi, and the headings of panes whose commands have other names. */
export const defaultAliases: CommandAliases = {
  po: 'pods',
  pod: 'pods',
  svc: 'health',
  al: 'alerts',
  br: 'breakers',
  cg: 'lag',
  cl: 'checklists',
  ov: 'overview',
  ns: 'namespaces',
  no: 'nodes',
  problems: 'now',
  changes: 'journal',
  charts: 'pulse',
  ev: 'events',
  pf: 'forwards',
  ctx: 'env',
  rb: 'runbooks',
  drill: 'rehearse',
  h: 'help',
  q: 'quit',
  'q!': 'quit!',
  qa: 'quit',
  wq: 'quit',
};

/** Maximum depth of nested aliases; an alias of itself ends the expansion. */
const deepest = 4;

/** Expands an alias in the first word; user aliases override the defaults. */
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

/** The command line. */
export interface CommandOverlay {
  readonly is: 'command';
  readonly text: string;
  readonly cursor: Cursor;
  /** `tab` cycles through completions of `stem`. */
  readonly tab?: { readonly stem: string; readonly at: number };
  /** Position in the command history; 1 is the last command. */
  readonly recalled?: number;
}

declare module '../../shell/contract/overlay.ts' {
  interface OverlayKinds {
    readonly command: CommandOverlay;
  }
}

/** The typed text before completion with `tab`, with aliases expanded. */
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

/** Commands that match this text. */
export const matchingCommands = (context: KeyContext, text: string): MatchResult =>
  searched({ items: allPaletteItems(context), text, recent: context.view.ui.recentItems });

/** Ids of the listed commands, in order. */
export const matchingCommandIds = (context: KeyContext, command: CommandOverlay): readonly string[] =>
  matchingCommands(context, completionStem(context, command)).items.map(({ item }) => item.id);

/** Maximum number of commands that an error message lists. */
const listedCommands = 5;

/** 'rehearse broker-down, rehearse dependency-down, …': the commands that begin with the first word of this text. */
export const commandsOfFirstWord = (context: KeyContext, text: string): string => {
  const [first = ''] = expandAlias(text, context.view.cockpit.settings.aliases).trim().split(' ');
  const commands = staticItems(context).flatMap(({ command }) =>
    command.startsWith(`${first} `) ? [command] : [],
  );
  const more = commands.length > listedCommands ? [context.view.pen.ellipsis] : [];
  return first === '' ? '' : [...commands.slice(0, listedCommands), ...more].join(', ');
};

/** Minimum letters of a word of a command that suggest it: fewer begin too many words. */
const leastLetters = 3;

/** The shortest command with a word, or with a word of its description, that begins with the typed word. */
const commandWithWord = (items: readonly PaletteItem[], typed: string): string | undefined => {
  const word = typed.toLowerCase();
  if (word.length < leastLetters || word.includes(' ')) return undefined;
  const begins = (text: string): boolean =>
    text
      .toLowerCase()
      .split(/[^\p{L}\p{N}]+/u)
      .some((part) => part.startsWith(word));
  const shortest = (found: readonly PaletteItem[]): string | undefined =>
    found.map(({ command }) => command).toSorted((a, b) => a.length - b.length)[0];
  return (
    shortest(items.filter(({ command }) => begins(command))) ??
    shortest(items.filter(({ text }) => begins(text)))
  );
};

/** The closest known command for a mistyped one, or the first part of one; never the typed text itself. */
export const suggestCommand = (context: KeyContext, text: string): string | undefined => {
  const typed = expandAlias(text, context.view.cockpit.settings.aliases).trim();
  const items = staticItems(context);
  const commands = items.map(({ command }) => command);
  const whole = closestWord(typed, commands);
  if (whole !== undefined) return whole;
  const [first = '', ...rest] = typed.split(' ');
  const word = closestWord(first, new Set(commands.map((command) => command.split(' ', 1)[0] ?? '')));
  if (word !== undefined && word !== first) return [word, ...rest].join(' ');
  return commandWithWord(items, typed);
};
