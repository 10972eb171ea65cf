import { closestWord } from '../../domain/text/closest-word.ts';
import { compareText } from '../../domain/text/compare-text.ts';
import { joinFirst } from '../../domain/text/count-text.ts';
import { type Diagnostic, formatDiagnostic, type Position } from '../../domain/text/position.ts';

/** Longer words are not compared: the cost is the product of both lengths. */
const longest = 60;

/**
 * Returns the known word that was probably meant: near enough, or the only one with this prefix. Undefined when there
 * is none.
 */
export const nearestWord = (word: string, known: Iterable<string>): string | undefined => {
  if (word.length > longest) return undefined;
  const words = [...known];
  const begun = word.length < 3 ? [] : words.filter((text) => text.startsWith(word));
  return closestWord(word, words) ?? (begun.length === 1 ? begun[0] : undefined);
};

const most = 12;

/** The hint for an unknown word: `did you mean "checks"?`, or the list of known words. */
export const didYouMean = (word: string, known: readonly string[], none = 'remove it'): string => {
  const meant = nearestWord(word, known);
  if (meant !== undefined) return `did you mean "${meant}"?`;
  if (known.length === 0) return none;
  return `valid: ${joinFirst(known, most)}`;
};

/** Creates an error at a position. */
export const errorAt = (position: Position, what: string, todo: string): Diagnostic => ({
  position,
  severity: 'error',
  what,
  todo,
});

/** Equal for diagnostics that say to write the same at the same place. */
const sameAdvice = ({ position: { file, line, col }, todo }: Diagnostic): string =>
  `${file}:${line}:${col}: ${todo}`;

const severities = ['error', 'warning', 'note'];

/** Sorts diagnostics by severity, file and position, without duplicates: what has to be corrected comes first. */
export const sortDiagnostics = (diagnostics: readonly Diagnostic[]): readonly Diagnostic[] => {
  const lines = new Map(diagnostics.map((diagnostic) => [formatDiagnostic(diagnostic), diagnostic]));
  const errors = new Set(diagnostics.filter(({ severity }) => severity === 'error').map(sameAdvice));
  const isRepeated = (diagnostic: Diagnostic): boolean =>
    diagnostic.severity !== 'error' && errors.has(sameAdvice(diagnostic));
  return [...lines.values()]
    .filter((diagnostic) => !isRepeated(diagnostic))
    .sort(
      (a, b) =>
        severities.indexOf(a.severity) - severities.indexOf(b.severity) ||
        compareText(a.position.file, b.position.file) ||
        a.position.line - b.position.line ||
        a.position.col - b.position.col,
    );
};
