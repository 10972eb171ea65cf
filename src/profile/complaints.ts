import { type Complaint, complaintLine, type Position } from '../domain/position.ts';

/** An error at a place. */
export const refuse = (position: Position, what: string, todo: string): Complaint => ({
  position,
  severity: 'error',
  what,
  todo,
});

/** Each complaint once, by file, in the order of the text. */
export const inOrder = (complaints: readonly Complaint[]): readonly Complaint[] => {
  const lines = new Map(complaints.map((one) => [complaintLine(one), one]));
  return [...lines.values()].sort(
    (a, b) =>
      a.position.file.localeCompare(b.position.file) ||
      a.position.line - b.position.line ||
      a.position.col - b.position.col,
  );
};
