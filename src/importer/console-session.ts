import { atConsolePrompt, atContinuation, atShellPrompt, type TypedLanguage } from './console-prompts.ts';
import { redisCommands } from './danger-table.ts';
import type { CodeBlock, Placed } from './document.ts';

/** A text that was typed at a prompt, with its line in the block, from 0. */
export interface TypedText {
  readonly line: number;
  readonly text: string;
  readonly language: TypedLanguage;
}

/** Typed texts and output of a session. */
export interface ConsoleSession {
  readonly typed: readonly TypedText[];
  readonly output: readonly Placed[];
}

/** Commands of a client of SQL that end without a semicolon. */
const clientCommand = /^(?:\\|(?:use|exit|quit|help|status|source|connect|system|tee|go)\b)/i;

/** Words with which a statement goes on in a line without a prompt of its own. */
const statementGoesOn =
  /^\s*(?:from|where|and|or|order|group|having|limit|offset|(?:left|right|inner|outer|cross|full)?\s*join|on|set|values|select|using|union|returning|into|as|with|when|then|delete|update|insert|drop|truncate|alter|cascade|[,()])/i;

/** True: the console leaves these, and changes nothing. */
const leaves = (text: string): boolean => /^(?:exit|quit|logout|bye|\\q)(?:\(\))?\s*;?$/i.test(text.trim());

const openBrackets = (text: string): number => {
  const code = text.replaceAll(/'[^'\n]*'|"[^"\n]*"/g, '');
  return (code.match(/[([{]/g)?.length ?? 0) - (code.match(/[)\]}]/g)?.length ?? 0);
};

/** True: the statement goes on in the next line. */
const isOpen = ({ text, language }: TypedText): boolean => {
  if (language === 'postgres' || language === 'sql')
    return !clientCommand.test(text) && !/(?:;|\\[gG]\w*)\s*(?:--.*)?$/.test(text);
  if (language === 'mongo') return openBrackets(text) > 0;
  return language === 'shell' && /\\\s*$/.test(text);
};

const isRedis = (text: string): boolean => {
  const [first = '', second = ''] = text.trim().toLowerCase().split(/\s+/);
  return Object.hasOwn(redisCommands, `${first} ${second}`) || Object.hasOwn(redisCommands, first);
};

/** `FT.DROPINDEX orders`: a command of a module. */
const moduleCommand = /^\s*[A-Za-z]\w*\.[A-Za-z]\w*(?:\s|$)/;

/** Reads a block of commands of Redis without prompts, and what it answers. */
export const redisLines = ({ text, firstLine }: Pick<CodeBlock, 'text' | 'firstLine'>): ConsoleSession => {
  const lines = text.split('\n').map((line, index) => ({ line: index, text: line.trim() }));
  const isTyped = (line: string): boolean => isRedis(line) || moduleCommand.test(line);
  return {
    typed: lines.flatMap((each) => (isTyped(each.text) ? [{ ...each, language: 'redis' as const }] : [])),
    output: lines.flatMap((each) =>
      each.text === '' || isTyped(each.text) ? [] : [{ line: firstLine + each.line, text: each.text }],
    ),
  };
};

/** Reads the prompt of a line. A bare `> ` is one of Redis only before a command of Redis. */
const atPrompt = (line: string, isShell: (text: string) => boolean): Omit<TypedText, 'line'> | undefined => {
  const found = atConsolePrompt(line);
  if (found !== undefined) return found;
  const bare = /^\s*>\s+(\S.*)$/.exec(line)?.[1];
  if (bare !== undefined && isRedis(bare)) return { text: bare, language: 'redis' };
  const shell = atShellPrompt(line);
  return shell !== undefined && isShell(line) ? shell : undefined;
};

class SessionReader {
  readonly typed: TypedText[] = [];
  readonly output: Placed[] = [];
  private open: TypedText | undefined;
  private readonly firstLine: number;

  constructor(firstLine: number) {
    this.firstLine = firstLine;
  }

  /** Ends the statement that is open. */
  close(): void {
    const { open } = this;
    this.open = undefined;
    if (open === undefined) return;
    if (leaves(open.text) && open.language !== 'shell')
      this.output.push({ line: this.firstLine + open.line, text: open.text });
    else this.typed.push(open);
  }

  begin(text: TypedText): void {
    this.close();
    this.open = text;
  }

  /** Adds a line without a prompt of a console: the rest of a statement, or output. */
  add(line: string, index: number): void {
    const { open } = this;
    const rest = open === undefined ? undefined : atContinuation(line, open.language);
    const goesOn =
      open !== undefined &&
      (rest !== undefined ||
        (line.trim() !== '' && isOpen(open) && (!isSql(open) || statementGoesOn.test(line))));
    if (open !== undefined && goesOn) this.open = { ...open, text: `${open.text}\n${rest ?? line}` };
    else {
      this.close();
      if (line.trim() !== '') this.output.push({ line: this.firstLine + index, text: line.trim() });
    }
  }
}

const isSql = ({ language }: TypedText): boolean => language === 'postgres' || language === 'sql';

/**
 * Reads a block with prompts: what was typed, in the language of its console, and the output. Undefined for a block
 * without prompts. `isCommand` decides on a line above the first prompt, `isShell` on a line with the prompt of a shell.
 */
