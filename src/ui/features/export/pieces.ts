import { widthOf } from '../../text/width.ts';
import { type Block, blockOf } from './blocks.ts';

/** A part of a run that is drawn as one thing; `at`: cells from the run's begin. */
export type Piece =
  | { readonly is: 'text'; readonly at: number; readonly cells: number; readonly text: string }
  | { readonly is: 'glyph'; readonly at: number; readonly cells: number; readonly text: string }
  | { readonly is: 'block'; readonly at: number; readonly cells: number; readonly block: Block };

/** Latin letters and common signs, which every monospace font has at its own width; others may come from another font. */
const common = /^[\x20-\x7e\u00a0-\u00ff–…]$/;
const segmenter = new Intl.Segmenter();

const pieceOf = (text: string, at: number): Piece => {
  const [block, cells] = [blockOf(text), widthOf(text)];
  if (block !== undefined) return { is: 'block', at, cells, block };
  return { is: common.test(text) ? 'text' : 'glyph', at, cells, text };
};

/** Two neighbours as one; undefined when they are not drawn alike. */
const joined = (a: Piece | undefined, b: Piece): Piece | undefined => {
  if (a === undefined) return undefined;
  const cells = a.cells + b.cells;
  if (a.is === 'text' && b.is === 'text') return { ...a, cells, text: a.text + b.text };
  const isSameBlock =
    a.is === 'block' &&
    b.is === 'block' &&
    a.block.height === b.block.height &&
    a.block.shade === b.block.shade;
  return isSameBlock && a.block.width === 1 && b.block.width === 1 ? { ...a, cells } : undefined;
};

/** Text without blanks at its ends; undefined when nothing is left. */
const trimmed = (piece: Piece): Piece | undefined => {
  if (piece.is !== 'text') return piece;
  const text = piece.text.trimEnd();
  const begin = text.length - text.trimStart().length;
  const rest = text.slice(begin);
  return rest === '' ? undefined : { is: 'text', at: piece.at + begin, cells: rest.length, text: rest };
};

/** A text as pieces, each of which keeps to its cells whatever the font. */
export const piecesOf = (text: string): readonly Piece[] => {
  const pieces: Piece[] = [];
  let at = 0;
  for (const { segment } of segmenter.segment(text)) {
    const piece = pieceOf(segment, at);
    const together = joined(pieces.at(-1), piece);
    if (together === undefined) pieces.push(piece);
    else pieces[pieces.length - 1] = together;
    at += piece.cells;
  }
  return pieces.flatMap((piece) => trimmed(piece) ?? []);
};
