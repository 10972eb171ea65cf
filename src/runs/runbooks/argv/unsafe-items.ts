import { referencedNames } from '../binding/bind.ts';
import { followsToolVerb, namesToolCode } from './code-names.ts';
import { codeOptions, isCodeKey, settingWords } from './code-options.ts';
import { type ItemRole, itemRoles } from './item-roles.ts';
import { argvProgram, fileMarks, joinsCode, optionStarts, takesCode } from './program-words.ts';
import type { ValueTexts } from './value-texts.ts';

/** An item of an argv in which a value could become an option or code. */
interface UnsafeItem {
  readonly nth: number;
  /** The name of the value. */
  readonly name: string;
  readonly what: string;
  readonly todo: string;
}

/** The texts that a value may be, by its name. */
export type TextsOf = (name: string) => ValueTexts;

const reference = /\$\{(?:param\.([^}]{0,200})|(each))\}/g;

/** The parts of an item: literal texts, and names of values. */
const partsOf = (item: string): readonly (string | { readonly name: string })[] => {
  const parts: (string | { readonly name: string })[] = [];
  let end = 0;
  for (const match of item.matchAll(reference)) {
    if (match.index > end) parts.push(item.slice(end, match.index));
    parts.push({ name: match[1] ?? match[2] ?? '' });
    end = match.index + match[0].length;
  }
  return end < item.length ? [...parts, item.slice(end)] : parts;
};

/** Returns whether an item may begin with one of these characters once its values are inserted. */
const mayBegin = (item: string, characters: readonly string[], textsOf: TextsOf): boolean => {
  for (const part of partsOf(item)) {
    if (typeof part === 'string') return characters.includes(part[0] ?? '');
    const texts = textsOf(part.name);
    if (characters.some((character) => texts.mayBegin(character))) return true;
    if (!texts.mayBeEmpty) return false;
  }
  return false;
};

const letters = [...'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ'];

const written = (name: string, textsOf: TextsOf): string =>
  textsOf(name).written ?? (name === 'each' ? '${each}' : `\${param.${name}}`);

type Words = Pick<UnsafeItem, 'what' | 'todo'>;

const asCode = (value: string): Words => ({
  what: `${value} is inside text that a program in this argv executes, or is the program's name`,
  todo: `pass the value as a separate item after the code: [sh, -c, 'echo "$1"', sh, "${value}"]`,
});

const asOptionCode = (value: string, option: string): Words => ({
  what: `${value} is the value of ${option}, which a program in this argv executes or loads`,
  todo: 'write the text itself',
});

const asOption = (value: string, program: string): Words => ({
  what: `${value} could be an option of ${program}: the value may begin with "-"`,
  todo: /^\$\{(?:param\.|each\})/.test(value)
    ? `write "--" in front, or --OPTION=${value}, or give the parameter a pattern such as "[^-].*"`
    : `write "--" in front, or --OPTION=${value}`,
});

const asFile = (value: string, program: string, marks: readonly string[]): Words => ({
  what: `${value} could name a file that ${program} reads: the value may begin with ${marks.map((mark) => `"${mark}"`).join(' or ')}`,
  todo: 'give the parameter a pattern such as "[A-Za-z0-9].*"',
});

const asLetters = (value: string, program: string): Words => ({
  what: `${value} could name further options of ${program}`,
  todo: `write --OPTION=${value}, or write the value after "--"`,
});

const unclear = (value: string): Words => ({
  what: `${value} follows an option that opsdeck does not know, and could be an option or the name of a program`,
  todo: 'write that option as --OPTION=VALUE, or start the program without that option',
});

/** A variable before the program, or of an option such as `-e NAME=VALUE`. */
const variableOf = (start: string): string | undefined =>
  /^(?:-[A-Za-z]|--?[\w-]{2,64}=)?([\w.:,-]{1,128})=/.exec(start)?.[1]?.replace(/^-+/, '');

/** Returns whether the item before names a key whose value is a program, in a command that sets keys: `git config core.pager X`. */
const setsCode = (argv: readonly string[], nth: number): boolean =>
  argv.slice(1, nth - 1).some((item) => settingWords.has(item.toLowerCase())) &&
  isCodeKey(argv[nth - 1] ?? '');

/** An option that the author completes by choices: `--${param.suite}`, of words that are all known. */
const isKnownOption = (item: string, program: string, textsOf: TextsOf): boolean => {
  const [dashes, last, ...others] = partsOf(item);
  if (dashes !== '--' || typeof last !== 'object' || others.length > 0) return false;
  const { known = [] } = textsOf(last.name);
  return (
    known.length > 0 && known.every((word) => /^[a-z][\w-]*$/i.test(word) && !takesCode(program, `--${word}`))
  );
};

/** A value in the middle of an option: its name or letters must be the author's. */
const problemInOption = (
  item: string,
  start: string,
  role: ItemRole,
  programs: readonly string[],
  textsOf: TextsOf,
): Words | undefined => {
  const [name = ''] = referencedNames(item);
  const value = written(name, textsOf);
  if (programs.some((program) => joinsCode(program, start, textsOf(name).isOwn)))
    return asOptionCode(value, start.replace(/=.*$/, ''));
  if (/^--[^=]*$/.test(start))
    return isKnownOption(item, role.program, textsOf) ? undefined : asLetters(value, role.program);
  if (role.is !== 'letters' && !/^-[A-Za-z0-9]*$/.test(start)) return undefined;
  const further = start === '-' ? [...letters, '-'] : letters;
  return mayBegin(item.slice(start.length), further, textsOf) ? asLetters(value, role.program) : undefined;
};

