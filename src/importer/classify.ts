import type { Danger } from '../domain/operation.ts';
import { moreDangerous, mostDangerous } from '../runs/policy/danger.ts';
import { cloudVerbs, cmdletVerbs, type ProgramRule, programRules } from './danger-table.ts';
import { mongoDanger, redisDanger, sqlDanger } from './query-danger.ts';
import { parseShell, type ShellRedirect, type ShellStatement, type SimpleCommand } from './shell.ts';

/** The class of a command, and whether the tables know every program in it. */
export interface CommandClass {
  readonly danger: Danger;
  readonly isKnown: boolean;
}

const unknown: CommandClass = { danger: 'destructive', isKnown: false };
const known = (danger: Danger): CommandClass => ({ danger, isKnown: true });

const worst = (some: readonly CommandClass[]): CommandClass => ({
  danger: mostDangerous(some.map(({ danger }) => danger)),
  isKnown: some.every(({ isKnown }) => isKnown),
});

/** Deeper nesting of shells in shells is not followed. */
const deepest = 6;

/** The file name of a program: `/usr/bin/psql` is psql; scripts in a directory keep their path. */
export const programName = (word: string): string =>
  /^(?:\/usr)?(?:\/local)?(?:\/s?bin|\/opt\/[\w-]+\/bin)\/([\w.-]+)$/.exec(word)?.[1] ?? word;

/** Value of an option: `-c SQL`, `-cSQL` is not supported, `--command=SQL`. */
export const valueOfOption = (words: readonly string[], ...names: readonly string[]): string | undefined => {
  for (const [i, word] of words.entries()) {
    if (names.includes(word)) return words[i + 1];
    const long = names.find((name) => name.startsWith('--') && word.startsWith(`${name}=`));
    if (long !== undefined) return word.slice(long.length + 1);
  }
  return undefined;
};

/** The words that are neither options nor their values. */
export const operands = (words: readonly string[], valued: readonly string[] = []): readonly string[] => {
  const found: string[] = [];
  for (let i = 0; i < words.length; i++) {
    const word = words[i] ?? '';
    if (word === '--') return [...found, ...words.slice(i + 1)];
    if (valued.includes(word)) i += 1;
    else if (!word.startsWith('-') || word === '-') found.push(word);
  }
  return found;
};

const isOption = (word: string, option: string): boolean => word === option || word.startsWith(`${option}=`);

const byRule = (rule: ProgramRule, words: readonly string[]): CommandClass => {
  const { verbs, other = 'destructive', alone = other, raise = {}, harmless = [], valued } = rule;
  if (harmless.some((option) => words.includes(option))) return known('read');
  const [first, second] = operands(words, valued);
  const listed =
    verbs === undefined || first === undefined ? undefined : (verbs[`${first} ${second}`] ?? verbs[first]);
  const base = first === undefined ? alone : (listed ?? other);
  const raised = Object.entries(raise).flatMap(([option, danger]) =>
    words.some((word) => isOption(word, option)) ? [danger] : [],
  );
  const isKnown =
    verbs === undefined || listed !== undefined || (first === undefined && rule.alone !== undefined);
  return { danger: mostDangerous([base, ...raised]), isKnown };
};

const curl = (words: readonly string[]): CommandClass => {
  const joined = words.find((word) => /^-X[A-Z]+$/.test(word))?.slice(2);
  const sends = words.some((word) =>
    /^(?:-d|--data(?:-\w+)?|-F|--form|-T|--upload-file|--json)(?:=|$)/.test(word),
  );
  const method = (
    joined ??
    valueOfOption(words, '-X', '--request') ??
    (sends ? 'POST' : 'GET')
  ).toUpperCase();
  const saves =
    words.some((word) => /^(?:-o|-O|--output|--remote-name)/.test(word)) &&
    valueOfOption(words, '-o', '--output') !== '/dev/null';
  if (method === 'DELETE') return known('destructive');
  if (method !== 'GET' && method !== 'HEAD' && method !== 'OPTIONS') return known('disruptive');
  return known(saves ? 'safe' : 'read');
};

const kafkaTool = (words: readonly string[], name: string): CommandClass => {
  const has = (...options: readonly string[]): boolean => options.some((option) => words.includes(option));
  if (has('--delete', '--delete-offsets', '--partitions') && has('--alter', '--delete', '--delete-offsets'))
    return known('destructive');
  if (has('--reset-offsets')) return known(has('--execute') ? 'destructive' : 'read');
  if (has('--execute')) return known('disruptive');
  if (has('--alter')) return known('disruptive');
  if (has('--create')) return known('safe');
  if (has('--list', '--describe', '--version', '--verify', '--state', '--members')) return known('read');
  if (/^kafka-\w+-consumer(?:\.sh)?$|get-offsets|broker-api-versions|log-dirs|dump-log/.test(name))
    return known(has('--group', '--group-id') ? 'disruptive' : 'read');
  return unknown;
};

