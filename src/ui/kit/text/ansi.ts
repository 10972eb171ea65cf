import type { Level } from '../../../domain/facts/level.ts';
import type { TextRole } from '../theme/roles.ts';
import type { SgrStyle, Theme } from '../theme/theme.ts';
import type { StyledLine } from './line.ts';
import { isSingleCellText, widthOf } from './width.ts';

/** Background of a whole line, below the styles of its runs: of a level, its tint. */
type LineBackground = 'plain' | 'selected' | 'dimmed' | Level;

/** A piece of a row with a single style. Styles of one theme are the same objects in every frame. */
export interface StyledPiece {
  readonly text: string;
  readonly style: SgrStyle;
}

/** A styled row of the screen, left to right. */
export type StyledRow = readonly StyledPiece[];

/** The width of a row in cells. */
export const rowWidth = (row: StyledRow): number => row.reduce((sum, { text }) => sum + widthOf(text), 0);

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
 * Changes from the active SGR codes to the wanted ones with the fewest bytes: closes what ends, opens what begins, keeps
 * the order of activation. Ink's output stage writes the same form, so it does not change the row again.
 */
const change = (
  active: readonly Code[],
  wantedCodes: readonly Code[],
): { text: string; active: readonly Code[] } => {
  if (active === wantedCodes) return { text: '', active };
  const closed = active.filter((code) => !wantedCodes.some((other) => other.off === code.off));
  const opened = wantedCodes.filter((code) => !active.some((other) => other.on === code.on));
  const stillActive = active.filter((code) => wantedCodes.some((other) => other.on === code.on));
  const text = [...closed.toReversed().map((code) => code.off), ...opened.map((code) => code.on)];
  return { text: text.map(sgr).join(''), active: [...stillActive, ...opened] };
};

const styleOn = (ground: LineBackground, style: SgrStyle, theme: Theme): SgrStyle => {
  if (ground === 'dimmed') return theme.dimmed;
  // A badge with its own background is readable only on that one.
  if (ground === 'plain' || style.bg !== undefined) return style;
  if (ground !== 'selected') return { ...theme.tints[ground], ...style };
  // On an inverse row, the 16 ANSI colors would become colored blocks, and an inverse cell would be plain again.
  if (theme.selected.inverse === true)
    return {
      ...(style.inverse === true ? {} : theme.selected),
      ...(style.bold === true ? { bold: true } : {}),
    };
  return { ...theme.selected, ...style };
};

const stylesMade = new WeakMap<Theme, Map<string, SgrStyle>>();

/** The style of a role on a background; always the same object, so that frames can be compared by identity. */
const styleFor = (theme: Theme, ground: LineBackground, role: TextRole): SgrStyle => {
  if (ground === 'plain' || ground === 'dimmed') return styleOn(ground, theme.styles[role], theme);
  const made = stylesMade.get(theme) ?? new Map<string, SgrStyle>();
  stylesMade.set(theme, made);
  const name = `${ground} ${role}`;
  const cached = made.get(name);
  if (cached !== undefined) return cached;
  const style = styleOn(ground, theme.styles[role], theme);
  made.set(name, style);
  return style;
};

/**
 * Styles a line. Adjacent runs of the same style are merged, unless one has characters whose width may differ in the
 * terminal.
 */
export const styleLine = (line: StyledLine, theme: Theme, ground: LineBackground = 'plain'): StyledRow => {
  const row: StyledPiece[] = [];
  let text = '';
  let style: SgrStyle | undefined;
  // Each text is looked at once: lines made cell by cell are merged from hundreds of runs.
  let isMergeable = false;
  for (const run of line) {
    if (run.text === '') continue;
    const next = styleFor(theme, ground, run.role);
    const isPlain = isSingleCellText(run.text);
    if (next === style && isPlain && isMergeable) text += run.text;
    else {
      if (style !== undefined) row.push({ text, style });
      [text, style, isMergeable] = [run.text, next, isPlain];
    }
  }
  if (style !== undefined) row.push({ text, style });
  return row;
};

/** Converts a row to text with SGR codes only. All codes are closed at its end. */
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
 * Converts a whole row, starting in the first cell. After a piece whose width may differ in the terminal, the cursor is
 * positioned explicitly, so that the rest stays in its column.
 */
export const positionedRowToAnsi = (row: StyledRow): string => {
  let cells = 0;
  return rowToAnsi(row, ({ text }) => {
    cells += widthOf(text);
    return isSingleCellText(text) ? '' : `\u001b[${cells + 1}G`;
  });
};

/** Converts a line to text with SGR codes. */
export const lineToAnsi = (line: StyledLine, theme: Theme, ground: LineBackground = 'plain'): string =>
  rowToAnsi(styleLine(line, theme, ground));