export const consoleSession = (
  { text, firstLine }: Pick<CodeBlock, 'text' | 'firstLine'>,
  {
    isCommand,
    isShell,
  }: {
    readonly isCommand: (line: string, isScript: boolean) => boolean;
    readonly isShell: (line: string) => boolean;
  },
): ConsoleSession | undefined => {
  const lines = text.split('\n');
  const first = lines.find((line) => line.trim() !== '') ?? '';
  // In a script, `> file` and `echo $ x` are no prompts: a bare one counts where the block begins with one.
  const isBare = (line: string): boolean => /^\s*>\s/.test(line) && !/^\s*>\s/.test(first);
  const prompts = lines.map((line) => (isBare(line) ? undefined : atPrompt(line, isShell)));
  const begins = prompts.findIndex((prompt) => prompt !== undefined);
  if (begins < 0) return undefined;
  const reader = new SessionReader(firstLine);
  // Lines above a console are the script that opens it; above a prompt of a shell they are output.
  const isScript = prompts[begins]?.language !== 'shell';
  for (const [index, line] of lines.entries()) {
    const prompt = prompts[index];
    if (prompt !== undefined) reader.begin({ line: index, ...prompt });
    else if (index < begins && line.trim() !== '' && isCommand(line, isScript))
      reader.begin({ line: index, text: line, language: 'shell' });
    else reader.add(line, index);
  }
  reader.close();
  return { typed: reader.typed, output: reader.output };
};

/** Clients that open a console when they are given no query, with the language of it. */
const clients: Readonly<Record<string, TypedLanguage>> = {
  psql: 'postgres',
  ...Object.fromEntries(
    'mysql mariadb sqlplus cqlsh sqlite3 clickhouse-client cockroach hive beeline sqlcmd'
      .split(' ')
      .map((name) => [name, 'sql' as const]),
  ),
  mongo: 'mongo',
  mongosh: 'mongo',
  'redis-cli': 'redis',
  'valkey-cli': 'redis',
};

/** The language of the console that a command opens; undefined when it opens none. */
export const openedConsole = (words: readonly string[]): TypedLanguage | undefined => {
  const index = words.findIndex((word) => Object.hasOwn(clients, word.replace(/^.*\//, '')));
  const name = words[index]?.replace(/^.*\//, '') ?? '';
  if (index < 0) return undefined;
  const rest = words.slice(index + 1);
  const hasQuery =
    rest.some((word) =>
      /^(?:-\w*[cef]|-[lq]|--(?:command|execute|query|eval|file|list|scan|version|help|cluster|pipe|latency|bigkeys|memkeys|hotkeys|stat)\b.*)$/.test(
        word,
      ),
    ) || rest.some((word) => /\.(?:js|sql|cql|lua)$/.test(word));
  if (hasQuery) return undefined;
  // The first word of redis-cli that is no option is a command.
  if (clients[name] === 'redis')
    return rest.every(
      (word, i) => word.startsWith('-') || /^-[hpanu]$|^--(?:user|pass)$/.test(rest[i - 1] ?? ''),
    )
      ? 'redis'
      : undefined;
  return clients[name];
};

/** Words with which a text of a console begins: statements of SQL and commands of its clients, and of the shell of MongoDB. */
const sqlBegins =
  /^\s*(?:\\|\(|(?:select|with|insert|update|delete|merge|create|alter|drop|truncate|grant|revoke|explain|analyze|vacuum|reindex|begin|start|commit|rollback|set|show|describe|desc|use|call|exec|execute|copy|kill|flush|lock|table|values|checkpoint|help|status|source)\b)/i;
const mongoBegins = /^\s*(?:(?:db|rs|sh|use|show|print|printjson|var|let|const|load|help|it)\b|[\w.]+\()/;

const readsAs = (text: string, language: TypedLanguage): boolean => {
  if (language === 'redis') return isRedis(text);
  if (language === 'mongo') return mongoBegins.test(text);
  return language === 'shell' || sqlBegins.test(text);
};

/** The lines below the one that opens a console that are typed there: up to a comment of the shell over another command. */
const insideOf = (lines: readonly string[], language: TypedLanguage): readonly string[] => {
  const isComment = (line = ''): boolean => /^\s*#/.test(line);
  const back = lines.findIndex((line, index) => {
    if (line.trim() === '' || isComment(line) || readsAs(line, language) || leaves(line)) return false;
    const above = lines.slice(0, index).findLast((other) => other.trim() !== '');
    return isComment(above);
  });
  if (back < 0) return lines;
  const last = lines.slice(0, back).findLastIndex((line) => line.trim() !== '' && !isComment(line));
  return lines.slice(0, last + 1);
};

/** Texts that a script types into a console that it opens, up to the line that leaves it or the next command of the script. */
export const typedInside = (
  lines: readonly string[],
  language: TypedLanguage,
): { readonly typed: readonly TypedText[]; readonly length: number } => {
  const own = insideOf(lines, language);
  const end = own.findIndex(leaves);
  const inside = end < 0 ? own : own.slice(0, end);
  const reader = new SessionReader(0);
  let open: TypedText | undefined;
  for (const [line, text] of inside.entries()) {
    if (text.trim() === '' || /^\s*(?:--|#|\/\/|enter password:)/i.test(text)) continue;
    open =
      open !== undefined && isOpen(open)
        ? { ...open, text: `${open.text}\n${text}` }
        : { line, text, language };
    if (isOpen(open)) continue;
    reader.begin(open);
    open = undefined;
  }
  if (open !== undefined) reader.begin(open);
  reader.close();
  return { typed: reader.typed, length: end < 0 ? own.length : end + 1 };
};
