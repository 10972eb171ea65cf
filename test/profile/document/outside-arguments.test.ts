import { afterEach, beforeEach, expect, test } from 'vitest';
import { openWorkspace, type Workspace } from '../../simulation/workspace.ts';
import { everyNth, longTest, sampled } from '../../support/layer.ts';

let workspace: Workspace;
beforeEach(() => {
  workspace = openWorkspace();
});
afterEach(() => workspace[Symbol.asyncDispose]());

const profileOf = (argv: string, more = ''): string => `opsdeck: 1
system: shop
env: here
tier: local
vars: { dir: "\${env:DIR}", place: here, tool: tar }
sources: { tools: { type: script${more} } }
runbooks:
  - id: pack
    title: Pack
    act: [{ id: a1, title: Pack, use: tools.exec, danger: safe, with: { argv: ${argv} } }]
    verify: none
`;

const check = async (argv: string, args: readonly string[] = [], env: Record<string, string> = {}) => {
  await workspace.put('profiles/p.yaml', profileOf(argv));
  const { code, stdout, stderr } = await workspace.run(['runbooks', '--env', 'shop/here', ...args], env);
  return { code, text: `${stdout}${stderr}` };
};

test.each(
  sampled(
    [
      ['[tar, -cf, a, "${env:DIR}"]', 'argv[3]: ${env:DIR} could be an option of tar'],
      ['[tar, -cf, a, "${dir}"]', 'argv[3]: ${env:DIR} could be an option of tar'],
      ['[tar, -cf, a, "${dir}/b"]', 'argv[3]: ${env:DIR} could be an option of tar'],
      ['[tar, -cf, a, "${exec:echo -Ievil}"]', 'argv[3]: ${exec:echo …masked} could be an option of tar'],
      ['[rsync, "--rsh=${dir}", --, a, b]', 'argv[1]: ${env:DIR} is the value of --rsh'],
      ['[sh, -c, "ls ${dir}"]', 'argv[2]: ${env:DIR} is inside text that a program in this argv executes'],
    ],
    everyNth(3),
  ),
)('a variable in %s is refused with its position, and how to write it', async (argv, what) => {
  const { code, text } = await check(argv, [], { DIR: '-Ievil' });
  expect(code).toBe(4);
  expect(text).toMatch(/profiles\/p\.yaml:10:\d+: argv\[/);
  expect(text).toContain(what);
});

test.each([
  ['[tar, -cf, a, --, "${dir}"]'],
  ['[tar, -cf, a, "--directory=${dir}", "/srv/${dir}"]'],
  ['[kafka-topics, "--command-config=${dir}", --list]'],
  ['[sh, -c, \'ls -- "$1"\', sh, "${dir}"]'],
  ['["${tool}", -cf, a, "${place}"]'],
])('%s is accepted', async (argv) => {
  expect(await check(argv, [], { DIR: '-Ievil' })).toMatchObject({ code: 0 });
});

longTest('a value that is no option is accepted where one could be, and validate warns', async () => {
  const argv = '[tar, -cf, a, "${dir}"]';
  expect(await check(argv, [], { DIR: '/srv' })).toMatchObject({ code: 0 });
  const { code, stdout } = await workspace.run(['validate', 'profiles/p.yaml'], { DIR: '/srv' });
  expect({ code, stdout }).toEqual({
    code: 0,
    stdout: expect.stringMatching(
      /p\.yaml:10:\d+: warning: argv\[3\]: \$\{env:DIR\} could be an option of tar: .*. Write "--" in front/,
    ),
  });
});

test('the address of a source is no option, but may be code', async () => {
  const shop = ' }, shop: { type: http, url: "${env:SHOP}/api"';
  for (const [argv, stdout] of [
    ['[tar, -cf, a, "${env:SHOP}"]', expect.not.stringContaining('argv[')],
    ['[tar, -cf, a, "${env:DIR}"]', expect.stringContaining('argv[3]: ${env:DIR} could be an option')],
    ['[sh, -c, "ls ${env:SHOP}"]', expect.stringContaining('argv[2]: ${env:SHOP} is inside text')],
  ] as const) {
    await workspace.put('profiles/p.yaml', profileOf(argv, shop));
    expect(await workspace.run(['validate', 'profiles/p.yaml'])).toMatchObject({ stdout });
  }
});

longTest('a value of --set is judged, too', async () => {
  const argv = '[tar, -cf, a, "${place}"]';
  expect(await check(argv, ['--set', 'place=there'])).toMatchObject({ code: 0 });
  const { code, text } = await check(argv, ['--set', 'place=--to-command=evil']);
  expect(code).toBe(4);
  expect(text).toContain('argv[3]: ${place} could be an option of tar');
});

longTest(
  'a person may choose the program by --set, and its options are judged as those of that program',
  async () => {
    const argv = '["${tool}", -cf, a, "${env:DIR}"]';
    const env = { DIR: '-Ievil' };
    expect(await check('["${tool}", list]', ['--set', 'tool=/opt/bin/lister'])).toMatchObject({ code: 0 });
    expect((await check(argv, ['--set', 'tool=/opt/tar'], env)).text).toContain('could be an option of tar');
    expect(await check('["${tool}", list]', ['--set', 'tool=sh -c evil'])).toMatchObject({ code: 4 });
    expect(await check('["${env:TOOL}", list]', [], { TOOL: 'lister' })).toMatchObject({ code: 4 });
  },
);

test('validate, which does not know the values, refuses it, too', async () => {
  await workspace.put('profiles/p.yaml', profileOf('[sh, -c, "ls ${env:DIR}"]'));
  const { code, stdout } = await workspace.run(['validate', 'profiles/p.yaml']);
  expect({ code, stdout }).toEqual({
    code: 4,
    stdout: expect.stringContaining(
      'argv[2]: ${env:DIR} is inside text that a program in this argv executes',
    ),
  });
});

test('the program of a check, a signal and a login obeys the same rule', async () => {
  const run = 'checks: [{ service: x, run: [sh, -c, "ls ${env:DIR}"] }]';
  const login = 'login: [sh, -c, "${env:DIR}"]';
  await workspace.put('profiles/p.yaml', profileOf('[ls]', `, ${run}, ${login}`));
  const { stdout } = await workspace.run(['validate', 'profiles/p.yaml']);
  expect(stdout).toContain('run[2]: ${env:DIR} is inside text');
  expect(stdout).toContain('login[2]: ${env:DIR} is inside text');
});
