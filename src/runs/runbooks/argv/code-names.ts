import { words } from './option-table.ts';

/** Names of options that take a program or a statement, whatever the program: `--rsh-command`, `--eval`. */
const codeName =
  /^--?(?!no-)(?:[a-z]{1,32}[-_]){0,4}(?:exec|execute|eval|command|cmd|hook|program|rsh|editor|viewer|invoke|wrapper|pager|rcfile|preload|postrenderer|reloadcmd|upload-pack|receive-pack)$/;

/** The same where the value is a part of the item: before another item, `--script` is often a flag. */
const joinedCodeName = /^--?(?!no-)(?:[a-z]{1,32}[-_]){0,4}(?:script|shell|pager)$/;

/** Beginnings that hand the rest to the virtual machine of a program in Java. */
const machineOption = /^-J|^-(?:javaagent|agentpath|agentlib|Xbootclasspath\/?[ap]?):/;

/** Returns whether the next item of an option with this name is executed, in any program. */
export const isCodeName = (option: string): boolean => codeName.test(option);

/** Returns whether a value after this beginning of an item is executed, in any program: `--to-command=`, `-J-javaagent:`. */
export const joinsCodeName = (start: string): boolean => {
  const [name = ''] = start.split('=');
  return (
    machineOption.test(start) || (start.includes('=') && (isCodeName(name) || joinedCodeName.test(name)))
  );
};

const joined = (firsts: string, lasts: string): readonly string[] =>
  words(firsts).flatMap((first) => words(lasts).map((last) => first + last));

/**
 * The last words of an option with which tools name code, or a file or directory with code: a configuration with programs in it, a
 * plugin, a library, a build file, the directory of a project.
 */
const toolNames: ReadonlySet<string> = new Set([
  ...words(
    'config conf cfg bazelrc plugin plugins loader interpreter exe executable jar doclet modulepath classpath',
  ),
  ...joined(
    'config conf plugin plugins hooks module modules extension extensions library class scripts doclet tokens',
    'file path dir url uri yaml',
  ),
  ...joined('defaults init build make just task gem docker compose script', 'file'),
  ...joined('project working', 'dir directory'),
  ...joined('worker pool scheduler formatter main', 'class'),
  ...words('optionsfile snakefile'),
  ...words('initscript importmap includebuild javahome addrepo'),
]);

/** Returns whether an option of a tool names code, by its last words. `isOwn`: the configurations of the operator are not code. */
export const namesToolCode = (option: string, isOwn: boolean): boolean => {
  const parts = /^--?([a-z][\w.-]{2,128})$/i.exec(option)?.[1]?.toLowerCase().split(/[-_.]/) ?? [];
  if (parts[0] === 'no' || (isOwn && parts.some((part) => /^conf|^cfg/.test(part)))) return false;
  if (parts.at(-1) === 'binary') return parts.at(-2) !== 'data';
  return toolNames.has(parts.at(-1) ?? '') || toolNames.has(parts.slice(-2).join(''));
};

/** Nouns of what a tool loads, and the verbs with which it gets it: `krew install`, `plugin add`. */
const loaded: ReadonlySet<string> = new Set(
  words(`plugin plugins extension extensions krew module modules collection tool tools package packages repo
    repository sources gallery formula function functions`),
);
const gets: ReadonlySet<string> = new Set(
  words('install add load register import link insert attach try-repo --add'),
);

/** Words of a tool before the text or file that it executes: `jenkins-cli groovy X`. */
const runs: ReadonlySet<string> = new Set(words('shell source groovy script runscript'));

/** Returns whether this item follows the words with which a tool gets or runs code: its name, address or text. */
export const followsToolVerb = (argv: readonly string[], from: number, nth: number): boolean => {
  const wordAt = (index: number): string => (index > from ? (argv[index] ?? '') : '');
  const before = wordAt(nth - 1);
  const last = before === '--' ? wordAt(nth - 2) : before;
  if (runs.has(last)) return true;
  const verb = argv.findIndex(
    (word, index) => index > from + 1 && index < nth && gets.has(word) && loaded.has(wordAt(index - 1)),
  );
  return verb > 0;
};
