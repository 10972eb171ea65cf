import type { BindingRule, BindingRules } from '../../domain/operation.ts';
import { PlanError } from '../../domain/operation.ts';
import type { ParamValues } from '../../domain/runbook.ts';
import { bindParams, referencedNames } from './bind.ts';

/** The ways a program receives code to execute. */
interface Interpreter {
  /** The option whose next item is code. */
  readonly flag?: RegExp;
  /** Code and option in one item: `--command=…`. */
  readonly joined?: RegExp;
  /**
   * Without a code option, the first non-option item is code. The map gives options and the number of items that they
   * take.
   */
  readonly first?: Readonly<Record<string, number>>;
  /** True: every following item is code. */
  readonly all?: true;
  /** True: items after its code or script are data. */
  readonly ends?: boolean;
}

const shell: Interpreter = { flag: /^-[a-z]*c[a-z]*$|^--command$/i, joined: /^--command=/, ends: true };
const script = (flag: RegExp, joined = /^(?!)/): Interpreter => ({ flag, joined, ends: true });
const client = (flag: RegExp, joined: RegExp): Interpreter => ({ flag, joined });

/** Interpreters by program name without version: 'python' covers python3.12. */
const interpreters: Readonly<Record<string, Interpreter>> = {
  ...Object.fromEntries(
    ['sh', 'bash', 'dash', 'ash', 'zsh', 'ksh', 'mksh', 'fish', 'csh', 'tcsh'].map((name) => [name, shell]),
  ),
  su: client(/^-[a-z]*c$|^--command$/, /^--command=/),
  runuser: client(/^-[a-z]*c$|^--command$/, /^--command=/),
  pwsh: script(/^-c(ommand)?$/i),
  powershell: script(/^-c(ommand)?$/i),
  cmd: script(/^\/[ck]$/i),
  python: script(/^-[a-z]*c$/i, /^-c./),
  perl: script(/^-[a-z]*e$/i),
  ruby: script(/^-[a-z]*e$/),
  lua: script(/^-e$/),
  php: script(/^-r$/, /^--run=/),
  node: script(/^(-[a-z]*[ep]|--eval|--print)$/, /^--(eval|print)=/),
  deno: script(/^eval$/),
  psql: client(/^-[a-z]*c$|^--command$/, /^--command=/),
  mysql: client(/^-[a-z]*e$|^--execute$/i, /^--execute=|^-e./),
  mariadb: client(/^-[a-z]*e$|^--execute$/i, /^--execute=|^-e./),
  mongosh: client(/^--eval$/, /^--eval=/),
  mongo: client(/^--eval$/, /^--eval=/),
  awk: { flag: /^(-e|--source)$/, joined: /^--source=/, first: { '-v': 1, '-F': 1 } },
  sed: { flag: /^(-[a-z]*e|--expression)$/i, joined: /^--expression=/, first: {} },
  jq: {
    first: { '--arg': 2, '--argjson': 2, '--slurpfile': 2, '--rawfile': 2, '--indent': 1, '-L': 1 },
    ends: true,
  },
  env: client(/^-[a-z]*S$|^--split-string$/, /^-S.|^--split-string=/),
  flock: client(/^-[a-z]*c$|^--command$/, /^--command=/),
  script: client(/^-[a-z]*c$|^--command$/, /^--command=/),
  expect: client(/^-c$/, /^-c./),
  osascript: client(/^-e$/, /^-e./),
  rscript: client(/^-e$/, /^-e./),
  cqlsh: client(/^-e$|^--execute$/, /^--execute=/),
  sqlcmd: client(/^-q$/i, /^-q./i),
  'clickhouse-client': client(/^-q$|^--query$/, /^--query=/),
  'redis-cli': client(/^eval$/i, /^(?!)/),
  sqlite: { all: true },
  ssh: { all: true },
  watch: { all: true },
};
const aliases: Readonly<Record<string, string>> = {
  gawk: 'awk',
  mawk: 'awk',
  nodejs: 'node',
  rbash: 'bash',
  gsed: 'sed',
};

/** Programs that start another program named in their arguments. */
const wrappers: ReadonlySet<string> = new Set(
  `busybox chroot chrt crictl doas docker env exec find ionice nerdctl nice nohup nsenter podman setpriv setsid ssh
  stdbuf strace sudo systemd-run taskset time timeout toybox unshare xargs`.split(/\s+/),
);
/** Interpreters recognized anywhere in an argv: their names have no other meaning. */
const always: ReadonlySet<string> = new Set(
  Object.keys(interpreters).filter((name) => interpreters[name] === shell),
);

