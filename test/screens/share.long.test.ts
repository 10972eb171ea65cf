import { describe, expect, test } from 'vitest';
import type { PlannedStep } from '../../src/domain/runs/proposal.ts';
import type { RunEvent } from '../../src/domain/runs/run.ts';
import { createSecretMasker } from '../../src/platform/masking/secrets.ts';
import type { OpenEnvironment, RunView } from '../../src/store/cockpit.ts';
import type { TimeTravel } from '../../src/store/past/decode-state.ts';
import { features } from '../../src/ui/app/features.ts';
import { noon } from '../support/made-facts.ts';
import { customers, real } from './support/customers.ts';
import { openBare } from './support/headless.ts';
import { givenAway, hides } from './support/name-leaks.ts';
import { proposed, runView } from './support/runs.ts';
import { cardOf } from './support/screen.ts';
import { closeBreaker } from './support/shop.ts';
import { openCockpit, type Scene, type User } from './support/user.ts';

const sizes: readonly (readonly [number, number])[] = [
  [80, 24],
  [120, 36],
  [200, 60],
];

const masker = createSecretMasker();
masker.add(real.known);

const share = (scene: Scene, size: readonly [number, number] = [120, 36]): Promise<User> =>
  openCockpit({ size, scene, shared: true, secrets: masker });

type Pane = Pick<ReturnType<typeof features.panes.all>[number], 'id' | 'key'>;

/** Rows that are opened in every pane: a name depends on the row, and on the size only by what is cut. */
const rowsToOpen = (columns: number): number => (columns === 120 ? 4 : 1);

/** A pane in the middle, by its key, or by its name if there are none. */
const open = async (user: User, { id, key }: Pane): Promise<void> => {
  await user.press(key === undefined ? ':' : `0 ${key}`);
  if (key === undefined) {
    await user.type(id);
    await user.press('enter');
  } else if (user.rows()[1]?.startsWith('▌') === true) await user.press('z');
};

/** The cockpit without a terminal, in share mode: its keys and frames. */
interface Shared {
  press(keys: string): void;
  rows(): readonly string[];
}

const shareBare = (scene: Scene, [columns, rows]: readonly [number, number]): Shared => {
  const bare = openBare(scene, { shared: true, secrets: masker });
  Object.assign(bare.size, { columns, rows });
  const seen = (): readonly string[] => bare.frame().map((row) => row.map(({ text }) => text).join(''));
  seen();
  return {
    press: (keys) => {
      for (const key of keys.split(' ')) {
        bare.strokes(key);
        seen();
        // Read-only: the card of a proposed run does not open.
        bare.comesTo(undefined);
      }
    },
    rows: seen,
  };
};

/** Walks through a pane: unfolds and opens its rows, changes its order, opens its help. */
const lookAround = (
  user: Shared,
  { id, key, title }: ReturnType<typeof features.panes.all>[number],
  rows: number,
): void => {
  if (key === undefined) user.press(`: ${[...id].join(' ')} enter`);
  else user.press(`0 ${key}`);
  // Alone on the screen, its title is in the row below the header or below the situation.
  const titleRow = (): number =>
    user.rows().findIndex((row) => new RegExp(`^[ ▌╭─]+(?:\\S )?${title} `).test(row));
  if (key !== undefined && ![1, 2].includes(titleRow())) user.press('z');
  expect([1, 2], user.rows().slice(0, 4).join('\n')).toContain(titleRow());
  hides(user, `pane ${id}`);
  for (let row = 0; row < rows; row++) {
    for (const next of ['l', 'enter', 'j']) {
      user.press(next);
      hides(user, `pane ${id}, row ${row}, ${next}`);
    }
  }
  user.press('o x');
  hides(user, `pane ${id}, its actions`);
  user.press('esc ? G');
  hides(user, `pane ${id}, its help`);
  user.press('esc');
};

const inWholeScreens = sizes.flatMap((size) => customers.map((customer) => ({ size, customer })));

for (const { size, customer } of inWholeScreens) {
  const [name, scene] = customer;
  test(`no name of ${name} is visible at ${size.join('x')}`, async () => {
    const user = shareBare(scene(), size);
    expect(givenAway((await openCockpit({ size, scene: scene() })).rows())).not.toEqual([]);
    hides(user, 'first frame');
    expect(user.rows()[0]).toContain('SHARED');
    for (const pane of features.panes.all()) lookAround(user, pane, rowsToOpen(size[0]));
    for (const list of ['R', 'e', 'ctrl-p', ':']) {
      user.press(list);
      hides(user, list);
      for (let step = 0; step < 3; step++) {
        user.press('down tab');
        hides(user, `${list}, row ${step}`);
      }
      user.press('esc');
    }
  });
}

