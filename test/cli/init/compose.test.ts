import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openWorkspace, type Workspace } from '../../simulation/workspace.ts';
import { longTest } from '../../support/layer.ts';

let workspace: Workspace;
beforeEach(() => {
  const env = { OPSDECK_PROFILES: 'profiles', KUBECONFIG: 'none', PROMETHEUS_URL: 'http://127.0.0.1:9' };
  workspace = openWorkspace({ env: { ...env, PGHOST: 'db' } });
});
afterEach(() => workspace[Symbol.asyncDispose]());

type Variables = Readonly<Record<string, string>>;

/** Runs init beside a compose file. Returns its line about Compose, and the project that it wrote. */
const init = async (
  compose: string,
  { dotenv = '', env = {} }: { dotenv?: string; env?: Variables } = {},
) => {
  await workspace.put('compose.yaml', compose);
  if (dotenv !== '') await workspace.put('.env', dotenv);
  const { code, stdout } = await workspace.run(['init', '--env', 'shop/production', '--no-check'], env);
  expect(code).toBe(0);
  const profile = readFileSync(workspace.path('profiles/shop/production.yaml'), 'utf8');
  return {
    line: /^(?:not )?found +compose file: (.*)$/m.exec(stdout)?.[1],
    project: /project: "?([^\s"]+)/.exec(profile)?.[1],
  };
};

const services = 'services: { web: { image: web } }\n';

longTest('a file that only includes others has a project', async () => {
  expect(await init('name: shop\ninclude: [db.yaml]\n')).toEqual({
    line: 'compose.yaml, project shop, all services in included files',
    project: 'shop',
  });
});

test.each(['name: shop\n', 'name: shop\nservices: {}\ninclude: []\n'])(
  '%j has no services',
  async (compose) => {
    expect(await init(compose)).toEqual({
      line: 'compose.yaml: the file defines no services',
      project: undefined,
    });
  },
);

test.each<[string, string, string, Variables]>([
  [
    'from-shell',
    'name: from-file\n',
    'COMPOSE_PROJECT_NAME=from-dotenv',
    { COMPOSE_PROJECT_NAME: 'from-shell' },
  ],
  ['from-dotenv', 'name: from-file\n', '# a\nexport COMPOSE_PROJECT_NAME="from-dotenv"', {}],
  ['from-file', 'name: from-file\n', 'COMPOSE_PROJECT_NAME=', {}],
  ['from-file', 'name: from-file\n', 'COMPOSE_PROJECT_NAME=from-dotenv', { COMPOSE_PROJECT_NAME: '' }],
  ['a-b', '', 'A=a\nCOMPOSE_PROJECT_NAME=${A}-${B:-b} # comment', {}],
])('the project is %s', async (project, name, dotenv, env) => {
  expect((await init(name + services, { dotenv, env })).project).toBe(project);
});

test.each([
  ['${X:-foo}', 'foo'],
  ['${X-foo}', 'foo'],
  ['${EMPTY:-foo}', 'foo'],
  ['${EMPTY-foo}bar', 'bar'],
  ['a-$SHELL_NAME', 'a-shell'],
  ['${DOTENV}', 'dotenv'],
  ['${BOTH}', 'shell'],
  ['${X:-${Y:-${DOTENV}}}-x', 'dotenv-x'],
  ['${DOTENV:+set}', 'set'],
  ['a$$b', 'ab'],
  ['123', '123'],
  ['My Shop', 'myshop'],
])('the name %s is %s', async (name, project) => {
  const found = await init(`name: "${name}"\n${services}`, {
    dotenv: "DOTENV='dotenv'\nEMPTY=\nBOTH=dotenv\n",
    env: { SHELL_NAME: 'shell', BOTH: 'shell' },
  });
  expect(found.project).toBe(project);
});

