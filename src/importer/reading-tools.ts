import { mostDangerous } from '../runs/policy/danger.ts';
import { type CommandClass, knownClass, unknownClass } from './command-class.ts';
import { hasOption, isExpansion, parseOptions, valuesOf } from './options.ts';
import { sqlDanger } from './query-danger.ts';
import { findTests } from './reading-options.ts';

/** httpie: a request with data is a POST. Source: httpie.io, "Request items". */
export const httpieClass = (words: readonly string[]): CommandClass => {
  const parsed = parseOptions(words, {
    flags: 'vhbF',
    valued: 'apA',
    long: '--verbose --headers --body --follow --ignore-stdin --check-status --quiet',
    longValued: '--print --timeout --verify --pretty --auth --auth-type --max-redirects',
  });
  if (parsed === undefined || words.some(isExpansion)) return unknownClass;
  const [first = '', ...others] = parsed.operands;
  const isMethod = /^[A-Z]+$/.test(first);
  const items = isMethod ? others.slice(1) : others;
  const isRead = !isMethod || /^(?:GET|HEAD|OPTIONS)$/.test(first);
  const isQuery = items.every((item) => /^[\w.-]+(?:==|:(?!=))/.test(item));
  return knownClass(isRead && isQuery ? 'read' : 'disruptive');
};

/** kcat: metadata and offsets are read; a producer writes, and a consumer of a group moves its offsets. */
export const kcatClass = (words: readonly string[]): CommandClass => {
  const parsed = parseOptions(words, { flags: 'LCQPqveuJEZ', valued: 'btpocfXKDGmsr' });
  if (parsed === undefined || words.some(isExpansion)) return unknownClass;
  if (hasOption(parsed, '-P', '-G')) return knownClass('disruptive');
  const isPlain = valuesOf(parsed, '-X').every((value) =>
    /^(?:security|sasl|ssl|bootstrap|broker|client|request|socket|topic\.metadata)\./.test(value),
  );
  return isPlain && hasOption(parsed, '-L', '-Q', '-C') ? knownClass('read') : unknownClass;
};

/** Modules of Ansible that change nothing. */
export const ansibleClass = (words: readonly string[]): CommandClass => {
  const parsed = parseOptions(words, {
    flags: 'vob',
    valued: 'milufe',
    long: '--one-line --become',
    longValued: '--module-name --inventory --limit --user --forks',
  });
  const modules = parsed === undefined ? [] : valuesOf(parsed, '-m', '--module-name');
  const isRead =
    modules.length === 1 && /^(?:ansible\.builtin\.)?(?:ping|setup|gather_facts)$/.test(modules[0] ?? '');
  return isRead && parsed !== undefined && !hasOption(parsed, '-e') ? knownClass('read') : unknownClass;
};

/** Commands of the console of SQLite that only show something. */
const readingDot = /^\.(?:tables|schema|indexes|indices|databases|dbinfo|fullschema|show)(?:\s+[\w%]+)?$/;

export const sqliteClass = (words: readonly string[]): CommandClass => {
  const longOptions = words.map((word) => word.replace(/^-(?=\w)/, '--'));
  const parsed = parseOptions(longOptions, {
    long: '--readonly --header --csv --json --column --line --list --box --table --markdown --batch --bail',
    longValued: '--separator --nullvalue',
  });
  const [file, ...texts] = parsed?.operands ?? [];
  if (file === undefined || texts.length === 0 || words.some(isExpansion)) return unknownClass;
  const judged = texts.map((text) =>
    text.startsWith('.') ? (readingDot.test(text.trim()) ? 'read' : 'destructive') : sqlDanger(text, 'other'),
  );
  return knownClass(mostDangerous(judged));
};

/** haproxy that only checks its configuration. */
export const haproxyClass = (words: readonly string[]): CommandClass => {
  const parsed = parseOptions(words, { flags: 'cVq', valued: 'f' });
  return parsed !== undefined && hasOption(parsed, '-c') && parsed.operands.length === 0
    ? knownClass('read')
    : unknownClass;
};

/** A module of Python that formats its input: `python3 -m json.tool`. A second file would be written. */
export const isJsonTool = (words: readonly string[]): boolean => {
  const rest = words.join(' ').replace(/^-m ?json\.tool(?:$| )/, '');
  return (
    rest !== words.join(' ') &&
    rest
      .split(' ')
      .every((word) => /^(?:--(?:sort-keys|compact|json-lines|no-ensure-ascii|tab|no-indent))?$/.test(word))
  );
};

/** The command that `find` executes for each file, as words; undefined when it executes none, or does more than that. */
export const foundCommand = (words: readonly string[]): readonly string[] | undefined => {
  const start = words.findIndex((word) => word === '-exec' || word === '-execdir');
  if (start < 0) return undefined;
  const end = words.findIndex((word, index) => index > start && (word === ';' || word === '+'));
  const others = [...words.slice(0, start), ...words.slice(end + 1)];
  const isPlain = others.every(
    (word) => !isExpansion(word) && (!word.startsWith('-') || findTests.test(word)),
  );
  const command = words.slice(start + 1, end);
  // A name that is found stands for an argument of a program, and never for the program.
  return end < 0 || !isPlain || (command[0] ?? '{}').includes('{}')
    ? undefined
    : command.map((word) => word.replaceAll('{}', './file'));
};

/** Files that a command of OpenSSL writes, and libraries that it loads. */
const opensslWrites = /^-(?:out|keyout|writerand|sess_out|keylogfile|msgfile|outdir|CAcreateserial)$/;
const opensslLoads = /^-(?:engine|provider|provider-path)$/;

/** The class of the options of `openssl`, beside that of its verb. */
export const opensslOptions = (words: readonly string[]): CommandClass => {
  if (words.some((word) => opensslLoads.test(word))) return unknownClass;
  return knownClass(words.some((word) => opensslWrites.test(word)) ? 'disruptive' : 'read');
};