const jcmd = (words: readonly string[]): CommandClass => {
  const order = operands(words)[1] ?? '';
  if (/^(?:VM\.|Thread\.print|GC\.heap_info|Compiler\.|help)/.test(order)) return known('read');
  return /^(?:GC\.|JFR\.)/.test(order) ? known('disruptive') : unknown;
};

/** The commands that a program runs for its caller, as a script; undefined when it runs none. */
const innerScript = (name: string, words: readonly string[]): string | undefined => {
  const after = (index: number): string => words.slice(index).map(quoted).join(' ');
  if (name === 'ssh') {
    const options = ['-i', '-p', '-o', '-l', '-F', '-J', '-L', '-R', '-D', '-b', '-c', '-m', '-W'];
    const host = words.findIndex((word, i) => !word.startsWith('-') && !options.includes(words[i - 1] ?? ''));
    return host < 0 ? undefined : words.slice(host + 1).join(' ');
  }
  if (/^(?:ba|z|k|da)?sh$/.test(name) || name === 'su' || name === 'pwsh')
    return valueOfOption(words, '-c', '-lc', '-ec', '-ic', '-Command');
  if (/^(?:kubectl|oc|k)$/.test(name) && operands(words, programRules.kubectl?.valued)[0] === 'exec') {
    const dashes = words.indexOf('--');
    return dashes < 0 ? '' : after(dashes + 1);
  }
  if (/^(?:docker|podman|nerdctl)(?:-compose)?$/.test(name)) return containerScript(words);
  return undefined;
};

/** Options of `docker exec` with a value. */
const execOptions = ['-e', '--env', '-u', '--user', '-w', '--workdir', '--env-file', '--index'];

const containerScript = (words: readonly string[]): string | undefined => {
  const exec = words.indexOf('exec');
  if (exec < 0) return undefined;
  const rest = words.slice(exec + 1);
  const target = rest.findIndex(
    (word, i) => !word.startsWith('-') && !execOptions.includes(rest[i - 1] ?? ''),
  );
  return target < 0
    ? ''
    : rest
        .slice(target + 1)
        .map(quoted)
        .join(' ');
};

