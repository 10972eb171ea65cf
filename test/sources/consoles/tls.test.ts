import { expect, test } from 'vitest';
import type { ConsoleRequest } from '../../../src/doors/console.ts';
import { openReadIo } from '../../../src/doors/read-io.ts';
import { systemClock } from '../../../src/platform/runtime/clock.ts';
import { openMongoClient } from '../../../src/sources/mongodb/client.ts';
import { mongoConfig } from '../../../src/sources/mongodb/config.ts';
import { mongoConsoleRequest } from '../../../src/sources/mongodb/console-operation.ts';
import { openPostgresClient } from '../../../src/sources/postgres/client.ts';
import { postgresConfig } from '../../../src/sources/postgres/config.ts';
import { postgresConsoleRequest } from '../../../src/sources/postgres/console-operation.ts';
import { openRedisClient } from '../../../src/sources/redis/client.ts';
import { redisConfig } from '../../../src/sources/redis/config.ts';
import { redisConsoleRequest } from '../../../src/sources/redis/console-operation.ts';
import { certificateOf } from '../../support/certificate.ts';

const io = openReadIo(systemClock());
const source = { id: 'db', env: 'test' };

const requests = {
  postgres: (entry: object) =>
    postgresConsoleRequest(openPostgresClient({ ...source, config: postgresConfig.parse(entry) }, io), 'no'),
  redis: (entry: object) =>
    redisConsoleRequest(openRedisClient({ ...source, config: redisConfig.parse(entry) }, io)),
  mongodb: (entry: object) =>
    mongoConsoleRequest(openMongoClient({ ...source, config: mongoConfig.parse(entry) }, io)),
};

const at = (request: ConsoleRequest, host: string, port: number, isTunneled: boolean) =>
  request.program({ host, port, isTunneled, file: (name) => `/private/${name}` });

const { cert, key } = certificateOf('db', new Date('2040-01-01'));
const tls = { ca: cert, cert, key };
const mutual = {
  postgres: { url: 'postgres://ops@db:5432/shop', tls },
  redis: { url: 'rediss://db:6379/2', tls },
  mongodb: { url: 'mongodb://db:27017/shop', user: 'ops', password: 'mongo-password', tls },
};

test.each(['postgres', 'redis', 'mongodb'] as const)(
  '%s: keys are in private files, and only their paths in the command',
  (type) => {
    const request = requests[type](mutual[type]);
    const { argv, env } = at(request, 'db', 5432, false);
    const text = [...argv, ...Object.values(env), request.typed, request.greeting].join(' ');
    expect(Object.values(request.files).join('')).toContain(key.trim());
    expect(text).not.toContain('PRIVATE KEY');
    expect(decodeURIComponent(text)).toContain('/private/ca.pem');
  },
);

test('psql checks the certificate as the source does', () => {
  const argvOf = (entry: object): string =>
    at(requests.postgres(entry), 'db', 5432, false).argv.slice(1).join(' ');
  const url = 'postgres://ops@db:5432/shop';
  expect(argvOf({ url, tls })).toBe(
    'host=db port=5432 user=ops dbname=shop sslmode=verify-full sslrootcert=/private/ca.pem sslcert=/private/cert.pem sslkey=/private/key.pem',
  );
  expect(argvOf({ url: `${url}?sslmode=verify-ca` })).toContain(
    'sslmode=verify-ca sslrootcert=/private/ca.pem',
  );
  expect(argvOf({ url, tls: { insecure: true } })).toBe(
    'host=db port=5432 user=ops dbname=shop sslmode=require',
  );
  // The authorities that the source trusts by default, which libpq does not know.
  expect(requests.postgres({ url, tls: {} })).toMatchObject({ files: {}, defaultCaFile: 'ca.pem' });
});

test('psql takes names and users that need quotes', () => {
  const request = requests.postgres({ url: "postgres://o'brien@db/my%20shop%5C1" });
  expect(at(request, 'db', 5432, false).argv[1]).toBe(
    String.raw`host=db port=5432 user='o\'brien' dbname='my shop\\1' sslmode=prefer`,
  );
});

test('through a tunnel, the certificate is still checked for the name of the server, or the console is refused', () => {
  const tunneled = at(requests.postgres(mutual.postgres), '127.0.0.1', 7001, true).argv[1];
  expect(tunneled).toMatch(/^host=db hostaddr=127\.0\.0\.1 port=7001 .*sslmode=verify-full/);
  const redis = at(requests.redis(mutual.redis), '127.0.0.1', 7001, true).argv;
  expect(redis.join(' ')).toMatch(/^redis-cli -h 127\.0\.0\.1 -p 7001 -n 2 --tls .*--sni db$/);
  expect(() => at(requests.mongodb(mutual.mongodb), '127.0.0.1', 7001, true)).toThrow(
    'mongosh cannot check the certificate of db at 127.0.0.1',
  );
  const named = requests.postgres({ url: 'postgres://ops@db/shop', tls: { serverName: 'db.internal' } });
  expect(() => at(named, 'db', 5432, false)).toThrow(
    'psql cannot check the certificate of db.internal at db',
  );
});

test('mongosh gets every member and the replica set; through a tunnel one member alone', () => {
  const request = requests.mongodb({
    url: 'mongodb://db-0:27017,db-1:27018/shop?replicaSet=rs0',
    user: 'ops',
    password: 'p@ss/word',
  });
  const { env, argv } = at(request, 'db-0', 27017, false);
  expect(env.OPSDECK_MONGODB_URL).toBe(
    'mongodb://ops:p%40ss%2Fword@db-0:27017,db-1:27018/shop?appName=opsdeck%20console&authSource=shop&replicaSet=rs0',
  );
  expect(argv.join(' ')).not.toContain('word');
  expect(at(request, '127.0.0.1', 7001, true).env.OPSDECK_MONGODB_URL).toBe(
    'mongodb://ops:p%40ss%2Fword@127.0.0.1:7001/shop?appName=opsdeck%20console&authSource=shop&directConnection=true',
  );
});

test('without a password mongosh asks for it', () => {
  const { argv, env } = at(requests.mongodb({ url: 'mongodb://ops@db:27017/shop' }), 'db', 27017, false);
  expect(argv.at(-1)).toContain('passwordPrompt()');
  expect(env.OPSDECK_MONGODB_URL).toBe(
    'mongodb://ops@db:27017/shop?appName=opsdeck%20console&authSource=shop',
  );
});
