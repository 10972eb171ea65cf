import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { describe, expect, test } from 'vitest';
import { filesUnder, type Import, importsOf } from './imports.ts';
import { linesAfter } from './lines.ts';
import { outputSinks } from './output-sinks.ts';

/** Imports permitted to each folder of `src`: code, and of others types only. Ordered from the inside out; see docs/architecture.md. */
const mayImport = {
  domain: { code: [], types: ['expressions'] },
  kinds: { code: ['domain'], types: [] },
  expressions: { code: ['domain', 'kinds'], types: [] },
  platform: { code: ['domain'], types: [] },
  clients: { code: ['domain', 'platform'], types: [] },
  doors: { code: ['domain', 'platform'], types: [] },
  situation: { code: ['domain', 'kinds'], types: [] },
  store: { code: ['domain', 'kinds', 'expressions', 'situation'], types: ['logs'] },
  logs: { code: ['domain', 'platform'], types: ['sources'] },
  sources: { code: ['domain', 'kinds', 'platform', 'clients', 'logs', 'policy', 'sdk'], types: ['doors'] },
  persistence: { code: ['domain', 'platform', 'clients', 'store'], types: [] },
  scheduler: { code: ['domain', 'platform'], types: ['kinds', 'sources', 'store'] },
  profile: { code: ['domain', 'kinds', 'expressions', 'runs', 'policy'], types: ['sources', 'platform'] },
  runs: {
    code: [
      'domain',
      'kinds',
      'expressions',
      'platform',
      'doors',
      'store',
      'persistence',
      'scheduler',
      'policy',
    ],
    types: ['sources'],
  },
  engine: {
    code: [
      'domain',
      'kinds',
      'expressions',
      'platform',
      'doors',
      'store',
      'logs',
      'persistence',
      'scheduler',
      'runs',
      'clients',
      'policy',
      'incidents',
      'situation',
    ],
    types: ['sources', 'simulator'],
  },
  simulator: { code: ['domain', 'platform', 'clients'], types: [] },
  ui: {
    code: ['domain', 'kinds', 'expressions', 'store', 'logs', 'policy', 'incidents', 'situation'],
    types: ['platform'],
  },
  cli: { code: 'all', types: [] },
  main: { code: 'all', types: [] },
  policy: { code: ['domain'], types: ['store'] },
  plugins: { code: ['domain', 'kinds', 'platform'], types: ['sources'] },
  importer: { code: ['domain', 'policy'], types: ['sources'] },
  incidents: { code: ['domain', 'kinds'], types: [] },
  sdk: { code: ['domain', 'kinds', 'policy', 'platform', 'sources', 'plugins'], types: ['doors', 'logs'] },
  testing: { code: ['domain', 'kinds', 'platform', 'doors'], types: ['sources'] },
  'sdk-testing': { code: ['testing'], types: [] },
} as const satisfies Readonly<
  Record<string, { readonly code: readonly string[] | 'all'; readonly types: readonly string[] }>
>;
type Layer = keyof typeof mayImport;

const remedies: Partial<Record<Layer, string>> = {
  ui: 'Read it from the store (add a selector there), or take it as a command.',
  domain: 'The domain is pure and knows no kind of fact: pass the value in as an argument.',
  sources: 'Use the ReadIo or ChangeIo; sources do not import each other or the engine.',
  engine: 'The engine imports only types of sources: pass it in.',
  runs: 'Runs know the open environment only as an EnvironmentReader.',
  platform: 'The platform does not contain protocols: make it a client.',
};

const layerOf = (path: string): Layer => {
  // The policy is pure and used by every layer, although its files are next to the runs.
  if (path.startsWith('src/runs/policy/')) return 'policy';
  const folder = (path.split('/')[1] ?? '').replace(/\.tsx?$/, '');
  return folder in mayImport ? (folder as Layer) : 'main';
};

const sourceFiles = await filesUnder('src');
const imports = (await Promise.all(sourceFiles.map(importsOf))).flat().filter((i) => i.to.startsWith('src/'));
const describeImport = (i: Import): string => {
  const from = layerOf(i.file);
  return `${i.file}:${i.line} ${from} → ${layerOf(i.to)}. ${remedies[from] ?? 'See docs/architecture.md.'}`;
};