test('an object has the same alias in every pane, and no two objects share one', async () => {
  const [, scene] = customers.find(([name]) => name === 'saga') ?? [];
  const user = await share(scene?.() ?? {}, [200, 60]);
  await user.press('6 z l enter');
  const pods = user.rows().join('\n');
  const node = /kube-proxy-(host-\d+)/.exec(pods)?.[1] ?? '';
  expect(node).not.toBe('');
  expect(pods).toMatch(new RegExp(`1\\.4\\.2 on ${node}\\b`));
  expect(pods).not.toMatch(new RegExp(`Back-off pulling ${node}\\b`));
  expect(user.rows()[0]).toMatch(/cluster-1\/shop/);
});

/** All texts put on the clipboard, and all exported files. */
const takenOut = (user: User): readonly string[] => [
  ...[...user.terminal.written().matchAll(/\u001b\]52;c;([^\u001b]*)\u001b\\/g)].map(([, base64 = '']) =>
    Buffer.from(base64, 'base64').toString('utf8'),
  ),
  ...user.given.filter(([command]) => command === 'save').flatMap(([, ...texts]) => texts.map(String)),
];

for (const [name, scene] of customers)
  test(`no name of ${name} is in a copy or an export`, async () => {
    const user = await share(scene());
    await user.press('s esc');
    for (const pane of features.panes.all()) {
      await open(user, pane);
      await user.press('l y');
      for (const form of ['E enter', 'E j enter', 'E j j enter', 'E j j j enter']) {
        await user.press(form);
        hides(user, `${pane.id}, ${form}`);
      }
      await user.press('esc');
    }
    const texts = takenOut(user);
    expect(texts.length).toBeGreaterThan(8);
    expect(givenAway(texts)).toEqual([]);
    expect(texts.join('\n')).toMatch(/host-\d/);
  });

describe('turning share mode on and off', () => {
  const scene = (): Scene => customers[0]?.[1]() ?? {};

  test('s masks from the next frame on, and the header shows it next to read-only', async () => {
    const user = await openCockpit({ scene: scene() });
    expect(givenAway(user.rows())).not.toEqual([]);
    await user.press('s');
    hides(user, 's');
    expect(user.rows()[0]).toMatch(/read-only\s+SHARED/);
  });

  test('a second s asks first, and esc keeps sharing', async () => {
    const user = await share(scene());
    await user.press('s');
    hides(user, 'asked');
    expect(cardOf(user)).toEqual([
      'STOP SHARING  viewers of this screen will see real names',
      'hosts, addresses, clusters and users become visible at once',
      'enter show names · esc keep sharing · secrets stay masked',
    ]);
    await user.press('s s s j q');
    hides(user, 'other keys');
    await user.press('esc');
    hides(user, 'esc');
    expect(user.rows()[0]).toContain('SHARED');
  });

  test('enter on the question shows real names again, and s restores the same aliases', async () => {
    const user = await share(scene());
    const before = user.rows().slice(1, 20);
    await user.press('s enter');
    expect(user.rows()[0]).not.toContain('SHARED');
    expect(givenAway(user.rows())).not.toEqual([]);
    await user.press('s');
    expect(user.rows().slice(1, 20)).toEqual(before);
  });

  test('a confirmation among other keys in one read reveals nothing', async () => {
    const user = await share(scene());
    await user.together('ss\rss\r');
    hides(user, 'pasted');
    expect(user.rows()[0]).toContain('SHARED');
  });

  test('can be turned on while a card or a list is open', async () => {
    const user = await openCockpit({
      scene: { ...scene(), cockpit: { ...scene().cockpit, run: proposed() } },
    });
    await user.press('s');
    expect(user.rows()[0]).toContain('SHARED');
    const other = await openCockpit({ scene: scene() });
    await other.press('R s');
    hides(other, 'list');
  });

  test('secrets are masked in every mode', async () => {
    const messages = [
      {
        at: noon,
        level: 'warn' as const,
        text: `login with password=${real.password} ${real.known} and ${real.token}`,
      },
    ];
    const user = await openCockpit({
      scene: { cockpit: { ...scene().cockpit, messages } },
      secrets: masker,
    });
    const [, ...rest] = givenAway(user.rows(), ['host', 'cluster', 'email', 'other', 'ip', 'user', 'node']);
    expect(rest).toEqual([]);
    expect(user.rowWith('login with')).toContain('password=…masked …masked and …masked');
  });
});

