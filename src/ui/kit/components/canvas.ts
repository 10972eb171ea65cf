import type { DOMElement } from 'ink';
import type { StyledPiece, StyledRow } from '../text/ansi.ts';
import { sliceCells, widthOf } from '../text/width.ts';

/** The rows that a mounted leaf of the tree shows. */
interface Leaf {
  readonly rows: readonly StyledRow[];
  /** Width of every row in cells. */
  readonly width: number;
}

/** A row of a leaf, at its place on one row of the screen. */
interface Span {
  readonly x: number;
  readonly width: number;
  readonly row: StyledRow;
}

/** The output stage beneath Ink: composes the rows of all mounted leaves at the positions that Yoga computed. */
export interface Canvas {
  /** Sets the rows of a leaf. They appear with the next paint. */
  place(node: DOMElement, leaf: Leaf): void;
  remove(node: DOMElement): void;
  /** Sets the root of the screen and its size in cells. */
  mount(root: DOMElement, size: { readonly columns: number; readonly rows: number }): void;
  /**
   * All rows of the screen. Leaves are drawn in tree order, so that later ones cover earlier ones. A row is the same object
   * as in the last call if none of its leaves has changed.
   */
  compose(): readonly StyledRow[];
}

/** The part of a row in cells `from` to `to`. */
export const sliceRow = (row: StyledRow, from: number, to: number): StyledRow => {
  const result: StyledPiece[] = [];
  let position = 0;
  for (const piece of row) {
    const end = position + widthOf(piece.text);
    if (end > from && position < to)
      result.push(
        position >= from && end <= to
          ? piece
          : { ...piece, text: sliceCells(piece.text, from - position, to - position) },
      );
    position = end;
  }
  return result;
};

const unstyled = {};

const blank = (cells: number): StyledRow => (cells > 0 ? [{ text: ' '.repeat(cells), style: unstyled }] : []);

/** Draws `span` over the first `width` cells of a row. */
export const drawOverRow = (base: StyledRow, width: number, { x, width: cells, row }: Span): StyledRow =>
  x >= width
    ? [...base, ...blank(x - width), ...row]
    : [...sliceRow(base, 0, x), ...row, ...sliceRow(base, x + cells, width)];

const composeRow = (spans: readonly Span[], columns: number): StyledRow => {
  const [only] = spans;
  if (spans.length === 1 && only !== undefined && only.x === 0 && only.width === columns) return only.row;
  let row: StyledRow = [];
  let width = 0;
  for (const span of spans) {
    row = drawOverRow(row, width, span);
    width = Math.max(width, span.x + span.width);
  }
  return width > columns ? sliceRow(row, 0, columns) : [...row, ...blank(columns - width)];
};

const sameSpans = (a: readonly Span[], b: readonly Span[]): boolean =>
  a.length === b.length &&
  a.every((span, index) => {
    const other = b[index];
    return span.row === other?.row && span.x === other.x && span.width === other.width;
  });

/** A composed row with the spans it was made from. */
interface Composed {
  readonly spans: readonly Span[];
  readonly columns: number;
  readonly row: StyledRow;
}

/** Creates an empty canvas. `changed` is called when a leaf has changed. */
export const createCanvas = (changed: () => void): Canvas => {
  const leaves = new Map<DOMElement, Leaf>();
  let mounted: { readonly root: DOMElement; readonly columns: number; readonly rows: number } | undefined;
  let last: readonly Composed[] = [];

  const collect = (node: DOMElement, x: number, y: number, spans: Span[][]): void => {
    const left = x + (node.yogaNode?.getComputedLeft() ?? 0);
    const top = y + (node.yogaNode?.getComputedTop() ?? 0);
    const leaf = leaves.get(node);
    if (leaf !== undefined)
      for (const [index, row] of leaf.rows.entries())
        spans[top + index]?.push({ x: left, width: leaf.width, row });
    for (const child of node.childNodes) if (child.nodeName !== '#text') collect(child, left, top, spans);
  };

  return {
    place: (node, leaf) => {
      const had = leaves.get(node);
      leaves.set(node, leaf);
      if (had?.rows !== leaf.rows || had.width !== leaf.width) changed();
    },
    remove: (node) => {
      leaves.delete(node);
      changed();
    },
    mount: (root, size) => {
      mounted = { root, ...size };
      changed();
    },
    compose: () => {
      if (mounted === undefined) return [];
      const { root, columns, rows } = mounted;
      const spans = Array.from({ length: rows }, (): Span[] => []);
      collect(root, 0, 0, spans);
      last = spans.map((own, y) => {
        const had = last[y];
        return had !== undefined && had.columns === columns && sameSpans(had.spans, own)
          ? had
          : { spans: own, columns, row: composeRow(own, columns) };
      });
      return last.map(({ row }) => row);
    },
  };
};
