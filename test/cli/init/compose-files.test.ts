import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openWorkspace, type Workspace } from '../../simulation/workspace.ts';

let workspace: Workspace;
beforeEach(() => {
  const env = { OPSDECK_PROFILES: 'profiles', KUBECONFIG: 'none', PROMETHEUS_URL: 'http://127.0.0.1:9' };
  workspace = openWorkspace({ env: { ...env, PGHOST: 'db' } });
});
afterEach(() => workspace[Symbol.asyncDispose]());

type Texts = Readonly<Record<string, string>>;

/** Runs init in a directory with files. Returns its line about Compose. PGHOST is found in any case. */
const init = async (files: Texts, env: Texts = {}): Promise<string | undefined> => {
  for (const [name, text] of Object.entries(files)) await workspace.put(name, text);
  const { code, stdout } = await workspace.run(['init', '--env', 'shop/production', '--no-check'], env);
  expect(code).toBe(0);
  const profile = readFileSync('profiles/shop/production.yaml', 'utf8');
  const line = /^(?:not )?found +compose file: (.*)$/m.exec(stdout)?.[1];
  const project = /project: (\S+) /.exec(profile)?.[1];
  expect(project).toBe(/, project ([^,]+)/.exec(line ?? '')?.[1]);
  expect(profile).toContain('postgres://db');
  return line;
};

const web = 'name: web\nservices: { web: { image: web } }\n';
const db = 'name: db\nservices: { db: { image: db } }\n';
const cache = 'services: { cache: { image: cache } }\n';

// Expected files and precedence were compared with compose-go 2.9.0.
test.each<[string, Texts, Texts, string]>([
  [
    'the override file beside the standard file is merged',
    { 'compose.yaml': web, 'compose.override.yaml': db },
    {},
    'compose.yaml + compose.override.yaml, project db, 2 services',
  ],
  [
    'services of the same name are one',
    { 'compose.yaml': web, 'compose.override.yml': 'services: { web: { ports: ["80:80"] } }' },
    {},
    'compose.yaml + compose.override.yml, project web, 1 service',
  ],
  [
    'only the first override file counts',
    {
      'docker-compose.yml': web,
      'docker-compose.override.yml': db,
      'compose.override.yaml': cache,
    },
    {},
    'docker-compose.yml + compose.override.yaml, project web, 2 services',
  ],
  [
    'docker-compose.yml precedes docker-compose.yaml',
    { 'docker-compose.yaml': web, 'docker-compose.yml': db },
    {},
    'docker-compose.yml, project db, 1 service',
  ],
  [
    'an empty override file changes nothing',
    { 'compose.yaml': web, 'compose.override.yaml': '# nothing\n' },
    {},
    'compose.yaml + compose.override.yaml, project web, 1 service',
  ],
  [
    'a file with several documents is merged in their order',
    { 'compose.yaml': `${web}---\n${db}` },
    {},
    'compose.yaml, project db, 2 services',
  ],
  [
    'COMPOSE_FILE lists the files, and no override file is merged',
    { 'compose.yaml': web, 'compose.override.yaml': cache, 'prod.yaml': db },
    { COMPOSE_FILE: 'compose.yaml:prod.yaml' },
    'compose.yaml + prod.yaml (COMPOSE_FILE), project db, 2 services',
  ],
  [
    'COMPOSE_FILE and its separator may be in .env',
    {
      'a.yaml': web,
      'b.yaml': db,
      '.env': '# files\nCOMPOSE_FILE=a.yaml,b.yaml\nCOMPOSE_PATH_SEPARATOR=,\n',
    },
    {},
    'a.yaml + b.yaml (COMPOSE_FILE, .env:2:1), project db, 2 services',
  ],
  [
    'COMPOSE_FILE of the shell precedes that of .env',
    { 'a.yaml': web, 'b.yaml': db, '.env': 'COMPOSE_FILE=a.yaml\n' },
    { COMPOSE_FILE: 'b.yaml' },
    'b.yaml (COMPOSE_FILE), project db, 1 service',
  ],
  [
    'the directory of the first file names the project, and its .env is read too',
    { 'other/x.yaml': cache, 'other/.env': 'COMPOSE_PROJECT_NAME=from-other\n' },
    { COMPOSE_FILE: 'other/x.yaml' },
    'other/x.yaml (COMPOSE_FILE), project from-other, 1 service',
  ],
  [
    '.env of this directory precedes that of the first file',
    {
      'other/x.yaml': cache,
      'other/.env': 'COMPOSE_PROJECT_NAME=from-other\n',
      '.env': 'COMPOSE_PROJECT_NAME=from-here\n',
    },
    { COMPOSE_FILE: 'other/x.yaml' },
    'other/x.yaml (COMPOSE_FILE), project from-here, 1 service',
  ],
  [
    'COMPOSE_ENV_FILES replaces .env; its last file wins and sees the others',
    {
      'compose.yaml': cache,
      '.env': 'COMPOSE_PROJECT_NAME=from-dotenv\n',
      'a.env': 'A=a\nCOMPOSE_PROJECT_NAME=from-a\n',
      'b.env': 'B=${A}b\nCOMPOSE_PROJECT_NAME=from-$B\n',
    },
    { COMPOSE_ENV_FILES: 'a.env,b.env' },
    'compose.yaml, project from-ab, 1 service',
  ],
  [
    'COMPOSE_FILE in a file of COMPOSE_ENV_FILES',
    { 'compose.yaml': cache, 'a.yaml': web, 'a.env': 'COMPOSE_FILE=a.yaml\n' },
    { COMPOSE_ENV_FILES: 'a.env' },
    'a.yaml (COMPOSE_FILE, a.env:1:1), project web, 1 service',
  ],
  [
    'COMPOSE_DISABLE_ENV_FILE hides .env',
    { 'compose.yaml': web, '.env': 'COMPOSE_PROJECT_NAME=from-dotenv\n' },
    { COMPOSE_DISABLE_ENV_FILE: '1' },
    'compose.yaml, project web, 1 service',
  ],
  [
    '!reset removes a service',
    { 'compose.yaml': `${web}---\n${db}`, 'compose.override.yaml': 'services: { web: !reset null }' },
    {},
    'compose.yaml + compose.override.yaml, project db, 1 service',
  ],
  [
    '!override replaces all services',
    { 'compose.yaml': `${web}---\n${db}`, 'compose.override.yaml': 'services: !override\n  cache: {}\n' },
    {},
    'compose.yaml + compose.override.yaml, project db, 1 service',
  ],
  [
    '!reset of all services leaves none',
    { 'compose.yaml': web, 'compose.override.yaml': 'services: !reset {}' },
    {},
    'compose.yaml + compose.override.yaml: the file defines no services',
  ],
  [
    'an override file may include others',
    { 'compose.yaml': web, 'compose.override.yaml': 'include: [db.yaml]' },
    {},
    'compose.yaml + compose.override.yaml, project web, 1 service, more services in included files',
  ],
])('%s', async (_, files, env, line) => {
  expect(await init(files, env)).toBe(line);
});

