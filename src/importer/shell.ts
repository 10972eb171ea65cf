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

/** Reads a script line by line, and from a line that may begin a statement, the statement. */
class ScriptReader {
  readonly statements: ShellStatement[] = [];
  readonly remarks: { line: number; text: string }[] = [];
  readonly others: { line: number; text: string }[] = [];
  /** The comments above the next statement. */
  #above: string[] = [];
  #pos = 0;
  #line = 0;
  #broken = 0;
  readonly #text: string;
  readonly #isCommand: (line: string) => boolean;

  constructor(text: string, isCommand: (line: string) => boolean) {
    this.#text = text;
    this.#isCommand = isCommand;
  }

  read(): ShellScript {
    while (this.#pos < this.#text.length) {
      const end = this.#text.indexOf('\n', this.#pos);
      const next = end < 0 ? this.#text.length : end + 1;
      const line = this.#text.slice(this.#pos, next);
      const isCode = !/^\s*(?:#|$)/.test(line);
      if (isCode && this.#isCommand(line.trim())) this.#readStatement(next);
      else this.#readOther(line);
    }
    this.#dropComments();
    return this;
  }

  /** Reads a line where no statement begins. */
  #readOther(line: string): void {
    const first = line.trim();
    if (first === '') this.#dropComments();
    else if (!first.startsWith('#')) this.others.push({ line: this.#line, text: line.trimEnd() });
    else if (!first.startsWith('#!')) this.#above.push(withoutHash(first));
    this.#advance(this.#pos + line.length);
  }

  #readStatement(next: number): void {
    const searched = this.#broken < mostBroken ? this.#text : this.#text.slice(0, next);
    const { reader, isBroken, end } = readStatement(searched, this.#pos, next);
    if (isBroken) this.#broken += 1;
    const own = reader.isCompound ? '' : reader.comment;
    this.statements.push({
      line: this.#line,
      raw: this.#text.slice(this.#pos, end).trim(),
      commands: reader.commands,
      substitutions: reader.substitutions,
      isCompound: reader.isCompound,
      isBroken,
      comment: this.#above.length > 0 ? this.#above.join(' ') : own,
    });
    this.#above = [];
    this.#advance(end);
  }

  /** Keeps the comments above as remarks: they describe no statement. */
  #dropComments(): void {
    const from = this.#line - this.#above.length;
    for (const [i, text] of this.#above.entries()) this.remarks.push({ line: from + i, text });
    this.#above = [];
  }

  #advance(to: number): void {
    this.#line += lineCount(this.#text.slice(this.#pos, to));
    this.#pos = to;
  }
}

/**
 * Splits a POSIX shell script into its statements, as far as that is possible without executing anything.
 * Comment lines describe the statement below them. A line whose quote is never closed is a statement of its own.
 * `isCommand` decides whether a line may begin a statement.
 */
export const parseShell = (text: string, isCommand: (line: string) => boolean = () => true): ShellScript => {
  const { statements, remarks, others } = new ScriptReader(text, isCommand).read();
  return { statements, remarks, others };
};
