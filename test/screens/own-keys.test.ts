import { describe, expect, test } from 'vitest';
import type { CockpitState } from '../../src/store/cockpit.ts';
import { features } from '../../src/ui/app/features.ts';
import { stages } from './support/headless.ts';
import { armed, shop } from './support/shop.ts';
import { openCockpit, type User } from './support/user.ts';

const right = '\u001b[C';
const kittyEnter = '\u001b[13u';
const pasted = (text: string): string => `\u001b[200~${text}\u001b[201~`;

type Burst = Readonly<Record<string, (text: string) => readonly string[]>>;

/** Ways in which a paste brings a text and its enter: reads, one after another at once. */
const pastes: Burst = {
  'in a paste that ends too early': (text) => [`${pasted(text)}\r`],
  'in a paste and a read right after it': (text) => [pasted(text), '\r'],
};

/** Ways in which keys arrive together. */
const bursts: Burst = {
  ...pastes,
  'in one read': (text) => [`${text}\r`],
  'in one read, as a line feed': (text) => [`${text}\n`],
  'in one read that an arrow divides': (text) => [`${text}${right}\r`],
  'in one read, with the enter as a sequence': (text) => [`${text}${kittyEnter}`],
  'in two reads at once': (text) => [`${text} please`, '\r'],
};

const seen = (cockpit: Partial<CockpitState>, shared = false): Promise<User> => {
  const scene = shop();
  return openCockpit({ shared, scene: { ...scene, cockpit: { ...scene.cockpit, ...cockpit } } });
};

const effects = (user: User): readonly string[] =>
  user.given.flatMap(([name]) => (name.startsWith('logs.') ? [] : [name]));

const readOnly = { arming: { readOnly: true } };

const send = async (user: User, reads: readonly string[]): Promise<void> => {
  for (const read of reads) await user.together(read);
};

describe.each(Object.entries(pastes))('a text and its enter %s', (_, reads) => {
  test('do not arm from the dialog', async () => {
    const user = await seen(readOnly);
    await user.press('A');
    await send(user, reads('ok'));
    expect(effects(user)).toEqual([]);
    await user.wait('1s');
    await user.press('enter');
    expect(effects(user)).toEqual(['arm']);
  });

  test.each([':', 'ctrl-p'])('do not arm from %s', async (key) => {
    const user = await seen(readOnly);
    await user.press(key);
    await send(user, reads('arm ok'));
    expect(effects(user)).toEqual([]);
  });

  test('do not end the cockpit during a run', async () => {
    const user = await seen({ run: { ...stages.running, background: true } });
    await user.press(':');
    await send(user, reads('quit!'));
    expect(effects(user)).toEqual([]);
  });

  test('are no note in the ledger', async () => {
    const user = await seen({ run: stages.ended });
    await user.press('!');
    await send(user, reads('it was me'));
    expect(effects(user)).toEqual([]);
  });
});

describe.each(Object.entries(bursts))('keys %s', (_, reads) => {
  test('do not confirm by a name that is typed', async () => {
    const user = await seen({ run: stages.typed, arming: armed });
    await user.wait('1s');
    await send(user, reads('psp'));
    await user.wait('1s');
    expect(effects(user)).toEqual([]);
  });

  test('do not tick a manual step', async () => {
    const user = await seen({ run: stages.ticking, arming: armed });
    await user.wait('1s');
    await send(user, reads('j'));
    expect(effects(user)).toEqual([]);
  });

  test('reveal no names', async () => {
    const user = await seen({}, true);
    await user.press('s');
    await send(user, reads('j'));
    expect(user.rows()[0]).toContain('SHARED');
  });
});

test('a reason and its enter that arrive in one read arm: a busy machine reads the keys of a person so', async () => {
  const user = await seen(readOnly);
  await user.press('A');
  await user.together('ok then\r');
  expect(user.given).toContainEqual(['arm', 'ok then']);
});

test('letters and an enter of a person confirm, letter by letter', async () => {
  const user = await seen(readOnly);
  await user.press('A');
  await user.type('ok');
  await user.press('enter');
  expect(user.given).toContainEqual(['arm', 'ok']);
});

test('the enter of each dialog that asks for a confirmation is one', () => {
  const asking = Object.entries(features.dialogs).flatMap(([is, dialog]) =>
    dialog?.confirms === true ? [[is, dialog] as const] : [],
  );
  expect(asking.map(([is]) => is).sort()).toEqual(['arm', 'quit', 'unshare']);
  for (const [is, { keys, samples }] of asking) {
    const bindings = samples.flatMap((sample) => keys(sample as never));
    expect(
      bindings.filter(({ keys: of }) => of.includes('enter')).map(({ confirms }) => confirms),
      is,
    ).toEqual([true]);
  }
});
