// biome-ignore-all lint/suspicious/noTemplateCurlyInString: references of a profile look like that

import { expect, test } from 'vitest';
import { finish, head, saidOf } from '../support/loading.ts';

const secretsIn = async (body: string, how = {}): Promise<readonly string[]> =>
  (await finish(head + body, how)).secrets;

const env = {
  TOKEN: 't0ken',
  NAME: 't0ken',
  STATE: 'enabled',
  URL: 'https://reader:pa%24s@db.example.com/x?sslmode=require&key=abcd',
  BARE: 'https://gh0st@example.com/',
  STORE:
    'mongodb://events:pa55@db.example.com/x?authSource=admin&tls=true&tlsCertificateKeyFilePassword=k3y5',
  POSTGRES: 'postgres://shop:pa55@db.example.com/x?sslmode=require&password=k3y5',
};

test.each([
  ['a value from the environment', 'title: "x ${env:TOKEN}"\n', ['t0ken']],
  ['password and query of a URL', 'title: "${env:URL}"\n', ['pa%24s', 'pa$s', 'require', 'abcd']],
  ['of a MongoDB address only what is secret, not its options', 'title: "${env:STORE}"\n', ['pa55', 'k3y5']],
  ['of a PostgreSQL address only what is secret', 'title: "${env:POSTGRES}"\n', ['pa55', 'k3y5']],
  ['a user without a password', 'title: "${env:BARE}"\n', ['gh0st']],
  [
    'a literal bearer token',
    'sources: { a: { type: probe, url: "http://x", auth: { bearer: b34rer } } }\n',
    ['b34rer'],
  ],
  [
    'a literal password, but not its user',
    'sources: { a: { type: probe, url: "http://x", auth: { user: reader, password: pa55 } } }\n',
    ['pa55'],
  ],
  [
    'literal headers',
    'sources: { a: { type: probe, url: "http://x", auth: { header: { x-key: k3y } } } }\n',
    ['k3y'],
  ],
  [
    'no value that is the name of a source',
    'title: "${env:NAME}"\nsources: { t0ken: { type: probe, url: "http://x" } }\n',
    [],
  ],
  ['no word that is a state', 'title: "${env:STATE} ${env:TOKEN}"\n', ['t0ken']],
  ['the password of any URL', 'links: [{ title: a, url: "http://u:pw@x/" }]\n', ['pw']],
  ['the password of a database', 'links: [{ title: a, url: "postgres://u:pw@x/" }]\n', ['pw']],
  ['nothing for the user of a database URL', 'links: [{ title: a, url: "postgres://reader@x/" }]\n', []],
  ['nothing for an ordinary profile', 'sources: { a: { type: probe, url: "http://x" } }\n', []],
])('registers as secret: %s', async (_, body, secrets) => {
  expect([...(await secretsIn(body, { env }))].sort()).toEqual([...secrets].sort());
});

test.each([
  ['postgres://${env:NOPE}@h/db', []],
  ['http://reader:${env:NOPE}@h/', []],
  ['http://reader:hunter22@h/${env:NOPE}', ['hunter22']],
  ['http://reader:start${env:NOPE}end7@h/', ['start${env:NOPE}end7', 'start', 'end7']],
])('of %s, a reference without a value is no secret, the text beside it is', async (url, secrets) => {
  const found = await secretsIn(`sources: { a: { type: probe, url: "${url}" } }\n`, { env });
  expect([...found].sort()).toEqual([...secrets].sort());
});

test('a message names a reference without a value in the user info of a URL', async () => {
  const said = await saidOf(`${head}sources: { a: { type: probe, url: "http://\${env:NOPE}@h" } }\n`);
  expect(said.join()).toContain('${env:NOPE} has no value');
});

test('registers a key file as a whole and by line, without the trailing newline', async () => {
  const files = { 'p/key.pem': '-----BEGIN-----\nMIIabc\n-----END-----\n' };
  expect(await secretsIn('title: "${file:key.pem}"\n', { files })).toEqual([
    '-----BEGIN-----\nMIIabc\n-----END-----',
    '-----BEGIN-----',
    'MIIabc',
    '-----END-----',
  ]);
});

test('no diagnostic shows a password of the profile', async () => {
  const body =
    'sources: { a: { type: probe, url: "htp://reader:hunter22@db", auth: { bearer: hunter22 } } }\n';
  expect(await saidOf(head + body)).toEqual([
    'p/dev.yaml:5:35: a url "htp://…masked@db" is not an http URL. Write http://HOST:PORT/PATH',
    'p/dev.yaml:5:35: warning: a: the password stands in the address, visible to every reader of the profile. Write ${env:A_URL}, or ${exec:COMMAND} of a password manager',
    'p/dev.yaml:5:79: warning: a: the bearer stands in the profile, visible to every reader. Write ${env:A_BEARER}, or ${exec:COMMAND} of a password manager',
  ]);
});

test('no fault shows an external value', async () => {
  const body = 'sources: { a: { type: probe, url: "http://x", auth: { bearer: "${env:TOKEN}" } } }\n';
  const { profile, said } = await finish(`${head}${body}`, { env });
  expect(JSON.stringify([said, profile.sources.map(({ problem }) => problem)])).not.toContain('t0ken');
  expect(profile.sources[0]?.config).toMatchObject({ auth: { bearer: 't0ken' } });
});

test.each(['bearer', 'cookie', 'token', 'password'])(
  'registers nothing of a source named %s but its credentials',
  async (id) => {
    const body = `sources: { ${id}: { type: probe, url: "http://x", auth: { bearer: b34rer } } }\n`;
    expect(await secretsIn(body)).toEqual(['b34rer']);
  },
);
