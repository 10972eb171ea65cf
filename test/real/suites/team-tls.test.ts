import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import type { Ended } from '../../e2e/support/sandbox.ts';
import { until } from '../machine/until.ts';
import { underTest } from '../setting.ts';
import { type CertificateAuthority, createAuthority } from '../team/authority.ts';
import { type HeldSystem, loginEnv, openHeldSystem, openTeamMachine, teamProfile } from '../team/program.ts';
import { asSuperuser, freshTables } from '../team/stage.ts';

const server = underTest();
let dir: string;
let own: CertificateAuthority;
let other: CertificateAuthority;
let stack: AsyncDisposableStack;
let system: HeldSystem;

/** Writes a file into the data directory of the server, for its user only. */
const putBesideData = async (name: string, text: string): Promise<void> => {
  const encoded = Buffer.from(text).toString('base64');
  await asSuperuser(
    `COPY (SELECT 1) TO PROGRAM 'cat > /dev/null; umask 077; echo ${encoded} | base64 -d > ${name}'`,
  );
};

/** Gives the server a certificate with these names. */
const serveAs = async (names: string): Promise<void> => {
  const { certificate, key } = await own.issue(names);
  await putBesideData('team.crt', certificate);
  await putBesideData('team.key', key);
  await asSuperuser("ALTER SYSTEM SET ssl_cert_file = 'team.crt'");
  await asSuperuser("ALTER SYSTEM SET ssl_key_file = 'team.key'");
  await asSuperuser('ALTER SYSTEM SET ssl = on');
  const [before = ''] = await asSuperuser('SELECT pg_conf_load_time()');
  await asSuperuser('SELECT pg_reload_conf()');
  await until('the server has read its certificate', async () => {
    const [row = ''] = await asSuperuser("SELECT pg_conf_load_time(), current_setting('ssl')");
    return row.endsWith('|on') && !row.startsWith(before);
  });
};

/** `opsdeck state status` of the built program at this host, with these parameters of the URL. */
const status = async (host: string, parameters: string): Promise<Ended> => {
  const url = `postgres://opsdeck@${host}:${server.port}/shop?${parameters}`;
  const machine = stack.use(await openTeamMachine(teamProfile(system, url)));
  return machine.run(['state', 'status', '--env', 'shop/team'], loginEnv);
};
const verified = (authority: CertificateAuthority): string =>
  `sslmode=verify-full&sslrootcert=${authority.certificate}`;

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'opsdeck-tls-'));
  own = await createAuthority(dir, 'team');
  other = await createAuthority(dir, 'other');
  await freshTables();
});
afterAll(async () => {
  for (const name of ['ssl', 'ssl_cert_file', 'ssl_key_file'])
    await asSuperuser(`ALTER SYSTEM RESET ${name}`);
  await asSuperuser('SELECT pg_reload_conf()');
  await rm(dir, { recursive: true, force: true });
});
beforeEach(async () => {
  stack = new AsyncDisposableStack();
  system = stack.use(await openHeldSystem());
});
afterEach(() => stack.disposeAsync());

test.each(['localhost', '127.0.0.1'])('verify-full with an own authority connects to %s', async (host) => {
  await serveAs('DNS:localhost,IP:127.0.0.1');
  const { code, stdout } = await status(host, verified(own));
  expect([code, stdout]).toEqual([0, expect.stringContaining('with TLS')]);
});

test('a certificate of another name is refused', async () => {
  await serveAs('DNS:db.elsewhere');
  const { code, stdout } = await status('localhost', verified(own));
  expect([code, stdout]).toEqual([
    3,
    expect.stringMatching(/localhost:\d+\/shop: .*(?:altnames|certificate|name)/i),
  ]);
  expect(stdout).not.toContain('PostgreSQL 1');
});

test('a certificate of another authority is refused', async () => {
  await serveAs('DNS:localhost');
  const { code, stdout } = await status('localhost', verified(other));
  expect([code, stdout]).toEqual([
    3,
    expect.stringMatching(/localhost:\d+\/shop: .*(?:certificate|issuer)/i),
  ]);
});

test('a connection whose certificate is not verified is encrypted', async () => {
  await serveAs('DNS:db.elsewhere');
  const { code, stdout } = await status('localhost', 'sslmode=require');
  expect([code, stdout]).toEqual([0, expect.stringContaining('with TLS')]);
});
