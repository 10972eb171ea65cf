/** A word of a command. */
export interface ShellWord {
  /** The word without quotes. Expansions stay as written. */
  readonly value: string;
  /** False: it contains a variable, a command substitution or a pattern, so its value is unknown. */
  readonly isLiteral: boolean;
}

/** A redirection: `2>&1` has the operator `>&` and the target `1`. */
export interface ShellRedirect {
  readonly operator: string;
  readonly target: ShellWord;
  /** The lines of a here-document. */
  readonly body?: string;
}

/** One program with its arguments, or assignments alone. */
export interface SimpleCommand {
  readonly assignments: readonly string[];
  readonly words: readonly ShellWord[];
  readonly redirects: readonly ShellRedirect[];
  /** It reads the output of the command before it. */
  readonly isPiped: boolean;
}

/** A comment without its mark. */
export const withoutHash = (comment: string): string => comment.replace(/^#+\s*/, '');

const openers: ReadonlySet<string> = new Set([
  'if',
  'for',
  'while',
  'until',
  'case',
  'select',
  '{',
  'function',
]);
const closers: ReadonlySet<string> = new Set(['fi', 'done', 'esac', '}']);
const fillers: ReadonlySet<string> = new Set(['then', 'do', 'else', 'elif', '!', 'in']);

class Unclosed extends Error {}

/** The substitutions of a text in which the shell expands them: a here-document, `${…}`, `$((…))`. */
const substitutionsIn = (text: string): readonly string[] => {
  if (!/\$\(|`|[<>]\(/.test(text)) return [];
  // The text of an expansion may be nested in quotes in ways that are not followed: all of it then counts as unknown.
  const found = [...text.matchAll(/\$\(((?:[^()'"`]|\([^()'"`]*\))*)\)|`([^`]*)`/g)].map(
    ([, inner, quoted]) => inner ?? quoted ?? '',
  );
  const rest = text.replaceAll(/\$\(((?:[^()'"`]|\([^()'"`]*\))*)\)|`([^`]*)`/g, '');
  return /\$\(|`|[<>]\(/.test(rest) ? [...found, ''] : found;
};

/** Reads one statement from a text, at a position. Throws Unclosed. */
class StatementReader {
  pos: number;
  readonly commands: SimpleCommand[] = [];
  readonly substitutions: string[] = [];
  comment = '';
  isCompound = false;
  private readonly text: string;
  private depth = 0;
  private isPiped = false;
  private words: ShellWord[] = [];
  private assignments: string[] = [];
  private redirects: ShellRedirect[] = [];
  private heredocs: {
    readonly mark: string;
    readonly tabs: boolean;
    /** A quoted mark: nothing in the body is expanded. */
    readonly isQuoted: boolean;
    readonly index: number;
    readonly of: ShellRedirect[];
  }[] = [];

  constructor(text: string, pos: number) {
    this.text = text;
    this.pos = pos;
  }

  private endCommand(): void {
    if (this.words.length > 0 || this.assignments.length > 0 || this.redirects.length > 0)
      this.commands.push({
        assignments: this.assignments,
        words: this.words,
        redirects: this.redirects,
        isPiped: this.isPiped,
      });
    this.words = [];
    this.assignments = [];
    this.redirects = [];
    this.isPiped = false;
  }

  /** Skips to the matching bracket; quotes inside are respected. Returns the text between. */
  private bracketed(open: string, close: string): string {
    const from = this.pos;
    let level = 1;
    while (this.pos < this.text.length) {
      const char = this.text[this.pos];
      if (char === '\\') this.pos += 1;
      else if (char === "'") this.until("'");
      else if (char === open) level += 1;
      else if (char === close && --level === 0) return this.text.slice(from, this.pos++);
      this.pos += 1;
    }
    throw new Unclosed();
  }

  private until(quote: string): string {
    const end = this.text.indexOf(quote, this.pos + 1);
    if (end < 0) throw new Unclosed();
    const inner = this.text.slice(this.pos + 1, end);
    this.pos = end;
    return inner;
  }

  /** Reads an expansion at `$` or a backquote. Returns its text, or undefined for a plain `$`. */
  private expansion(): string | undefined {
    const from = this.pos;
    if (this.text[from] === '`') {
      this.substitutions.push(this.until('`'));
      this.pos += 1;
      return this.text.slice(from, this.pos);
    }
    const next = this.text[from + 1] ?? '';
    if (next === '(' || next === '{') {
      this.pos += 2;
      const inner = this.bracketed(next, next === '(' ? ')' : '}');
      if (next === '(' && !inner.startsWith('(')) this.substitutions.push(inner);
      else this.substitutions.push(...substitutionsIn(inner));
      return this.text.slice(from, this.pos);
    }
    const name = /^\$(?:\w+|[@*#?$!-])/.exec(this.text.slice(from, from + 80))?.[0];
    if (name === undefined) return undefined;
    this.pos += name.length;
    return name;
  }

  /** Reads an expansion, if this character begins one. */
  private expansionAt(char: string): string | undefined {
    return char === '$' || char === '`' ? this.expansion() : undefined;
  }

  /** Reads a backslash and the character after it, and returns that character; '' for a continued line. */
  private escaped(): string {
    const next = this.text[this.pos + 1] ?? '';
    this.pos += 2;
    return next === '\n' ? '' : next;
  }

  private doubleQuoted(): ShellWord {
    let value = '';
    let isLiteral = true;
    this.pos += 1;
    while (this.text[this.pos] !== '"') {
      const char = this.text[this.pos];
      if (char === undefined) throw new Unclosed();
      const expanded = this.expansionAt(char);
      isLiteral &&= expanded === undefined;
      if (expanded !== undefined) value += expanded;
      else if (char === '\\') {
        const next = this.escaped();
        value += '$`"\\'.includes(next) ? next : `\\${next}`;
      } else {
        value += char;
        this.pos += 1;
      }
    }
    this.pos += 1;
    return { value, isLiteral };
  }

  private word(): ShellWord {
    let value = '';
    let isLiteral = true;
    while (this.pos < this.text.length && !/[\s;|&<>()]/.test(this.text[this.pos] ?? '')) {
      const part = this.wordPart();
      value += part.value;
      isLiteral &&= part.isLiteral;
    }
    return { value, isLiteral };
  }

  /** Reads a part of a word: quoted, escaped, expanded, or one character. */
  private wordPart(): ShellWord {
    const char = this.text[this.pos] ?? '';
    if (char === '"') return this.doubleQuoted();
    if (char === '\\') return { value: this.escaped(), isLiteral: true };
    if (char === "'") {
      const value = this.until("'");
      this.pos += 1;
      return { value, isLiteral: true };
    }
    const expanded = this.expansionAt(char);
    if (expanded !== undefined) return { value: expanded, isLiteral: false };
    this.pos += 1;
    // `$'…'` may escape any character.
    const isAnsiQuoted = char === '$' && /['"]/.test(this.text[this.pos] ?? '');
    return { value: char, isLiteral: !isAnsiQuoted && !'*?['.includes(char) };
  }

  /** Reads a redirection, without the number of its file descriptor. */
  private redirect(): void {
    if (/\d/.test(this.text[this.pos] ?? '')) this.pos += 1;
    const operator = /^(?:&>>|&>|>>|>&|<&|<<<|<<-|<<|>\||>|<)/.exec(this.text.slice(this.pos))?.[0] ?? '>';
    this.pos += operator.length;
    while (/[ \t]/.test(this.text[this.pos] ?? '')) this.pos += 1;
    const from = this.pos;
    const target = this.word();
    const isQuoted = /['"\\]/.test(this.text.slice(from, this.pos));
    const own = this.redirects;
    own.push({ operator, target });
    if (operator === '<<' || operator === '<<-')
      this.heredocs.push({
        mark: target.value,
        tabs: operator === '<<-',
        isQuoted,
        index: own.length - 1,
        of: own,
      });
  }

  /** Reads the bodies of the here-documents that this line has begun. */
  private bodies(): void {
    for (const { mark, tabs, isQuoted, index, of } of this.heredocs.splice(0)) {
      const body = this.linesUntil((line) => (tabs ? line.replace(/^\t+/, '') : line).trimEnd() === mark);
      if (!isQuoted) this.substitutions.push(...substitutionsIn(body));
      const begun = of[index];
      if (begun !== undefined) of[index] = { ...begun, body };
    }
  }

  private linesUntil(isMark: (line: string) => boolean): string {
    const lines: string[] = [];
    for (;;) {
      if (this.pos >= this.text.length) throw new Unclosed();
      const end = this.text.indexOf('\n', this.pos);
      const line = this.text.slice(this.pos, end < 0 ? undefined : end);
      this.pos = end < 0 ? this.text.length : end + 1;
      if (isMark(line)) return lines.join('\n');
      lines.push(line);
    }
  }

  private keep(word: ShellWord): void {
    const isFirst = this.words.length === 0 && this.assignments.length === 0;
    if (isFirst && word.isLiteral && openers.has(word.value)) {
      this.depth += 1;
      this.isCompound = true;
      // The words of a loop head are data: they are kept as one command that is not executed.
      if (word.value === 'for' || word.value === 'case' || word.value === 'select') this.words.push(word);
      return;
    }
    if (isFirst && word.isLiteral && closers.has(word.value)) {
      this.depth -= 1;
      return;
    }
    if (isFirst && word.isLiteral && fillers.has(word.value)) return;
    if (this.words.length === 0 && /^[A-Za-z_]\w*\+?=/.test(word.value)) this.assignments.push(word.value);
    else this.words.push(word);
  }

  /** Reads up to the end of the statement. */
  read(): void {
    while (this.pos < this.text.length)
      if (this.text[this.pos] !== '\n') this.readToken();
      else if (this.lineEnds()) return;
    if (this.heredocs.length > 0 || this.depth > 0) throw new Unclosed();
    this.endCommand();
  }

  private readToken(): void {
    const rest = this.text.slice(this.pos, this.pos + 3);
    const char = rest[0] ?? '';
    if (/\s/.test(char)) this.pos += 1;
    else if (rest.startsWith('\\\n')) this.pos += 2;
    else if (char === '#') this.readComment();
    else if (/^\d?(?:&>>?|>>|>&|<&|<<<|<<-?|>\||>|<)/.test(rest)) this.redirect();
    else if (/^(?:\|\||&&|;;|\|&|[|;&])/.test(rest)) this.operator(rest);
    else if (char === '(' || char === ')') this.parenthesis(char);
    else this.keep(this.word());
  }

  /** Reads the end of a line. Returns whether the statement ends with it. */
  private lineEnds(): boolean {
    this.pos += 1;
    this.bodies();
    if (this.isPiped && this.words.length === 0) return false;
    this.endCommand();
    return this.depth <= 0;
  }

  private readComment(): void {
    const end = this.text.indexOf('\n', this.pos);
    const stop = end < 0 ? this.text.length : end;
    this.comment = withoutHash(this.text.slice(this.pos, stop)).trim();
    this.pos = stop;
  }

  private parenthesis(char: '(' | ')'): void {
    this.depth += char === '(' ? 1 : -1;
    this.isCompound = true;
    this.pos += 1;
    this.endCommand();
  }

  private operator(rest: string): void {
    const operator = /^(?:\|\||&&|;;|\|&|[|;&])/.exec(rest)?.[0] ?? ';';
    this.pos += operator.length;
    this.endCommand();
    if (operator === '|' || operator === '|&') this.isPiped = true;
    else if (operator === '&&' || operator === '||') {
      this.isCompound = true;
      // The next command may stand on the next line.
      while (/\s/.test(this.text[this.pos] ?? '')) this.pos += 1;
    } else if (this.text.slice(this.pos).split('\n', 1)[0]?.trim() !== '') this.isCompound = true;
  }
}

/** Reads the statement at a position. A broken one is only its first line, which ends at `next`. */
export const readStatement = (text: string, pos: number, next: number) => {
  const reader = new StatementReader(text, pos);
  try {
    reader.read();
    return { reader, isBroken: false, end: reader.pos };
  } catch (error) {
    if (!(error instanceof Unclosed)) throw error;
    return { reader, isBroken: true, end: next };
  }
};
