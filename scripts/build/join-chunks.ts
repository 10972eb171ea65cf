import { createHash } from 'node:crypto';
import { basename, join } from 'node:path';
import { build, type Metafile, type OutputFile, type Plugin } from 'esbuild';

/** A build output: path and contents. */
type BuiltFile = Pick<OutputFile, 'path' | 'contents'>;

/** A static import at the top of a chunk, as written by esbuild. */
const staticImport = /import(?:([\w$]+|\{[^}]*\}|\*as [\w$]+)(?:,(\{[^}]*\}))?from)?"([^"]+)";/y;

/** The outputs evaluated with `start`, including itself. */
const staticClosure = (outputs: Metafile['outputs'], start: string): ReadonlySet<string> => {
  const seen = new Set<string>();
  const visit = (path: string): void => {
    if (seen.has(path)) return;
    seen.add(path);
    for (const { kind, path: to } of outputs[path]?.imports ?? [])
      if (kind === 'import-statement' && outputs[to] !== undefined) visit(to);
  };
  visit(start);
  return seen;
};

/** An entry point of the build that is often loaded. */
export interface Root {
  readonly entry: string;
  /** The entry points that are loaded before it; several lists: those of one of them. */
  readonly after: readonly (readonly string[])[];
}

const closureOf = ({ outputs }: Metafile, entry: string): ReadonlySet<string> => {
  const start = Object.keys(outputs).find((path) => outputs[path]?.entryPoint === entry);
  if (start === undefined) throw new Error(`the build has no entry ${entry}`);
  return staticClosure(outputs, start);
};

/** The outputs that each root loads, without those that are always loaded before it. */
const closuresOf = (metafile: Metafile, roots: readonly Root[]): readonly ReadonlySet<string>[] =>
  roots.map(({ entry, after }) => {
    const ways = after.map((way) => new Set(way.flatMap((text) => [...closureOf(metafile, text)])));
    const isBefore = (path: string): boolean => ways.length > 0 && ways.every((way) => way.has(path));
    return new Set([...closureOf(metafile, entry)].filter((path) => !isBefore(path)));
  });

/**
 * Groups of chunks that the same roots load first. An imported chunk is loaded by at least the roots of its importer, or before
 * them. Imports between groups therefore go in one direction, and joining creates no cycle.
 */
const groupsOf = (
  { outputs }: Metafile,
  closures: readonly ReadonlySet<string>[],
): readonly (readonly string[])[] => {
  const bySignature = new Map<string, string[]>();
  for (const [path, { entryPoint }] of Object.entries(outputs)) {
    const signature = closures.map((closure) => Number(closure.has(path))).join('');
    if (entryPoint !== undefined || !signature.includes('1')) continue;
    bySignature.set(signature, [...(bySignature.get(signature) ?? []), path]);
  }
  return [...bySignature.values()].filter((group) => group.length > 1);
};

/** Chunks smaller than this cost more to find than to load. */
const smallBytes = 4 * 1024;

/**
 * The small chunks that more than one of the `later` roots load, and no other root, as one group. It imports only itself and what is
 * always loaded before those roots, so that joining creates no cycle and loads nothing else.
 */
const sharedSmall = (
  { outputs }: Metafile,
  closures: readonly ReadonlySet<string>[],
  later: readonly ReadonlySet<string>[],
): readonly string[] => {
  const loadedLater = new Set(later.flatMap((closure) => [...closure]));
  const timesIn = (sets: readonly ReadonlySet<string>[], path: string): number =>
    sets.filter((set) => set.has(path)).length;
  const importsOf = (path: string): readonly string[] =>
    (outputs[path]?.imports ?? []).flatMap(({ kind, path: to }) =>
      kind === 'import-statement' && loadedLater.has(to) ? [to] : [],
    );
  let group = [...loadedLater].filter((path) => {
    const { entryPoint, bytes = 0 } = outputs[path] ?? {};
    const times = timesIn(later, path);
    return entryPoint === undefined && bytes < smallBytes && times > 1 && timesIn(closures, path) === times;
  });
  for (let size = -1; size !== group.length; ) {
    size = group.length;
    const members = new Set(group);
    group = group.filter((path) => importsOf(path).every((to) => members.has(to)));
  }
  return group;
};

/** The chunks of one group as modules of a bundle; other imports remain. */
const chunksAsModules = (textOf: ReadonlyMap<string, string>): Plugin => ({
  name: 'chunks-as-modules',
  setup: (setup) => {
    setup.onResolve({ filter: /.*/ }, ({ path, kind }) => {
      if (kind === 'entry-point') return undefined;
      const name = basename(path);
      return path.startsWith('./') && kind === 'import-statement' && textOf.has(name)
        ? { path: name, namespace: 'chunk' }
        : { path, external: true };
    });
    setup.onLoad({ filter: /.*/, namespace: 'chunk' }, ({ path }) => ({
      contents: textOf.get(path) ?? '',
      loader: 'js',
    }));
  },
});

