import { isChanging, mostDangerous } from '../runs/policy/danger.ts';
import {
  otherSql,
  powershellLanguages,
  redisLanguages,
  scriptLanguages,
  shellLanguages,
  sqlLanguages,
} from './block-languages.ts';
import { classifyScript, classifyStatement } from './classify.ts';
import { type CommandClass, unknownClass } from './command-class.ts';
import { programName } from './command-words.ts';
import { atShellPrompt } from './console-prompts.ts';
import {
  type ConsoleSession,
  consoleSession,
  openedConsole,
  redisLines,
  type TypedText,
  typedInside,
} from './console-session.ts';
import { isPromqlBlock, opensConsole, withPlaceholders, withPlaceholderWords } from './console-text.ts';
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
  /** `console`: a client or an interpreter, which no operation stands for. */
  readonly language: 'shell' | 'sql' | 'mongo' | 'powershell' | 'console';
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

/** `> /var/log/app.log`: the shell empties the file. */
const emptiesFile = /^\s*>\s*[\w.~${}-]*\/\S+\s*$/;

/** Lines in a block of commands that no shell would accept as one: bullets, trees, arrows, a lone directory. */
const isNoCommand = (line: string): boolean => !emptiesFile.test(line) && hasNoCommand(line);

const hasNoCommand = (line: string): boolean =>
  /^\s*(?:[-*•·├└│┌┐┘─━═|>→✓✗✅❌]|\d+[.)]\s)/u.test(line) ||
  /[├└│┌─→]/u.test(line.split(/\s#/, 1)[0] ?? '') ||
  /^\s*[\w.-]+\/\s*$/.test(line);

/** A line that was typed at the prompt of a shell. `echo $ x` has none. */
const isTypedLine = (line: string): boolean => !isProgram(line.trim().split(/\s/, 1)[0] ?? '');

/** Columns of a table, or a line that no shell would accept. */
const looksLikeOutput = (line: string): boolean => / {2,}\S/.test(line.trim()) || isNoCommand(line);

/** In a session, `# ` before a program is the prompt of root, where no line has another prompt; so it is above output alone. */
const withRootPrompts = (block: CodeBlock): CodeBlock => {
  const isRoot = (line: string): boolean =>
    /^\s*#\s/.test(line) && looksLikeCommand(line.replace(/^\s*#\s+/, ''), true);
  const lines = block.text.split('\n');
  const isTaggedSession = /^(?:console|terminal|sh(?:ell)?-?session)$/.test(block.lang);
  const others = lines.filter((line) => line.trim() !== '' && !/^\s*#/.test(line));
  const isSession = isTaggedSession || (others.length > 0 && others.every(looksLikeOutput));
  if (!isSession || !lines.some(isRoot)) return block;
  if (lines.some((line) => /^\s*\$\s/.test(line))) return block;
  return { ...block, text: lines.map((line) => (isRoot(line) ? line.replace('#', '$') : line)).join('\n') };
};

const shellCommand = (statement: ShellStatement, firstLine: number): FoundCommand => ({
  line: firstLine + statement.line,
  raw: withPlaceholders(statement.raw),
  comment: statement.comment,
  language: 'shell',
  class: classifyStatement(statement),
  statement,
});

/** Statements of a block, and those that are typed inside of a shell that one of them opens. */
const outsideConsole = (
  statements: readonly ShellStatement[],
): { readonly own: readonly ShellStatement[]; readonly inside: readonly ShellStatement[] } => {
  const opener = statements.findIndex(opensConsole);
  const own = opener < 0 ? statements : statements.slice(0, opener + 1);
  // What leaves a shell is no step.
  const isLeft = ({ raw }: ShellStatement): boolean => /^(?:exit|logout)$/.test(raw);
  return {
    own: own.filter((statement) => !isLeft(statement)),
    inside: statements.filter((statement) => !own.includes(statement) || isLeft(statement)),
  };
};

/** Class and language of a text that was typed at a prompt. */
const typedCommand = ({ line, text, language }: TypedText, firstLine: number): readonly FoundCommand[] => {
  const found = { line: firstLine + line, raw: text, comment: '' };
  if (language === 'redis') {
    const [statement] = parseShell(withPlaceholderWords(`redis-cli ${text}`)).statements;
    return statement === undefined ? [] : [{ ...shellCommand(statement, found.line) }];
  }
  if (language === 'postgres')
    return splitSql(text).map((part) => ({
      ...{ line: found.line + part.line, raw: part.text, comment: '' },
      language: 'sql',
      class: { danger: sqlDanger(part.text), isKnown: true },
    }));
  if (language === 'sql') {
    const isLook = /^(?:use\s+\w+|help|status)\s*;?$/i.test(text);
    return [
      {
        ...found,
        language: 'console',
        class: { danger: isLook ? 'read' : sqlDanger(text, 'other'), isKnown: true },
      },
    ];
  }
  return language === 'mongo'
    ? [{ ...found, language: 'mongo', class: { danger: mongoDanger(text), isKnown: true } }]
    : [{ ...found, language: 'console', class: unknownClass }];
};

/** Commands of a session: those of shells as one script, so that what belongs together stays together. */
const fromSession = ({ typed, output }: ConsoleSession, block: CodeBlock): BlockCommands => {
  const commands = typed.flatMap((text): readonly FoundCommand[] =>
    text.language === 'shell'
      ? parseShell(withPlaceholderWords(text.text)).statements.map((statement) =>
          shellCommand(statement, block.firstLine + text.line),
        )
      : typedCommand(text, block.firstLine),
  );
  const isLeft = ({ raw }: FoundCommand): boolean => /^(?:exit|logout)$/.test(raw);
  return {
    commands: commands.filter((command) => !isLeft(command)),
    remarks: [],
    others: [...output, ...commands.filter(isLeft).map(({ line, raw }) => ({ line, text: raw }))],
  };
};

const sessionOf = (block: CodeBlock): BlockCommands | undefined => {
  const session = consoleSession(withRootPrompts(block), {
    isCommand: (line, isScript) =>
      isScript && shellLanguages.has(block.lang) ? !isNoCommand(line) : looksLikeCommand(line, false),
    isShell: isTypedLine,
  });
  return session === undefined ? undefined : fromSession(session, block);
};

/** A script that opens the console of a client: what is typed there, and what comes behind it. */
const withConsole = (block: CodeBlock, statements: readonly ShellStatement[], isTagged: boolean) => {
  for (const statement of statements) {
    const [command, ...others] = statement.commands;
    const language =
      command === undefined || others.length > 0 || statement.isCompound || command.redirects.length > 0
        ? undefined
        : openedConsole(command.words.map(({ value }) => value));
    if (language === undefined) continue;
    const lines = block.text.split('\n');
    const from = statement.line + statement.raw.split('\n').length;
    const { typed, length } = typedInside(lines.slice(from), language);
    if (typed.length === 0) return undefined;
    const part = (start: number, end: number): BlockCommands =>
      fromShell(
        { ...block, text: lines.slice(start, end).join('\n'), firstLine: block.firstLine + start },
        isTagged,
      );
    const before = part(0, from);
    const after = part(from + length, lines.length);
    return {
      commands: [
        ...before.commands,
        ...typed.flatMap((text) => typedCommand(text, block.firstLine + from)),
        ...after.commands,
      ],
      remarks: [...before.remarks, ...after.remarks],
      others: [...before.others, ...after.others],
    };
  }
  return undefined;
};

const fromShell = (block: CodeBlock, isTagged: boolean): BlockCommands => {
  const mayBegin = (line: string): boolean => (isTagged ? !isNoCommand(line) : looksLikeCommand(line, false));
  const { statements, remarks, others } = parseShell(withPlaceholderWords(block.text), mayBegin);
  const inConsole = withConsole(block, statements, isTagged);
  if (inConsole !== undefined) return inConsole;
  const { own, inside } = outsideConsole(statements);
  const placed = (givenPlaced: Placed): Placed => ({
    text: withPlaceholders(givenPlaced.text),
    line: block.firstLine + givenPlaced.line,
  });
  return {
    commands: own.map((statement) => shellCommand(statement, block.firstLine)),
    remarks: remarks.map(placed),
    others: [...others.map(placed), ...inside.map(({ line, raw }) => placed({ line, text: raw }))],
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
  const isOther = otherSql.has(block.lang);
  const lines = block.text.split('\n');
  const commands = splitSql(block.text).map(
    ({ line, text }): FoundCommand => ({
      line: block.firstLine + line,
      raw: text,
      comment: commentAbove(lines, line, /^\s*--\s*/),
      language: isOther ? 'console' : 'sql',
      class: { danger: sqlDanger(text, isOther ? 'other' : 'postgres'), isKnown: true },
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

const powershellPrompt = /^\s*(?:PS(?: [^>]*)?>|>>)\s+(?=\S)/;

/** A script of PowerShell, or a session of it: then only what was typed at a prompt is a command. */
const fromPowershell = (block: CodeBlock): BlockCommands => {
  const lines = block.text.split('\n');
  const isTyped = (line: string): boolean => powershellPrompt.test(line);
  if (!lines.some(isTyped)) return fromScript(block, 'powershell');
  const typed = lines.map((line) => (isTyped(line) ? line.replace(powershellPrompt, '') : ''));
  const output = lines.flatMap((line, index) =>
    isTyped(line) || line.trim() === '' ? [] : [{ line: block.firstLine + index, text: line.trim() }],
  );
  return { ...fromScript({ ...block, text: typed.join('\n') }, 'powershell'), others: output };
};

/** Manifests of Kubernetes and Compose files: programs in them are configuration. */
const isManifest = (text: string): boolean => /^\s*(?:apiVersion|kind|services):/m.test(text);

const nothing: BlockCommands = { commands: [], remarks: [], others: [] };

/** The commands of a block without prompts, by its language; undefined for any other language. */
const fromTagged = (block: CodeBlock): BlockCommands | undefined => {
  const { lang, text } = block;
  if (shellLanguages.has(lang)) return fromShell(block, true);
  if (redisLanguages.has(lang)) return fromSession(redisLines(block), block);
  if (sqlLanguages.has(lang)) return fromSql(block);
  if (powershellLanguages.has(lang)) return fromPowershell(block);
  return scriptLanguages.has(lang) && /^\s*(?:db|rs|sh)\.\w|^\s*use \w/m.test(text)
    ? fromScript(block, 'mongo')
    : undefined;
};

/** Finds the commands of a code block. Configuration and program text have none. */
export const commandsOf = (block: CodeBlock): BlockCommands => {
  const { lang, text } = block;
  const isLoose = lang === '' || lang === 'text' || lang === 'txt';
  if (shellLanguages.has(lang) && isPromqlBlock(block))
    return { ...nothing, others: [{ line: block.firstLine, text: text.trim() }] };
  const languages = [shellLanguages, redisLanguages, sqlLanguages, scriptLanguages];
  if (isLoose || languages.some((each) => each.has(lang))) {
    const session = isManifest(text) ? undefined : sessionOf(block);
    if (session !== undefined) return session;
  }
  const tagged = fromTagged(block);
  if (tagged !== undefined) return tagged;
  const isOpen = isLoose || lang === 'yaml' || lang === 'yml';
  const found = isOpen && !isManifest(text) ? fromShell(block, false) : nothing;
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
    const [statement] = parseShell(withPlaceholderWords(atShellPrompt(text)?.text ?? text)).statements;
    return statement === undefined ? [] : [{ ...shellCommand(statement, line), line }];
  });
