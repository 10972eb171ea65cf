import { expect, test } from 'vitest';
import { createSecretMasker } from '../../src/platform/masking/secrets.ts';
import { madeLines } from './support/lines.ts';
import { shopStreams, shopWith } from './support/shop-lines.ts';
import { openCockpit, type User } from './support/user.ts';

const secrets = ['TAGS1', 'TAGS2', 'TAGS3', 'TAGS4'];
const names = ['TAGN1', 'TAGN2', 'TAGN3', 'TAGN4'];
const time = '2026-03-04T10:15:05.000Z';

const lines = () => {
  const made = madeLines(shopStreams);
  made.put(
    { text: `${time} INFO calm`, ago: 3000, level: 'info', stream: 0 },
    {
      text: JSON.stringify({
        time,
        level: 'info',
        msg: 'went',
        dbPassword: 'TAGS1',
        user: 'TAGN1-x',
        customer: 'TAGN2-y',
      }),
      ago: 2000,
      level: 'info',
      stream: 1,
    },
    {
      text: `time=${time} level=info msg=went api_key="TAGS2 or so" session_id=TAGS3 userId=TAGN3-z login=TAGN4`,
      ago: 1000,
      level: 'info',
      stream: 2,
    },
    {
      text: JSON.stringify({ time, level: 'info', msg: 'last', body: '{"password":"TAGS4"}' }),
      ago: 500,
      level: 'info',
      stream: 3,
    },
  );
  return made;
};

const fields = ['dbPassword', 'user', 'customer', 'api_key', 'session_id', 'userId', 'login', 'body'];

const copied = (user: User): string =>
  [...user.terminal.written().matchAll(/\u001b\]52;c;([\w+/=]*)/g)]
    .map(([, text = '']) => Buffer.from(text, 'base64').toString('utf8'))
    .join('\n');

const saved = (user: User): string =>
  user.given
    .filter(([command]) => command === 'save')
    .map(([, , text]) => (typeof text === 'string' ? text : [...(text as Iterable<string>)].join('')))
    .join('\n');

/** Everything of Logs that is drawn, copied or saved. */
const all = async (shared: boolean): Promise<string> => {
  const seen: string[] = [];
  const user = await openCockpit({
    size: [200, 60],
    scene: shopWith(lines()),
    shared,
    secrets: createSecretMasker(),
  });
  const visit = async (keys: string): Promise<void> => {
    await user.press(keys);
    seen.push(...user.rows());
  };
  await visit('8 z');
  await visit('C');
  // Each field gets a column, one after the other.
  for (const _ of fields) await visit('enter j');
  await visit('esc');
  for (const key of ['G', 'k', 'k', 'k']) {
    await visit(`${key} enter`);
    await visit('y');
    await visit('esc w');
  }
  for (const choice of ['S', 'S j l', 'S j j l', 'S j l j l']) await visit(`${choice} enter`);
  expect(user.given.filter(([command]) => command === 'save')).toHaveLength(4);
  return [...seen, copied(user), saved(user)].join('\n');
};

test('columns, the opened row, copies and saved files contain no secret in any mode', async () => {
  const text = await all(false);
  expect(text).toContain('TAGN1');
  for (const secret of secrets) expect(text).not.toContain(secret);
});

test('columns, the opened row, copies and saved files contain no name while the screen is shared', async () => {
  const text = await all(true);
  expect(text).toContain('user-1');
  for (const tag of [...secrets, ...names]) expect(text).not.toContain(tag);
});
