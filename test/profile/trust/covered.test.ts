import { expect, test } from 'vitest';
import { coverageOf } from '../../../src/profile/trust/covered.ts';
import { UncoverableError } from '../../../src/profile/trust/literals.ts';
import { changesSince, parseTrust, trustText } from '../../../src/profile/trust/record.ts';
import { longTest } from '../../support/layer.ts';

/** Returns the files outside of /repo/profiles that it names, with these files on disk. */
const covered = async (files: Readonly<Record<string, string>>) => {
  const { read, run } = await coverageOf({
    profiles: Object.keys(files).filter((path) => path.startsWith('/repo/profiles/')),
    cwd: '/repo',
    isInside: (path) => path.startsWith('/repo/profiles/') && path in files,
    read: async (path) => files[path],
  });
  return { read, run: run.filter(({ isProgram }) => isProgram).map(({ path }) => path) };
};

test('follows extended and included files in any directory', async () => {
  const { read } = await covered({
    '/repo/profiles/shop/dev.yaml': 'extends: ../../base.yaml\nrunbooks: [{ include: .hidden.yaml }]\n',
    '/repo/base.yaml': 'extends: /etc/shared.yaml\n',
    '/etc/shared.yaml': 'runbooks: [{ include: more.yaml }]\n',
  });
  expect(read).toEqual([
    '/etc/more.yaml',
    '/etc/shared.yaml',
    '/repo/base.yaml',
    '/repo/profiles/shop/.hidden.yaml',
  ]);
});

test('covers value files with a relative path, not those with an absolute one', async () => {
  const { read } = await covered({
    '/repo/profiles/dev.yaml':
      'vars: { a: "${file:../token}", b: "${file:/run/secret}", c: "${file:~/secret}" }\n',
  });
  expect(read).toEqual(['/repo/token']);
});

test('covers programs with a relative path: next to the profile, in every cwd, and through vars; those of ${exec:…} in the working directory', async () => {
  const { run } = await covered({
    '/repo/profiles/dev.yaml': `extends: base.yaml
vars: { tools: ../tools, secret: "\${exec:./get-secret --all}" }
`,
    '/repo/profiles/base.yaml': `sources:
  bus: { type: http, login: [./login.sh] }
  tools: { type: script, cwd: "\${tools}", checks: [{ service: a, run: [./a] }, { service: b, run: [sh, b.sh, --log=../x.log] }] }
runbooks:
  - { id: x, act: [{ use: tools.exec, with: { argv: ["\${tools}/c", "\${param.x}", /usr/bin/d, data.csv] } }] }
`,
  });
  expect(run).toEqual([
    '/repo/get-secret',
    '/repo/login.sh',
    '/repo/profiles/a',
    '/repo/profiles/b.sh',
    '/repo/tools/a',
    '/repo/tools/b.sh',
    '/repo/tools/c',
  ]);
});

test.each([
  ['../outside.sh x', '/repo/outside.sh'],
  ['cd . && exec ../tools/run', '/repo/tools/run'],
  ['sh ../outside.sh', '/repo/outside.sh'],
  ['true;../tools/run|cat', '/repo/tools/run'],
  ['X=$(../tools/run)', '/repo/tools/run'],
  [". '../outside.sh'", '/repo/outside.sh'],
  ['../out"side".sh y', '/repo/outside.sh'],
  ['cd ../tools && ./b.sh', '/repo/tools/b.sh'],
  ['a\n../outside.sh\nb', '/repo/outside.sh'],
])('covers what a shell would start: %s', async (text, path) => {
  const { run } = await coverageOf({
    profiles: ['/repo/profiles/dev.yaml'],
    cwd: '/repo',
    isInside: (part) => part.startsWith('/repo/profiles/'),
    read: async () =>
      `runbooks: [{ act: [{ use: s.exec, with: { argv: [sh, -c, ${JSON.stringify(text)}] } }] }]\n`,
  });
  expect(run.map((namedProgram) => namedProgram.path)).toContain(path);
});

test('covers a kubeconfig, an ssh config and Compose files as programs; include: of a log view is not a file', async () => {
  const files = {
    '/repo/profiles/dev.yaml': `sources:
  k8s: { type: kubernetes, kubeconfig: ../kubeconfig }
  docker: { type: docker, project: shop, files: [../compose.yaml] }
  hosts: { type: host, ssh: [a], files: [../app.log], config: "\${conf}/ssh_config" }
logs: { views: [{ name: a, title: A, include: no free connection }] }
vars: { conf: ../conf }
`,
  };
  expect(await covered(files)).toEqual({
    read: [],
    run: ['/repo/compose.yaml', '/repo/conf/ssh_config', '/repo/kubeconfig'],
  });
});

longTest('rejects a profile that names too many files', async () => {
  const words = Array.from({ length: 400 }, (_, nth) => `../x${nth}.sh`).join(', ');
  const places = Array.from({ length: 400 }, (_, nth) => `{ cwd: ../d${nth} }`).join(', ');
  const named = covered({ '/repo/profiles/dev.yaml': `a: [{ run: [${words}] }, ${places}]\n` });
  await expect(named).rejects.toThrow(UncoverableError);
});

longTest('rejects vars with the file contains too many values', async () => {
  const files = Object.fromEntries(
    Array.from({ length: 40 }, (_, nth) => [
      `/repo/profiles/${nth}.yaml`,
      `vars: { a: "\${b}\${b}", b: "x${nth}" }\nq: [{ run: ["../\${a}.sh"] }]\n`,
    ]),
  );
  await expect(covered(files)).rejects.toThrow(UncoverableError);
  const circle = {
    '/repo/profiles/a.yaml': 'vars: { a: "${b}", b: "${a}" }\nq: [{ run: ["../${a}.sh"] }]\n',
  };
  await expect(covered(circle)).rejects.toThrow('refers to itself');
});

test('terminates for files that extend each other', async () => {
  const { read } = await covered({
    '/repo/profiles/a.yaml': 'extends: ../b.yaml\n',
    '/repo/b.yaml': 'extends: profiles/a.yaml\n',
  });
  expect(read).toEqual(['/repo/b.yaml']);
});

test('names changed, removed and added paths', () => {
  const before = { a: '1', b: '2', '/x/c': 'absent', '/x/d': '4', e: '5' };
  const now = { a: '1', b: '3', '/x/c': '6', '/x/d': 'absent', f: '7' };
  expect(changesSince(before, now)).toEqual([
    { path: '/x/c', how: 'added' },
    { path: '/x/d', how: 'removed' },
    { path: 'b', how: 'changed' },
    { path: 'e', how: 'removed' },
    { path: 'f', how: 'added' },
  ]);
});

test.each(['', '{', '[]', '{"opsdeck":2,"trusted":[]}', '{"opsdeck":1,"trusted":[{"dir":"/a"}]}'])(
  'rejects %j as trust records',
  (text) => {
    expect(parseTrust(text)).toBeUndefined();
    expect(parseTrust(trustText([]))).toEqual([]);
  },
);