const programOf = (item: string): string => {
  const name = (item.split(/[/\\]/).at(-1) ?? '')
    .toLowerCase()
    .replace(/\.exe$/, '')
    .replace(/[\d.]+$/, '');
  return aliases[name] ?? name;
};

const interpreterAt = (argv: readonly string[], at: number): Interpreter | undefined => {
  const name = programOf(argv[at] ?? '');
  const interpreter = Object.hasOwn(interpreters, name) ? interpreters[name] : undefined;
  if (at === 0 || always.has(name) || argv[at - 1] === '--') return interpreter;
  if (interpreter === undefined || !wrappers.has(programOf(argv[0] ?? ''))) return undefined;
  // It may be an argument with the name of an interpreter (`docker restart node`): the options decide.
  return { ...interpreter, ends: false };
};

const range = (from: number, to: number): readonly number[] =>
  Array.from({ length: Math.max(0, to - from + 1) }, (_, nth) => from + nth);

/** An option may itself come from a value, and then introduce code. */
const mayBeOption = (item: string): boolean => item.startsWith('-') || item.startsWith('${');

/** The code items of a client that takes statements as options anywhere. */
const byOptions = (argv: readonly string[], from: number, { flag, joined }: Interpreter): readonly number[] =>
  range(from + 1, argv.length - 1).flatMap((at) => {
    if (flag?.test(argv[at] ?? '') === true) return [at, at + 1];
    return joined?.test(argv[at] ?? '') === true ? [at] : [];
  });

/** The items of a shell up to its code, or up to a script. */
const upToCode = (
  argv: readonly string[],
  from: number,
  { flag, joined }: Interpreter,
): readonly number[] => {
  for (const at of range(from + 1, argv.length - 1)) {
    const item = argv[at] ?? '';
    if (flag?.test(item) === true) return range(from + 1, at + 1);
    if (joined?.test(item) === true) return range(from + 1, at);
    if (!mayBeOption(item)) return range(from + 1, at - 1);
  }
  return range(from + 1, argv.length - 1);
};

/**
 * The code items of a filter language: the value of its code option, else the first non-option item; `-f` reads it
 * from a file.
 */
const firstItem = (
  argv: readonly string[],
  from: number,
  { flag, first = {} }: Interpreter,
): readonly number[] => {
  const code: number[] = [];
  for (let at = from + 1; at < argv.length; at += 1) {
    const item = argv[at] ?? '';
    if (flag?.test(item) === true) return [...code, at, at + 1];
    const taken = Object.hasOwn(first, item) ? (first[item] ?? 0) : 0;
    if (item === '-f') return code;
    if (taken === 0) code.push(at);
    if (taken === 0 && !item.startsWith('-')) return code;
    at += taken;
  }
  return code;
};

/** The items after an interpreter in which a value would be executed. */
const codeBehind = (argv: readonly string[], from: number, how: Interpreter): readonly number[] => {
  if (how.all === true) return range(from + 1, argv.length - 1);
  if (how.first !== undefined) return firstItem(argv, from, how);
  return how.ends === true ? upToCode(argv, from, how) : byOptions(argv, from, how);
};

/**
 * The positions in an argv whose text is executed: the code of `sh -c`, `psql -c`, `awk` and similar, and the program
 * itself. Items after the code of a shell are data (`"$1"`), and so is every item of any other program.
 */
export const codeIn = (argv: readonly string[]): ReadonlySet<number> => {
  const code = [0];
  for (const at of argv.keys()) {
    const how = interpreterAt(argv, at);
    if (how === undefined) continue;
    code.push(...codeBehind(argv, at, how));
    if (how.ends === true) break;
  }
  return new Set(code);
};

type With = Readonly<Record<string, unknown>>;

/**
 * Encodes a value as one segment of an address (RFC 3986, 2.1). Throws for '', '.' and '..', which are removed when
 * an address is parsed.
 */
const partOfAddress = (value: string): string => {
  if (value === '' || value === '.' || value === '..')
    throw new PlanError('failed', `"${value}" cannot be a segment of an address`);
  return encodeURIComponent(value);
};

/** Escapes a value as a pattern that matches only itself (ECMA-262, SyntaxCharacter). */
const asPattern = (value: string): string => value.replaceAll(/[\\^$.*+?()[\]{}|/]/g, '\\$&');

const encoders: Readonly<Partial<Record<BindingRule, (value: string) => string>>> = {
  address: partOfAddress,
  pattern: asPattern,
};

