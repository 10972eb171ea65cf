import type { Danger } from '../domain/operation.ts';
import { moreDangerous, mostDangerous } from '../runs/policy/danger.ts';
import { cloudVerbs, cmdletVerbs, type ProgramRule, programRules } from './danger-table.ts';
import { curlDanger, wgetDanger } from './http-command.ts';
import { hasOption, isExpansion, type OptionSpec, parseOptions, valuesOf } from './options.ts';
import { mongoDanger, redisDanger, sqlDanger } from './query-danger.ts';
import { dataVariable, findTests, readingOptions, wrapperSpecs } from './reading-options.ts';
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

/** The value of a short option may be attached: `-Oless`. */
const isOption = (word: string, option: string): boolean =>
  word === option || word.startsWith(`${option}=`) || (/^-\w$/.test(option) && word.startsWith(option));

const own = <T>(table: Readonly<Record<string, T>>, key: string): T | undefined =>
  Object.hasOwn(table, key) ? table[key] : undefined;

/** Options before the verb that take no value. Behind an unknown one, the verb may be its value. */
const bareOption =
  /^(?:-A|-a|-i|-l|-q|-v|-it|-s|-h|-r|-t|-B|--(?:user|no-pager|quiet|full|now|all|failed|paginate|global|version|verbose|debug|offline|release|silent|batch-mode|stacktrace|info|no-color|no-ext-diff))$/;

const hasKnownVerb = (words: readonly string[], verb: string, valued: readonly string[]): boolean => {
  for (let i = 0; i < words.length; i++) {
    const word = words[i] ?? '';
    if (valued.includes(word)) i += 1;
    else if (word === verb) return true;
    else if (word === '--' || (word.startsWith('-') && !word.includes('=') && !bareOption.test(word)))
      return false;
  }
  return true;
};

/** `--dry-run` as an option of its own: once, and not the value of the option before it. */
const isPreview = (words: readonly string[], preview: readonly string[]): boolean => {
  const found = words.flatMap((word, i) => (/^--dry-run(?:=|$)/.test(word) ? [i] : []));
  const [index = -1] = found;
  return (
    found.length === 1 &&
    preview.includes(words[index] ?? '') &&
    !words.slice(0, index).includes('--') &&
    !/^-[^=]*$/.test(words[index - 1] ?? '')
  );
};

const byRule = (rule: ProgramRule, words: readonly string[]): CommandClass => {
  const {
    verbs,
    other = 'destructive',
    alone = other,
    raise = {},
    harmless = [],
    preview = [],
    valued = [],
  } = rule;
  if (words.length === 1 && harmless.includes(words[0] ?? '')) return known('read');
  const [first, second, third] = operands(words, valued);
  const listed =
    verbs === undefined || first === undefined
      ? undefined
      : (own(verbs, `${first} ${second} ${third}`) ??
        own(verbs, `${first} ${second}`) ??
        (second === undefined ? undefined : own(verbs, `${first} *`)) ??
        own(verbs, first));
  const base = first === undefined ? alone : (listed ?? other);
  const raised = Object.entries(raise).flatMap(([option, danger]) =>
    words.some((word) => isOption(word, option)) ? [danger] : [],
  );
  if (verbs !== undefined && first !== undefined && !hasKnownVerb(words, first, valued)) return unknown;
  if (listed !== undefined && raised.length === 0 && isPreview(words, preview)) return known('read');
  const isKnown =
    verbs === undefined || listed !== undefined || (first === undefined && rule.alone !== undefined);
  return { danger: mostDangerous([base, ...raised]), isKnown };
};

const orUnknown = (danger: Danger | undefined): CommandClass =>
  danger === undefined ? unknown : known(danger);

/** Programs that read with some options only: an option that is not listed makes them unknown. */
const byReadingOptions = (name: string, words: readonly string[]): CommandClass | undefined => {
  if (name === 'find')
    return words.every((word) => !isExpansion(word) && (!word.startsWith('-') || findTests.test(word)))
      ? known('read')
      : known('destructive');
  const spec = own(readingOptions, name);
  if (spec === undefined) return undefined;
  const parsed = parseOptions(words, spec);
  if (parsed === undefined || words.some(isExpansion)) return orRaised(name, words);
  const { operands: given } = parsed;
  if (name === 'hostname' && given.length > 0) return known('disruptive');
  if (name === 'date' && given.some((word) => !word.startsWith('+'))) return known('destructive');
  if (name === 'uniq' && given.length > 1) return known('disruptive');
  if (name === 'less' && given.some((word) => word.startsWith('+'))) return unknown;
  return known('read');
};

