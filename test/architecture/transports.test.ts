import { execFile } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { expect, test } from 'vitest';
import { filesUnder, importsOf } from './imports.ts';

const sourceFiles = await filesUnder('src');
const texts = new Map(
  await Promise.all(sourceFiles.map(async (file) => [file, await readFile(file, 'utf8')] as const)),
);

/** Lists the files that mention a name, except the file that defines it. */
const naming = (name: string, definedIn: string): readonly string[] =>
  sourceFiles.filter((file) => file !== definedIn && new RegExp(`\\b${name}\\b`).test(texts.get(file) ?? ''));

const protocol = 'src/platform/protocol.ts';
const isReading = (file: string): boolean => /^src\/clients\/[^/]+\/reading\.ts$/.test(file);
const isChanging = (file: string): boolean => /^src\/clients\/[^/]+\/changing\.ts$/.test(file);

/** `vault operator unseal` is a word of these tables. */
const vaultWords: ReadonlySet<string> = new Set([
  'src/domain/mask/program-secrets.ts',
  'src/importer/danger-table.ts',
]);

test.each([
  ['declareReads', protocol, isReading],
  ['declareChanges', protocol, isChanging],
  ['openReads', protocol, (file: string) => file === 'src/doors/read-io.ts'],
  [
    'partsOfChanges',
    protocol,
    // The last file logs what was sent, in the protocol's own terms.
    (file: string) => /^src\/doors\/(change-io|call-as-read)\.ts$|^src\/runs\/sent\/sent-log\.ts$/.test(file),
  ],
  ['openTransport', 'src/platform/transport.ts', (file: string) => file.startsWith('src/doors/')],
  [
    'unseal',
    'src/platform/network/sealed.ts',
    // Dials through a source, and carries the connections of port-forwards.
    (file: string) =>
      file === 'src/engine/via/route.ts' || file === 'src/doors/port-forwards.ts' || vaultWords.has(file),
  ],
])('%s is used, and only where allowed', (name, definedIn, may) => {
  const named = naming(name, definedIn);
  expect(named.length).toBeGreaterThan(0);
  expect(named.filter((file) => !may(file))).toEqual([]);
});

