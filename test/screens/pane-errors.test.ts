import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import type { AnyFact, FactKind } from '../../src/domain/facts/facts.ts';
import { defineKind } from '../../src/kinds/define/define-kind.ts';
import { fieldsOf } from '../../src/kinds/define/fields.ts';
import { registerKind } from '../../src/kinds/registry/registry.ts';
import { createFactsStore } from '../../src/store/facts-store.ts';
import { features } from '../../src/ui/app/features.ts';
import { searchAnywhereKeys } from '../../src/ui/shell/keys/global-keys.ts';
import type { Widget } from '../kinds/widgets/kind.ts';
import { ignoreInternalErrors } from '../support/internal-errors.ts';
import { feedInfo, frame, health, learn, noon } from '../support/made-facts.ts';
import { shopCockpit } from './support/shop.ts';
import { openCockpit, type User } from './support/user.ts';

const kind = 'broken' as FactKind;
const { id, state, number } = fieldsOf<Widget>();
let failing = true;

/** A kind of a plugin, one of whose functions throws. */
const broken = defineKind({
  name: 'broken',
  says: 'Widgets whose size cannot be computed',
  fields: {
    shelf: id('shelf of the widget', (f) => f.shelf),
    name: id('name of the widget', (f) => f.name),
    mood: state('mood of the widget', 'glad sad unknown', (f) => f.mood),
    size: number('size of the widget', 'bytes', () => {
      if (failing) throw new TypeError('cannot read size\nof undefined');
      return 5;
    }),
  },
  state: (f: Widget) => f.mood,
  levels: { words: { sad: 'warn', unknown: 'unknown' }, closed: ['glad', 'sad', 'unknown'] },
});

let unregister: () => void = () => {};
let reported: () => readonly string[] = () => [];
beforeAll(() => {
  unregister = registerKind(broken);
});
afterAll(() => unregister());
beforeEach(() => {
  failing = true;
  const ignored = ignoreInternalErrors();
  reported = ignored.reported;
  restore = ignored.restore;
});
let restore: () => void = () => {};
afterEach(() => restore());

const cockpit = (): Promise<User> => {
  const store = createFactsStore(frame({ system: 'shop', env: 'production' }));
  const widget = { source: 'bus', at: noon, shelf: 'north', name: 'cog', mood: 'sad' };
  learn(store, feedInfo('bus/broken', kind), { items: [widget] as readonly object[] as readonly AnyFact[] });
  learn(store, feedInfo('api/health', 'health'), { items: [health('billing')] });
  return openCockpit({
    size: [120, 36],
    scene: { facts: store, cockpit: { ...shopCockpit, suggestions: [] } },
  });
};
const go = async (user: User, pane: string): Promise<void> => {
  await user.press(':');
  await user.type(pane);
  await user.press('enter');
};

test('an error in the code of a pane is drawn in its place; other panes are drawn, and it recovers', async () => {
  const user = await cockpit();
  expect(user.rowWith('1 Health')).toBeDefined();
  expect(user.rowWith('cannot draw')).toContain('cannot draw Broken: cannot read size of undefined');
  expect(reported()).toEqual(['pane broken: cannot read size of undefined']);
  await go(user, 'broken');
  expect(user.rowWith('other panes')).toContain('--debug');
  failing = false;
  await go(user, 'health');
  await go(user, 'broken');
  expect(user.rowWith('▲ sad').replaceAll(/ +/g, ' ')).toContain('▲ sad north · cog 5 B');
});

test('an error in the code of a key is reported in the message line. The cockpit stays open', async () => {
  const [command] = searchAnywhereKeys(features);
  if (command === undefined) throw new Error('no key');
  failing = false;
  const user = await cockpit();
  const run = vi.spyOn(command, 'run').mockImplementation(() => {
    throw new Error('no such list');
  });
  await user.press(':');
  expect(user.rowWith('internal error')).toContain(':: internal error: no such list');
  run.mockRestore();
  expect(reported()).toEqual(['key :: no such list']);
  await go(user, 'broken');
  expect(user.rowWith('▲ sad')).toContain('5 B');
});