/** Options that write or delete in a known way keep their class in the table; others are unknown. */
const orRaised = (name: string, words: readonly string[]): CommandClass => {
  const { raise = {} } = own(programRules, name) ?? {};
  const raised = Object.entries(raise).flatMap(([option, danger]) =>
    words.some((word) => isOption(word, option)) ? [danger] : [],
  );
  return raised.includes('destructive') ? known('destructive') : unknown;
};

/** Options of the tools of Kafka that change nothing. They may be abbreviated, so others are unknown. */
const kafkaReads: ReadonlySet<string> = new Set(
  'bootstrap-server bootstrap-controller group all-groups topic all-topics list describe members state offsets verbose timeout command-config from-beginning max-messages partition partitions property time topic-partitions version help exclude-internal under-replicated-partitions unavailable-partitions under-min-isr-partitions at-min-isr-partitions topics-with-overrides entity-type entity-name entity-default all dry-run to-earliest to-latest to-current to-offset to-datetime shift-by by-duration reset-offsets zookeeper broker-list consumer.config consumer-property offset timeout-ms isolation-level verify reassignment-json-file files print-data-log deep-iteration admin.config group-id skip-message-on-error status replication'.split(
    ' ',
  ),
);

const kafkaTool = (words: readonly string[], name: string): CommandClass => {
  const judged = kafkaAction(words, name);
  const isRead = words.every(
    (word) => !word.startsWith('-') || kafkaReads.has(word.replace(/^--/, '').split('=', 1)[0] ?? ''),
  );
  return judged.danger !== 'read' || isRead ? judged : unknown;
};

const kafkaAction = (words: readonly string[], name: string): CommandClass => {
  const has = (...options: readonly string[]): boolean => options.some((option) => words.includes(option));
  if (
    has('--remove', '--delete', '--delete-offsets', '--partitions') &&
    has('--alter', '--remove', '--delete', '--delete-offsets')
  )
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
  const [target = '-', order = ''] = words;
  if (target.startsWith('-')) return words.length === 1 && target === '-l' ? known('read') : unknown;
  if (
    /^(?:VM\.(?:version|flags|uptime|command_line|system_properties|info|classloaders|metaspace|events|dynlibs|native_memory)|Thread\.print|GC\.heap_info|Compiler\.(?:codecache|codelist|queue|memory)|help)$/.test(
      order,
    )
  )
    return known('read');
  return /^(?:GC\.|JFR\.)/.test(order) ? known('disruptive') : unknown;
};

/** A script that nobody can judge: it cannot be parsed, so it is unknown. */
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
  if (parsed === undefined || !valuesOf(parsed, '-o').every((one) => harmlessSshOption.test(one)))
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
    while (/^[A-Za-z_]\w*=/.test(rest[0] ?? '')) {
      if (!isData(rest[0] ?? '') && rest.length > 1) return undefined;
      rest = rest.slice(1);
    }
  }
  if (name === 'timeout') rest = rest.slice(1);
  if (rest.length === 0) return [name];
  const inner = unwrapped(rest);
  // What xargs appends is not known.
  const isBlind = name === 'xargs' && inner !== undefined && !readsAnything(inner);
  return isBlind && classifyScript(inner.map(quoted).join(' '), deepest - 1).danger !== 'destructive'
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

const byVerb = (table: readonly (readonly [RegExp, Danger])[], word: string): CommandClass => {
  const danger = table.find(([begins]) => begins.test(word))?.[1];
  return danger === undefined ? unknown : known(danger);
};

/** Words of gcloud and az between the program and the verb. */
const cloudGroup =
  /^(?:beta|alpha|compute|container|sql|instances|clusters|projects|logging|config|auth|services|pubsub|topics|subscriptions|functions|iam|storage|buckets|vm|vmss|aks|group|webapp|monitor|metrics|network|account|postgres|mysql|redis|flexible-server|acr|repository|node-pools|operations|revisions|instance-groups|disks|snapshots|images|zones|regions|secrets|versions|keyvault|secret|nic|vnet|resource|log)$/;

const cloudValued = [
  '--endpoint-url',
  '--profile',
  '--region',
  '--output',
  '--query',
  '--project',
  '-g',
  '-n',
];

const cloud = (name: string, words: readonly string[]): CommandClass => {
  const named = operands(words, cloudValued);
  const isAws = name.startsWith('aws');
  const at = isAws ? 1 : named.findIndex((word) => byVerb(cloudVerbs, word).isKnown);
  const verb = named[at];
  if (verb === undefined || !hasKnownVerb(words, verb, cloudValued)) return unknown;
  if (!isAws && !named.slice(0, at).every((word) => cloudGroup.test(word))) return unknown;
  const found = byVerb(cloudVerbs, verb);
  return found.isKnown
    ? known(moreDangerous(found.danger, words.includes('--delete') ? 'destructive' : 'read'))
    : unknown;
};