test('imports point inwards', () => {
  const wrong = imports.filter((i) => {
    const from = layerOf(i.file);
    const to = layerOf(i.to);
    if (from === to) return false;
    const { code, types }: { readonly code: readonly string[] | 'all'; readonly types: readonly string[] } =
      mayImport[from];
    return code !== 'all' && !code.includes(to) && !(i.typeOnly && types.includes(to));
  });
  expect(wrong.map(describeImport)).toEqual([]);
});

/** Sources that import only the SDK, as a plugin does: they prove that the SDK is complete. */
const onSdkOnly = ['alertmanager', 'promtext'];

test.each(onSdkOnly)('%s is built on the public SDK alone', async (type) => {
  const folder = `src/sources/${type}/`;
  const own = imports.filter(({ file }) => file.startsWith(folder));
  expect(own.some(({ to }) => to === 'src/sdk.ts')).toBe(true);
  const wrong = own.filter(({ to }) => to !== 'src/sdk.ts' && !to.startsWith(folder));
  expect(
    wrong.map((i) => `${i.file}:${i.line} imports ${i.to}. Export it from src/sdk.ts, or remove it.`),
  ).toEqual([]);
  const files = sourceFiles.filter((file) => file.startsWith(folder));
  const packages = (await Promise.all(files.map((file) => readFile(file, 'utf8')))).flatMap((code) =>
    [...code.matchAll(/from '([^.][^']*)'/g)].map(([, name]) => name),
  );
  expect(packages.filter((name) => !name?.startsWith('node:'))).toEqual([]);
});

test('a source does not import another source', () => {
  const folder = (path: string) => /^src\/sources\/([^/]+)\//.exec(path)?.[1];
  const wrong = imports.filter((i) => {
    const from = folder(i.file);
    const to = folder(i.to);
    return from !== undefined && to !== undefined && from !== to && to !== 'kit';
  });
  expect(
    wrong.map(
      (i) => `${i.file}:${i.line} imports ${i.to}. Move what both need to src/sources/kit or src/domain.`,
    ),
  ).toEqual([]);
});

/** Groups of files that import each other, directly or through others. */
const cyclesOf = (all: readonly Import[]): readonly (readonly string[])[] => {
  const graph = new Map<string, Set<string>>();
  for (const { file, to } of all) graph.set(file, (graph.get(file) ?? new Set()).add(to));
  // Tarjan's strongly connected components.
  const order = new Map<string, number>();
  const low = new Map<string, number>();
  const stack = [] as string[];
  const groups = [] as string[][];
  const visit = (file: string): number => {
    order.set(file, order.size);
    low.set(file, order.size - 1);
    stack.push(file);
    for (const next of graph.get(file) ?? []) {
      const reached = order.has(next) ? (stack.includes(next) ? order.get(next) : undefined) : visit(next);
      low.set(file, Math.min(low.get(file) ?? 0, reached ?? Number.POSITIVE_INFINITY));
    }
    const least = low.get(file) ?? 0;
    if (least === order.get(file)) {
      const group = stack.splice(stack.indexOf(file));
      if (group.length > 1) groups.push(group.sort());
    }
    return least;
  };
  for (const file of graph.keys()) if (!order.has(file)) visit(file);
  return groups;
};

test('there are no import cycles, types included', () => {
  expect(cyclesOf(imports)).toEqual([]);
});

/** Removes comments and the contents of strings, so that words in prose are not mistaken for calls. */
const codeOf = (text: string): string =>
  text
    .replace(/\/\*[\s\S]*?\*\//g, (comment) => comment.replace(/[^\n]/g, ' '))
    .replace(/\/\/[^\n]*/g, '')
    .replace(/'(?:[^'\\\n]|\\.)*'/g, (text) =>
      // Keeps module names, and file modes ('w', 'r+').
      /^'(?:node:.*|[a-z]{1,2}\+?)'$/.test(text) ? text : "''",
    );

const linesOf = linesAfter(codeOf);

const onlyIn = async (
  pattern: RegExp,
  allowed: (file: string) => boolean,
  remedy: string,
): Promise<readonly string[]> => {
  const wrong: string[] = [];
  for (const file of sourceFiles.filter((f) => !allowed(f)))
    for (const [index, line] of (await linesOf(file)).entries())
      if (pattern.test(line)) wrong.push(`${file}:${index + 1} ${line.trim()}. ${remedy}`);
  return wrong;
};

const isOutside = (file: string): boolean =>
  /^src\/(platform|clients|doors|simulator|persistence|testing)\//.test(file);

