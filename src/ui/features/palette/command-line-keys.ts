import { cursorAt, cursorIndexIn, initialCursor, isCursorTargetGone } from '../../kit/components/cursor.ts';
import { commonPrefix } from '../../kit/text/arguments.ts';
import { noOverlay } from '../../shell/contract/overlay.ts';
import type { Binding, KeyContext, TextField } from '../../shell/contract/pane.ts';
import { appendToHistory, sanitizeCommand } from '../../shell/saved/command-history.ts';
import {
  type CommandOverlay,
  commandsOfFirstWord,
  completeCommand,
  completionStem,
  expandAlias,
  matchingCommandIds,
  matchingCommands,
  suggestCommand,
} from './completion.ts';
import { rememberItem } from './recent-items.ts';

const commandOf = ({ view }: KeyContext): CommandOverlay | undefined =>
  view.ui.overlay.is === 'command' ? view.ui.overlay : undefined;

/** Wraps an action that needs the open command line. */
const typing =
  (act: (context: KeyContext, command: CommandOverlay) => void) =>
  (context: KeyContext): void => {
    const command = commandOf(context);
    if (command !== undefined) act(context, command);
  };

const change = (context: KeyContext, command: CommandOverlay): void =>
  context.model.setState({ overlay: command });

/** A command line with new text, which resets the selection. */
const typed = (text: string): CommandOverlay => ({ is: 'command', text, cursor: initialCursor });

const matches = (context: KeyContext, { text }: CommandOverlay) =>
  matchingCommands(context, expandAlias(text, context.view.cockpit.settings.aliases)).items;

/** The command that `enter` runs. */
const chosenCommand = (context: KeyContext, command: CommandOverlay) => {
  const items = matches(context, command);
  const keys = items.map(({ item }) => item.id);
  return items[command.tab === undefined ? cursorIndexIn(keys, command.cursor) : 0];
};

const run = typing((context, command) => {
  const keys = matches(context, command).map(({ item }) => item.id);
  // Never run the item that took the place of the selected one.
  if (command.tab === undefined && isCursorTargetGone(keys, command.cursor))
    return context.notify('the selected command is no longer available: choose another');
  const chosen = chosenCommand(context, command);
  if (chosen === undefined) {
    const meant = suggestCommand(context, command.text);
    const known = commandsOfFirstWord(context, command.text);
    const hint = meant === undefined ? (known === '' ? '' : `: use ${known}`) : `: did you mean ${meant}?`;
    return context.notify(`unknown command ${command.text}${hint}`);
  }
  const { item, rest } = chosen;
  if (item.whyNot !== undefined) return context.notify(`${item.command}: ${item.whyNot}`);
  const line = rest === '' ? item.command : command.text;
  // In share mode commands contain aliases, which mean nothing later.
  const { pen, ui: before } = context.view;
  const kept = pen.shared
    ? before.commands
    : appendToHistory(before.commands, sanitizeCommand(line, pen.maskText));
  context.model.setState({ overlay: noOverlay, commands: kept });
  rememberItem(context.model, item.id);
  // The item sees the screen without the list.
  const ui = { ...context.view.ui, overlay: noOverlay };
  item.run({ ...context, view: { ...context.view, ui } }, rest);
});

const move = (step: number) =>
  typing((context, command) => {
    const keys = matchingCommandIds(context, command);
    change(context, { ...command, cursor: cursorAt(keys, cursorIndexIn(keys, command.cursor) + step) });
  });

/** Moves one command back in the history, or forward to the empty line. */
const recall = (step: 1 | -1) =>
  typing((context, { recalled = 0 }) => {
    const { commands } = context.view.ui;
    const to = Math.max(0, Math.min(commands.length, recalled + step));
    if (to === recalled)
      return context.notify(step > 0 ? 'there is no earlier command' : 'there is no later command');
    const text = to === 0 ? '' : (commands[commands.length - to] ?? '');
    change(context, to === 0 ? typed(text) : { ...typed(text), recalled: to });
  });

/** The arrows move through the history if nothing is typed or a command was recalled; otherwise through the list. */
const arrow = (step: 1 | -1) =>
  typing((context, { text, recalled }) => {
    if (text === '' ? step < 0 && context.view.ui.commands.length > 0 : recalled !== undefined)
      return recall(step < 0 ? 1 : -1)(context);
    move(step)(context);
  });

const complete = (step: 1 | -1) =>
  typing((context, command) => {
    const stem = completionStem(context, command);
    const all = completeCommand(context, matchingCommands(context, stem).items, stem);
    const [only] = all;
    if (only === undefined) {
      const meant = suggestCommand(context, command.text);
      if (meant === undefined || command.text.trim() === '')
        return context.notify('no command begins like this');
      return change(context, typed(meant));
    }
    const common = commonPrefix(all);
    if (command.tab === undefined && common.length > stem.length) return change(context, typed(common));
    if (all.length === 1) return change(context, typed(only));
    const index = ((command.tab?.at ?? (step > 0 ? -1 : 0)) + step + all.length) % all.length;
    const keys = matchingCommandIds(context, command);
    const chosen = keys.length === all.length ? cursorAt(keys, index) : initialCursor;
    change(context, { is: 'command', text: all[index] ?? stem, cursor: chosen, tab: { stem, at: index } });
  });

/** Keys of the command line. */
export const commandLineKeys: readonly Binding[] = [
  {
    id: 'command.run',
    keys: ['enter'],
    description: 'run the selected command',
    footer: 'run',
    confirms: (context) => {
      const command = commandOf(context);
      return command !== undefined && chosenCommand(context, command)?.item.confirms === true;
    },
    run,
  },
  {
    id: 'command.complete',
    keys: ['tab'],
    description: 'complete the word. Press again for the next match',
    footer: 'complete',
    run: complete(1),
  },
  {
    id: 'command.complete-back',
    keys: ['shift-tab'],
    description: 'complete with the previous match',
    run: complete(-1),
  },
  {
    id: 'command.down',
    keys: ['down'],
    description: 'move down in the list, or to a later command',
    run: arrow(1),
  },
  {
    id: 'command.up',
    keys: ['up'],
    description: 'move up in the list, or to an earlier command',
    footer: 'history',
    run: arrow(-1),
  },
  { id: 'command.earlier', keys: ['ctrl-p'], description: 'recall the previous command', run: recall(1) },
  { id: 'command.later', keys: ['ctrl-n'], description: 'recall the next command', run: recall(-1) },
  {
    id: 'command.close',
    keys: ['esc'],
    description: 'close the command line',
    footer: 'close',
    run: ({ model }) => model.setState({ overlay: noOverlay }),
  },
];

export const commandLineField = (command: CommandOverlay): TextField => ({
  value: command.text,
  set: (context, text) => change(context, typed(text)),
});