/** Beginnings of a text that programs execute, whatever the option: `ext::`, `EXEC:`, `|`, `system.run[`. */
const executed = /^(?:ext::|exec:|system:|shell:|pipe:|lua_script:|[|!])|\b(?:system\.run\[|execute\()/i;

/** The last sub-command that has options of its own ends those before it: `-f` of `docker compose logs` names no file. */
const subCommands = (names: readonly string[]): readonly string[] =>
  names.slice(
    Math.max(
      0,
      names.findLastIndex((name) => Object.hasOwn(codeOptions, name)),
    ),
  );

/** The program, and the program with each word before the item: options differ by sub-command. */
const programsAt = (argv: readonly string[], nth: number, program: string): readonly string[] => [
  program,
  ...subCommands([
    // `docker-compose` is `docker compose`.
    ...argv.slice(0, nth).flatMap((word) => {
      const [, head = '', rest] = /(?:^|\/)([a-z]{1,32})-([a-z-]{1,32})$/.exec(word) ?? [];
      return rest === undefined ? [] : [`${argvProgram(head)}_${rest}`];
    }),
    ...argv.slice(1, nth).flatMap((word) => (/^[a-z]/.test(word) ? [`${program}_${word}`] : [])),
  ]),
];

/** The text before a value that makes it code in any program: a key, a variable, or the beginning of a command. */
const codeKeyOf = (argv: readonly string[], nth: number, start: string): string | undefined => {
  if (executed.test(start)) return start;
  const variable = variableOf(start);
  if (variable !== undefined && isCodeKey(variable)) return variable;
  return setsCode(argv, nth) ? argv[nth - 1] : undefined;
};

/** Returns whether a value is code by the words with which tools name it. A setting, `NAME=value` after an option, has its own name. */
const isCodeOfTool = (argv: readonly string[], nth: number, start: string, isOwn: boolean): boolean => {
  if (/^-[^=]*=$/.test(start)) return namesToolCode(start.slice(0, -1), isOwn);
  if (/^-|=/.test(start)) return false;
  return namesToolCode(argv[nth - 1] ?? '', isOwn) || (start === '' && followsToolVerb(argv, 0, nth));
};

/** The option that makes a value code in the program of an item, or in any tool. */
const codeOptionOf = (
  argv: readonly string[],
  nth: number,
  { isTool }: ItemRole,
  programs: readonly string[],
  start: string,
  isOwn: boolean,
): string | undefined => {
  const previous = argv[nth - 1] ?? '';
  if (isTool && isCodeOfTool(argv, nth, start, isOwn)) return start === '' ? previous : start;
  return nth > 1 && programs.some((program) => takesCode(program, previous, isOwn)) ? previous : undefined;
};

const problemOf = (
  argv: readonly string[],
  nth: number,
  role: ItemRole,
  textsOf: TextsOf,
): Words | undefined => {
  const item = argv[nth] ?? '';
  const [first = ''] = partsOf(item);
  const start = typeof first === 'string' ? first : '';
  const [name = ''] = referencedNames(item);
  const value = written(name, textsOf);
  if (role.is === 'code') return asCode(value);
  if (role.is === 'unclear') return unclear(value);
  const marks = fileMarks(role.program);
  const end = start.lastIndexOf('=') + 1;
  const isWhole = start === '' || (end > 0 && end === start.length);
  if (marks.length > 0 && isWhole && mayBegin(item.slice(start.length), marks, textsOf))
    return asFile(value, role.program, marks);
  const key = codeKeyOf(argv, nth, start);
  if (key !== undefined) return asOptionCode(value, key);
  if (role.is === 'data') return undefined;
  const programs = programsAt(argv, nth, role.program);
  const option = codeOptionOf(argv, nth, role, programs, start, textsOf(name).isOwn ?? false);
  if (option !== undefined) return asOptionCode(value, option);
  if (start !== '') return problemInOption(item, start, role, programs, textsOf);
  if (mayBegin(item, optionStarts(role.program), textsOf)) return asOption(value, role.program);
  return role.is === 'letters' && mayBegin(item, letters, textsOf)
    ? asLetters(value, role.program)
    : undefined;
};

/**
 * Finds the items of an argv in which a value would be executed, or could be an option: the only decision about values in
 * arguments, for a profile (what its parameters accept) and for a run (the values themselves).
 */
export const unsafeItems = (argv: readonly string[], textsOf: TextsOf): readonly UnsafeItem[] => {
  if (!argv.some((item) => referencedNames(item).length > 0)) return [];
  const roles = itemRoles(argv);
  return argv.flatMap((item, nth) => {
    const [name] = referencedNames(item);
    const role = roles[nth];
    if (name === undefined || role === undefined) return [];
    const problem = problemOf(argv, nth, role, textsOf);
    return problem === undefined ? [] : [{ nth, name, ...problem }];
  });
};
