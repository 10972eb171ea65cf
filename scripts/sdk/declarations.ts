import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative, resolve } from 'node:path';

/** A declaration in a .d.ts file: its text without `export` and `declare`, and its doc comment. */
interface Declaration {
  readonly name: string;
  readonly doc: string;
  readonly text: string;
  /** Referenced names of the same file. */
  readonly uses: readonly string[];
}

/** Origin of an imported name. */
type Origin =
  | { readonly is: 'own' }
  | { readonly is: 'file'; readonly file: string; readonly name: string }
  | { readonly is: 'package'; readonly from: string; readonly name: string; readonly typeOnly: boolean };

interface DeclarationFile {
  readonly declarations: ReadonlyMap<string, readonly Declaration[]>;
  readonly origins: ReadonlyMap<string, Origin>;
  /** Exported names of imports. */
  readonly reexports: ReadonlyMap<string, Origin>;
  /** Interfaces of other files that it augments (`declare module`). */
  readonly merged: readonly { readonly file: string; readonly declaration: Declaration }[];
}

/** Declarations in compiler output start in the first column; only closing brackets do as well. */
const statementStart = /^(?:export|declare|import|interface|type|class|abstract|\/\*\*)/;

const statementsOf = (text: string): readonly { readonly doc: string; readonly code: string }[] => {
  const statements: { doc: string; code: string }[] = [];
  let doc = '';
  let inComment = false;
  for (const line of text.split('\n')) {
    if (inComment || line.startsWith('/**')) {
      doc = inComment ? `${doc}\n${line}` : line;
      inComment = !line.includes('*/');
      continue;
    }
    if (statementStart.test(line)) {
      statements.push({ doc, code: line });
      doc = '';
    } else {
      const last = statements.at(-1);
      if (last !== undefined && line !== '') last.code += `\n${line}`;
    }
  }
  return statements;
};

const withoutComments = (code: string): string => code.replaceAll(/\/\*[\s\S]*?\*\//g, '');

/** Identifiers that a text references, without member and parameter names and strings. */
const identifiersIn = (code: string): readonly string[] => [
  ...new Set(
    [
      ...withoutComments(code)
        .replaceAll(/'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"/g, "''")
        .matchAll(/(?<![.\w$])[A-Za-z_$][\w$]*(?!\??:|\w|\()/g),
    ].map(([name]) => name),
  ),
];

const named = /^(?:export )?(?:declare )?(?:abstract )?(?:interface|type|class|const|function|enum) ([\w$]+)/;

/** Parses `{ a, type B, c as d }`: imported and local names. */
const listed = (
  list: string,
): readonly { readonly from: string; readonly as: string; readonly typeOnly: boolean }[] =>
  list
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '')
    .map((item) => {
      const [, type, from = '', as = from] = /^(type )?([\w$]+)(?: as ([\w$]+))?$/.exec(item) ?? [];
      if (from === '') throw new Error(`cannot parse this list of names: ${item}`);
      return { from, as, typeOnly: type !== undefined };
    });

const parseFile = (path: string, text: string): DeclarationFile => {
  const declarations = new Map<string, Declaration[]>();
  const origins = new Map<string, Origin>();
  const reexports = new Map<string, Origin>();
  const merged: { readonly file: string; readonly declaration: Declaration }[] = [];
  const originOf = (from: string, name: string, typeOnly: boolean): Origin =>
    from.startsWith('.')
      ? { is: 'file', file: resolve(dirname(path), from.replace(/\.(tsx?|js)$/, '.d.ts')), name }
      : { is: 'package', from, name, typeOnly };
  for (const { doc, code } of statementsOf(text)) {
    const [, verb, type, list, from] =
      /^(import|export) (type )?\{([^}]*)\} from '([^']+)';/.exec(code.replaceAll('\n', ' ')) ?? [];
    if (list !== undefined && from !== undefined) {
      for (const one of listed(list)) {
        const origin = originOf(from, one.from, type !== undefined || one.typeOnly);
        (verb === 'import' ? origins : reexports).set(one.as, origin);
      }
      continue;
    }
    if (/^export \{\s*\};/.test(code)) continue;
    const [, into, inner = ''] = /^declare module '([^']+)' \{\n([\s\S]*)\n\}$/.exec(code) ?? [];
    if (into !== undefined) {
      const plain = inner.replaceAll(/^ {4}/gm, '');
      const [, name = ''] = named.exec(plain) ?? [];
      const target = resolve(dirname(path), into.replace(/\.tsx?$/, '.d.ts'));
      merged.push({ file: target, declaration: { name, doc: '', text: plain, uses: identifiersIn(plain) } });
      continue;
    }
    const [, name] = named.exec(code) ?? [];
    if (name === undefined || /\bimport\(/.test(code))
      throw new Error(`${path}: cannot parse this declaration: ${code.slice(0, 200)}`);
    const plain = code.replace(/^(?:export )?(?:declare )?/, '');
    const list2 = declarations.get(name) ?? [];
    list2.push({ name, doc, text: plain, uses: identifiersIn(plain) });
    declarations.set(name, list2);
    origins.set(name, { is: 'own' });
  }
  return { declarations, origins, reexports, merged };
};

