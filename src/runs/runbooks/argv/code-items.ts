import { isCodeKey } from './code-options.ts';
import { dataOptions, type Interpreter, interpreters } from './program-table.ts';
import { argvProgram } from './program-words.ts';
import { wrappers } from './wrapper-table.ts';

/** Interpreters recognized anywhere in an argv: their names have no other meaning. */
const always: ReadonlySet<string> = new Set(
  Object.keys(interpreters).filter((name) => interpreters[name] === interpreters.sh),
);

/** Programs that start a program which one of their arguments names. */
const starters: ReadonlySet<string> = new Set([...Object.keys(wrappers), 'find', 'ssh']);

/** Returns how the program at a place of an argv receives code; undefined for one that does not. */
export const interpreterAt = (argv: readonly string[], index: number): Interpreter | undefined => {
  const name = argvProgram(argv[index] ?? '');
  const interpreter = Object.hasOwn(interpreters, name) ? interpreters[name] : undefined;
  if (index === 0 || always.has(name) || argv[index - 1] === '--') return interpreter;
  // `python -m pytest`, `node node_modules/.bin/tsx`
  if (argv[index - 1] === '-m' || /[/\\]\.bin[/\\]/.test(argv[index] ?? '')) return interpreter;
  if (interpreter === undefined || !starters.has(argvProgram(argv[0] ?? ''))) return undefined;
  // It may be an argument with the name of an interpreter (`docker restart node`): the options decide.
  return { ...interpreter, ends: false };
};

const range = (from: number, to: number): readonly number[] =>
  Array.from({ length: Math.max(0, to - from + 1) }, (_, nth) => from + nth);

/** An option may itself come from a value, and then introduce code. */
const mayBeOption = (item: string): boolean => item.startsWith('-') || item.startsWith('${');

/** The code items of a client that takes statements as options anywhere. */
const byOptions = (argv: readonly string[], from: number, { flag, joined }: Interpreter): readonly number[] =>
  range(from + 1, argv.length - 1).flatMap((index) => {
    if (flag?.test(argv[index] ?? '') === true) return [index, index + 1];
    return joined?.test(argv[index] ?? '') === true ? [index] : [];
  });

/** Options of shells and languages with a value in the next item: `bash -o pipefail -c`, `perl -I lib -e`. */
const withValue =
  /^[-+](?:[oOIrdlWXCM]|eo|euo|ueo|exo|euxo)$|^--(?:rcfile|init-file|import|require|loader|env-file)$/;

/** The items of a shell up to its code, or up to a script. */
const upToCode = (
  argv: readonly string[],
  from: number,
  { flag, joined }: Interpreter,
): readonly number[] => {
  for (const index of range(from + 1, argv.length - 1)) {
    const item = argv[index] ?? '';
    if (flag?.test(item) === true) return range(from + 1, index + 1);
    if (joined?.test(item) === true) return range(from + 1, index);
    if (!mayBeOption(item) && !withValue.test(argv[index - 1] ?? '')) return range(from + 1, index - 1);
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
  for (let index = from + 1; index < argv.length; index += 1) {
    const item = argv[index] ?? '';
    if (flag?.test(item) === true) return [...code, index, index + 1];
    const taken = Object.hasOwn(first, item) ? (first[item] ?? 0) : 0;
    if (item === '-f') return code;
    if (taken === 0) code.push(index);
    if (taken === 0 && !item.startsWith('-')) return code;
    index += taken;
  }
  return code;
};

/** Returns whether an item is the value of one of these options: `--limit X`, `--limit=X`, `-DNAME=X`. */
const isDataOf = (argv: readonly string[], index: number, options: readonly string[]): boolean => {
  const item = argv[index] ?? '';
  const [name = ''] = item.split('=');
  return options.some((option) =>
    option.length === 2 && item.startsWith(option)
      ? item.includes('=') && !isCodeKey(name.slice(2))
      : argv[index - 1] === option || (name === option && item !== name),
  );
};

/** The items after an interpreter in which a value would be executed. */
const codeBehind = (argv: readonly string[], from: number, how: Interpreter): readonly number[] => {
  if (how.all === true) {
    const data = dataOptions[argvProgram(argv[from] ?? '')] ?? [];
    return range(from + 1, argv.length - 1).filter((index) => !isDataOf(argv, index, data));
  }
  if (how.first !== undefined) return firstItem(argv, from, how);
  return how.ends === true ? upToCode(argv, from, how) : byOptions(argv, from, how);
};

/** Interpreters whose first operand is a script or a module with its own options. */
const runsScripts: ReadonlySet<string> = new Set([
  ...always,
  ...['python', 'perl', 'ruby', 'php', 'node', 'lua', 'luajit', 'tsx', 'ts-node'],
]);

/**
 * The place of the script or module that an interpreter runs: a program of its own, with its own options. Undefined: the interpreter
 * runs none, or executes a text.
 */
export const scriptAt = (argv: readonly string[], from: number): number | undefined => {
  const how = interpreterAt(argv.slice(from), 0);
  if (how === undefined || !runsScripts.has(argvProgram(argv[from] ?? ''))) return undefined;
  const code = upToCode(argv, from, how);
  const place = from + code.length + 1;
  const options = argv.slice(from + 1, place);
  const isText = options.some((item) => how.flag?.test(item) === true || how.joined?.test(item) === true);
  return isText || place >= argv.length ? undefined : place;
};

/**
 * The positions in an argv whose text is executed: the code of `sh -c`, `psql -c`, `awk` and similar, and the program
 * itself. Items after the code of a shell are data (`"$1"`), and so is every item of any other program.
 */
export const codeIn = (argv: readonly string[]): ReadonlySet<number> => {
  const code = [0];
  for (const time of argv.keys()) {
    const how = interpreterAt(argv, time);
    if (how === undefined) continue;
    code.push(...codeBehind(argv, time, how));
    if (how.ends === true && scriptAt(argv, time) === undefined) break;
  }
  return new Set(code);
};