test('the past is masked as well, including names that no longer exist', async () => {
  const of = (expected: string): Scene => customers.find(([name]) => name === expected)?.[1]() ?? {};
  const earlier = of('eventmesh').facts?.getState();
  const demo = of('demo');
  const words = { ...demo.cockpit?.open, words: [] } as OpenEnvironment;
  const past: TimeTravel = {
    hasHistory: () => true,
    snapshotAt: (_, live) => ({
      is: 'kept',
      at: noon - 60_000,
      now: noon,
      state: earlier ?? live,
      unkept: {},
    }),
  };
  const user = await share({ ...demo, cockpit: { ...demo.cockpit, open: words }, past }, [80, 24]);
  await user.press('<');
  expect(user.rows()[0]).toMatch(/SHARED\s+PAST/);
  await user.press('6 z');
  expect(user.rowWith('held by')).toMatch(/held by user-\d/);
  expect(givenAway(user.rows().slice(1), ['customer'])).toEqual([]);
});

for (const size of sizes)
  test(`the YAML of a pod is masked at ${size.join('x')}, also across line breaks`, async () => {
    const user = await share(customers.find(([name]) => name === 'saga')?.[1]() ?? {}, size);
    await user.press('6 z Y');
    const inner = Object.values(real).filter((password) => password !== real.password);
    const lines = Array.from({ length: 60 }, (_, index) => {
      const [text = '', other = ''] = [inner[index % inner.length], inner[(index + 3) % inner.length]];
      return `  note: ${'x'.repeat(index)} ${text} and ${other} ${'y '.repeat(index)}${text}, password: ${real.password}`;
    });
    const state = { is: 'read' as const, at: noon, lines };
    await user.happens(() => user.cockpit.setState({ description: { title: 'yaml', source: 'k8s', state } }));
    for (let page = 0; page < 12; page++) {
      hides(user, `page ${page}`);
      await user.press('ctrl-d');
    }
    await user.press('/');
    await user.type('host-1');
    await user.press('enter n');
    hides(user, 'hit');
    expect(user.rows().join('\n')).toMatch(/\d+ of \d+ matches/);
  });