const psqlSpec: OptionSpec = {
  flags: 'AtxXqwWeEan1zlHb0sS',
  valued: 'hpUdcFPRvT',
  long: '--no-align --tuples-only --expanded --no-psqlrc --quiet --no-password --password --echo-all --csv --single-transaction --html --echo-errors --list',
  longValued: '--host --port --username --dbname --command --field-separator --pset --set --variable',
};

const mysqlSpec: OptionSpec = {
  flags: 'NBstvEfHXr',
  valued: 'huPDeqdp',
  long: '--batch --skip-column-names --table --vertical --silent --insecure --secure',
  longValued: '--host --user --password --port --database --execute --query --format --url',
};

/** Each text that a client of SQL executes. Undefined when an option is not known, or a file has the text. */
export const sqlTexts = (
  name: string,
  words: readonly string[],
  body?: string,
): readonly string[] | undefined => {
  const parsed = parseOptions(words, name === 'psql' ? psqlSpec : mysqlSpec);
  if (parsed === undefined) return undefined;
  const given = valuesOf(parsed, '-c', '--command', '-e', '--execute', '-q', '--query');
  if (name === 'psql' && hasOption(parsed, '-l', '--list'))
    return given.length === 0 && body === undefined ? [] : undefined;
  const texts = body === undefined ? given : [...given, body];
  return texts.length === 0 ? undefined : texts;
};

/** Each script that mongosh executes. Undefined when an option is not known, or a file has the script. */
const mongoTexts = (words: readonly string[], body?: string): readonly string[] | undefined => {
  const parsed = parseOptions(words, {
    valued: 'up',
    long: '--quiet --norc --tls --ssl',
    longValued: '--eval --host --port --username --password --authenticationDatabase --db',
  });
  if (parsed === undefined || parsed.operands.length > 1 || /\.\w*js$/.test(parsed.operands[0] ?? ''))
    return undefined;
  const given = valuesOf(parsed, '--eval');
  const texts = body === undefined ? given : [...given, body];
  return texts.length === 0 ? undefined : texts;
};

const redis = (words: readonly string[], hasInput: boolean): CommandClass => {
  const parsed = parseOptions(words, {
    flags: 'c3',
    valued: 'hpanuri',
    long: '--raw --no-raw --csv --json --tls --no-auth-warning --scan --latency --latency-history --latency-dist --stat --bigkeys --memkeys --hotkeys --version --insecure',
    longValued: '--user --pass --pattern --count --cacert --cert --key',
    isWrapper: true,
  });
  if (parsed === undefined) return unknown;
  const isMode = parsed.options.some(({ name }) =>
    /^--(?:scan|latency|stat|bigkeys|memkeys|hotkeys|version)/.test(name),
  );
  if (isMode) return parsed.operands.length === 0 && !hasInput ? known('read') : unknown;
  return known(redisDanger(parsed.operands));
};