/** The file of a joined chunk, and the prefix of its names there. */
interface Joined {
  readonly file: string;
  readonly prefix: string;
}

/** `{a,b as c}` with each imported name as exported by the joined file. */
const prefixed = (names: string, prefix: string): string =>
  names
    .slice(1, -1)
    .split(',')
    .map((name) => {
      const [from = '', to = from] = name.split(' as ').map((part) => part.trim());
      return `${prefix}${from} as ${to}`;
    })
    .join(',');

/** A chunk with its imports redirected to the joined files. */
const redirected = (text: string, joined: ReadonlyMap<string, Joined>, file: string): string => {
  const head = text.indexOf('\n') + 1;
  let end = head;
  const imports: string[] = [];
  staticImport.lastIndex = head;
  for (let match = staticImport.exec(text); match !== null; match = staticImport.exec(text)) {
    end = staticImport.lastIndex;
    const [whole, names, more, from = ''] = match;
    const to = joined.get(basename(from));
    if (to === undefined) imports.push(whole);
    else if (names === undefined) imports.push(`import"./${to.file}";`);
    else if (names.startsWith('{') && more === undefined)
      imports.push(`import{${prefixed(names, to.prefix)}}from"./${to.file}";`);
    else throw new Error(`${file}: an import of a joined chunk that is not of names: ${whole}`);
  }
  const rest = text.slice(end);
  for (const name of joined.keys())
    if (rest.includes(`"./${name}"`)) throw new Error(`${file} imports ${name} outside its head`);
  return text.slice(0, head) + [...new Set(imports)].join('') + rest;
};

/**
 * Joins chunks that the same roots load, and that are therefore always loaded together. esbuild makes a chunk for every set of
 * entries that share code: more than a hundred files per start. Node resolves, reads and links each separately, at half a
 * millisecond each. `later`: roots that are loaded after the `first`, such as source types; small chunks that several of them share
 * are one file.
 */
export const joinChunks = async (
  files: readonly BuiltFile[],
  metafile: Metafile,
  outdir: string,
  first: readonly Root[],
  later: readonly Root[] = [],
): Promise<readonly BuiltFile[]> => {
  const textOf = new Map(
    files.map(({ path, contents }) => [basename(path), Buffer.from(contents).toString()]),
  );
  const closures = closuresOf(metafile, [...first, ...later]);
  const shared = sharedSmall(metafile, closures, closures.slice(first.length));
  const others = closures.map((closure) => new Set([...closure].filter((path) => !shared.includes(path))));
  const groups = [...(shared.length > 1 ? [shared] : []), ...groupsOf(metafile, others)].map((paths) => {
    const names = paths.map((path) => basename(path));
    // Chunk names contain content hashes, so together they hash the group.
    const hash = createHash('sha256').update(names.join()).digest('hex').slice(0, 8).toUpperCase();
    return { paths, names, file: `chunk-${hash}.js` };
  });
  const joined = new Map<string, Joined>(
    groups.flatMap(({ names, file }) =>
      names.map((name, index) => [name, { file, prefix: `j${index}_` }] as const),
    ),
  );
  const output = (name: string, text: string): BuiltFile => ({
    path: join(outdir, name),
    contents: Buffer.from(text),
  });
  const apart = [...textOf]
    .filter(([name]) => !joined.has(name))
    .map(([name, text]) => output(name, redirected(text, joined, name)));
  const together = groups.map(async ({ paths, names, file }) => {
    const others = new Map([...joined].filter(([, to]) => to.file !== file));
    const modules = new Map(names.map((name) => [name, redirected(textOf.get(name) ?? '', others, name)]));
    const exported = paths.map((path, index) => {
      const list = (metafile.outputs[path]?.exports ?? []).map((name) => `${name} as j${index}_${name}`);
      return `import "./${names[index]}"; export { ${list.join(', ')} } from "./${names[index]}";`;
    });
    const { outputFiles } = await build({
      stdin: { contents: exported.join('\n'), resolveDir: outdir, loader: 'js' },
      bundle: true,
      format: 'esm',
      platform: 'node',
      target: 'node22',
      legalComments: 'none',
      minifySyntax: true,
      minifyWhitespace: true,
      plugins: [chunksAsModules(modules)],
      write: false,
      logLevel: 'warning',
    });
    return output(file, outputFiles[0]?.text ?? '');
  });
  return [...apart, ...(await Promise.all(together))];
};
