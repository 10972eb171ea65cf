import { closestWord } from '../domain/closest-word.ts';
import { type Complaint, formatComplaint, type Position } from '../domain/position.ts';

/** Nobody writes a longer name, and a comparison costs the product of both lengths. */
const longest = 60;

/** The known word that was probably meant; undefined when none is near enough, and none alone begins so. */
export const nearestWord = (word: string, known: Iterable<string>): string | undefined => {
  if (word.length > longest) return undefined;
  const words = [...known];
  const begun = word.length < 3 ? [] : words.filter((one) => one.startsWith(word));
  return closestWord(word, words) ?? (begun.length === 1 ? begun[0] : undefined);
};

const most = 12;

/** The second half of a complaint about an unknown word: `did you mean "checks"?`, or what there is. */
export const didYouMean = (word: string, known: readonly string[], none = 'remove it'): string => {
  const meant = nearestWord(word, known);
  if (meant !== undefined) return `did you mean "${meant}"?`;
  if (known.length === 0) return none;
  const more = known.length > most ? ` and ${known.length - most} more` : '';
  return `valid: ${known.slice(0, most).join(', ')}${more}`;
};

/** An error at a place. */
export const errorAt = (position: Position, what: string, todo: string): Complaint => ({
  position,
  severity: 'error',
  what,
  todo,
});

/** Each complaint once, by file, in the order of the text. */
export const sortComplaints = (complaints: readonly Complaint[]): readonly Complaint[] => {
  const lines = new Map(complaints.map((one) => [formatComplaint(one), one]));
  return [...lines.values()].sort(
    (a, b) =>
      a.position.file.localeCompare(b.position.file) ||
      a.position.line - b.position.line ||
      a.position.col - b.position.col,
  );
};
