import { dirname, isAbsolute, join } from 'node:path';
import { commandWords } from '../../domain/text/command-words.ts';
import { resolveBeside } from '../document/layers.ts';
import { childOf, scalarsIn, textAt, type YamlNode } from '../document/tree.ts';
import { parseYaml } from '../document/yaml-tree.ts';
import {
  addVars,
  execsIn,
  type Literals,
  literalsOf,
  nodesNamed,
  programsIn,
  referencesIn,
  UncoverableError,
} from './literals.ts';

/** Keys of configuration files that name programs: kubeconfig and ssh config. */
const configKeys: ReadonlySet<string> = new Set(['kubeconfig', 'config']);
/** Keys of Compose files; the same key also names data files. */
const composeKeys: ReadonlySet<string> = new Set(['files']);
const placeKeys: ReadonlySet<string> = new Set(['cwd']);

/** Maximum number of candidate paths. */
const maxCandidates = 4000;
const maxWords = 100_000;

const tooManyFiles = (): UncoverableError =>
  new UncoverableError(
    `more than ${maxCandidates} files are named by the profiles, more than opsdeck checks. Name fewer files`,
  );

/** Start of the closure and its read access. */
interface CoverageParts {
  /** Absolute paths of the profiles in the directory. */
  readonly profiles: readonly string[];
  /** Working directory of `${exec:…}` programs. */
  readonly cwd: string;
  /** Returns whether a path is in the snapshot of the directory. */
  isInside(path: string): boolean;
  /** Returns the text of a file, inside or outside; undefined when it is missing. */
  read(path: string): Promise<string | undefined>;
}

/** The files outside its directory that a profile names. */
interface Coverage {
  /** Files that it extends, includes, or takes values from; covered even when they are absent. */
  readonly read: readonly string[];
  /** Files that may be its programs. */
  readonly run: readonly NamedProgram[];
}

/** A word of a command line as a path. */
interface NamedProgram {
  readonly path: string;
  /** True: covered in any case, even when absent. False: covered only if it is a program; other files are data. */
  readonly isProgram: boolean;
}

const nameTexts = (tree: YamlNode, keys: ReadonlySet<string>): readonly string[] =>
  [...nodesNamed(tree, keys)]
    .flatMap((node) => (node.is === 'map' ? [] : [...scalarsIn(node)]))
    .flatMap(({ value }) => (typeof value === 'string' ? [value] : []));

/** Returns the files that a profile extends or includes, resolved as the loader does. */
const layersIn = (tree: YamlNode): readonly string[] => {
  const runbooks = tree.is === 'list' ? tree : childOf(tree, 'runbooks');
  const items = runbooks?.is === 'list' ? runbooks.items : [];
  return [tree, ...items].flatMap((node) => ['extends', 'include'].flatMap((key) => textAt(node, key) ?? []));
};

const isRelative = (path: string): boolean => path !== '' && !isAbsolute(path) && !path.startsWith('~');

/** Returns the paths in a word; `--file=../x` contains one too. */
const pathsIn = (word: string): readonly string[] => {
  const [, value] = /^-[^=]*=(.+)$/s.exec(word) ?? [];
  const path = value ?? word;
  return path.startsWith('-') || path.includes('\n') || path.length > 1024 ? [] : [path];
};

/** Script names that interpreters run. */
const scriptName = /\.(sh|bash|zsh|fish|py|js|mjs|cjs|ts|rb|pl|php|lua|jar|awk|ps1)$/i;

interface Parsed {
  readonly file: string;
  readonly tree: YamlNode;
}

/** Follows `extends` and `include` from the profiles across files; skips files that are absent or not YAML. */
const followed = async (
  parts: CoverageParts,
): Promise<{ readonly trees: readonly Parsed[]; readonly files: ReadonlySet<string> }> => {
  const trees: Parsed[] = [];
  const files = new Set(parts.profiles);
  for (const file of files) {
    if (files.size > maxCandidates) throw tooManyFiles();
    const text = await parts.read(file).catch(() => undefined);
    const tree = text === undefined ? undefined : parseYaml(text, file).tree;
    if (tree === undefined) continue;
    trees.push({ file, tree });
    // Iterating over a set includes items added during the iteration.
    for (const name of layersIn(tree)) files.add(resolveBeside(file, name));
  }
  return { trees, files };
};

