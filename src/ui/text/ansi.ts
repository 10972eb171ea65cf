import type { TextRole } from '../theme/roles.ts';
import type { SgrStyle, Theme } from '../theme/theme.ts';
import type { StyledLine } from './line.ts';
import { isSingleCellText, widthOf } from './width.ts';

/** Background of a whole line, under what its runs say themselves. */
type LineBackground = 'plain' | 'selected' | 'dimmed';

/** A piece of a row that looks one way. Styles of one theme are the same objects in every frame. */
export interface StyledPiece {
  readonly text: string;
  readonly style: SgrStyle;
}

/** One row of the screen as it is to look, left to right. */
export type StyledRow = readonly StyledPiece[];

interface Code {
  readonly on: string;
  readonly off: string;
}

const codesMade = new WeakMap<SgrStyle, readonly Code[]>();

const codesOf = (style: SgrStyle): readonly Code[] => {
  const made = codesMade.get(style);
  if (made !== undefined) return made;
  const codes: Code[] = [];
  if (style.bg !== undefined) codes.push({ on: style.bg, off: '49' });
  if (style.inverse === true) codes.push({ on: '7', off: '27' });
  if (style.bold === true) codes.push({ on: '1', off: '22' });
  if (style.fg !== undefined) codes.push({ on: style.fg, off: '39' });
  codesMade.set(style, codes);
  return codes;
};

const sgr = (params: string): string => `\u001b[${params}m`;

/**
 * From the codes that are on to those wanted, with the fewest bytes: only what ends is closed, only what begins is
 * opened, codes kept in the order in which they were switched on. It is the very form that Ink's own output stage
 * writes, which spares that stage a second pass over the row.
 */
const change = (
  active: readonly Code[],
  wanted: readonly Code[],
): { text: string; active: readonly Code[] } => {
  if (active === wanted) return { text: '', active };
  const closed = active.filter((code) => !wanted.some((other) => other.off === code.off));
  const opened = wanted.filter((code) => !active.some((other) => other.on === code.on));
  const kept = active.filter((code) => wanted.some((other) => other.on === code.on));
  const text = [...closed.toReversed().map((code) => code.off), ...opened.map((code) => code.on)];
  return { text: text.map(sgr).join(''), active: [...kept, ...opened] };
};

const styleOn = (ground: LineBackground, style: SgrStyle, theme: Theme): SgrStyle => {
  if (ground === 'dimmed') return theme.dimmed;
  if (ground === 'plain') return style;
  // Colours of 16 on an inverse row would each make a block of their own.
  return theme.selected.inverse === true
    ? { ...theme.selected, ...(style.bold === true ? { bold: true } : {}) }
    : { ...style, ...theme.selected };
};

const selectedMade = new WeakMap<Theme, Map<TextRole, SgrStyle>>();

/** A role's style on this ground: the same object each time, so that frames can be compared piece by piece. */
const styleFor = (theme: Theme, ground: LineBackground, role: TextRole): SgrStyle => {
  // The environment's edges are the same whatever lies on the rows between them.
  if (role.startsWith('edge.')) return theme.styles[role];
  if (ground !== 'selected') return styleOn(ground, theme.styles[role], theme);
  const made = selectedMade.get(theme) ?? new Map<TextRole, SgrStyle>();
  selectedMade.set(theme, made);
  const had = made.get(role);
  if (had !== undefined) return had;
  const style = styleOn(ground, theme.styles[role], theme);
  made.set(role, style);
  return style;
};

/**
 * A line as it is to look: neighbours that look the same are one piece, unless one has characters that a terminal may
 * see wider or narrower than we do.
 */
export const styleLine = (line: StyledLine, theme: Theme, ground: LineBackground = 'plain'): StyledRow => {
  const row: StyledPiece[] = [];
  let [text, style]: [string, SgrStyle | undefined] = ['', undefined];
  for (const run of line) {
    if (run.text === '') continue;
    const next = styleFor(theme, ground, run.role);
    if (next === style && isSingleCellText(run.text) && isSingleCellText(text)) text += run.text;
    else {
      if (style !== undefined) row.push({ text, style });
      [text, style] = [run.text, next];
    }
  }
  if (style !== undefined) row.push({ text, style });
  return row;
};

/** A row as the terminal takes it: text with SGR, nothing else; all that it switched on is off again at its end. */
export const rowToAnsi = (row: StyledRow, after: (piece: StyledPiece) => string = () => ''): string => {
  let result = '';
  let active: readonly Code[] = [];
  for (const piece of row) {
    const next = change(active, codesOf(piece.style));
    result += next.text + piece.text + after(piece);
    active = next.active;
  }
  return result + change(active, []).text;
};

/**
 * A whole row from the first cell on. Behind a piece that the terminal may see in another width the cursor is put where
 * we know it to be, so that what follows stands in its column whatever the terminal thinks.
 */
export const positionedRowToAnsi = (row: StyledRow): string => {
  let cells = 0;
  return rowToAnsi(row, ({ text }) => {
    cells += widthOf(text);
    return isSingleCellText(text) ? '' : `\u001b[${cells + 1}G`;
  });
};

/** A line as the terminal takes it. */
export const lineToAnsi = (line: StyledLine, theme: Theme, ground: LineBackground = 'plain'): string =>
  rowToAnsi(styleLine(line, theme, ground));