test('only the platform, its clients and the simulator use time, randomness, the network, processes and files', async () => {
  const pattern =
    /\b(setTimeout|setInterval|setImmediate|Date\.now|performance\.now|Math\.random|fetch)\(|new Date\(\)|from 'node:(fs|fs\/promises|child_process|net|tls|http|https|dgram|dns)'/;
  expect(
    await onlyIn(pattern, isOutside, 'Take it through src/platform (a Clock, Files) or a ReadIo.'),
  ).toEqual([]);
});

test('only one hook listens to keys', async () => {
  const pattern = /\b(useInput|usePaste)\b/;
  expect(
    await onlyIn(
      pattern,
      (f) => f === 'src/ui/shell/input/use-keys.ts',
      'Add a row to a key table in src/ui/shell/keys, or of a feature.',
    ),
  ).toEqual([]);
});

test('only the pen wraps and cuts text, after masking it', async () => {
  const elsewhere = (file: string): boolean =>
    !file.startsWith('src/ui/') || file.startsWith('src/ui/kit/text/');
  expect(
    await onlyIn(
      /(?<!\w)(?<!(?<!\.)\.)(wrap|cut|cutInside)\(/,
      elsewhere,
      'Share mode does not recognize half a name: call pen.wrap, pen.cut or pen.cutInside.',
    ),
  ).toEqual([]);
});

const linesWith = async (pattern: RegExp): Promise<readonly string[]> => {
  const found = new Set<string>();
  for (const file of sourceFiles.filter((f) => !f.startsWith('src/simulator/')))
    if ((await linesOf(file)).some((line) => pattern.test(line))) found.add(file);
  return [...found].sort();
};

describe.each(outputSinks)(
  'text is written only by its output sink: $name',
  ({ pattern, allowedFiles, refused, harmless }) => {
    test('no other file matches the pattern', async () => {
      expect(await linesWith(pattern)).toEqual([...allowedFiles].sort());
    });

    test.each(refused)('detects %s', (sample) => {
      expect(codeOf(sample)).toMatch(pattern);
    });

    test.each(harmless)('ignores %s', (sample) => {
      expect(codeOf(sample)).not.toMatch(pattern);
    });
  },
);

test('the clipboard masks the text where it is written', async () => {
  const callers = imports.filter((i) => i.to === 'src/ui/shell/output/clipboard.ts').map(({ file }) => file);
  expect(callers.length).toBeGreaterThan(0);
  expect(await linesWith(/\bclipboardSequence\((?!.*maskText\()/)).toEqual([]);
});

test('commands write JSON through the sink', async () => {
  const pattern = /\bJSON\.stringify\(/;
  const allowed = [
    // Keys of a map that are not printed.
    'src/cli/audit/records.ts',
    'src/cli/logs/printer.ts',
    // Facts that the pen has masked, for the notification program.
    'src/cli/cockpit/notify-program.ts',
    // Requests between cockpits of one user, which are not printed.
    'src/cli/publish/socket-channel.ts',
  ];
  expect(
    await onlyIn(pattern, (f) => !f.startsWith('src/cli/') || allowed.includes(f), 'output.json masks it.'),
  ).toEqual([]);
});

test('text is masked before it is cut, or cut at a word boundary', async () => {
  const cutters = [
    'src/domain/text/cut-text.ts',
    // First letters of an id, which is not secret.
    'src/domain/text/value-text.ts',
    // A report that the command has already masked.
    'src/engine/check-text.ts',
    // A query without secrets.
    'src/sources/prometheus/problem.ts',
  ];
  expect(
    await onlyIn(
      /\$\{[^}]*\.(slice|substring|substr)\(0[^}]*\}(…|\.\.\.)|mask(er)?\.\w+\([^;]*\.(slice|substring|substr)\(/,
      (f) => cutters.includes(f) || /^src\/(simulator|ui\/kit\/text)\//.test(f),
      'No mask recognizes half a secret: call clipped or oneLine (src/platform/terminal), or cutText.',
    ),
  ).toEqual([]);
});

/** Gives an operation of a plugin a ChangeIo in the plugin's tests. */
const operationRunner = 'src/testing/carry-out.ts';

test('test support for plugins is not part of the product or the SDK', () => {
  const inTests = (path: string): boolean => /^src\/(testing\/|sdk-testing\.ts$)/.test(path);
  const wrong = imports.filter((i) => inTests(i.to) && !inTests(i.file));
  expect(wrong.map((i) => `${i.file}:${i.line} imports ${i.to}`)).toEqual([]);
});

test('only the executor and the composition root create a ChangeIo', () => {
  const wrong = imports.filter(
    (i) =>
      i.to === 'src/doors/change-io.ts' &&
      !i.typeOnly &&
      !/^src\/(runs|cli|main|doors)/.test(i.file) &&
      i.file !== operationRunner,
  );
  expect(
    wrong.map((i) => `${i.file}:${i.line}. Only the executor changes the outside: make it an Operation.`),
  ).toEqual([]);
});

test('commands obtain a ChangeIo through the executor only', async () => {
  const isAllowed = (file: string): boolean =>
    ['src/cli/opening/open-acting.ts', 'src/cli/command/context.ts', operationRunner].includes(file);
  expect(
    await onlyIn(
      /\bopenChangeIo\b/,
      (f) => isAllowed(f) || f.startsWith('src/doors/'),
      'Ask the executor: openActing.',
    ),
  ).toEqual([]);
});

test('only diagnose steps, verifications and checks with a declared program may use declared reads', async () => {
  const allowedImporters: Readonly<Record<string, readonly string[]>> = {
    'src/doors/declared-reads.ts': ['src/doors/read-io.ts'],
    'src/runs/reads/read-session.ts': [
      'src/engine/diagnose.ts',
      'src/runs/verification/operation-check.ts',
      // These pass no declaration, so that they only run operations that read.
      'src/runs/reads/present-value.ts',
      'src/runs/reads/read-choices.ts',
    ],
  };
  const wrong = imports.filter((i) => !i.typeOnly && allowedImporters[i.to]?.includes(i.file) === false);
  expect(wrong.map((i) => `${i.file}:${i.line}. Declared reads trust the profile's author.`)).toEqual([]);
  const users: string[] = [];
  for (const file of sourceFiles)
    if ((await linesOf(file)).some((line) => /\.declaredReads\b/.test(line))) users.push(file);
  expect(users.sort()).toEqual(['src/engine/via/tunneled-sources.ts', 'src/runs/reads/read-session.ts']);
});

test('no default exports, no barrels, no catch-all names', async () => {
  const wrong: string[] = [];
  for (const file of sourceFiles) {
    const text = await readFile(file, 'utf8');
    if (/^export default/m.test(text)) wrong.push(`${file}: name the export`);
    if (/^export \* from/m.test(text)) wrong.push(`${file}: a barrel; import from the file itself`);
    if (/^(utils?|helpers?|common|manager|misc)\.tsx?$/.test(basename(file)))
      wrong.push(`${file}: name it after what it exports`);
  }
  expect(wrong).toEqual([]);
});

test('messages name the key that the user has, not the default one', async () => {
  const literal = /\bpress(?:es)? (?:[A-Za-z./]|[0-9])(?=[ ,;:'`])/;
  const wrong: string[] = [];
  for (const file of sourceFiles.filter((path) => path.startsWith('src/ui/')))
    for (const [index, line] of (await linesOf(file)).entries())
      if (literal.test(line)) wrong.push(`${file}:${index + 1}: name it with boundKey`);
  expect(literal.test("'read-only: press A to arm'")).toBe(true);
  expect(wrong).toEqual([]);
});

test('no file is longer than 400 lines, and under 10 % are longer than 250', async () => {
  const sizes = await Promise.all(
    sourceFiles.map(async (file) => ({ file, lines: (await readFile(file, 'utf8')).split('\n').length })),
  );
  const over = (lines: number) => sizes.filter((size) => size.lines > lines);
  expect(over(400).map(({ file, lines }) => `${file}: ${lines} lines; split it by idea`)).toEqual([]);
  expect(over(250).length / sizes.length).toBeLessThan(0.1);
});

test('every exported name is unique', async () => {
  const declared = /^export (?:abstract )?(?:async )?(?:const|function\*?|class|interface|type|enum) (\w+)/gm;
  const filesByName = new Map<string, Set<string>>();
  for (const file of sourceFiles)
    for (const [, name = ''] of (await readFile(file, 'utf8')).matchAll(declared))
      filesByName.set(name, (filesByName.get(name) ?? new Set()).add(file));
  const twice = [...filesByName].filter(([, files]) => files.size > 1);
  expect(twice.map(([name, files]) => `${name}: ${[...files].join(', ')}`)).toEqual([]);
});

test('src/main.ts is at most 80 lines long', async () => {
  expect((await readFile('src/main.ts', 'utf8')).split('\n').length).toBeLessThanOrEqual(80);
});