const valueFilesOf = ({ file, tree }: Parsed): readonly string[] =>
  [...referencesIn(tree)].flatMap((reference) =>
    reference.is === 'file' && isRelative(reference.path) ? [resolveBeside(file, reference.path)] : [],
  );

/** Returns all files outside the directory that opsdeck reads or runs because the profiles name them. */
export const coverageOf = async (parts: CoverageParts): Promise<Coverage> => {
  const { trees, files } = await followed(parts);
  const read = new Set([...files, ...trees.flatMap(valueFilesOf)].filter((path) => !parts.isInside(path)));
  const vars = new Map<string, Set<string>>();
  for (const { tree } of trees) addVars(vars, tree);
  return { read: [...read].sort(), run: programsOf(trees, files, literalsOf(vars), parts) };
};

/**
 * Returns the possible paths among the words of a command line, and among those of each argument that a shell may read as
 * a command line. Most words of such an argument are no paths: only those with a slash, or the name of a script, count.
 */
const wordsOf = (argv: readonly string[], literals: Literals): readonly NamedProgram[] =>
  argv.flatMap((argument, index) => {
    const texts = literals(argument);
    const paths = texts
      .flatMap(pathsIn)
      .filter(isRelative)
      .map((path) => ({ path, isProgram: (index === 0 && path.includes('/')) || scriptName.test(path) }));
    const inner = [...new Set(texts.flatMap(commandWords))]
      .filter((word) => word.includes('/') || scriptName.test(word))
      .flatMap(pathsIn)
      .filter(isRelative)
      .map((path) => ({ path, isProgram: scriptName.test(path) }));
    return [...paths, ...inner];
  });

const programsOf = (
  trees: readonly Parsed[],
  files: ReadonlySet<string>,
  literals: Literals,
  { cwd, isInside }: CoverageParts,
): Coverage['run'] => {
  const homes = [...new Set([...files].map((file) => dirname(file)))];
  const places = trees.flatMap(({ tree }) => nameTexts(tree, placeKeys)).flatMap((text) => literals(text));
  const isRooted = (place: string): boolean => isAbsolute(place);
  const below = homes.flatMap((home) =>
    places.filter((place) => !isRooted(place)).map((place) => join(home, place)),
  );
  const bases = [...new Set([...homes, ...places.filter(isRooted), ...below])];
  const started = trees.flatMap(({ tree }) => execsIn(tree)).flatMap((argv) => wordsOf(argv, literals));
  const words = trees.flatMap(({ tree }) => [...programsIn(tree)]).flatMap((argv) => wordsOf(argv, literals));
  if (words.length * bases.length > maxWords) throw tooManyFiles();
  const configs = trees
    .flatMap(({ tree }) => [
      ...nameTexts(tree, configKeys),
      ...nameTexts(tree, composeKeys).filter((path) => /\.ya?ml$/.test(path)),
    ])
    .flatMap((text) => literals(text))
    .filter(isRelative)
    .flatMap((path) => homes.map((home) => ({ path: join(home, path), isProgram: true })));
  const named = [
    ...configs,
    ...started.map((word) => ({ ...word, path: join(cwd, word.path) })),
    ...words.flatMap((word) => bases.map((base) => ({ ...word, path: join(base, word.path) }))),
  ];
  const coverage = new Map<string, boolean>();
  for (const { path, isProgram } of named)
    if (!isInside(path)) coverage.set(path, isProgram || coverage.get(path) === true);
  return [...coverage]
    .map(([path, isProgram]) => ({ path, isProgram }))
    .sort((a, b) => (a.path < b.path ? -1 : 1));
};
