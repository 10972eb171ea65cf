import type { Level } from '../../../domain/facts/level.ts';
import { pluralize } from '../../../domain/text/count-text.ts';
import { formatCount } from '../../../domain/text/format.ts';
import type { VisibleWindow } from '../../kit/components/window.ts';
import { lineToText, lineWidth, type StyledLine, sliceLine } from '../../kit/text/line.ts';
import type { TextPen } from '../../kit/text/pen.ts';
import { widthOf } from '../../kit/text/width.ts';

/** Details cut to the available lines, with the number of hidden lines. */
export const fittedDetails = (
  pen: TextPen,
  details: readonly StyledLine[],
  room: number,
): readonly StyledLine[] =>
  details.length <= room || room === 0
    ? details.slice(0, room)
    : [
        ...details.slice(0, room - 1),
        [pen.run(`   ${pluralize(details.length - room + 1, 'more line')}`, 'faint')],
      ];

/** Draws the text of the first cells in inverse, in the color of the level. */
export const withFlash = (line: StyledLine, cells: number, level: Level): StyledLine => {
  const end = widthOf(lineToText(sliceLine(line, 0, cells)).trimEnd());
  return [
    ...sliceLine(line, 0, end).map(({ text }) => ({ text, role: `flash.${level}` as const })),
    ...sliceLine(line, end, lineWidth(line)),
  ];
};

/** Minimum number of visible rows for a scroll position line. */
export const minRowsToScroll = 4;

/** '   rows 1 to 16 of 23' */
export const seenLine = (pen: TextPen, { from, to }: VisibleWindow, all: number): StyledLine => [
  pen.run(`   rows ${formatCount(from + 1)} to ${formatCount(to)} of ${formatCount(all)}`, 'faint'),
];

/** The lines of details, with those that a feature adds below the first one, which names the row. */
export const withAddedLines = (
  added: readonly StyledLine[],
  [head, ...rest]: readonly StyledLine[],
): readonly StyledLine[] => (head === undefined ? added : [head, ...added, ...rest]);
