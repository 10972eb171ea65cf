import { codeIn, interpreterAt, scriptAt } from './code-items.ts';
import { lists } from './code-options-of-builds.ts';
import { codeOperands, endsOperand, namesOperand } from './code-options-of-tools.ts';
import { bundled, forwarding, withoutEnd } from './program-table.ts';
import { argvProgram, isCodeVerb, isTool, joinsCode, startedProgram, takesCode } from './program-words.ts';

/**
 * What the program of an argv does with an item.
 * - `code`: it is executed, or names the program
 * - `options`: it is an option if it begins like one
 * - `letters`: it is a group of options, with or without `-`
 * - `data`: it is an operand, whatever its text
 * - `unclear`: it depends on an unknown option before it
 */
export interface ItemRole {
  readonly is: 'code' | 'options' | 'letters' | 'data' | 'unclear';
  /** The program that parses it, as the tables name it. */
  readonly program: string;
  /** True: a tool that others wrote, so that its options mean what they mean in other tools; false: a script of the author. */
  readonly isTool: boolean;
}

/** Items of an argv, the last one excluded. */
interface Part {
  readonly from: number;
  readonly end: number;
}

const execActions = new Set(['-exec', '-execdir', '-ok', '-okdir']);

/** The programs that `find` starts, up to `;` or `+`. */
const startedByFind = (argv: readonly string[], { from, end }: Part): readonly Part[] => {
  const action = argv.findIndex((item, index) => index > from && index < end && execActions.has(item));
  if (action < 0) return [];
  const stop = argv.findIndex((item, index) => index > action && /^[;+]$/.test(item));
  const last = stop < 0 || stop > end ? end : stop;
  return [{ from: action + 1, end: last }, ...startedByFind(argv, { from: last, end })];
};

/** The place from which on all items of a program are data; undefined where each may be an option. */
const dataFrom = (argv: readonly string[], { from, end }: Part, program: string): number | undefined => {
  const interpreter = interpreterAt(argv, from);
  if (interpreter?.isOver === true) {
    const flag = argv.findIndex((item, index) => index > from && interpreter.flag?.test(item) === true);
    if (flag > from && argv.slice(from + 1, flag).every((item) => item.startsWith('-'))) return flag + 2;
  }
  if (withoutEnd.has(program)) return undefined;
  const first = argv.indexOf('--', from + 1);
  const over = first >= 0 && forwarding.has(program) ? argv.indexOf('--', first + 1) : first;
  return over < 0 || over >= end ? undefined : over + 1;
};

/** The first operand of a program that takes code there: a file, a class, a command. */
const codeOperand = (argv: readonly string[], { from, end }: Part, program: string): number | undefined => {
  const values = Object.hasOwn(codeOperands, program) ? codeOperands[program] : undefined;
  if (values === undefined) return undefined;
  for (let index = from + 1; index < end; index += 1) {
    const item = argv[index] ?? '';
    if (endsOperand.has(item)) return undefined;
    if (namesOperand.has(item)) return index + 1;
    if (values.includes(item) || takesCode(program, item)) index += 1;
    else if (!item.startsWith('-') && !item.startsWith('+')) return index;
  }
  return undefined;
};

/** The arguments of a program that starts no other one by itself, but takes code there. */
const codeParts = (argv: readonly string[], part: Part, program: string): readonly Part[] => {
  const { from, end } = part;
  const verb = argv.findIndex(
    (item, index) =>
      index > from && index < end && isCodeVerb(program, item) && !lists.has(argv[index - 1] ?? ''),
  );
  const operand = codeOperand(argv, part, program);
  const group = argv[from + 1] ?? '';
  // Values of a group without a dash follow it: `tar xIf PROGRAM ARCHIVE`.
  const isCodeGroup = bundled.has(program) && /^[A-Za-z]/.test(group) && joinsCode(program, `-${group}`);
  return [
    ...(verb > 0 ? [{ from: verb + 1, end }] : []),
    ...(operand === undefined ? [] : [{ from: operand, end: operand + 1 }]),
    ...(isCodeGroup ? [{ from: from + 2, end: Math.min(from + 4, end) }] : []),
  ];
};

/** Gives the items of one program their roles, and those of the programs that it starts. */
const judge = (argv: readonly string[], part: Part, roles: ItemRole[]): void => {
  const { from, end } = part;
  const program = argvProgram(argv[from] ?? '');
  const tool = isTool(argv[from] ?? '');
  const set = (first: number, last: number, is: ItemRole['is']): void => {
    for (let index = first; index < last; index += 1) roles[index] = { is, program, isTool: tool };
  };
  set(from, from + 1, 'code');
  set(from + 1, end, 'options');
  if (bundled.has(program)) set(from + 1, Math.min(from + 2, end), 'letters');
  const started = startedProgram(argv.slice(0, end), from);
  const script = scriptAt(argv.slice(0, end), from);
  if (started !== undefined && 'unclear' in started) set(started.unclear, end, 'unclear');
  else if (started !== undefined && started.at < end) judge(argv, { from: started.at, end }, roles);
  else if (program === 'find')
    for (const currentPart of startedByFind(argv, part)) judge(argv, currentPart, roles);
  else if (script !== undefined && script < end) judge(argv, { from: script, end }, roles);
  else {
    set(dataFrom(argv, part, program) ?? end, end, 'data');
    for (const { from: first, end: last } of codeParts(argv, part, program)) set(first, last, 'code');
  }
};

/** Returns the role of each item of an argv. References in it stand for values that do not begin like an option. */
export const itemRoles = (argv: readonly string[]): readonly ItemRole[] => {
  const roles: ItemRole[] = [];
  judge(argv, { from: 0, end: argv.length }, roles);
  const code = codeIn(argv);
  return roles.map((role, index): ItemRole => (code.has(index) ? { ...role, is: 'code' } : role));
};