/** One entry point of the package: its exports and their references. */
export interface PublicApi {
  /** Declarations by name. */
  readonly exported: ReadonlyMap<string, readonly Declaration[]>;
  /** Referenced names that are not exported. */
  readonly referred: ReadonlyMap<string, readonly Declaration[]>;
  /** External packages, the names imported from them, and which of those are exported. */
  readonly packages: ReadonlyMap<string, ReadonlyMap<string, boolean>>;
}

/** The .d.ts files of an entry point and all its imports, parsed by path. */
const emit = (
  root: string,
  entry: string,
): {
  readonly at: string;
  readonly of: (file: string) => DeclarationFile;
  /** Interface augmentations in the whole program. */
  readonly merges: () => readonly {
    readonly from: string;
    readonly file: string;
    readonly declaration: Declaration;
  }[];
} => {
  const dir = mkdtempSync(join(tmpdir(), 'opsdeck-sdk-'));
  try {
    const config = join(dir, 'tsconfig.json');
    const compilerOptions = {
      noEmit: false,
      declaration: true,
      emitDeclarationOnly: true,
      rootDir: join(root, 'src'),
      outDir: join(dir, 'out'),
      typeRoots: [join(root, 'node_modules/@types')],
    };
    const settings = { extends: join(root, 'tsconfig.json'), compilerOptions, include: [join(root, entry)] };
    writeFileSync(config, JSON.stringify(settings));
    execFileSync(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), '-p', config], {
      stdio: 'pipe',
    });
    const texts = new Map<string, string>();
    const time = join(dir, 'out', relative('src', entry).replace(/\.ts$/, '.d.ts'));
    const parsed = new Map<string, DeclarationFile>();
    const of = (file: string): DeclarationFile => {
      const known = parsed.get(file) ?? parseFile(file, texts.get(file) ?? readFileSync(file, 'utf8'));
      parsed.set(file, known);
      for (const origin of [...known.origins.values(), ...known.reexports.values()])
        if (origin.is === 'file' && !parsed.has(origin.file)) of(origin.file);
      return known;
    };
    of(time);
    const merges = [...parsed].flatMap(([from, { merged }]) => merged.map((item) => ({ from, ...item })));
    return { at: time, of: (file) => parsed.get(file) ?? parseFile(file, ''), merges: () => merges };
  } finally {
    rmSync(dir, { recursive: true });
  }
};

/**
 * The declarations of an entry point (`src/sdk.ts`) and of everything they reference, by name. Throws for two declarations with
 * the same name, which a single file cannot contain.
 */
export const publicApi = (root: string, entry: string): PublicApi => {
  const { at, of, merges } = emit(root, entry);
  const exported = new Map<string, readonly Declaration[]>();
  const referred = new Map<string, readonly Declaration[]>();
  const packages = new Map<string, Map<string, boolean>>();
  const places = new Map<string, string>();
  const takeOfPackage = (from: string, name: string, isExport: boolean): void => {
    const names = packages.get(from) ?? new Map<string, boolean>();
    packages.set(from, names.set(name, isExport || names.get(name) === true));
  };
  const takeOfFile = (origin: Origin & { readonly is: 'file' }, name: string, isExport: boolean): void => {
    const target = of(origin.file);
    const next = target.origins.get(origin.name) ?? target.reexports.get(origin.name);
    if (next === undefined) throw new Error(`${origin.file} does not declare ${origin.name}`);
    if (origin.name !== name) throw new Error(`${name} is ${origin.name} in its own file: use one name`);
    take(origin.file, origin.name, next, isExport);
  };
  /** Takes what a declaration of `name` in `file` uses. */
  const takeUses = (file: string, name: string, { uses }: Declaration): void => {
    for (const used of uses) if (used !== name) take(file, used, of(file).origins.get(used), false);
  };
  const takeOwn = (file: string, name: string, isExport: boolean): void => {
    const place = places.get(name);
    if (place !== undefined && place !== file)
      throw new Error(`two declarations are called ${name}, in ${place} and ${file}: rename one of them`);
    const added = merges().filter((merge) => merge.file === file && merge.declaration.name === name);
    const declared = [
      ...(of(file).declarations.get(name) ?? []),
      ...added.map(({ declaration }) => declaration),
    ];
    if (isExport) {
      referred.delete(name);
      exported.set(name, declared);
    }
    if (place !== undefined) return;
    places.set(name, file);
    if (!isExport) referred.set(name, declared);
    for (const declaration of declared) takeUses(file, name, declaration);
    for (const { from, declaration } of added) takeUses(from, name, declaration);
  };
  const take = (file: string, name: string, origin: Origin | undefined, isExport: boolean): void => {
    if (origin === undefined) return;
    if (origin.is === 'package') takeOfPackage(origin.from, name, isExport);
    else if (origin.is === 'file') takeOfFile(origin, name, isExport);
    else takeOwn(file, name, isExport);
  };
  const root0 = of(at);
  for (const [name, origin] of root0.reexports) take(at, name, origin, true);
  for (const name of root0.declarations.keys()) take(at, name, { is: 'own' }, true);
  return { exported, referred, packages };
};