test('a protocol imports no other protocol except HTTP', async () => {
  const wrong: string[] = [];
  for (const file of sourceFiles.filter((sourceFile) => sourceFile.startsWith('src/clients/')))
    for (const { to } of await importsOf(file)) {
      const [own, other] = [file, to].map((path) => /^src\/clients\/([^/]+)\//.exec(path)?.[1]);
      if (other !== undefined && other !== own && other !== 'http') wrong.push(`${file} → ${to}`);
    }
  expect(wrong).toEqual([]);
});

/** A cast to a type that sources never receive, by name or through any. */
const forgery =
  /\bas (unknown as\b|any\b|never\b|(ReadingProtocol|ChangingProtocol|Transport|ChangeIo|Duplex|SealedConnection)\b)/;

test('no source casts to an io, a protocol or a connection', () => {
  for (const sample of ['io as ChangeIo', 'mine as unknown as Whatever', 'wire as Duplex', '{} as never'])
    expect(sample).toMatch(forgery);
  expect('series as Series<K>').not.toMatch(forgery);
  const casting = sourceFiles.filter(
    (file) => file.startsWith('src/sources/') && forgery.test(texts.get(file) ?? ''),
  );
  expect(casting).toEqual([]);
});

/** Modules that open connections, start programs or touch files. */
const outside =
  /^import (?!type )[^;]*from '(node:(fs|fs\/promises|child_process|net|tls|http|https|http2|dgram|dns|worker_threads|cluster)|undici|ws|execa|pg)';/m;
/** Files that import only constants or file reads of such a module. */
const harmless: Readonly<Record<string, string>> = {
  'src/platform/network/status.ts': 'the names of statuses, of node:http',
  'src/clients/postgres/address.ts': 'the certificates that sslrootcert= names',
};

/** Returns the code loaded with these files, as `a < b`: a is imported by b. Excludes the code of declared protocols. */
const loadedWith = async (files: readonly string[]): Promise<ReadonlyMap<string, string>> => {
  const by = new Map(files.map((file) => [file, file]));
  const next = [...files];
  for (let file = next.pop(); file !== undefined; file = next.pop()) {
    if (isReading(file) || isChanging(file)) continue;
    for (const { to, typeOnly } of await importsOf(file)) {
      if (typeOnly || by.has(to)) continue;
      by.set(to, `${to} < ${by.get(file)}`);
      next.push(to);
    }
  }
  return by;
};

test('no source loads code that bypasses its io', async () => {
  const loaded = await loadedWith(sourceFiles.filter((file) => file.startsWith('src/sources/')));
  expect([...loaded.keys()]).toEqual(expect.arrayContaining(Object.keys(harmless)));
  const wrong = [...loaded].filter(([file]) => outside.test(texts.get(file) ?? '') && !(file in harmless));
  expect(wrong.map(([, chain]) => `${chain}. Take it through a ReadIo, or declare a protocol.`)).toEqual([]);
});

test('the io itself loads such code (control)', async () => {
  const loaded = await loadedWith(['src/doors/read-io.ts']);
  expect([...loaded.keys()].filter((file) => outside.test(texts.get(file) ?? '')).sort()).toEqual(
    expect.arrayContaining(['src/platform/files/read-files.ts', 'src/platform/network/net.ts']),
  );
});

const compileDir = 'test/architecture/compile';

interface Problem {
  readonly file: string;
  readonly line: number;
  readonly code: string;
  readonly words: string;
}

/** Compiles the files in `compile`. Continuation lines of the output belong to the problem before them. */
const compile = async (): Promise<readonly Problem[]> => {
  const output = await new Promise<string>((resolve) => {
    execFile(
      process.execPath,
      ['node_modules/typescript/bin/tsc', '-p', compileDir, '--pretty', 'false'],
      (_error, stdout) => resolve(stdout),
    );
  });
  const problems: Problem[] = [];
  for (const said of output.split(/\n(?=\S)/)) {
    const [, path = '', line = '', code = '', words = ''] =
      /^(\S+)\((\d+),\d+\): error (TS\d+): ([\s\S]*)$/.exec(said) ?? [];
    if (code === '' && said.trim() !== '') throw new Error(`unexpected compiler output: ${said}`);
    if (code !== '') problems.push({ file: basename(path), line: Number(line), code, words });
  }
  return problems;
};

/** Parses `// error TS2339: words` comments; each precedes a line that must not compile. */
const expectedIn = (file: string, text: string): readonly Problem[] =>
  text.split('\n').flatMap((said, index): readonly Problem[] => {
    const [, code, words] = /^\s*\/\/ error (TS\d+): (.*)$/.exec(said) ?? [];
    return code === undefined || words === undefined ? [] : [{ file, line: index + 2, code, words }];
  });

test('forbidden calls of a source do not compile, allowed calls do', async () => {
  const files = (await readdir(compileDir)).filter((file) => file.endsWith('.ts')).sort();
  const expected = await Promise.all(
    files.map(async (file) => expectedIn(file, await readFile(join(compileDir, file), 'utf8'))),
  );
  const [allowed, ...forbidden] = [...expected].sort((a, b) => a.length - b.length);
  expect(allowed, 'one file compiles, so that the others fail because of what they do').toEqual([]);
  expect(forbidden.every((problems) => problems.length > 0)).toBe(true);
  const problems = await compile();
  const places = (all: readonly Problem[]) =>
    all.map(({ file, line, code }) => `${file}:${line} ${code}`).sort();
  expect(places(problems)).toEqual(places(expected.flat()));
  for (const { file, line, words } of expected.flat()) {
    const found = problems.find((problem) => problem.file === file && problem.line === line);
    expect(found?.words, `${file}:${line}`).toContain(words);
  }
});