/** Programs whose arguments are a query or a request. Undefined for other programs. */
const byContent = (
  name: string,
  words: readonly string[],
  body: string | undefined,
): CommandClass | undefined => {
  const isClient = /^(?:curl|psql|mysql|redis-cli|mongosh?)$/.test(name);
  if (isClient && words.length === 1 && words[0] === '--version') return known('read');
  if (name === 'curl') return orUnknown(curlDanger(words));
  if (name === 'wget') return orUnknown(wgetDanger(words));
  if (/^(?:psql|mysql|mariadb|clickhouse-client|cockroach)$/.test(name)) {
    const dialect = name === 'psql' ? 'postgres' : 'other';
    const texts = sqlTexts(name, words, body);
    // An expansion may be an option: `psql $OPTIONS`.
    if (texts === undefined || words.some(isExpansion)) return unknown;
    // `"$$"` is the number of a process for the shell, and quotes nothing; the output of a command may be any SQL.
    if (texts.some((sql) => /\$\w*\$|\$\(/.test(sql))) return known('destructive');
    return known(mostDangerous(texts.map((sql) => sqlDanger(sql, dialect))));
  }
  if (/^(?:mongosh|mongo)$/.test(name)) {
    const texts = mongoTexts(words, body);
    if (texts === undefined || words.some(isExpansion)) return unknown;
    return known(mostDangerous(texts.map(mongoDanger)));
  }
  return /^(?:redis-cli|valkey-cli)$/.test(name) ? redis(words, body !== undefined) : undefined;
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
  if (Object.hasOwn(wrapperSpecs, name)) return /^(?:env|time|xargs)$/.test(name) ? known('read') : unknown;
  const content = byContent(name, rest, body);
  if (content !== undefined) return content;
  if (/^kafka-[\w-]+(?:\.sh)?$/.test(name)) return kafkaTool(rest, name);
  if (name === 'jcmd') return jcmd(rest);
  if (name === 'tar') return tar(rest);
  if (name === 'service')
    return known(/^status$|^--status-all$/.test(rest[1] ?? rest[0] ?? '') ? 'read' : 'disruptive');
  if (/^[gm]?awk$/.test(name)) return awk(rest);
  if (name === 'sed') return sed(rest);
  if (/^(?:aws|awslocal|gcloud|az)$/.test(name)) return cloud(name, rest);
  if (/^[A-Z][a-z]+-[A-Z]\w+$/.test(name)) return byVerb(cmdletVerbs, name);
  if (/^(?:docker|podman)$/.test(name) && rest[0] === 'compose')
    return programDanger(['docker-compose', ...rest.slice(1)], command, level);
  // What is typed into a connection is not known.
  if (name === 'telnet' && (command.isPiped || command.redirects.length > 0)) return unknown;
  const judged = byReadingOptions(name, rest);
  if (judged !== undefined) return judged;
  const rule = Object.hasOwn(programRules, name) ? programRules[name] : undefined;
  return rule === undefined ? unknown : byRule(rule, rest);
};

/** Scripts of awk can start programs and write files. */
const awk = (words: readonly string[]): CommandClass => {
  const parsed = parseOptions(words, { valued: 'Fv' });
  const [script] = parsed?.operands ?? [];
  if (script === undefined || /\b(?:system|getline|close|printf?\b[^;}\n]*>)|@/.test(script)) return unknown;
  // A pipe outside a regular expression or a text.
  const code = script.replaceAll(/"(?:[^"\\]|\\.)*"|\/(?:[^/\\]|\\.)*\//g, ' ').replaceAll('||', ' ');
  return code.includes('|') ? unknown : known('read');
};

/** Scripts of sed can start programs and write files: only substitutions, addresses, and printing are known. */
const sed = (words: readonly string[]): CommandClass => {
  const isInPlace = (word: string): boolean => /^(?:-i|--in-place(?:=.*)?|-i\.\w+)$/.test(word);
  const parsed = parseOptions(
    words.filter((word) => !isInPlace(word)),
    {
      flags: 'nErsuz',
      valued: 'e',
      long: '--quiet --silent --regexp-extended',
      longValued: '--expression',
    },
  );
  if (parsed === undefined) return unknown;
  const given = valuesOf(parsed, '-e', '--expression');
  const scripts = given.length > 0 ? given : parsed.operands.slice(0, 1);
  const isPlain = scripts.every((script) =>
    /^[\s\d$,;{}pdqnNDPhHgGx=!~+]*$/.test(
      script
        .replaceAll(
          /(^|[\s;{}\d$/!])s([^\w\s;{}\\])(?:(?!\2)[^\\\n]|\\.)*\2(?:(?!\2)[^\\\n]|\\.)*\2[gpiI\d]*(?=[\s;}]|$)/g,
          '$1',
        )
        .replaceAll(/\/(?:[^/\\\n]|\\.)*\/I?/g, ''),
    ),
  );
  if (!isPlain || scripts.length === 0) return unknown;
  return known(words.some(isInPlace) ? 'disruptive' : 'read');
};

const tar = (rest: readonly string[]): CommandClass => {
  const [mode = '', ...others] = rest;
  const isList =
    /^(?:-?[vzjJa]*t[vzjJa]*f?|--list)$/.test(mode) &&
    others.every((word) => /^(?:[^-$`]|-[vzjf]$|--wildcards$|--file=|--verbose$)/.test(word));
  return known(isList ? 'read' : 'disruptive');
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

const commandDanger = (command: SimpleCommand, level: number): CommandClass => {
  const written = known(mostDangerous(command.redirects.map(redirectDanger)));
  if (command.words.length === 0) return written;
  const words = effectiveWords(command);
  if (words === undefined || isExpansion(words[0] ?? '')) return unknown;
  const [first] = command.words;
  // The name of the program is only known when the script runs.
  if (first?.isLiteral === false) return unknown;
  if (words[0] === 'watch' || words.length === 1) {
    const [only = ''] = words;
    if (/\s/.test(only)) return worst([written, classifyScript(only, level + 1)]);
  }
  const judged = worst([written, programDanger(words, command, level)]);
  // A variable such as PAGER, LD_PRELOAD or PATH can replace what runs.
  return judged.danger === 'read' && !command.assignments.every(isData) ? unknown : judged;
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
