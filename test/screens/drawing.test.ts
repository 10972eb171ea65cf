import { expect, test } from 'vitest';
import { longTest } from '../support/layer.ts';
import { breaker, feedInfo, learn, noon } from '../support/made-facts.ts';
import { shop, shopCockpit } from './support/shop.ts';
import { openCockpit, type User } from './support/user.ts';

const cellsOf = ({ terminal }: User): readonly string[] => terminal.styles();

type Step = readonly [name: string, (user: User) => Promise<void>];

const steps: readonly Step[] = [
  ['the first frame', async () => {}],
  ['another pane', (user) => user.press('3')],
  ['the cursor moves', (user) => user.press('j j k')],
  ['a maximized pane', (user) => user.press('z')],
  ['an open row', (user) => user.press('enter')],
  ['a filter being typed', (user) => user.press('/ p s')],
  ['the filter cleared', (user) => user.press('esc esc')],
  ['help', (user) => user.press('?')],
  ['time passes below help', (user) => user.wait('7s')],
  ['help closed', (user) => user.press('esc')],
  ['the palette', (user) => user.press('ctrl-p')],
  ['text typed in the palette', (user) => user.type('cl')],
  ['a smaller screen with the palette', (user) => user.resize(100, 30)],
  ['palette closed', (user) => user.press('esc')],
  ['a screen below the minimum', (user) => user.resize(60, 20)],
  ['a large screen', (user) => user.resize(220, 70)],
  ['the previous size', (user) => user.resize(120, 36)],
  ['the overview', (user) => user.press('0')],
  ['many keys in one read', (user) => user.together('jjkkjj35121')],
  ['ages increase', (user) => user.wait('1m')],
  [
    'a message',
    (user) =>
      user.happens(() =>
        user.cockpit.setState({ messages: [{ at: noon, level: 'warn', text: 'psp: 注文 → 支払い' }] }),
      ),
  ],
];

const scene = () => ({ ...shop(), cockpit: shopCockpit });

for (const color of ['none', '16', '256', 'truecolor'] as const)
  longTest(`the direct renderer draws every cell as Ink does: ${color}`, async () => {
    const straight = await openCockpit({ scene: scene(), color });
    const throughInk = await openCockpit({ scene: scene(), color, plainRows: true });
    for (const [name, act] of steps) {
      await act(straight);
      await act(throughInk);
      expect(cellsOf(straight), name).toEqual(cellsOf(throughInk));
    }
    expect(straight.terminal.onAlternate()).toBe(true);
  });

const bus = feedInfo('bus/more', 'breakers');

test('changing facts are drawn identically', async () => {
  const scenes = [scene(), scene()] as const;
  const users = [
    await openCockpit({ scene: scenes[0] }),
    await openCockpit({ scene: scenes[1], plainRows: true }),
  ];
  for (let round = 0; round < 5; round++) {
    for (const [index, user] of users.entries()) {
      const facts = scenes[index]?.facts;
      await user.happens(() => {
        if (facts !== undefined)
          learn(
            facts,
            bus,
            { items: [breaker(`b${round}`, { state: 'open', failureRate: 10 * round })] },
            noon + round,
          );
      });
      await user.wait('1s');
    }
    const [texts, other] = users.map(cellsOf);
    expect(texts).toEqual(other);
    expect(users[0]?.rows().join('\n')).toContain(`b${round}`);
  }
});
