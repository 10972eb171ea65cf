// biome-ignore-all lint/suspicious/noTemplateCurlyInString: references of a profile look like that

import { expect, test } from 'vitest';
import { parseReferences, splitArgv } from '../../../src/profile/document/references.ts';
import { finish, head, load, now, saidOf } from '../support/loading.ts';

const source = (config: string): string => `${head}sources:\n  api: { type: probe, ${config} }\n`;

const titleOf = async (title: string, vars = '{}', how = {}): Promise<string> =>
  (await finish(`${head}title: ${title}\nvars: ${vars}\n`, how)).profile.title;

test.each([
  ['resolves a var', '"${name} shop"', '{ name: My }', 'My shop'],
  ['resolves a var of a var', '${a}', '{ a: "<${b}>", b: x }', '<x>'],
  ['resolves an escape', '"$${name} ${name}"', '{ name: x }', '${name} x'],
  ['keeps a parameter of a runbook', '"${param.name}"', '{}', '${param.name}'],
  ['resolves a number inside text', '"port ${port}"', '{ port: 80 }', 'port 80'],
])('%s', async (_, title, vars, result) => {
  expect(await titleOf(title, vars)).toBe(result);
});

test('removes control sequences from values and keys', async () => {
  expect(await titleOf('"\\e[2J\\u202ea\\e]0;owned\\x07 ${n}"', '{ "\\e[1mn": "\\U00100000b" }')).toBe('a b');
});

test('a value that is exactly one var keeps the type of the var', async () => {
  const text = `${head}vars: { port: 8080, flag: true }\nsources:\n  api: { type: probe, url: "http://x", port: "\${port}" }\nguard: { readOnly: "\${flag}" }\n`;
  const { profile } = await finish(text);
  expect(profile.sources[0]?.config).toMatchObject({ port: 8080 });
  expect(profile.guard.readOnly).toBe(true);
});

test('--set overrides a var and keeps its type', async () => {
  const text = `${head}vars: { port: 8080 }\nsources:\n  api: { type: probe, url: "http://x", port: "\${port}" }\n`;
  const { profile } = await finish(text, { sets: { port: '9090' } });
  expect(profile.sources[0]?.config).toMatchObject({ port: 9090 });
  expect(await saidOf(text, { sets: { port: 'many' } })).toEqual([
    'p/dev.yaml:7:46: api port: expected a number, found text. Write a number here',
  ]);
});

test('rejects --set of an undeclared var', async () => {
  expect(await saidOf(`${head}vars: { api: x }\n`, { sets: { apo: 'y' } })).toEqual([
    'p/dev.yaml:5:7: --set apo: no var is called "apo". Did you mean "api"?',
  ]);
  expect(await saidOf(head, { sets: { api: 'y' } })).toEqual([
    'p/dev.yaml:1:1: --set api: no var is called "api". Declare the var under vars, or remove --set',
  ]);
});

test.each([
  [
    'a cycle of vars',
    'vars: { a: "${b}", b: "${c}", c: "${a}" }\n',
    [
      'p/dev.yaml:5:12: these vars refer to each other in a cycle: a → b → c → a. Give one of them a plain value',
    ],
  ],
  [
    'a var that is a list',
    'vars: { a: [1] }\n',
    ['p/dev.yaml:5:12: var a: expected one value, found a list. Write text or a number'],
  ],
  [
    'an unterminated reference',
    'title: "${a"\n',
    ['p/dev.yaml:5:8: a reference is unterminated or nested. Close it with }. $${ is a literal ${'],
  ],
  [
    'an unknown kind of reference',
    'title: "${evn:X}"\n',
    ['p/dev.yaml:5:8: ${evn:X} is not a valid reference. Did you mean ${env:X}?'],
  ],
  [
    'a command with an a quote is opened and never closed',
    'title: "${exec:pass \'show}"\n',
    ["p/dev.yaml:5:8: unterminated quote in ${exec:pass 'show}. Close the quote"],
  ],
])('rejects %s with its position', async (_, text, said) => {
  expect(await saidOf(head + text)).toEqual(said);
});

