import { expect, test } from 'vitest';
import { builtInRunbooks } from '../../src/engine/cockpit/runs/built-in-runbooks.ts';
import type { ProcessTerminal } from '../../src/platform/terminal/terminal.ts';
import { createFactsStore } from '../../src/store/facts-store.ts';
import type { RunbookSuggestion } from '../../src/store/runbook-suggestion.ts';
import { longTest } from '../support/layer.ts';
import { feedInfo, frame, health, learn, noon, pool } from '../support/made-facts.ts';
import { sourceModules } from '../support/source-modules.ts';
import { endedRun } from './support/runs.ts';
import { cardOf } from './support/screen.ts';
import { armed, shop, shopCockpit } from './support/shop.ts';
import { openCockpit, type User } from './support/user.ts';

/** The consoles that sources of these types offer. */
const consolesOf = (types: Readonly<Record<string, string>>): readonly RunbookSuggestion[] => {
  const sources = Object.entries(types).map(([id, type]) => {
    const module = sourceModules.find((sourceModule) => sourceModule.type === type);
    const { actions = [] } = module?.operations.console ?? {};
    const operation = {
      name: 'console',
      actions,
      danger: () => 'destructive' as const,
      plan: () => Promise.reject(new Error('not planned here')),
      recheck: async () => undefined,
      act: async function* () {},
    };
    return [id, { id, operations: [operation] }] as const;
  });
  return builtInRunbooks({ runbooks: [], file: 'p.yaml' }, new Map(sources)).map((runbook) => ({
    runbook,
    fits: 'never',
    why: '',
    danger: 'destructive',
  }));
};

/** A terminal that can be lent; no signal arrives. */
const host: ProcessTerminal = {
  onEnd: () => {},
  onCrash: () => {},
  onStop: () => () => {},
  onContinue: () => () => {},
  onWindowChange: () => () => {},
  written: async () => {},
  run: async () => ({ status: 0 }),
  interact: () => Promise.reject(new Error('not lent here')),
  stop: async () => {},
};

const types = { pg: 'postgres', cache: 'redis', events: 'mongodb' };

const open = async (terminal?: ProcessTerminal): Promise<User> => {
  const stamp = { at: noon - 3000 };
  const store = createFactsStore(
    frame({
      system: 'shop',
      sources: Object.fromEntries(
        Object.entries({ ...types, bus: 'actuator' }).map(([id, type]) => [
          id,
          { type, kinds: ['health', 'pools', 'sessions'] },
        ]),
      ),
    }),
  );
  for (const source of [...Object.keys(types), 'bus'])
    learn(store, feedInfo(`${source}/health`, 'health'), {
      items: [health(source, { ...stamp, source })],
    });
  learn(store, feedInfo('pg/pools', 'pools'), {
    items: [pool('connections', { ...stamp, source: 'pg', service: 'pg', kind: 'postgres' })],
  });
  learn(store, feedInfo('cache/sessions', 'sessions'), {
    items: [
      {
        ...{ ...stamp, source: 'cache', database: '0', pid: 7, user: 'app', state: 'idle' },
        ...{ waiting: '', blockedBy: [], query: '' },
      },
    ],
  });
  return openCockpit({
    size: [150, 36],
    ...(terminal === undefined ? {} : { host: terminal }),
    scene: {
      facts: store,
      cockpit: { ...shopCockpit, suggestions: [], messages: [], genericActions: consolesOf(types) },
    },
  });
};

const select = async (user: User, pane: string, text: string): Promise<void> => {
  await user.press(':');
  await user.type(pane);
  await user.press('enter /');
  await user.type(text);
  await user.press('enter');
};

longTest(
  'S on a row of a database proposes the console of its source, in Health, Connection pools and DB',
  async () => {
    for (const [pane, text, id] of [
      ['health', 'events', 'console-mongodb'],
      ['health', 'cache', 'console-redis'],
      ['pools', 'pg', 'console-postgres'],
      ['db', 'app', 'console-redis'],
    ] as const) {
      const user = await open(host);
      await select(user, pane, text);
      await user.press('S');
      expect(user.given).toEqual([['propose', id, {}]]);
    }
  },
);

longTest('the footer offers it where it exists; elsewhere the key says what to select', async () => {
  const user = await open(host);
  await select(user, 'health', 'pg');
  expect(user.rows().at(-1)).toContain('S console');
  await select(user, 'health', 'bus');
  expect(user.rows().at(-1)).not.toContain('console');
  await user.press('S');
  expect(user.rowWith('S: ')).toContain('select a row of a PostgreSQL, Redis or MongoDB source');
  expect(user.given).toEqual([]);
});

longTest('x lists it by its program, once per row', async () => {
  const user = await open(host);
  await select(user, 'health', 'pg');
  await user.press('x');
  const card = cardOf(user);
  const listed = card.slice(
    0,
    card.findIndex((line) => line.startsWith('Preview')),
  );
  const lines = listed.filter((line) => line.includes('Console'));
  expect(lines).toHaveLength(1);
  expect(lines[0]).toContain('Console (psql)');
});

longTest('without a terminal to lend, and on a shared screen, it says why not', async () => {
  const plain = await open();
  await select(plain, 'health', 'pg');
  await plain.press('S');
  expect(plain.rowWith('S: ')).toContain('there is no terminal for a console');
  const shared = await open(host);
  await select(shared, 'health', 'pg');
  await shared.press('s');
  await shared.press('S');
  expect(shared.given).toEqual([]);
  expect(shared.rows().join('\n')).toContain('the screen is shared: a console shows text that is not masked');
});

test('the card of a run names its recordings, and why one is missing', async () => {
  const run = endedRun('recovered', 'the runbook requires no verification');
  const events = run.events.map((event) =>
    event.event === 'ended'
      ? {
          ...event,
          recordings: [
            { file: '/home/ana/.local/state/opsdeck/recordings/run-1-1.cast' },
            { problem: 'program "script" not found' },
          ],
        }
      : event,
  );
  const scene = shop();
  const user = await openCockpit({
    size: [100, 36],
    scene: { ...scene, cockpit: { ...scene.cockpit, arming: armed, run: { ...run, events } } },
  });
  expect(cardOf(user).join('\n')).toMatch(
    /record {4}\/home\/ana\/.local\/state\/opsdeck\/recordings\/run-1-1\.cast[^\n]*\n[^\n]*none: program "script" not found/,
  );
});