test.each<[string, Texts, Texts]>([
  [
    'COMPOSE_FILE: prod.yaml: file not found',
    { 'compose.yaml': web },
    { COMPOSE_FILE: 'compose.yaml:prod.yaml' },
  ],
  ['.env:2:1: COMPOSE_FILE: prod.yaml: file not found', { '.env': 'A=1\nCOMPOSE_FILE=prod.yaml' }, {}],
  [
    'COMPOSE_FILE has an empty path, which Compose refuses. Remove the empty path, or unset the variable',
    { 'compose.yaml': web },
    { COMPOSE_FILE: '' },
  ],
  [
    'COMPOSE_FILE is - (standard input), which opsdeck does not read. Set the path of a file',
    { 'compose.yaml': web },
    { COMPOSE_FILE: '-' },
  ],
  [
    'COMPOSE_ENV_FILES: b.env: file not found. Remove the space in the list',
    { 'compose.yaml': web, 'a.env': '', 'b.env': '' },
    { COMPOSE_ENV_FILES: 'a.env, b.env' },
  ],
  [
    'COMPOSE_DISABLE_ENV_FILE is not true or false. Set true or false, as Compose requires',
    { 'compose.yaml': web },
    { COMPOSE_DISABLE_ENV_FILE: 'yes' },
  ],
  [
    'compose.override.yaml:3:3: invalid YAML: duplicate key',
    { 'compose.yaml': web, 'compose.override.yaml': 'services:\n  a: {}\n  a: { SEKRET: 1 }\n' },
    {},
  ],
  [
    'b.yaml:1:11: services must be a mapping. Write NAME: { image: IMAGE }',
    { 'a.yaml': web, 'b.yaml': 'services: x' },
    { COMPOSE_FILE: 'a.yaml:b.yaml' },
  ],
])('%s: no project is taken, and other systems are found', async (line, files, env) => {
  expect(await init(files, env)).toBe(line);
});

test('the nearest directory above with a Compose file is the project', async () => {
  await workspace.put('compose.yaml', 'services: { web: {} }');
  await workspace.put('compose.override.yaml', cache);
  await workspace.put('.env', 'COMPOSE_PROJECT_NAME=above\n');
  await workspace.put('src/app/main.ts', '');
  process.chdir('src/app');
  expect(await init({})).toBe('../../compose.yaml + ../../compose.override.yaml, project above, 2 services');
});