const gone = [
  {
    name: 'an environment variable that is not set',
    config: 'url: "${env:API}"',
    how: {},
    message: '${env:API} has no value (p/dev.yaml:6:28)',
    remedy: 'set the environment variable API',
  },
  {
    name: 'an environment variable that is empty',
    config: 'url: "${env:API}"',
    how: { env: { API: '' } },
    message: '${env:API} is empty (p/dev.yaml:6:28)',
    remedy: 'set the environment variable API',
  },
  {
    name: 'a file that is not there',
    config: 'url: "http://${file:host.txt}"',
    how: {},
    message: '${file:host.txt} has no value (p/dev.yaml:6:28)',
    remedy: 'write the value to the file p/host.txt',
  },
  {
    name: 'a var that is not declared',
    config: 'url: "${api}"',
    how: {},
    message: '${api} is not declared under vars (p/dev.yaml:6:28)',
    remedy: 'declare api under vars, or write ${env:api} to read it from the environment',
  },
  {
    name: 'a simulator address in a profile without a simulator',
    config: 'url: "${world.api}"',
    how: {},
    message: '${world.api} has no value (p/dev.yaml:6:28)',
    remedy:
      'write world: { system: NAME } in the profile, which is the only place where this reference has a value',
  },
];

test.each(gone)('$name disables only its source', async ({ config, how, message, remedy }) => {
  const text = `${source(config)}  other: { type: mute, channel: c }\n`;
  const loaded = await load(text, how);
  expect(loaded.diagnostics).toEqual([
    {
      position: { file: 'p/dev.yaml', line: 6, col: 28 },
      severity: 'warning',
      what: `${message.split(' (')[0]}: source api is disabled`,
      todo: remedy,
    },
  ]);
  const { profile, said } = await finish(text, how);
  expect(said).toEqual([]);
  expect(profile.sources.map((sourceEntry) => sourceEntry.problem)).toEqual([
    { kind: 'unconfigured', source: 'api', message, at: now, remedy },
    undefined,
  ]);
});

test('reports a missing external value where it is referenced', async () => {
  const text = `${head}vars:\n  token: "\${env:TOKEN}"\n  empty:\nsources:\n  api: { type: probe, url: "http://x", auth: { bearer: "\${token}" } }\n  other: { type: mute, channel: "\${empty}" }\n`;
  expect(await saidOf(text)).toEqual([
    'p/dev.yaml:6:10: warning: ${env:TOKEN} has no value: source api is disabled. Set the environment variable TOKEN',
    'p/dev.yaml:10:33: warning: ${empty} has no value: source other is disabled. Give vars.empty a value, or --set empty=VALUE',
  ]);
});

test('reports other errors of a source without a value as well', async () => {
  expect(await saidOf(source('url: "${env:API}", every: 15, port: "${env:PORT}", checsk: []'))).toEqual([
    'p/dev.yaml:6:49: api every 15 needs a unit. Write 15s',
    'p/dev.yaml:6:74: unknown key "checsk". Did you mean "checks"?',
    'p/dev.yaml:6:28: warning: ${env:API} has no value: source api is disabled. Set the environment variable API',
    'p/dev.yaml:6:59: warning: ${env:PORT} has no value: source api is disabled. Set the environment variable PORT',
  ]);
});

test('disables, drops or defaults signals, runbooks and other entries without a value', async () => {
  const text = `${head}title: "\${env:T}"
sources: { api: { type: probe, url: "http://x", checks: [{ service: api, path: / }] } }
signals: [{ id: s, source: api, read: { latency: api }, warn: "\${env:W}" }]
runbooks: [{ id: r, act: [{ use: api.request, with: { method: GET, path: "\${env:P}" } }] }]
links: [{ title: docs, url: "\${env:L}" }, { title: here, url: "http://here" }]
guard: { arm: "\${env:A}" }
`;
  const { profile } = await finish(text);
  expect(profile.title).toBe('shop dev');
  expect(profile.signals.map(({ id, threshold, problem }) => [id, threshold, problem?.message])).toEqual([
    ['s', {}, '${env:W} has no value (p/dev.yaml:7:63)'],
  ]);
  expect(profile.runbooks[0]?.problem?.message).toBe('${env:P} has no value (p/dev.yaml:8:74)');
  expect(profile.links.map(({ title }) => title)).toEqual(['here']);
  expect(profile.guard.armMs).toBe(900_000);
  expect(await saidOf(text)).toEqual([
    'p/dev.yaml:5:8: warning: ${env:T} has no value: opsdeck ignores the key title. Set the environment variable T',
    'p/dev.yaml:7:63: warning: ${env:W} has no value: signal s has no value until this is corrected. Set the environment variable W',
    'p/dev.yaml:8:74: warning: ${env:P} has no value: runbook r cannot run. Set the environment variable P',
    'p/dev.yaml:9:29: warning: ${env:L} has no value: opsdeck ignores link docs. Set the environment variable L',
    'p/dev.yaml:10:15: warning: ${env:A} has no value: the default guard of tier dev applies: read-only until armed. Set the environment variable A',
  ]);
});

