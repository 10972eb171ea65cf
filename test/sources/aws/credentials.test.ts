import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { openReadIo } from '../../../src/doors/read-io.ts';
import { systemClock } from '../../../src/platform/runtime/clock.ts';
import { aws } from '../../../src/sources/aws/index.ts';

const { signal } = new AbortController();
const session = { start: 'https://login.example.com/start', region: 'eu-west-1' };

const assumedRole = `<AssumeRoleResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleResult><Credentials>
<AccessKeyId>ASIAROLE</AccessKeyId><SecretAccessKey>s</SecretAccessKey><SessionToken>t</SessionToken><Expiration>2099-01-01T00:00:00Z</Expiration>
</Credentials></AssumeRoleResult></AssumeRoleResponse>`;

const ssoCredentials = JSON.stringify({
  roleCredentials: {
    ...{ accessKeyId: 'ASIASSO', secretAccessKey: 's', sessionToken: 't' },
    expiration: Date.parse('2099-01-01T00:00:00Z'),
  },
});

/** A server for SQS, STS and SSO that records the scope of each signature: 'AKIAENV eu-central-1 sqs'. */
const openServer = async () => {
  const signers: string[] = [];
  const server = createServer((request, response) => {
    const [, key, region, service] =
      /Credential=([^/]+)\/\d+\/([^/]+)\/([^/]+)\//.exec(request.headers.authorization ?? '') ?? [];
    if (key !== undefined) signers.push(`${key} ${region} ${service}`);
    request.resume();
    request.once('end', () => {
      const isSso = request.url?.startsWith('/federation/credentials') === true;
      if (isSso) response.setHeader('content-type', 'application/json').end(ssoCredentials);
      else if (service === 'sts') response.setHeader('content-type', 'text/xml').end(assumedRole);
      else
        response
          .setHeader('content-type', 'application/x-amz-json-1.0')
          .end('{"QueueUrls":["http://x/123456789012/orders"],"Attributes":{"QueueArn":"a"}}');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : 0;
  return {
    signers,
    url: `http://127.0.0.1:${port}`,
    close: () => new Promise<void>((resolve) => server.close(() => resolve())),
  };
};

let home = '';
let server: Awaited<ReturnType<typeof openServer>>;

/** Writes files of ~/.aws. */
const write = async (name: string, text: string): Promise<void> => {
  const path = join(home, '.aws', name);
  await mkdir(join(path, '..'), { recursive: true });
  await writeFile(path, text);
};

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'opsdeck-aws-'));
  server = await openServer();
  for (const name of [
    'AWS_PROFILE',
    'AWS_REGION',
    'AWS_DEFAULT_REGION',
    'AWS_ACCESS_KEY_ID',
    'AWS_SESSION_TOKEN',
  ])
    vi.stubEnv(name, undefined);
  vi.stubEnv('HOME', home);
  vi.stubEnv('AWS_CONFIG_FILE', join(home, '.aws/config'));
  vi.stubEnv('AWS_SHARED_CREDENTIALS_FILE', join(home, '.aws/credentials'));
  vi.stubEnv('AWS_EC2_METADATA_DISABLED', 'true');
  vi.stubEnv('AWS_ENDPOINT_URL_STS', server.url);
  vi.stubEnv('AWS_ENDPOINT_URL_SSO', server.url);
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await server.close();
  await rm(home, { recursive: true, force: true });
});

const read = async (config: object) => {
  const source = await aws.open(
    {
      ...{ id: 'aws', env: 'test', signals: [] },
      config: aws.config.parse({ endpoint: server.url, ...config }),
    },
    openReadIo(systemClock()),
  );
  try {
    const reading = await source.feeds[0]?.read(signal);
    return { faults: reading?.faults ?? [], signers: [...new Set(server.signers)] };
  } finally {
    await source.close();
  }
};

test('keys of the environment', async () => {
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'AKIAENV');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 's');
  vi.stubEnv('AWS_REGION', 'eu-north-1');
  expect(await read({})).toEqual({ faults: [], signers: ['AKIAENV eu-north-1 sqs'] });
});

test('a profile, with its region', async () => {
  await write('config', '[profile ops]\nregion = eu-west-3\n');
  await write('credentials', '[ops]\naws_access_key_id = AKIAOPS\naws_secret_access_key = s\n');
  expect(await read({ profile: 'ops' })).toEqual({ faults: [], signers: ['AKIAOPS eu-west-3 sqs'] });
});

test('a role of a profile, assumed over the connections of the source', async () => {
  await write(
    'config',
    '[profile ops]\nregion = eu-west-3\nrole_arn = arn:aws:iam::123456789012:role/ops\nsource_profile = base\n',
  );
  await write('credentials', '[base]\naws_access_key_id = AKIABASE\naws_secret_access_key = s\n');
  const { faults, signers } = await read({ profile: 'ops' });
  expect(faults).toEqual([]);
  expect(signers).toEqual([expect.stringMatching(/^AKIABASE \S+ sts$/), 'ASIAROLE eu-west-3 sqs']);
});

const writeSso = async (expiresAt: string): Promise<void> => {
  await write(
    'config',
    [
      '[profile ops]',
      'region = eu-west-3',
      `sso_start_url = ${session.start}`,
      `sso_region = ${session.region}`,
      'sso_account_id = 123456789012',
      'sso_role_name = ops',
      '',
    ].join('\n'),
  );
  const name = createHash('sha1').update(session.start).digest('hex');
  await write(
    `sso/cache/${name}.json`,
    JSON.stringify({ startUrl: session.start, region: session.region, accessToken: 'token', expiresAt }),
  );
};

test('an SSO session', async () => {
  await writeSso('2099-01-01T00:00:00Z');
  expect(await read({ profile: 'ops' })).toEqual({ faults: [], signers: ['ASIASSO eu-west-3 sqs'] });
});

test('an expired SSO session is denied, and names the login', async () => {
  await writeSso('2020-01-01T00:00:00Z');
  const { faults, signers } = await read({ profile: 'ops' });
  expect(signers).toEqual([]);
  expect(faults).toMatchObject([{ kind: 'denied', message: expect.stringMatching(/sso/i) }]);
  expect(JSON.stringify(faults)).toMatch(/aws\W+sso\W+login\W+--profile\W+ops/);
});

test('no credentials at all is unconfigured, and says where they can be', async () => {
  const { faults } = await read({ region: 'eu-central-1', profile: 'gone' });
  expect(faults).toMatchObject([{ kind: 'unconfigured', remedy: expect.stringContaining('credentials') }]);
});

test('keys of the profile of opsdeck come before the environment', async () => {
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'AKIAENV');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 's');
  const credentials = { accessKeyId: 'AKIAOWN', secretAccessKey: 'a-secret-of-the-test' };
  expect(await read({ region: 'eu-central-1', credentials })).toEqual({
    faults: [],
    signers: ['AKIAOWN eu-central-1 sqs'],
  });
});

test('via replaces host and port of the endpoint, and keeps its name for TLS', () => {
  const config = aws.config.parse({ endpoint: 'https://sqs.internal:4566/aws', region: 'eu-central-1' });
  expect(aws.routeConfig?.(config, [{ name: 'localstack-0', uid: 'u' }], 4566)).toMatchObject({
    endpoint: expect.stringMatching(/^https:\/\/localstack-0[^/]*:4566\/aws$/),
    tls: { serverName: 'sqs.internal' },
  });
});
