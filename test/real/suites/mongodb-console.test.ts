import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, expect, test, vi } from 'vitest';
import { openConsoleStage } from '../../sources/consoles/stage.ts';
import { scratchDir } from '../../support/scratch-dir.ts';
import { command } from '../machine/command.ts';
import { type TypedLine, typedSession } from '../machine/typed-session.ts';
import { until } from '../machine/until.ts';
import { fillMongo, mongoCommands, mongoUrlOf } from '../mongodb/collections.ts';
import { detailOf, underTest } from '../setting.ts';

const server = underTest();
const mongosh = detailOf(server, 'program');
const { signal } = new AbortController();
const prompt = /shop> /;

/** A home directory whose mongosh sends no usage data and looks for no update. */
const createHome = (): string => {
  const home = mkdtempSync(join(scratchDir(), 'mongosh-home-'));
  const dir = join(home, '.mongodb', 'mongosh');
  mkdirSync(dir, { recursive: true });
  writeFileSync(
    join(dir, 'config'),
    JSON.stringify({ enableTelemetry: false, disableGreetingMessage: true, updateURL: '' }),
  );
  return home;
};

beforeEach(() => fillMongo(server));

/** The console of a source at this server with mongosh itself; each line is typed at its prompt. */
const openStage = async (entry: object, lines: readonly TypedLine[], started?: (pid: number) => void) => {
  const stage = await openConsoleStage(
    'mongodb',
    { url: mongoUrlOf(server), ...entry },
    {},
    typedSession(lines, started),
  );
  stage.link('mongosh', mongosh);
  stage.link('node', process.execPath);
  vi.stubEnv('HOME', createHome());
  return stage;
};

const countPending = async (): Promise<unknown> =>
  (await mongoCommands(server, [{ count: 'events', query: { status: 'PENDING' } }]))[0]?.n;

/** The command lines of all processes, as soon as one has this text: a program is listed under its own only once it runs. */
const untilListed = async (text: string): Promise<string> => {
  let listed = '';
  await until(`a process with ${text} runs`, async () => {
    listed = (await command('ps', ['-eo', 'args'], { signal })).output;
    return listed.includes(text);
  });
  return listed;
};

test('mongosh is connected to the database of the source; what is typed is done there, and the run is recorded', async () => {
  let shown: Promise<string> | undefined;
  await using stage = await openStage(
    {},
    [
      { after: prompt, type: 'db.getName() + "/" + db.events.countDocuments({})' },
      { after: /shop\/6[\s\S]*shop> /, type: 'db.events.insertOne({ status: "PENDING" })' },
      { after: /acknowledged: true[\s\S]*shop> /, type: 'exit' },
    ],
    () => {
      shown = untilListed('connect(process.env.OPSDECK_MONGODB_URL)');
    },
  );
  expect(await stage.propose()).toMatchObject({ danger: 'destructive', gate: { typed: true } });
  const ended = (await stage.run()).at(-1);
  expect(ended, stage.screen()).toMatchObject({ event: 'ended', ending: 'recovered' });
  expect(await countPending()).toBe(1);
  expect(stage.screen()).toContain(`mongosh at ${mongoUrlOf(server)} as no user`);
  expect(stage.screen()).toContain('shop/6');
  expect(stage.ledger()).toMatch(/mongosh closed after \S+: exit status 0/);
  expect(stage.left()).toEqual([]);
  // The connection string is in the environment only.
  const processes = await shown;
  expect(processes).toBeDefined();
  expect(processes).not.toContain('appName=opsdeck');
});

test('a login that the server refuses fails the run with what mongosh said, without the password', async () => {
  const password = 'own+console/password';
  await using stage = await openStage({ console: { user: 'ana', password } }, []);
  const events = await stage.run();
  expect(events.at(-1), stage.screen()).toMatchObject({
    ending: 'failed',
    why: expect.stringMatching(/closed after \S+: exit status 1$/),
  });
  expect(events).toContainEqual(
    expect.objectContaining({ event: 'output', text: expect.stringMatching(/Mongo\w*Error: /) }),
  );
  for (const text of [stage.ledger(), stage.screen(), stage.trace()])
    for (const form of [password, encodeURIComponent(password)]) expect(text).not.toContain(form);
});

test('without a password, mongosh asks for it', async () => {
  await using stage = await openStage({ console: { user: 'ana' } }, [
    { after: /[Pp]assword/, type: 'typed-by-hand' },
  ]);
  await stage.run();
  expect(stage.screen()).toMatch(/[Pp]assword/);
  expect(stage.screen()).not.toContain('typed-by-hand');
  expect(stage.ledger()).not.toContain('typed-by-hand');
});
