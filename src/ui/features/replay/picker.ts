import { type StyledRow, styleLine } from '../../kit/text/ansi.ts';
import { fitLine, type StyledLine } from '../../kit/text/line.ts';
import type { Stroke } from '../../shell/keys/strokes.ts';
import {
  openRowsScreen,
  type RowsLook,
  type RowsPage,
  type RowsScreen,
  type RowsScreenOptions,
} from './rows-screen.tsx';

/** Rows above and below the list. */
const aroundList = 4;

/** The list with its cursor, scrolled so that the cursor is visible. */
export const pickerRows = (
  { columns, rows, pen, theme }: RowsLook,
  title: string,
  items: readonly string[],
  position: number,
): readonly StyledRow[] => {
  const room = Math.max(1, rows - aroundList);
  const from = Math.min(Math.max(0, position - room + 1), Math.max(0, items.length - room));
  const shown = items.slice(from, from + room).map((text, index): StyledLine => {
    const isHere = from + index === position;
    return [
      pen.run(isHere ? (pen.ascii ? ' > ' : ' ▸ ') : '   ', 'focus'),
      pen.run(text, isHere ? 'bold' : 'plain'),
    ];
  });
  const key = (name: string, label: string): StyledLine => [pen.run(` ${name} `, 'key'), pen.run(label)];
  const lines: readonly StyledLine[] = [
    [pen.run(` ${title}`, 'title')],
    [],
    ...shown,
    ...Array.from({ length: Math.max(0, rows - aroundList - shown.length) + 1 }, (): StyledLine => []),
    [...key('↑↓', 'select '), ...key('enter', 'follow '), ...key('q', 'quit')],
  ];
  return lines.slice(-rows).map((line) => styleLine(fitLine(line, columns, 'plain', pen.ellipsis), theme));
};

/** The position after a key; 'quit' and 'pick' end the choice. */
export const pressPickerKey = (position: number, count: number, key: Stroke): number | 'quit' | 'pick' => {
  switch (key) {
    case 'q':
    case 'esc':
    case 'ctrl-c':
      return 'quit';
    case 'enter':
      return 'pick';
    case 'down':
    case 'j':
      return Math.min(count - 1, position + 1);
    case 'up':
    case 'k':
      return Math.max(0, position - 1);
    default:
      return position;
  }
};

/** Asks which item is meant. Resolves to its index and the screen, which still has the terminal; undefined: none. */
export const pickInTerminal = async (
  options: RowsScreenOptions,
  title: string,
  items: readonly string[],
): Promise<{ readonly index: number; readonly screen: RowsScreen } | undefined> => {
  const answer = Promise.withResolvers<number | undefined>();
  let position = 0;
  const page: RowsPage = {
    rows: (look) => pickerRows(look, title, items, position),
    keys: (keys) => {
      for (const key of keys) {
        const next = pressPickerKey(position, items.length, key);
        if (next === 'quit') return answer.resolve(undefined);
        if (next === 'pick') return answer.resolve(position);
        position = next;
      }
      screen.draw();
    },
  };
  const screen = openRowsScreen(options, page);
  const index = await Promise.race([answer.promise, screen.ended.then(() => undefined)]);
  if (index !== undefined) return { index, screen };
  await screen.end();
  return undefined;
};
