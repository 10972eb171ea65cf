import { isChanging, mostDangerous } from '../runs/policy/danger.ts';
import { classifyScript, classifyStatement } from './classify.ts';
import type { CommandClass } from './command-class.ts';
import { programName } from './command-words.ts';
import {
  consoleSession,
  isPromqlBlock,
  opensConsole,
  withPlaceholders,
  withPlaceholderWords,
} from './console-text.ts';
import { programRules } from './danger-table.ts';
import type { Block, CodeBlock, Placed } from './document.ts';
import { mongoDanger, splitSql, sqlDanger } from './query-danger.ts';
import { parseShell, type ShellStatement } from './shell.ts';
import { cmdletVerbs } from './tool-danger.ts';

/** A command of the document. */
export interface FoundCommand {
  readonly line: number;
  readonly raw: string;
  /** Comment above it, or behind it. */
  readonly comment: string;
  readonly language: 'shell' | 'sql' | 'mongo' | 'powershell';
  readonly class: CommandClass;
  /** Absent for other languages than shell. */
  readonly statement?: ShellStatement;
}

/** Content of a code block: commands, and other lines. */
export interface BlockCommands {
  readonly commands: readonly FoundCommand[];
  readonly remarks: readonly Placed[];
  /** Output, prose and trees inside a block of commands. */
  readonly others: readonly Placed[];
}

const shellLanguages: ReadonlySet<string> = new Set([
  'bash',
  'sh',
  'shell',
  'zsh',
  'ksh',
  'console',
  'shell-session',
  'shellsession',
  'sh-session',
  'terminal',
  'cmd',
  'command',
  'bash-session',
]);
const sqlLanguages: ReadonlySet<string> = new Set([
  'sql',
  'psql',
  'pgsql',
  'postgres',
  'postgresql',
  'plpgsql',
  'mysql',
  'tsql',
]);
const scriptLanguages: ReadonlySet<string> = new Set(['js', 'javascript', 'mongodb', 'mongo', 'mongosh']);
const powershellLanguages: ReadonlySet<string> = new Set(['powershell', 'ps1', 'pwsh', 'ps', 'posh']);

/** Names of programs that are also ordinary words: in prose they are commands only with an option or a path. */
const words: ReadonlySet<string> = new Set(
  'read test type time host file last w who true false case set source stat return exit select fold strings date export alias wait break continue top which go make k man free find service expr jobs kill install seq watch split clear head tail'.split(
    ' ',
  ),
);

const specialPrograms =
  /^(?:kafka-[\w-]+(?:\.sh)?|psql|mysql|mongosh?|redis-cli|valkey-cli|aws|awslocal|gcloud|az|jcmd|ssh|sudo|service|env|timeout|watch|xargs|nohup|su|systemd-analyze)$/;

/** Returns whether a word is the name of a program that the tables know. */
const isProgram = (word: string): boolean => {
  const name = programName(word);
  return (
    Object.hasOwn(programRules, name) ||
    specialPrograms.test(name) ||
    cmdletVerbs.some(([begins]) => /^[A-Z][a-z]+-[A-Z]\w+$/.test(name) && begins.test(name))
  );
};

