import { formatCount } from '../../../../domain/text/format.ts';
import type { LogsState } from '../../../../logs/ring/logs-state.ts';
import type { LinePatternCount } from '../../../../logs/ring/pattern-counts.ts';
import { fitLine, type StyledLine } from '../../../kit/text/line.ts';
import type { RenderContext } from '../../../shell/contract/render-context.ts';
import { levelCell } from './render-row.ts';
import { parsedLine, ringRowText } from './ring-row.ts';
import { selectedPattern, shownPatterns } from './selected-pattern.ts';
import { formatLogTime, type TimeColumnFormat, timeColumnWidth } from './time-format.ts';

/** A word that varies: one with a digit. The same words that `linePatternHash` counts as one. */
const variableWord = /[\p{L}\p{N}._-]*[0-9][\p{L}\p{N}._-]*/gu;
const placeholder = '<*>';

/** The template of a message: 'order <*> failed after <*> ms'. Neighboring variable parts are one. */
export const lineTemplate = (message: string): string =>
  message.replace(variableWord, placeholder).replace(/<\*>(?:[:,/]<\*>)+/g, placeholder);

const escapeRegex = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');

/** The longest part of a template that a regular expression is made of. */
const maxRegexChars = 160;

/** A regular expression for the lines of a pattern, from the message of its newest line. */
export const patternRegex = (
  { ring, keys }: Pick<LogsState, 'ring' | 'keys'>,
  { newest }: LinePatternCount,
): string => {
  const { message } = parsedLine(ringRowText(ring, newest).text, keys);
  return lineTemplate(message.slice(0, maxRegexChars)).split(placeholder).map(escapeRegex).join('\\S+');
};

/** Width of a count with thousands separators: '1,000,000'. */
const countCells = 9;

interface PatternLayout {
  readonly width: number;
  readonly time: TimeColumnFormat;
}

const patternLine = (
  { pen }: RenderContext,
  logs: LogsState,
  pattern: LinePatternCount,
  { width, time }: PatternLayout,
): StyledLine => {
  const { message } = parsedLine(ringRowText(logs.ring, pattern.newest).text, logs.keys);
  return fitLine(
    [
      pen.run(` ${formatCount(pattern.count).padStart(countCells)}  `),
      pen.run(`${formatLogTime(pattern.first, time)}  ${formatLogTime(pattern.last, time)}  `, 'faint'),
      ...levelCell(pen, pattern.level),
      // Masked before words are replaced: a secret is recognized in the whole text only.
      pen.run(lineTemplate(pen.run(message).text)),
    ],
    width,
    'plain',
    pen.ellipsis,
  );
};

/** The heads of the columns. */
const headLine = ({ pen }: RenderContext, { time }: PatternLayout): StyledLine => {
  const cells = timeColumnWidth(time);
  return [
    pen.run(
      ` ${'LINES'.padStart(countCells)}  ${'FIRST'.padEnd(cells)}  ${'LAST'.padEnd(cells)}    LEVEL PATTERN`,
      'faint',
    ),
  ];
};

/** Lines that no pattern counts: '12 lines of rare patterns · 40 continuation lines · counting 4,000'. */
const restText = ({ patterns }: LogsState): string =>
  patterns === undefined
    ? ''
    : [
        patterns.others === 0 ? '' : `${formatCount(patterns.others)} lines of rare patterns not listed`,
        patterns.continuations === 0 ? '' : `${formatCount(patterns.continuations)} continuation lines`,
        patterns.pending === 0 ? '' : `${formatCount(patterns.pending)} lines not counted yet`,
      ]
        .filter((part) => part !== '')
        .join(' · ');

/** A rendered pattern; `id`: its newest line. */
interface DrawnPattern {
  readonly id?: number;
  readonly line: StyledLine;
}

/** Renders the patterns that fit, the selected one among them. */
export const renderPatterns = (
  view: RenderContext,
  logs: LogsState,
  layout: PatternLayout,
  room: number,
): readonly DrawnPattern[] => {
  const patterns = shownPatterns(view);
  const rest = restText(logs);
  const rows = Math.max(0, room - 1 - (rest === '' ? 0 : 1));
  const selected = selectedPattern(view);
  const index = selected === undefined ? 0 : patterns.indexOf(selected);
  const from = Math.max(0, Math.min(index - Math.floor(rows / 2), patterns.length - rows));
  return [
    { line: headLine(view, layout) },
    ...patterns
      .slice(from, from + rows)
      .map((pattern) => ({ id: pattern.newest, line: patternLine(view, logs, pattern, layout) })),
    ...(rest === '' ? [] : [{ line: [view.pen.run(`   ${rest}`, 'faint')] }]),
  ];
};
