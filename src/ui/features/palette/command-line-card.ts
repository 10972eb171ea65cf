import {
  type Card,
  cardEdgeRole,
  cardHeading,
  cardInnerWidth,
  cardTitleWidth,
  inputField,
  keyHints,
  visiblePage,
} from '../../kit/components/card.ts';
import { cursorIndexIn } from '../../kit/components/cursor.ts';
import { lastArgumentStart } from '../../kit/text/arguments.ts';
import { fitStatusLine, helpSeparator, type StyledLine } from '../../kit/text/line.ts';
import type { KeyContext } from '../../shell/contract/pane.ts';
import {
  type CommandOverlay,
  completeCommand,
  completionStem,
  matchingCommands,
  suggestCommand,
} from './completion.ts';
import { itemDetailLines, matchCountText, paletteItemLine } from './palette-card.ts';
import { allPaletteItems } from './palette-items.ts';

/** Width of 'COMMAND  : ' and the blank before the count. */
const labelled = 12;
/** Maximum number of lines of completions. */
const valueLines = 3;

/** Completions of the arguments: parameters, or values of one. */
const following = (
  context: KeyContext,
  items: ReturnType<typeof matchingCommands>['items'],
  stem: string,
): readonly StyledLine[] => {
  const [first] = items;
  if (
    first?.item.params === undefined ||
    !stem.toLowerCase().startsWith(`${first.item.command.toLowerCase()} `)
  )
    return [];
  const words = completeCommand(context, items, stem).map((text) => text.slice(lastArgumentStart(stem)));
  if (words.length === 0) return [];
  const lines = context.view.pen.wrap(words.join('   '), cardInnerWidth(context.view) - 4);
  const more = lines.length > valueLines ? ` ${context.view.pen.ellipsis}` : '';
  return lines
    .slice(0, valueLines)
    .map(
      (line, index): StyledLine => [
        context.view.pen.run(`    ${line}${index === valueLines - 1 ? more : ''}`, 'key'),
      ],
    );
};

/** The message for an unknown command. */
const notThere = (context: KeyContext, text: string): readonly StyledLine[] => {
  const { pen } = context.view;
  const meant = suggestCommand(context, text);
  const hint = meant === undefined ? '' : `${helpSeparator}did you mean ${meant}? tab accepts`;
  const line = [pen.glyph('empty', 'loading'), pen.run(` unknown command ${text}`, 'loading')];
  const width = cardInnerWidth(context.view);
  return [fitStatusLine([...line, pen.run(hint, 'loading')], width, 'plain', pen.ellipsis)];
};

/** Renders the command line, matching commands and argument completions. */
export const renderCommandLine = (context: KeyContext, command: CommandOverlay, room: number): Card => {
  const { pen } = context.view;
  const stem = completionStem(context, command);
  const { items, total: matches } = matchingCommands(context, stem);
  const cursor = cursorIndexIn(
    items.map(({ item }) => item.id),
    command.cursor,
  );
  const seen = visiblePage('command', items.length, cursor, room);
  const chosen = items[cursor];
  const means = stem === command.text || command.tab !== undefined ? '' : `   = ${stem}`;
  const count = matchCountText(items.length, matches, allPaletteItems(context).length);
  return {
    edge: cardEdgeRole(chosen?.item.danger),
    lines: [
      cardHeading(
        context.view,
        [
          pen.run('COMMAND', 'bold'),
          pen.run('  : ', 'key'),
          ...inputField(pen, command.text, 'plain', cardTitleWidth(context.view) - labelled - count.length),
          pen.run(stem === '' ? '' : means, 'faint'),
        ],
        [pen.run(count)],
      ),
      ...items
        .slice(seen.from, seen.from + seen.count)
        .map((item, index) => paletteItemLine(context.view, item, true, seen.from + index === cursor)),
      ...(chosen === undefined
        ? notThere(context, command.text)
        : itemDetailLines(context.view, chosen, false)),
      ...following(context, items, stem),
      keyHints(pen, 'enter run', 'tab complete', 'up history', 'esc close'),
    ],
  };
};
