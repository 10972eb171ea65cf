import type { Danger } from '../domain/runbooks/operation.ts';
import { isChanging, isIrreversible, mostDangerous } from '../runs/policy/danger.ts';
import { gitClass, kubectlClass } from './argument-danger.ts';
import { type CommandClass, knownClass, own, unknownClass, worst } from './command-class.ts';
import { hasKnownVerb, operands, programName } from './command-words.ts';
import { programRules } from './danger-table.ts';
import {
  crontabClass,
  firewallClass,
  ipClass,
  killClass,
  mysqladminClass,
  ncClass,
  nginxClass,
  packageQueryClass,
  sysctlClass,
  tcpdumpClass,
} from './host-tools.ts';
import { hasOption, isExpansion, parseOptions, valuesOf } from './options.ts';
import { byReadingOptions, byRule } from './program-rule.ts';
import { byContent } from './query-clients.ts';
import { dataVariable, readingOptions, wrapperSpecs } from './reading-options.ts';
import {
  ansibleClass,
  foundCommand,
  haproxyClass,
  httpieClass,
  isJsonTool,
  kcatClass,
  opensslOptions,
  sqliteClass,
} from './reading-tools.ts';
import { parseShell, type ShellStatement } from './shell.ts';
import type { ShellRedirect, SimpleCommand } from './statement-reader.ts';
import {
  awkClass,
  byVerb,
  cloudClass,
  cmdletVerbs,
  jcmdClass,
  kafkaTool,
  sedClass,
  tarClass,
} from './tool-danger.ts';

/** Deeper nesting of shells in shells is not followed. */
const deepest = 6;

/** A script that cannot be parsed, so it is unknown. */
const opaque = "'";

/** `--version` alone is judged by the table of programs. */
const notJudged = (words: readonly string[]): string | undefined =>
  words.length === 1 && /^--?(?:version|V|help)$/.test(words[0] ?? '') ? undefined : opaque;

const shellScript = (words: readonly string[]): string | undefined => {
  const parsed = parseOptions(words, {
    flags: 'cleuxivfns',
    valued: 'oO',
    long: '--login --noprofile --norc --version --help',
    isWrapper: true,
  });
  if (parsed === undefined) return opaque;
  if (hasOption(parsed, '-c')) return parsed.operands[0] ?? opaque;
  return parsed.operands.length > 0 ? notJudged(words) : undefined;
};

const suScript = (words: readonly string[]): string => {
  const parsed = parseOptions(words, { flags: 'lm', valued: 'c', long: '--login', longValued: '--command' });
  const scripts = parsed === undefined ? [] : valuesOf(parsed, '-c', '--command');
  return scripts.length === 0 ? opaque : scripts.join('\n');
};

const harmlessSshOption =
  /^(?:ConnectTimeout|BatchMode|StrictHostKeyChecking|UserKnownHostsFile|LogLevel|ServerAlive\w+|IdentitiesOnly|IdentityFile|Port|User|ForwardAgent|RequestTTY)[= ]/i;

const sshScript = (words: readonly string[]): string => {
  const parsed = parseOptions(words, { flags: 'tTqvnAaCx46N', valued: 'ipolJbcm', isWrapper: true });
  if (parsed === undefined || !valuesOf(parsed, '-o').every((value) => harmlessSshOption.test(value)))
    return opaque;
  const rest = parsed.operands.slice(1);
  // Options may also follow the host.
  return rest[0]?.startsWith('-') ? opaque : rest.join(' ');
};

/** The commands that a program runs for its caller, as a script; undefined when it runs none. */
const innerScript = (name: string, words: readonly string[]): string | undefined => {
  if (name === 'ssh') return sshScript(words);
  if (/^(?:ba|z|k|da)?sh$/.test(name)) return shellScript(words);
  if (name === 'su') return suScript(words);
  if (name === 'pwsh') return notJudged(words);
  if (name === 'find') return foundCommand(words)?.map(quoted).join(' ');
  return containerWords([name, ...words])
    ?.map(quoted)
    .join(' ');
};

/**
 * The words of the program that `kubectl exec` or `docker exec` starts in a container; empty when there is none, or the
 * command is not understood. Undefined for another command.
 */
export const containerWords = (all: readonly string[]): readonly string[] | undefined => {
  const [first = '', ...words] = all;
  const name = programName(first);
  if (/^(?:kubectl|oc|k)$/.test(name)) {
    if (operands(words, programRules.kubectl?.valued)[0] !== 'exec') return undefined;
    const dashes = words.indexOf('--');
    return dashes < 0 ? [] : words.slice(dashes + 1);
  }
  return /^(?:docker|podman|nerdctl)(?:-compose)?$/.test(name) ? dockerExec(words) : undefined;
};