test('runs a command once, without a shell, and only when values are resolved', async () => {
  const ran: (readonly string[])[] = [];
  const exec = async (argv: readonly string[]): Promise<string> => {
    ran.push(argv);
    return 's3cret\n';
  };
  const text = `${head}vars: { t: "\${exec:pass show 'my token'}", unused: "\${exec:rm -rf /}" }
sources:
  a: { type: probe, url: "http://x", auth: { bearer: "\${t}" } }
  b: { type: mute, channel: "\${t}" }
`;
  const { draft, diagnostics } = await load(text);
  expect([diagnostics, ran, draft?.needsExec]).toEqual([[], [], true]);
  const finished = await draft?.finish({ exec });
  expect(ran).toEqual([['pass', 'show', 'my token']]);
  expect(finished?.profile.sources.map(({ config }) => config)).toEqual([
    { url: 'http://x', auth: { bearer: 's3cret' }, checks: [] },
    { channel: 's3cret' },
  ]);
});

test('a failed command disables its source and is named', async () => {
  const { profile, said } = await finish(source('url: "${exec:op read it}"'), {
    exec: async () => {
      throw new Error('op exited with 1\nwith a second line');
    },
  });
  expect(profile.sources[0]?.problem?.message).toBe(
    '${exec:op read it} failed: op exited with 1 (p/dev.yaml:6:28)',
  );
  expect(said).toEqual([
    'p/dev.yaml:6:28: warning: ${exec:op read it} failed: op exited with 1: source api is disabled. Run op read it by hand and check the output',
  ]);
});

test('never shows an invalid external value', async () => {
  const { profile, said } = await finish(source('url: "${env:API}"'), { env: { API: 'pa55word' } });
  expect(profile.sources[0]?.problem).toMatchObject({
    kind: 'unconfigured',
    message: '${env:API} has a value that url does not accept (p/dev.yaml:6:28)',
  });
  expect(said).toEqual([
    'p/dev.yaml:6:28: warning: ${env:API} has a value that url does not accept: source api is disabled. Correct the value behind the reference',
  ]);
});

test('the simulator provides addresses; a drill overrides vars and --set', async () => {
  const world = `${head}world: { system: shop }\nsources: { api: { type: probe, url: "\${world.api-0}" } }\n`;
  const { draft } = await load(world);
  expect(draft?.needsSimulator).toBe(true);
  expect(draft?.head.world).toEqual({ system: 'shop' });
  const { profile } = await finish(world, { simulatorVars: { 'api-0': 'http://127.0.0.1:4000' } });
  expect(profile.sources[0]?.config).toMatchObject({ url: 'http://127.0.0.1:4000' });

  const real = `${head}vars: { api: http://real }\nsources: { api: { type: probe, url: "\${api}" } }\n`;
  const rehearsed = await finish(real, {
    sets: { api: 'http://other' },
    varOverrides: { api: 'http://127.0.0.1:4000' },
  });
  expect(rehearsed.profile.sources[0]?.config).toMatchObject({ url: 'http://127.0.0.1:4000' });
});

test('stops vars that double in size before they fill memory', async () => {
  const vars = Array.from({ length: 60 }, (_, i) => `  v${i}: "\${v${i + 1}}\${v${i + 1}}"\n`).join('');
  const said = await saidOf(`${head}title: "\${v0}"\nvars:\n${vars}  v60: x\n`);
  expect(said).toEqual([
    expect.stringMatching(
      /warning: .*(expands to more text|a chain of vars that is too long).*: opsdeck ignores the key title/,
    ),
  ]);
});

test.each([
  ['pass show a', ['pass', 'show', 'a']],
  [`  op  read 'op://My Vault/item' "two words"  `, ['op', 'read', 'op://My Vault/item', 'two words']],
  [`a'b c'd`, ['ab cd']],
  [`''`, ['']],
  [`it's`, undefined],
])('splits the command line %j into arguments', (text, words) => {
  expect(splitArgv(text)).toEqual(words);
});

test('separates text from references', () => {
  expect(parseReferences('a ${b} $${c} ${param.d} ${env:E}')).toEqual({
    ok: true,
    parts: [
      'a ',
      { is: 'var', text: '${b}', name: 'b' },
      ' ${c} ${param.d} ',
      { is: 'env', text: '${env:E}', name: 'E' },
    ],
  });
});
