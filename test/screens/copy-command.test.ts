import { expect, test } from 'vitest';
import type { FrameSource } from '../../src/store/facts.ts';
import { createFactsStore } from '../../src/store/facts-store.ts';
import { longTest } from '../support/layer.ts';
import { feedInfo, frame, lag, learn, sample, spec } from '../support/made-facts.ts';
import { shopCockpit } from './support/shop.ts';
import { shopLines, shopWith } from './support/shop-lines.ts';
import { openCockpit, type User } from './support/user.ts';

const open = async (
  source: Partial<FrameSource>,
  more: { readonly shared?: boolean } = {},
): Promise<User> => {
  const facts = createFactsStore(
    frame({
      signals: [spec('rate', { title: 'Rate', read: { query: 'sum(x{a="b"})' } })],
      sources: { bus: { type: 'kafka', ...source } },
    }),
  );
  learn(facts, feedInfo('bus/lag', 'lag'), { items: [lag('billing events', { lag: 3 })] });
  learn(facts, feedInfo('bus/queries', 'samples', { signals: ['rate'] }), { samples: [sample('rate', 1)] });
  return openCockpit({ scene: { facts, cockpit: shopCockpit }, ...more });
};

/** The clipboard, from the last OSC 52. */
const clipboard = (user: User): string => {
  const code = [...user.terminal.written().matchAll(/\u001b\]52;c;([^\u001b]*)/g)].at(-1)?.[1];
  return Buffer.from(code ?? '', 'base64').toString('utf8');
};

const command: FrameSource['command'] = (row) =>
  row.kind === 'lag'
    ? ['kafka-consumer-groups', '--group', row.fact.group]
    : row.kind === 'signal'
      ? ['curl', String(row.read.query)]
      : undefined;

longTest('ctrl-y copies the command of the row, quoted for a shell', async () => {
  const user = await open({ command });
  await user.press('4 z ctrl-y');
  expect(clipboard(user)).toBe(`kafka-consumer-groups --group 'billing events'`);
  expect(user.rowWith('kafka-consumer-groups command sent to the terminal clipboard')).toBeTruthy();
  await user.press('2 z ctrl-y');
  expect(clipboard(user)).toBe(`curl 'sum(x{a="b"})'`);
});

test('through a tunnel, the command opens the tunnel first and ends it last', async () => {
  const tunnel = ['kubectl', 'port-forward', 'deployment/bus', '8081:8081'];
  const user = await open({ command, isTunneled: true, tunnel });
  await user.press('4 z ctrl-y');
  expect(clipboard(user)).toBe(
    `kubectl port-forward deployment/bus 8081:8081 >/dev/null & sleep 2; kafka-consumer-groups --group 'billing events'; kill $!`,
  );
});

test.each([
  [{}, 'no command line tool can read this row of bus'],
  [{ isTunneled: true } as const, 'bus is reached through a tunnel (via)'],
])('without a command the reason is shown', async (source, why) => {
  const user = await open(source);
  await user.press('4 z ctrl-y');
  expect(clipboard(user)).toBe('');
  expect(user.rowWith(why)).toBeTruthy();
});

test('in Logs it is the command of the stream of the line', async () => {
  const made = shopWith(shopLines());
  const facts = createFactsStore(
    frame({
      sources: {
        k8s: {
          type: 'kubernetes',
          command: (row) => (row.kind === 'stream' ? ['kubectl', 'logs', row.name] : undefined),
        },
      },
    }),
  );
  const user = await openCockpit({ scene: { ...made, facts } });
  await user.press('8 ctrl-y');
  expect(clipboard(user)).toBe('kubectl logs checkout-2');
});

test('share mode copies no command with names', async () => {
  const user = await open({ command: () => ['ssh', 'ana@db.example.org'] }, { shared: true });
  await user.press('4 z');
  await user.type(':copy command');
  await user.press('enter');
  expect(clipboard(user)).toBe('');
  expect(user.rowWith('not copied, because the command would contain aliases')).toBeTruthy();
});