test.each([
  ['name: "${X:?SEKRET}"', 'the variable X is required, but not set'],
  ['name: "${X:-a"', 'a variable has no closing brace. Add }'],
  ['name: "a$-b"', 'a $ does not begin a variable. Write $$ for the character'],
  [`name: "${'${X:-'.repeat(30)}${'}'.repeat(30)}"`, 'variables are nested too deeply. Nest fewer of them'],
  [`name: "${'$X'.repeat(1001)}"`, 'the file has too many variables. Split the file'],
  ['name: "${X}"', 'name contains no letter a-z or digit, or only empty variables'],
  ...['123', '010', '0x1F', '1_000', '0b11', '1e3', 'true', '2026-01-02'].map((name) => [
    `name: ${name}`,
    'name must be a string, as Compose requires. Write the name in quotes',
  ]),
  ...['[a]', '{ a: b }', '~'].map((name) => [
    `name: ${name}`,
    'name must be a string, as Compose requires. Write a text, or remove the key',
  ]),
])('%s is reported, and no other project is taken', async (name, reason) => {
  expect(await init(`${name}\n${services}`)).toEqual({
    line: `compose.yaml:1:7: ${reason}`,
    project: undefined,
  });
});

test.each([
  ['1:30', '130'],
  ['yes', 'yes'],
])('name: %s without quotes is text, as for Compose', async (name, project) => {
  expect((await init(`name: ${name}\n${services}`)).project).toBe(project);
});

longTest('a name that is a number is refused also when COMPOSE_PROJECT_NAME is set', async () => {
  const { line } = await init(`name: 123\n${services}`, { env: { COMPOSE_PROJECT_NAME: 'shop' } });
  expect(line).toMatch(/^compose\.yaml:1:7: name must be a string/);
});

longTest.each<[string, Variables, string]>([
  ['', { COMPOSE_PROJECT_NAME: '${file:/etc/hostname}' }, 'COMPOSE_PROJECT_NAME'],
  ['A=1\nexport COMPOSE_PROJECT_NAME=Shop', {}, '.env:2:8: COMPOSE_PROJECT_NAME'],
])('a project name that Compose refuses is reported', async (dotenv, env, variable) => {
  expect(await init(services, { dotenv, env })).toEqual({
    line: `${variable} is not a valid project name. Use a-z, 0-9, - and _`,
    project: undefined,
  });
});

test('.env files whose variables multiply are refused', async () => {
  const lines = Array.from({ length: 15 }, (_, i) => `A${i + 1}=${`\${A${i}}`.repeat(20)}`);
  const dotenv = `A0=\n${lines.join('\n')}\nCOMPOSE_PROJECT_NAME=$A15\n`;
  expect((await init(services, { dotenv })).line).toBe(
    '.env:17:1: the file has too many variables. Split the file',
  );
});

longTest('anchors may be used by many services', async () => {
  const shared = ['a', 'b', 'c', 'd'].map((name) => `  ${name}: &${name} { image: x }`).join('\n');
  const base = 'x-shared:\n' + shared + '\nx-base: &base { image: web, labels: [*a, *b, *c, *d] }\n';
  const many = Array.from({ length: 200 }, (_, index) => `  web-${index}: *base`).join('\n');
  expect((await init(`name: shop\n${base}services:\n${many}\n`)).line).toMatch(
    /, project shop, 200 services$/,
  );
});

test('aliases that multiply are refused', async () => {
  const levels = Array.from(
    { length: 12 },
    (_, index) => `x-${index + 1}: &x${index + 1} [${`*x${index},`.repeat(9)}]`,
  );
  const bomb = `x-0: &x0 [a]\n${levels.join('\n')}\nservices: { web: { image: web } }\n`;
  expect((await init(bomb)).line).toBe(
    'compose.yaml:1:1: invalid YAML: the file contains too many YAML aliases: write out some of the values',
  );
});

test.each([
  ['services: {}\n] SEKRET', /^compose\.yaml:2:1: invalid YAML: [a-z ]+$/],
  [
    'services: *SEKRET',
    /^compose\.yaml:1:11: invalid YAML: a YAML alias has no anchor: define the anchor, or correct the name$/,
  ],
  ['services: [SEKRET]', /^compose\.yaml:1:11: services must be a mapping\. Write NAME: \{ image: IMAGE \}$/],
  [
    'name: shop\nservices:',
    /^compose\.yaml:2:10: services must be a mapping\. Write NAME: \{ image: IMAGE \}$/,
  ],
  ['- SEKRET', /^compose\.yaml:1:1: the file must be a mapping\. Begin with services:$/],
])('%j is reported without its text', async (compose, reason) => {
  const { line, project } = await init(compose);
  expect(line).toMatch(reason);
  expect(project).toBeUndefined();
});
