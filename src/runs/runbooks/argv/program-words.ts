import { isCodeName, joinsCodeName } from './code-names.ts';
import { codeOptions, codeVerbs, fileStarts, ownCodeOptions } from './code-options.ts';
import { codeOperands } from './code-options-of-tools.ts';
import { aliases, interpreters, otherStarts } from './program-table.ts';
import { type Wrapper, wrappers } from './wrapper-table.ts';

const own = <T>(table: Readonly<Record<string, T>>, name: string): T | undefined =>
  Object.hasOwn(table, name) ? table[name] : undefined;

/** The name of a program in the tables: without directory, version and alias. */
export const argvProgram = (item: string): string => {
  const name = (item.split(/[/\\]/).at(-1) ?? '')
    .toLowerCase()
    .replace(/\.exe$/, '')
    .replace(/(?<![\d.]|^k(?=6)|^pm(?=2)|^rebar(?=3))[\d.]+$/, '')
    // The tools of Kafka take the same options, except those that start a program.
    .replace(/^kafka-(?!run-class|server-start).{1,64}$/, 'kafka')
    .replace(/^\w{1,32}beat$/, 'filebeat')
    .replace(
      /^(kafka-run-class|spark-\w{1,16}|beeline|acme|zookeeper-shell|kafka-server-start|catalina|jboss-cli|standalone|domain|wlst|gatling|zkcli|connect-\w{1,16})\.(?:sh|jar)$/,
      '$1',
    )
    .replace(/^jenkins-cli\.jar$/, 'jenkins-cli')
    .replace(/^mvnw$/, 'mvn');
  return own(aliases, name) ?? name;
};

/** Returns whether an item names a tool: found by its name alone, or in the tables. A path is a script of the author. */
export const isTool = (item: string): boolean =>
  !/[/\\]|\.(?:sh|bash|py|rb|pl|js|mjs|ts|php|ps1|jar)$/.test(item) ||
  [wrappers, interpreters, codeOptions, codeVerbs, codeOperands].some((table) =>
    Object.hasOwn(table, argvProgram(item)),
  );

/** Letters of a group of short options: `-xzf`. */
const groupLetters = (item: string): string | undefined => /^-([A-Za-z0-9]+)/.exec(item)?.[1];

/** Options that are whole names, though longer ones begin with them. */
const whole: ReadonlySet<string> = new Set(['--add-config']);

/** Long options may be abbreviated (getopt_long). */
const isAbbreviated = (written: string, option: string): boolean =>
  option.startsWith('--') && written.length > 3 && option.startsWith(written) && !whole.has(written);

/** Returns whether the next item of this option of a program is executed. `isOwn`: the configurations of the operator are not code. */
export const takesCode = (program: string, option: string, isOwn = false): boolean =>
  isCodeName(option) ||
  (own(isOwn ? ownCodeOptions : codeOptions, program) ?? []).some((code) => {
    if (code === option || isAbbreviated(option, code)) return true;
    return code.length === 2 && groupLetters(option) === option.slice(1) && option.endsWith(code[1] ?? '');
  });

/** Returns whether a value after this beginning of an item is executed: `--to-command=`, `-I`. */
export const joinsCode = (program: string, start: string, isOwn = false): boolean =>
  joinsCodeName(start) ||
  (own(isOwn ? ownCodeOptions : codeOptions, program) ?? []).some((code) => {
    const [name = ''] = start.split('=');
    if (code.startsWith('--')) return name === code || isAbbreviated(name, code);
    if (code.length === 2 && code.startsWith('-'))
      return start.startsWith(code) || (/^-\w+$/.test(start) && start.includes(code[1] ?? '-'));
    return /^[-+@]/.test(code) && start.startsWith(code);
  });

/** Characters with which an option or a command of a program may begin. */
export const optionStarts = (program: string): readonly string[] => [
  '-',
  ...(own(otherStarts, program) ?? ''),
];

/** Characters with which a value of a program names a file. */
export const fileMarks = (program: string): readonly string[] => [...(own(fileStarts, program) ?? '')];

/** Returns whether what follows this word in the arguments of a program is executed: `bundle exec`, `rabbitmqctl eval`. */
export const isCodeVerb = (program: string, word: string): boolean =>
  own(codeVerbs, program)?.includes(word) === true ||
  (own(wrappers, program) === undefined &&
    own(interpreters, program) === undefined &&
    (word === 'exec' || word === 'eval'));

/** A place in an argv. `unclear`: the place from which on an item may be anything, after an unknown option. */
type Place = { readonly at: number } | { readonly unclear: number };

/** The number of items of an option of a wrapper; undefined for an option that the table does not have. */
const optionLength = (item: string, { values, flags }: Wrapper): number | undefined => {
  if (flags.includes(item) || item.includes('=') || /^-\d/.test(item)) return 1;
  if (values.includes(item)) return 2;
  if (item.startsWith('--')) return undefined;
  // A value may be attached to its letter, after letters without one.
  const taken = [...item.slice(1)].findIndex((letter) => !flags.includes(`-${letter}`));
  if (taken < 0) return 1;
  if (!values.includes(`-${item[taken + 1]}`)) return undefined;
  return taken === item.length - 2 ? 2 : 1;
};

/** Finds the next item that is no option and no variable of the wrapper; `--` is such an item. */
const nextOperand = (argv: readonly string[], from: number, wrapper: Wrapper): Place => {
  let index = from;
  while (index < argv.length) {
    const item = argv[index] ?? '';
    const isVariable = wrapper.sets === true && /^\w+=/.test(item);
    if (item === '--' || (!item.startsWith('-') && !isVariable)) break;
    const length = isVariable ? 1 : optionLength(item, wrapper);
    if (length === undefined) return { unclear: index + 1 };
    index += length;
  }
  return { at: index };
};

/** Finds what follows the sub-command with which a wrapper starts a program; undefined for another sub-command. */
const afterVerb = (argv: readonly string[], from: number, wrapper: Wrapper): Place | undefined => {
  if (wrapper.verbs === undefined) return { at: from };
  const next = nextOperand(argv, from, wrapper);
  if ('unclear' in next) return next;
  const verb = argv[next.at] ?? '';
  if (verb === 'compose') return afterVerb(argv, next.at + 1, wrapper);
  return wrapper.verbs.includes(verb) || wrapper.endVerbs?.includes(verb) === true
    ? { at: next.at + 1 }
    : undefined;
};

/** Finds the program that a wrapper at a place of an argv starts; undefined for a program that starts none. */
export const startedProgram = (argv: readonly string[], from: number): Place | undefined => {
  const wrapper = own(wrappers, argvProgram(argv[from] ?? ''));
  if (wrapper === undefined) return undefined;
  const start = afterVerb(argv, from + 1, wrapper);
  if (start === undefined || 'unclear' in start) return start;
  const end = argv.indexOf('--', start.at);
  if (wrapper.needsEnd === true && end >= 0) return { at: end + 1 };
  if (wrapper.endVerbs?.includes(argv[start.at - 1] ?? '') === true) return undefined;
  let place: Place = start;
  for (let operands = wrapper.operands ?? 0; ; operands -= 1) {
    place = nextOperand(argv, place.at, wrapper);
    if ('unclear' in place) return place;
    if (argv[place.at] === '--') return { at: place.at + 1 + operands };
    if (operands === 0 || place.at >= argv.length) return place;
    place = { at: place.at + 1 };
  }
};
