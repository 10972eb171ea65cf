import { describe, expect, test } from 'vitest';
import { openTcp } from '../../../src/platform/network/net.ts';
import { systemClock } from '../../../src/platform/runtime/clock.ts';
import { openSimulatedMongo } from '../../contract/rigs/mongodb-simulator.ts';
import { blockedDatabase } from '../../contract/rigs/postgres-simulator.ts';
import { openSimulatedRedis } from '../../contract/rigs/redis-simulator.ts';
import { secret } from '../../contract/wired.ts';
import { longTest } from '../../support/layer.ts';
import { openConsoleStage } from './stage.ts';

const clock = systemClock();
/** A login of the console that is not that of the source. */
const own = { user: 'ana', password: 'own+console/password' };

/** The consoles, with the source that each needs and what its program must be given. */
const consoles = [
  {
    type: 'postgres',
    program: 'psql',
    serve: () => blockedDatabase(clock, '7300000000000000001'),
    entry: (port: number) => ({ url: `postgres://opsdeck@127.0.0.1:${port}/shop`, password: secret }),
    where: (port: number) => `postgres://127.0.0.1:${port}/shop`,
    args: (port: number, user: string) => [
      `host=127.0.0.1 port=${port} user=${user} dbname=shop sslmode=prefer`,
    ],
    secretIn: 'PGPASSWORD',
    danger: 'disruptive',
  },
  {
    type: 'redis',
    program: 'redis-cli',
    serve: () => openSimulatedRedis(clock),
    entry: (port: number) => ({ url: `redis://127.0.0.1:${port}`, user: 'opsdeck', password: secret }),
    where: (port: number) => `redis://127.0.0.1:${port}/0`,
    args: (port: number, user: string) => ['-h', '127.0.0.1', '-p', String(port), '-n', '0', '--user', user],
    secretIn: 'REDISCLI_AUTH',
    danger: 'destructive',
  },
  {
    type: 'mongodb',
    program: 'mongosh',
    serve: () => openSimulatedMongo(clock),
    entry: (port: number) => ({
      url: `mongodb://127.0.0.1:${port}/shop?authSource=admin`,
      user: 'opsdeck',
      password: secret,
    }),
    where: (port: number) => `mongodb://127.0.0.1:${port}/shop`,
    args: () => ['--nodb', '--shell', '--eval', 'db = connect(process.env.OPSDECK_MONGODB_URL)'],
    secretIn: 'OPSDECK_MONGODB_URL',
    danger: 'destructive',
  },
] as const;

describe.each(consoles)(
  'the console of $type',
  ({ type, program, serve, entry, where, args, secretIn, danger }) => {
    longTest(
      'starts the program on the server of the source; the password is in its environment and nowhere else',
      async () => {
        const server = await serve();
        await using stage = await openConsoleStage(type, entry(server.port));
        stage.install(program);
        const proposal = await stage.propose();
        expect(proposal.refusal).toBeUndefined();
        expect(proposal.danger).toBe(danger);
        const ended = (await stage.run()).at(-1);
        const { port } = server;
        expect(ended).toMatchObject({ event: 'ended', ending: 'recovered' });
        const seen = stage.seen();
        expect(seen.args).toEqual(args(port, 'opsdeck'));
        const passed = seen.env[secretIn] ?? '';
        expect(decodeURIComponent(passed)).toContain(secret);
        expect(stage.screen()).toContain(`${program} at ${where(port)} as opsdeck`);
        expect(stage.screen()).toContain('ready');
        expect(stage.ledger()).toContain('"event":"acted"');
        expect(stage.ledger()).toMatch(new RegExp(`${program} closed after \\S+: exit status 0`));
        for (const text of [seen.shown, seen.args.join(' '), stage.ledger(), stage.trace(), stage.screen()])
          for (const form of [secret, encodeURIComponent(secret)]) expect(text).not.toContain(form);
        await server.close();
      },
    );

    longTest('takes the login of `console:`, and never the password of the source with it', async () => {
      const server = await serve();
      await using stage = await openConsoleStage(type, { ...entry(server.port), console: own });
      stage.install(program);
      await stage.run();
      const seen = stage.seen();
      expect(seen.args).toEqual(args(server.port, 'ana'));
      expect(decodeURIComponent(seen.env[secretIn] ?? '')).toContain(own.password);
      expect(JSON.stringify(seen)).not.toContain(secret);
      expect(stage.ledger()).not.toContain(own.password);
      await using consoleStage = await openConsoleStage(type, {
        ...entry(server.port),
        console: { user: 'ana' },
      });
      consoleStage.install(program);
      await consoleStage.run();
      expect(JSON.stringify(consoleStage.seen())).not.toContain(secret);
      await server.close();
    });

    test('passes no variable of opsdeck that the program does not need', async () => {
      const server = await serve();
      await using stage = await openConsoleStage(type, entry(server.port));
      stage.install(program);
      process.env.BUS_TOKEN = 'token-of-another-system';
      try {
        await stage.run();
      } finally {
        delete process.env.BUS_TOKEN;
      }
      expect(stage.seen().env).not.toHaveProperty('BUS_TOKEN');
      expect(stage.seen().env).toHaveProperty('PATH');
      await server.close();
    });

    test('a program that fails fails the run, with what it said last', async () => {
      const server = await serve();
      await using stage = await openConsoleStage(type, entry(server.port));
      stage.install(program, 'FATAL: too many connections', 2);
      const events = await stage.run();
      expect(events.at(-1)).toMatchObject({
        ending: 'failed',
        why: expect.stringMatching(/closed after \S+: exit status 2$/),
      });
      expect(events).toContainEqual(
        expect.objectContaining({ event: 'output', text: 'FATAL: too many connections' }),
      );
      await server.close();
    });

    test('without the program, the plan says what to install', async () => {
      const server = await serve();
      await using stage = await openConsoleStage(type, entry(server.port));
      process.env.PATH = '/nowhere';
      const { refusal } = await stage.propose();
      expect(refusal).toMatchObject({
        ending: 'not-applicable',
        why: expect.stringContaining(`${program} is not installed on this machine: install `),
      });
      await server.close();
    });

    test('through a tunnel, the program connects to a local port that leads to the server', async () => {
      const server = await serve();
      await using stage = await openConsoleStage(type, entry(server.port), {
        dial: (_to, signal) => openTcp({ host: '127.0.0.1', port: server.port }, undefined, signal),
      });
      stage.install(program);
      await stage.run();
      const text = JSON.stringify(stage.seen());
      expect(text).toContain('127.0.0.1');
      expect(text).not.toContain(String(server.port));
      await server.close();
    });
  },
);

longTest('psql is read-only unless the run asks to write, which is destructive', async () => {
  const server = await blockedDatabase(clock, '7300000000000000001');
  await using stage = await openConsoleStage('postgres', {
    url: `postgres://opsdeck@127.0.0.1:${server.port}/shop`,
    password: secret,
  });
  stage.install('psql');
  await stage.run();
  expect(stage.seen().env.PGOPTIONS).toBe('-c default_transaction_read_only=on');
  expect(stage.ledger()).toContain("PGOPTIONS='-c default_transaction_read_only=on' psql");
  expect(await stage.propose({ writes: 'yes' })).toMatchObject({
    danger: 'destructive',
    gate: { typed: true },
  });
  await stage.run({ writes: 'yes' });
  expect(stage.seen().env).not.toHaveProperty('PGOPTIONS');
  await server.close();
});