/** The values that a text refers to, encoded for their place. */
const encodedFor = (part: unknown, values: ParamValues, encode: (value: string) => string): ParamValues =>
  Object.fromEntries(
    referencedNames(part).flatMap((name) =>
      Object.hasOwn(values, name) ? [[name, encode(String(values[name]))]] : [],
    ),
  );

const boundAt = (part: unknown, path: string, values: ParamValues, rules: BindingRules): unknown => {
  const rule = Object.hasOwn(rules, path) ? rules[path] : undefined;
  const encode = rule && encoders[rule];
  if (encode !== undefined) return bindParams(part, encodedFor(part, values, encode));
  const isMap = typeof part === 'object' && part !== null && !Array.isArray(part);
  if (!isMap || !Object.keys(rules).some((key) => key.startsWith(`${path}.`)))
    return bindParams(part, values);
  return Object.fromEntries(
    Object.entries(part).map(([key, value]) => [key, boundAt(value, `${path}.${key}`, values, rules)]),
  );
};

/**
 * Binds a step's `with` by the rules of its operation. Throws PlanError where a value could be interpreted as code,
 * and where an address cannot contain it.
 */
export const bindByRules = (params: With, values: ParamValues, rules: BindingRules): With => {
  const [splice] = unsafeSplices(params, rules);
  if (splice !== undefined)
    throw new PlanError('failed', `with.${splice.path.join('.')}: ${splice.what}; ${splice.todo}`);
  return Object.fromEntries(
    Object.entries(params).map(([key, part]) => [key, boundAt(part, key, values, rules)]),
  );
};

/** A value in a place where it could be interpreted as code. */
interface Splice {
  /** Path relative to the step's `with`. */
  readonly path: readonly (string | number)[];
  readonly what: string;
  readonly todo: string;
}

const written = (name: string): string => (name === 'each' ? '${each}' : `\${param.${name}}`);

const advice: Readonly<
  Record<Exclude<BindingRule, 'address' | 'pattern'>, (reference: string) => Omit<Splice, 'path'>>
> = {
  statement: (reference) => ({
    what: `${reference} is inside SQL text, where its value could end the literal and run as SQL`,
    todo: `write $1 there and params: ["${reference}"]; for a name, {NAME} and identifiers: { NAME: "${reference}" }`,
  }),
  document: (reference) => ({
    what: `${reference} is inside text that the receiver parses`,
    todo: `write the body as a map: { KEY: "${reference}" }, or as plain: TEXT if the receiver does not parse it`,
  }),
  fixed: (reference) => ({
    what: `${reference} is inside text that a program executes`,
    todo: 'write the text without a parameter',
  }),
  argv: (reference) => ({
    what: `${reference} is inside text that a program in this argv executes, or is the program's name`,
    todo: `pass the value as a separate item after the code: [sh, -c, 'echo "$1"', sh, "${reference}"]`,
  }),
};

const splicesIn = (
  rule: BindingRule,
  value: unknown,
  path: readonly (string | number)[],
): readonly Splice[] => {
  if (rule === 'address' || rule === 'pattern') return [];
  if (rule === 'argv') {
    const items = Array.isArray(value) ? value.map(String) : [];
    const code = codeIn(items);
    // A value in place of the whole list would name the program.
    const whole = typeof value === 'string' ? [{ item: value, at: path }] : [];
    const pieces = items.flatMap((item, nth) => (code.has(nth) ? [{ item, at: [...path, nth] }] : []));
    return [...whole, ...pieces].flatMap(({ item, at }) => {
      const [name] = referencedNames(item);
      return name === undefined ? [] : [{ path: at, ...advice.argv(written(name)) }];
    });
  }
  const [name] = typeof value === 'string' ? referencedNames(value) : [];
  return name === undefined ? [] : [{ path, ...advice[rule](written(name)) }];
};

const valueAt = (tree: unknown, path: readonly string[]): unknown =>
  path.reduce<unknown>(
    (here, key) =>
      typeof here === 'object' && here !== null && Object.hasOwn(here, key)
        ? Object.entries(here).find(([name]) => name === key)?.[1]
        : undefined,
    tree,
  );

/** Finds the places in a step's `with` where a value is inserted into text that is parsed or executed. */
export const unsafeSplices = (
  params: Readonly<Record<string, unknown>>,
  rules: BindingRules,
): readonly Splice[] =>
  Object.entries(rules).flatMap(([key, rule]) => {
    const path = key.split('.');
    return splicesIn(rule, valueAt(params, path), path);
  });