describe('typed text', () => {
  const scene = (): Scene => customers.find(([name]) => name === 'saga')?.[1]() ?? {};

  test('a name typed into the filter is not shown letter by letter', async () => {
    const user = await share(scene());
    await user.press('6 z /');
    for (const letter of real.node) {
      await user.type(letter);
      hides(user, `filter up to ${letter}`);
    }
    expect(user.rowWith('enter apply')).toMatch(/\/host-\d+_/);
    await user.press('enter');
    hides(user, 'filtered');
    expect(user.rows().slice(1, 3).join('\n')).toMatch(/match(?:es)? \/host-\d+\//);
  });

  test('the filter finds an alias, and n cycles through its matches', async () => {
    const user = await share(scene());
    await user.press('6 z');
    const alias = /kube-proxy-(host-\d+)/.exec(user.rows().join('\n'))?.[1] ?? '';
    await user.press('/');
    await user.type(`proxy-${alias}`);
    expect(user.rowWith('enter apply')).not.toContain(' 0 of');
    await user.press('backspace '.repeat(`proxy-${alias}`.length).trim());
    await user.type(alias);
    await user.press('enter n');
    expect(user.rowWith('matching')).toMatch(new RegExp(`matching /${alias}/`));
    hides(user, 'hit');
  });

  test('the palette accepts aliases and acts on the real object', async () => {
    const user = await share(scene());
    await user.press('ctrl-p');
    await user.type('prod Shop at host-');
    hides(user, 'palette');
    await user.press('enter');
    expect(user.given).toEqual([['openEnvironment', 'shop/production']]);
  });

  test('a name typed into the palette or as a reason is not shown', async () => {
    const user = await share(scene());
    await user.press('ctrl-p');
    for (const letter of real.host) {
      await user.type(letter);
      hides(user, `palette up to ${letter}`);
    }
    await user.press('esc A');
    for (const letter of `call with ${real.email}`) {
      if (letter === ' ') await user.press('space');
      else await user.type(letter);
      hides(user, `reason up to ${letter}`);
    }
    await user.press('enter');
    expect(user.given).toEqual([['arm', `call with ${real.email}`]]);
  });

  test('the reason that tab writes is shown with aliases', async () => {
    const user = await share(scene());
    await user.press('A');
    hides(user, 'suggested reason');
    await user.press('tab');
    hides(user, 'written reason');
  });
});

describe('the card of a run', () => {
  const plan = {
    use: 'hosts.systemctl',
    danger: 'disruptive' as const,
    targets: [{ name: real.node, uid: 'u0', saw: 'active', where: `${real.user}@${real.node}, ${real.ip}` }],
    calls: [
      {
        line: `ssh ${real.user}@${real.node} sudo systemctl restart eventmesh-api at https://${real.host}/x`,
        target: 0,
      },
    ],
    objects: [`unit eventmesh-api of ${real.node}, seen by ${real.other}`],
    lost: `requests that ${real.ip} answers`,
    params: { host: real.node },
  };
  const gate = { arm: true, confirm: true, preview: true, typed: true, windowMs: 5000 };
  const step: PlannedStep = {
    id: 'a1',
    title: `Restart it on ${real.node}`,
    manual: false,
    danger: 'disruptive',
    gate,
    plan,
  };
  const more = {
    names: [real.node],
    steps: [step],
    title: `Restart on ${real.node} for ${real.customer}`,
    params: { host: real.node },
  };
  const scene = (run: RunView): Scene => {
    const { facts, cockpit } = customers.find(([name]) => name === 'eventmesh')?.[1]() ?? {};
    const arming = {
      readOnly: true,
      armedUntil: noon + 60_000,
      reason: `call with ${real.email}`,
      forMs: 900_000,
    };
    return { ...(facts === undefined ? {} : { facts }), cockpit: { ...cockpit, run, arming } };
  };
  const asked = (): RunView => ({
    ...proposed(more, gate),
    diagnosis: {
      d1: { title: 'Who', lines: [`${real.ip} ${real.email} ${real.token}`], faults: [], done: true },
    },
  });

  for (const size of sizes)
    test(`shows its target and no other name at ${size.join('x')}`, async () => {
      const user = await share(scene(asked()), size);
      hides(user, 'card', ['node']);
      expect(user.rowWith('type  ')).toContain(`type     ${real.node}  to confirm`);
      expect(user.rowWith('alias')).toMatch(new RegExp(`${real.node} is shown as host-\\d+ elsewhere`));
      await user.press('tab');
      hides(user, 'whole card', ['node']);
      for (let step = 0; step < 8; step++) {
        await user.press('down');
        hides(user, 'scrolled', ['node']);
      }
    });

  test('is confirmed with the real name, typed letter by letter', async () => {
    const user = await share(scene(asked()));
    await user.type(real.node);
    expect(user.rowWith('to confirm:')).toContain(`to confirm:  ${real.node}_`);
    await user.press('enter');
    expect(user.given).toEqual([['confirm', { typed: real.node, pasted: false }]]);
  });

  test('a choice passes the real value, under its alias', async () => {
    const run = runView('params', {
      params: {},
      runbook: { ...closeBreaker, params: [{ name: 'host', type: 'choice', from: 'workloads.node' }] },
      parameterPrompt: { name: 'host', title: 'On which host', choices: [real.word, real.node] },
    });
    const user = await share(scene(run));
    hides(user, 'choices');
    await user.press('down enter');
    expect(user.given).toEqual([['give', 'host', real.node]]);
  });

  test('masks other names while it runs and after it has ended', async () => {
    const at = { run: 'run-1', at: noon - 5000 };
    const events: readonly RunEvent[] = [
      { ...at, event: 'gated', passed: true, why: `armed: call with ${real.email}` },
      { ...at, event: 'acting', step: 'a1', title: `Restart it on ${real.node}` },
      {
        ...at,
        event: 'output',
        step: 'a1',
        text: `${real.ip} ${real.host} password=${real.password}`,
      },
      {
        ...at,
        event: 'acted',
        step: 'a1',
        ok: false,
        result: `${real.other}:22 closed the connection, ${'again and '.repeat(12)}${real.ip6}`,
      },
      {
        ...at,
        event: 'verifying',
        proofs: [{ id: 'v1', title: `unit of ${real.node}`, value: 'false', why: `${real.host} is down` }],
      },
    ];
    const { proposal } = asked();
    const running = runView('running', { ...(proposal === undefined ? {} : { proposal }), events });
    const ended: RunEvent = {
      ...at,
      event: 'ended',
      ending: 'failed',
      why: `${real.other} closed it`,
      sent: [`ssh ${real.user}@${real.node}`],
      undo: [],
    };
    for (const run of [running, { ...running, stage: 'ended' as const, events: [...events, ended] }])
      for (const size of sizes) hides(await share(scene(run), size), run.stage, ['node']);
    const background = await share(scene({ ...running, background: true }));
    hides(background, 'background');
  });
});