/** Returns whether a line of text without a language is a command: it starts with a known program, or with a prompt. */
const looksLikeCommand = (text: string, isProse: boolean): boolean => {
  const [first = '', ...rest] = text.trim().split(/\s+/);
  if (first === '$') return rest.length > 0;
  if (
    /^\.{1,2}\/[\w./-]+\.(?:sh|py|pl|rb|ps1)$/.test(first) ||
    (/^\.{1,2}\/[\w./-]+$/.test(first) && rest.length > 0)
  )
    return true;
  if (!isProgram(first) || (isProse && rest.length === 0)) return false;
  return !words.has(first) || rest.some((word) => /^-\w|^--\w|^\/|^\.\//.test(word));
};

/** Lines in a block of commands that no shell would accept as one: bullets, trees, arrows, a lone directory. */
const isNoCommand = (line: string): boolean =>
  /^\s*(?:[-*•·├└│┌┐┘─━═|>→✓✗✅❌]|\d+[.)]\s)/u.test(line) ||
  /[├└│┌─→]/u.test(line.split(/\s#/, 1)[0] ?? '') ||
  /^\s*[\w.-]+\/\s*$/.test(line);

/** `$ `, `ana@host:~$ `, `db-01   $ `, `PS C:\\> `. */
const prompt = /^\s*(?:\$|❯|%|[\w.-]+@[\w.-]+[^$#]*[$#]|[\w.:~/-]+\s+\$|PS [^>]*>)\s+(?=\S)/;

/** A line that was typed at a prompt. `echo $ x` has none. */
const isTypedLine = (line: string): boolean =>
  prompt.test(line) && !isProgram(line.trim().split(/\s/, 1)[0] ?? '');

/** Of a terminal session with prompts, only what was typed: output is blanked, so that line numbers stay the same. */
const typedLines = (block: CodeBlock): { readonly text: string; readonly output: readonly Placed[] } => {
  const lines = block.text.split('\n');
  if (!lines.some(isTypedLine)) return { text: block.text, output: [] };
  const output: Placed[] = [];
  let isOpen = false;
  const kept = lines.map((line, i) => {
    const isTyped = isOpen || isTypedLine(line);
    isOpen = isTyped && /\\\s*$/.test(line);
    if (isTyped) return line.replace(prompt, '');
    if (line.trim() !== '') output.push({ line: block.firstLine + i, text: line.trim() });
    return '';
  });
  return { text: kept.join('\n'), output };
};

const shellCommand = (statement: ShellStatement, firstLine: number): FoundCommand => ({
  line: firstLine + statement.line,
  raw: withPlaceholders(statement.raw),
  comment: statement.comment,
  language: 'shell',
  class: classifyStatement(statement),
  statement,
});

/** Statements of a block, and those that are typed inside of a console that one of them opens. */
const outsideConsole = (
  statements: readonly ShellStatement[],
): { readonly own: readonly ShellStatement[]; readonly inside: readonly ShellStatement[] } => {
  const opener = statements.findIndex(opensConsole);
  return opener < 0
    ? { own: statements, inside: [] }
    : { own: statements.slice(0, opener + 1), inside: statements.slice(opener + 1) };
};

const fromShell = (block: CodeBlock, isTagged: boolean): BlockCommands => {
  const { text, output } = consoleSession(block) ?? typedLines(block);
  const isTyped = output.length > 0 || text !== block.text;
  const mayBegin = (line: string): boolean =>
    isTyped || (isTagged ? !isNoCommand(line) : looksLikeCommand(line, false));
  const { statements, remarks, others } = parseShell(withPlaceholderWords(text), mayBegin);
  const { own, inside } = outsideConsole(statements);
  const placed = (givenPlaced: Placed): Placed => ({
    text: withPlaceholders(givenPlaced.text),
    line: block.firstLine + givenPlaced.line,
  });
  return {
    commands: own.map((statement) => shellCommand(statement, block.firstLine)),
    remarks: remarks.map(placed),
    others: [...output, ...others.map(placed), ...inside.map(({ line, raw }) => placed({ line, text: raw }))],
  };
};

/** The comment lines directly above a line, and the comment behind the statement. */
const commentAbove = (lines: readonly string[], index: number, lead: RegExp): string => {
  const found: string[] = [];
  for (let i = index - 1; i >= 0 && lead.test(lines[i] ?? ''); i--)
    found.unshift((lines[i] ?? '').replace(lead, '').trim());
  return found.join(' ');
};

const fromSql = (block: CodeBlock): BlockCommands => {
  const lines = block.text.split('\n');
  const commands = splitSql(block.text).map(
    ({ line, text }): FoundCommand => ({
      line: block.firstLine + line,
      raw: text,
      comment: commentAbove(lines, line, /^\s*--\s*/),
      language: 'sql',
      class: { danger: sqlDanger(text), isKnown: true },
    }),
  );
  return { commands, remarks: [], others: [] };
};

/** Splits JavaScript or PowerShell into statements by brackets: a line that leaves none open ends one. */
const byBrackets = (
  block: CodeBlock,
  comment: RegExp,
): readonly { readonly index: number; readonly text: string }[] => {
  const found: { index: number; text: string }[] = [];
  let depth = 0;
  let open: { index: number; lines: string[] } | undefined;
  for (const [index, line] of block.text.split('\n').entries()) {
    if (open === undefined && (line.trim() === '' || comment.test(line))) continue;
    open ??= { index, lines: [] };
    open.lines.push(line);
    const code = line.replaceAll(/'[^']*'|"[^"]*"/g, '');
    depth += (code.match(/[([{]/g)?.length ?? 0) - (code.match(/[)\]}]/g)?.length ?? 0);
    if (depth > 0 || /[`|]\s*$/.test(line)) continue;
    found.push({ index: open.index, text: open.lines.join('\n').trim() });
    open = undefined;
    depth = 0;
  }
  if (open !== undefined) found.push({ index: open.index, text: open.lines.join('\n').trim() });
  return found;
};

/** The class of a pipeline of cmdlets. Script blocks, calls and separators can do anything. */
const powershellClass = (text: string): CommandClass => {
  const plain = text
    .replaceAll(/'[^']*'/g, 'text')
    .replaceAll(/\bWhere-Object\s*\{\s*\$_\.\w+\s+-\w+\s+(?:text|"[^"$]*"|\d+)\s*\}/g, 'Where-Object');
  const parts = plain.split('|').map((part) => classifyScript(part.trim()));
  const danger = mostDangerous(parts.map((part) => part.danger));
  return !isChanging(danger) && /[{}()&;`]|::/.test(plain)
    ? { danger: 'destructive', isKnown: false }
    : { danger, isKnown: parts.every(({ isKnown }) => isKnown) };
};

const fromScript = (block: CodeBlock, language: 'mongo' | 'powershell'): BlockCommands => {
  const lead = language === 'mongo' ? /^\s*\/\/\s*/ : /^\s*#+\s*/;
  const lines = block.text.split('\n');
  const commands = byBrackets(block, lead).map(
    ({ index, text }): FoundCommand => ({
      line: block.firstLine + index,
      raw: text,
      comment: commentAbove(lines, index, lead),
      language,
      class: language === 'mongo' ? { danger: mongoDanger(text), isKnown: true } : powershellClass(text),
    }),
  );
  return { commands, remarks: [], others: [] };
};

/** Manifests of Kubernetes and Compose files: programs in them are configuration. */
const isManifest = (text: string): boolean => /^\s*(?:apiVersion|kind|services):/m.test(text);

const nothing: BlockCommands = { commands: [], remarks: [], others: [] };

/** Finds the commands of a code block. Configuration and program text have none. */
export const commandsOf = (block: CodeBlock): BlockCommands => {
  const { lang, text } = block;
  if (shellLanguages.has(lang)) {
    if (!isPromqlBlock(block)) return fromShell(block, true);
    return { ...nothing, others: [{ line: block.firstLine, text: text.trim() }] };
  }
  if (sqlLanguages.has(lang)) return fromSql(block);
  if (powershellLanguages.has(lang)) return fromScript(block, 'powershell');
  if (scriptLanguages.has(lang) && /^\s*(?:db|rs|sh)\.\w|^\s*use \w/m.test(text))
    return fromScript(block, 'mongo');
  const isLoose = lang === '' || lang === 'text' || lang === 'txt' || lang === 'yaml' || lang === 'yml';
  const found = isLoose && !isManifest(text) ? fromShell(block, false) : nothing;
  return found.commands.length === 0 ? nothing : found;
};

/** Finds commands in code spans: a known program with an argument, or a text behind a prompt. */
export const spanCommands = (block: Block): readonly FoundCommand[] =>
  block.spans.flatMap(({ line, text }): readonly FoundCommand[] => {
    if (
      /^(?:select|insert|update|delete|create|alter|drop|grant|revoke|vacuum|reindex|truncate)\s.*;$/i.test(
        text,
      )
    )
      return [
        { line, raw: text, comment: '', language: 'sql', class: { danger: sqlDanger(text), isKnown: true } },
      ];
    if (!looksLikeCommand(text, true)) return [];
    const [statement] = parseShell(withPlaceholderWords(text.replace(prompt, ''))).statements;
    return statement === undefined ? [] : [{ ...shellCommand(statement, line), line }];
  });
