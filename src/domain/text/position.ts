import { sentenceCase } from './sentence-case.ts';
/** A position in a file, 1-based. */
export interface Position {
  readonly file: string;
  readonly line: number;
  readonly col: number;
}

/** Formats a position as editors and compilers do: `file:line:col`. */
export const positionText = (p: Position): string => `${p.file}:${p.line}:${p.col}`;

/** Formats the line of a position: `profiles/shop/production.yaml:31`. */
export const linePosition = ({ file, line }: Position): string => `${file}:${line}`;

/** Formats a position for a line of the screen: `production.yaml:31`. */
export const shortPosition = ({ file, line }: Position): string =>
  `${file.split('/').at(-1) ?? file}:${line}`;

/** A problem in a profile. `what` is the problem, `todo` the fix. */
export interface Diagnostic {
  readonly position: Position;
  /** A note says what could be simpler: it is no warning, and `--strict` lets it pass. */
  readonly severity: 'error' | 'warning' | 'note';
  /** True: `validate` refuses it, although the environment opens with it as a warning. */
  readonly isRefused?: true;
  readonly what: string;
  readonly todo: string;
}

/** Formats a diagnostic: `file:line:col: what; what to do`. */
export const formatDiagnostic = (c: Diagnostic): string =>
  `${positionText(c.position)}: ${c.severity === 'error' ? '' : `${c.severity}: `}${c.what}${c.todo === '' ? '' : `. ${sentenceCase(c.todo)}`}`;
