import { readStatement, type SimpleCommand, withoutHash } from './statement-reader.ts';

/** One logical line of a script: continuations, here-documents and compound commands belong to it. */
export interface ShellStatement {
  /** First line, from 0. */
  readonly line: number;
  readonly raw: string;
  readonly commands: readonly SimpleCommand[];
  /** Texts of `$(…)` and backquotes, which the shell executes too. */
  readonly substitutions: readonly string[];
  /** A loop, a condition, a function, or several commands: it cannot be one operation. */
  readonly isCompound: boolean;
  /** A quote or a bracket is not closed. */
  readonly isBroken: boolean;
  /** Text of the comment lines directly above it, or behind it. */
  readonly comment: string;
}

const lineCount = (text: string): number => text.split('\n').length - 1;

/** A parsed script: its statements, and the comments that describe none of them. */
export interface ShellScript {
  readonly statements: readonly ShellStatement[];
  readonly remarks: readonly { readonly line: number; readonly text: string }[];
  /** Lines where no statement begins: output, prose. */
  readonly others: readonly { readonly line: number; readonly text: string }[];
}

/** After so many broken statements, each further one is looked for in its own line only: the time stays linear. */
const mostBroken = 20;

/**
 * Splits a POSIX shell script into its statements, as far as that is possible without executing anything.
 * Comment lines describe the statement below them. A line whose quote is never closed is a statement of its own.
 * `isCommand` decides whether a line may begin a statement.
 */
export const parseShell = (text: string, isCommand: (line: string) => boolean = () => true): ShellScript => {
  const statements: ShellStatement[] = [];
  const remarks: { line: number; text: string }[] = [];
  const others: { line: number; text: string }[] = [];
  let above: string[] = [];
  const drop = (): void => {
    for (const [i, remark] of above.entries()) remarks.push({ line: line - above.length + i, text: remark });
    above = [];
  };
  let pos = 0;
  let line = 0;
  let broken = 0;
  const advance = (to: number): void => {
    line += lineCount(text.slice(pos, to));
    pos = to;
  };
  while (pos < text.length) {
    const end = text.indexOf('\n', pos);
    const next = end < 0 ? text.length : end + 1;
    const first = text.slice(pos, next).trim();
    if (first === '' || first.startsWith('#')) {
      if (first === '') drop();
      else if (!first.startsWith('#!')) above.push(withoutHash(first));
      advance(next);
      continue;
    }
    if (!isCommand(first)) {
      others.push({ line, text: text.slice(pos, next).trimEnd() });
      advance(next);
      continue;
    }
    const searched = broken < mostBroken ? text : text.slice(0, next);
    const { reader, isBroken, end: stop } = readStatement(searched, pos, next);
    if (isBroken) broken += 1;
    statements.push({
      line,
      raw: text.slice(pos, stop).trim(),
      commands: reader.commands,
      substitutions: reader.substitutions,
      isCompound: reader.isCompound,
      isBroken,
      comment: above.length > 0 ? above.join(' ') : reader.isCompound ? '' : reader.comment,
    });
    above = [];
    advance(stop);
  }
  drop();
  return { statements, remarks, others };
};