/** A word as the shell reads it back. */
const quoted = (word: string): string =>
  /^[\w@%+=:,./{}-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;

const wrapperOptions: Readonly<Record<string, readonly string[]>> = {
  sudo: ['-u', '-g', '-h', '-p', '-C'],
  doas: ['-u', '-C'],
  env: ['-u', '-C', '-S'],
  nice: ['-n'],
  ionice: ['-c', '-n', '-p'],
  timeout: ['-s', '-k'],
  watch: ['-n', '--interval'],
  xargs: ['-I', '-n', '-P', '-L', '-d', '-a'],
  nohup: [],
  time: [],
  command: [],
  stdbuf: ['-o', '-e', '-i'],
  setsid: [],
};

/** Removes programs that only start another one: sudo, env, timeout, watch. */
const unwrapped = (words: readonly string[]): readonly string[] => {
  const name = words[0] ?? '';
  const options = Object.hasOwn(wrapperOptions, name) ? wrapperOptions[name] : undefined;
  if (options === undefined) return words;
  let i = 1;
  while (i < words.length) {
    const word = words[i] ?? '';
    if (options.includes(word)) i += 2;
    else if (word.startsWith('-') || /^[A-Za-z_]\w*=/.test(word)) i += 1;
    else break;
  }
  if (name === 'timeout') i += 1;
  return words.length === i ? words : unwrapped(words.slice(i));
};

const byVerb = (table: readonly (readonly [RegExp, Danger])[], word: string): CommandClass => {
  const danger = table.find(([begins]) => begins.test(word))?.[1];
  return danger === undefined ? unknown : known(danger);
};

const cloud = (words: readonly string[]): CommandClass => {
  const named = operands(words, [
    '--endpoint-url',
    '--profile',
    '--region',
    '--output',
    '--query',
    '--project',
    '-g',
    '-n',
  ]);
  const raised = words.includes('--delete') ? 'destructive' : 'read';
  const found = named
    .slice(1)
    .map((word) => byVerb(cloudVerbs, word))
    .find(({ isKnown }) => isKnown);
  return found === undefined ? unknown : known(moreDangerous(found.danger, raised));
};

const bodyOf = (redirects: readonly ShellRedirect[]): string | undefined =>
  redirects.find(({ body }) => body !== undefined)?.body ??
  redirects.find(({ operator }) => operator === '<<<')?.target.value;

const programDanger = (words: readonly string[], command: SimpleCommand, level: number): CommandClass => {
  const name = programName(words[0] ?? '');
  const rest = words.slice(1);
  const body = bodyOf(command.redirects);
  const script = innerScript(name, rest);
  if (script !== undefined) {
    // A shell without a command is interactive; one with a here-document runs it.
    const text = script === '' ? body : script;
    return text === undefined ? unknown : classifyScript(text, level + 1);
  }
  if (/^(?:ba|z|da)?sh$/.test(name) && body !== undefined) return classifyScript(body, level + 1);
  // Left over by `unwrapped`: it starts nothing. `sudo -i` is interactive.
  if (Object.hasOwn(wrapperOptions, name)) return /^(?:env|time|xargs)$/.test(name) ? known('read') : unknown;
  if (name === 'curl') return curl(rest);
  if (/^(?:psql|mysql|mariadb|clickhouse-client|cockroach)$/.test(name)) {
    if (rest.some((word) => word === '-l' || word === '--list' || word === '--version')) return known('read');
    const sql = valueOfOption(rest, '-c', '--command', '-e', '--execute', '-q', '--query') ?? body;
    return sql === undefined ? unknown : known(sqlDanger(sql));
  }
  if (/^(?:mongosh|mongo)$/.test(name)) {
    const js = valueOfOption(rest, '--eval') ?? body;
    return js === undefined ? unknown : known(mongoDanger(js));
  }
  if (/^(?:redis-cli|valkey-cli)$/.test(name)) {
    if (rest.some((word) => /^--(?:scan|latency|stat|bigkeys|memkeys|hotkeys|version)/.test(word)))
      return known('read');
    return known(redisDanger(operands(rest, ['-h', '-p', '-a', '-n', '-u', '--user', '--pass'])));
  }
  if (/^kafka-[\w-]+(?:\.sh)?$/.test(name)) return kafkaTool(rest, name);
  if (name === 'jcmd') return jcmd(rest);
  if (name === 'tar') return tar(rest);
  if (name === 'service')
    return known(/^status$|^--status-all$/.test(rest[1] ?? rest[0] ?? '') ? 'read' : 'disruptive');
  // Scripts of awk and sed can start programs and write files.
  if (/^[gm]?awk$/.test(name) && rest.some((word) => /system\s*\(|>\s*["\w]|\|\s*["\w]/.test(word)))
    return unknown;
  if (
    name === 'sed' &&
    rest.some((word) => /(?:^|[;{}\d$/!])\s*[ew](?:\s|$)|\/[gpi\d]*[ew][gpi\d]*$/.test(word))
  )
    return unknown;
  if (/^(?:aws|awslocal|gcloud|az)$/.test(name)) return cloud(['', ...rest]);
  if (/^[A-Z][a-z]+-[A-Z]\w+$/.test(name)) return byVerb(cmdletVerbs, name);
  if (/^(?:docker|podman)$/.test(name) && rest[0] === 'compose')
    return programDanger(['docker-compose', ...rest.slice(1)], command, level);
  const rule = Object.hasOwn(programRules, name) ? programRules[name] : undefined;
  return rule === undefined ? unknown : byRule(rule, rest);
};

const tar = (rest: readonly string[]): CommandClass =>
  known(
    /^-?-?(?:[a-z]*t[a-z]*$|list)/.test(rest[0] ?? '') && !/x|c/.test((rest[0] ?? '').replace('--list', ''))
      ? 'read'
      : 'disruptive',
  );

/** A redirection to a file: an existing file is lost. */
const redirectDanger = ({ operator, target }: ShellRedirect): Danger => {
  if (!operator.includes('>') || operator === '>&' || target.value === '/dev/null') return 'read';
  if (/^\/(?:dev|etc|proc|sys|boot)\//.test(target.value)) return 'destructive';
  return operator.includes('>>') ? 'safe' : 'disruptive';
};

/** Returns the words of a command without programs that only start it. */
export const effectiveWords = ({ words }: SimpleCommand): readonly string[] =>
  unwrapped(words.map(({ value }) => value));

const commandDanger = (command: SimpleCommand, level: number): CommandClass => {
  const written = known(mostDangerous(command.redirects.map(redirectDanger)));
  if (command.words.length === 0) return written;
  const words = effectiveWords(command);
  const [first] = command.words;
  // The name of the program is only known when the script runs.
  if (first?.isLiteral === false) return unknown;
  if (words[0] === 'watch' || words.length === 1) {
    const [only = ''] = words;
    if (/\s/.test(only)) return worst([written, classifyScript(only, level + 1)]);
  }
  return worst([written, programDanger(words, command, level)]);
};

/** Classes one statement: the most dangerous of its commands, its substitutions and its redirections. */
export const classifyStatement = (statement: ShellStatement, level = 0): CommandClass => {
  if (statement.isBroken || level > deepest) return unknown;
  if (statement.commands.length === 0) return unknown;
  return worst([
    ...statement.commands.map((command) => commandDanger(command, level)),
    ...statement.substitutions.map((text) => classifyScript(text, level + 1)),
  ]);
};

/** Classes a script. An unknown program, and what cannot be parsed, is destructive. */
export const classifyScript = (text: string, level = 0): CommandClass => {
  if (level > deepest) return unknown;
  const { statements } = parseShell(text);
  return statements.length === 0 ? unknown : worst(statements.map((one) => classifyStatement(one, level)));
};