const dockerExec = (words: readonly string[]): readonly string[] | undefined => {
  const valued = programRules.docker?.valued ?? [];
  const [first, second] = operands(words, valued);
  const isNested = (first === 'compose' || first === 'container') && second === 'exec';
  if (first !== 'exec' && !isNested) return undefined;
  if (!hasKnownVerb(words, 'exec', valued)) return [];
  const parsed = parseOptions(words.slice(words.indexOf('exec') + 1), {
    flags: 'itdT',
    valued: 'euw',
    long: '--interactive --tty --detach --privileged --no-TTY',
    longValued: '--env --user --workdir --index',
    isWrapper: true,
  });
  if (parsed === undefined || !valuesOf(parsed, '-e', '--env').every(isData)) return [];
  return parsed.operands.slice(1);
};

/** `NAME=value` of a variable that is only data. */
const isData = (assignment: string): boolean =>
  dataVariable.test(assignment.split('=', 1)[0]?.replace(/\+$/, '') ?? '');

/** A word as the shell reads it back. */
const quoted = (word: string): string =>
  /^[\w@%+=:,./{}-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;

/** Programs that read whatever their arguments are, so arguments that are not known change nothing. */
const readsAnything = (words: readonly string[]): boolean => {
  const name = programName(words[0] ?? '');
  const rule = own(programRules, name);
  const isLimited =
    own(readingOptions, name) !== undefined || /^(?:find|sed|[gm]?awk|curl|telnet)$/.test(name);
  return rule?.verbs === undefined && rule?.other === 'read' && rule.raise === undefined && !isLimited;
};

/** Removes the variables before a command. Undefined if one of them may change what the command does. */
const withoutVariables = (words: readonly string[]): readonly string[] | undefined => {
  const start = words.findIndex((word) => !/^[A-Za-z_]\w*=/.test(word));
  // Without a command, the last one changes nothing.
  const variables = words.slice(0, start < 0 ? -1 : start);
  if (!variables.every(isData)) return undefined;
  return start < 0 ? [] : words.slice(start);
};

/** Removes programs that only start another one: sudo, env, timeout, watch. Undefined when it is not known what they start. */
const unwrapped = (words: readonly string[]): readonly string[] | undefined => {
  const name = programName(words[0] ?? '');
  const spec = own(wrapperSpecs, name);
  if (spec === undefined) return words;
  const parsed = parseOptions(words.slice(1), spec);
  if (parsed === undefined) return undefined;
  let rest = parsed.operands;
  if (name === 'env' || name === 'sudo') {
    // `env -S` splits its value into words.
    rest = [...(name === 'env' ? valuesOf(parsed, '-S', '--split-string').flatMap(splitWords) : []), ...rest];
    const command = withoutVariables(rest);
    if (command === undefined) return undefined;
    rest = command;
  }
  if (name === 'timeout') rest = rest.slice(1);
  if (rest.length === 0) return [name];
  const inner = unwrapped(rest);
  // What xargs appends is not known.
  const isBlind = name === 'xargs' && inner !== undefined && !readsAnything(inner);
  return isBlind && !isIrreversible(classifyScript(inner.map(quoted).join(' '), deepest - 1).danger)
    ? undefined
    : inner;
};

const splitWords = (text: string): readonly string[] => {
  const [only, ...others] = parseShell(text).statements;
  const [command, ...more] = only?.commands ?? [];
  return command === undefined || others.length + more.length > 0
    ? ['$']
    : [...command.assignments, ...command.words.map(({ value }) => value)];
};

const bodyOf = (redirects: readonly ShellRedirect[]): string | undefined =>
  redirects.find(({ body }) => body !== undefined)?.body ??
  redirects.find(({ operator }) => operator === '<<<')?.target.value;

const none = Symbol('no script');

/** The script that a program executes: of its arguments or its here-document. `none`: it executes no script. */
const executedScript = (name: string, rest: readonly string[], body: string | undefined) => {
  const script = innerScript(name, rest);
  // A shell without a command is interactive; one with a here-document runs it.
  if (script !== undefined) return script === '' ? body : script;
  return /^(?:ba|z|da)?sh$/.test(name) && body !== undefined ? body : none;
};

const serviceClass = (rest: readonly string[]): CommandClass =>
  knownClass(/^status$|^--status-all$/.test(rest[1] ?? rest[0] ?? '') ? 'read' : 'disruptive');

/** Programs whose danger depends on more than options and subcommands, by their names. */
const ownRules: readonly (readonly [RegExp, (rest: readonly string[], name: string) => CommandClass])[] = [
  [/^kafka-(?!server-st)[\w-]+(?:\.sh)?$/, kafkaTool],
  [/^git$/, gitClass],
  [/^(?:kubectl|oc|k)$/, kubectlClass],
  [/^jcmd$/, jcmdClass],
  [/^tar$/, tarClass],
  [/^service$/, serviceClass],
  [/^[gm]?awk$/, awkClass],
  [/^sed$/, sedClass],
  [/^sysctl$/, sysctlClass],
  [/^ip6?tables$/, firewallClass],
  [/^ip$/, ipClass],
  [/^tcpdump$/, tcpdumpClass],
  [/^(?:rpm|dpkg)$/, packageQueryClass],
  [/^(?:mysqladmin|mariadb-admin)$/, mysqladminClass],
  [/^kill$/, killClass],
  [/^(?:nc|ncat|netcat)$/, ncClass],
  [/^crontab$/, crontabClass],
  [/^(?:nginx|openresty)$/, nginxClass],
  [/^https?$/, httpieClass],
  [/^(?:kcat|kafkacat)$/, kcatClass],
  [/^ansible$/, ansibleClass],
  [/^sqlite3$/, sqliteClass],
  [/^haproxy$/, haproxyClass],
  [/^openssl$/, (rest, name) => worst([byProgramRule(name, rest), opensslOptions(rest)])],
  [/^python[\d.]*$/, (rest, name) => (isJsonTool(rest) ? knownClass('read') : byProgramRule(name, rest))],
  [/^(?:aws|awslocal|gcloud|az)$/, (rest, name) => cloudClass(name, rest)],
  [/^[A-Z][a-z]+-[A-Z]\w+$/, (_, name) => byVerb(cmdletVerbs, name)],
];

const programDanger = (words: readonly string[], command: SimpleCommand, level: number): CommandClass => {
  const name = programName(words[0] ?? '');
  const rest = words.slice(1);
  const body = bodyOf(command.redirects);
  const script = executedScript(name, rest, body);
  if (script !== none) return script === undefined ? unknownClass : classifyScript(script, level + 1);
  // Left over by `unwrapped`: it starts nothing. `sudo -i` is interactive.
  if (Object.hasOwn(wrapperSpecs, name))
    return /^(?:env|time|xargs)$/.test(name) ? knownClass('read') : unknownClass;
  const content = byContent(name, rest, body);
  if (content !== undefined) return content;
  const own = ownRules.find(([names]) => names.test(name))?.[1];
  if (own !== undefined) return own(rest, name);
  if (/^(?:docker|podman)$/.test(name) && rest[0] === 'compose')
    return programDanger(['docker-compose', ...rest.slice(1)], command, level);
  // What is typed into a connection is not known.
  if (name === 'telnet' && (command.isPiped || command.redirects.length > 0)) return unknownClass;
  return byReadingOptions(name, rest) ?? byProgramRule(name, rest);
};

const byProgramRule = (name: string, rest: readonly string[]): CommandClass => {
  const rule = Object.hasOwn(programRules, name) ? programRules[name] : undefined;
  return rule === undefined ? unknownClass : byRule(rule, rest);
};

/** A redirection to a file: an existing file is lost. */
const redirectDanger = ({ operator, target }: ShellRedirect): Danger => {
  if (
    !operator.includes('>') ||
    (operator === '>&' && /^(?:\d+-?|-)$/.test(target.value)) ||
    target.value === '/dev/null'
  )
    return 'read';
  if (/^\/(?:dev|etc|proc|sys|boot)\//.test(target.value)) return 'destructive';
  return operator.includes('>>') ? 'safe' : 'disruptive';
};

/** Returns the words of a command without programs that only start it. */
export const effectiveWords = ({ words }: SimpleCommand): readonly string[] | undefined =>
  unwrapped(words.map(({ value }) => value));

/** Programs without output: a redirection of theirs only empties the file. */
const isSilent = (words: readonly string[]): boolean =>
  /^(?:|:|true|cat \/dev\/null|echo -n ?|printf ?)$/.test(words.join(' ').trim());

const commandDanger = (command: SimpleCommand, level: number): CommandClass => {
  const empties = command.redirects.some(
    (redirect) => /^[\d&]*>\|?$/.test(redirect.operator) && redirectDanger(redirect) !== 'read',
  );
  const written = knownClass(
    empties && isSilent(command.words.map(({ value }) => value))
      ? 'destructive'
      : mostDangerous(command.redirects.map(redirectDanger)),
  );
  if (command.words.length === 0) return written;
  const words = effectiveWords(command);
  if (words === undefined || isExpansion(words[0] ?? '')) return unknownClass;
  const [first] = command.words;
  // The name of the program is only known when the script runs.
  if (first?.isLiteral === false) return unknownClass;
  if (words[0] === 'watch' || words.length === 1) {
    const [only = ''] = words;
    if (/\s/.test(only)) return worst([written, classifyScript(only, level + 1)]);
  }
  const judged = worst([written, programDanger(words, command, level)]);
  // A variable such as PAGER, LD_PRELOAD or PATH can replace what runs.
  return !isChanging(judged.danger) && !command.assignments.every(isData) ? unknownClass : judged;
};

/** Classes one statement: the most dangerous of its commands, its substitutions and its redirections. */
export const classifyStatement = (statement: ShellStatement, level = 0): CommandClass => {
  if (statement.isBroken || level > deepest) return unknownClass;
  if (statement.commands.length === 0) return unknownClass;
  return worst([
    ...statement.commands.map((command) => commandDanger(command, level)),
    ...statement.substitutions.map((text) => classifyScript(text, level + 1)),
  ]);
};

/** Classes a script. An unknown program, and what cannot be parsed, is destructive. */
export const classifyScript = (text: string, level = 0): CommandClass => {
  if (level > deepest) return unknownClass;
  const { statements } = parseShell(text);
  return statements.length === 0
    ? unknownClass
    : worst(statements.map((statement) => classifyStatement(statement, level)));
};
