import { placeOf } from '../../cursor.ts';
import type { Hand } from '../../panes/pane.ts';
import type { Line } from '../../text/run.ts';
import { type Card, edgeOf, field, heading, hints, innerWidth, pageOf } from '../cards/card.ts';
import { allItems } from '../palette/all-items.ts';
import { countOf, itemLine, told } from '../palette/palette-card.ts';
import { type Command, commandsFor, completions, meantBy, stemOf } from './find.ts';
import { lastWordAt } from './words.ts';

/** 'COMMAND  : ', and a blank before the count. */
const labelled = 12;
/** Lines of what can stand at the end of a command. */
const valueLines = 3;

/** What can follow where one is: parameters, or the values of one. */
const following = (
  hand: Hand,
  found: ReturnType<typeof commandsFor>['found'],
  stem: string,
): readonly Line[] => {
  const [first] = found;
  if (
    first?.item.params === undefined ||
    !stem.toLowerCase().startsWith(`${first.item.command.toLowerCase()} `)
  )
    return [];
  const words = completions(hand, found, stem).map((text) => text.slice(lastWordAt(stem)));
  if (words.length === 0) return [];
  const lines = hand.view.pen.wrap(words.join('   '), innerWidth(hand.view) - 4);
  const more = lines.length > valueLines ? ` ${hand.view.pen.mark}` : '';
  return lines
    .slice(0, valueLines)
    .map(
      (line, index): Line => [hand.view.pen.run(`    ${line}${index === valueLines - 1 ? more : ''}`, 'key')],
    );
};

/** What is said where no command fits. */
const notThere = (hand: Hand, text: string): readonly Line[] => {
  const { pen } = hand.view;
  const meant = meantBy(hand, text);
  const hint = meant === undefined ? '' : ` · did you mean ${meant}? tab takes it`;
  return [[pen.glyph('empty', 'loading'), pen.run(` there is no command ${text}${hint}`, 'loading')]];
};

/** The line that a command is typed on, the commands that begin so, and what can follow. */
export const commandCard = (hand: Hand, command: Command, room: number): Card => {
  const { pen } = hand.view;
  const stem = stemOf(hand, command);
  const { found, matches } = commandsFor(hand, stem);
  const cursor = placeOf(
    found.map(({ item }) => item.id),
    command.cursor,
  );
  const seen = pageOf('command', found.length, cursor, room);
  const chosen = found[cursor];
  const means = stem === command.text || command.tab !== undefined ? '' : `   = ${stem}`;
  const count = countOf(found.length, matches, allItems(hand).length);
  return {
    edge: edgeOf(chosen?.item.danger),
    lines: [
      heading(
        hand.view,
        [
          pen.run('COMMAND', 'bold'),
          pen.run('  : ', 'key'),
          ...field(pen, command.text, 'plain', innerWidth(hand.view) - labelled - count.length),
          pen.run(stem === '' ? '' : means, 'faint'),
        ],
        [pen.run(count)],
      ),
      ...found
        .slice(seen.from, seen.from + seen.count)
        .map((one, index) => itemLine(hand.view, one, true, seen.from + index === cursor)),
      ...(chosen === undefined ? notThere(hand, command.text) : told(pen, chosen, false)),
      ...following(hand, found, stem),
      hints(pen, 'enter run', 'tab complete', 'up earlier commands', 'esc close'),
    ],
  };
};
