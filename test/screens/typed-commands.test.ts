import { expect, test } from 'vitest';
import { typedCommand } from '../../src/ui/features/cards/typed-commands.ts';
import { longTest } from '../support/layer.ts';
import { endedRun, proposed, running } from './support/runs.ts';
import { cardOf } from './support/screen.ts';
import { armed, shop } from './support/shop.ts';
import { openCockpit, type User } from './support/user.ts';

const api = 'https://10.0.0.1:6443';

test.each([
  [
    'actuator',
    'POST http://10.4.0.7:8081/actuator/circuitbreakers/psp',
    '{"updateState":"CLOSE"}',
    `curl -X POST -H 'Content-Type: application/json' -d '{"updateState":"CLOSE"}' http://10.4.0.7:8081/actuator/circuitbreakers/psp`,
  ],
  [
    'http',
    'DELETE https://queue/jobs?state=dead',
    undefined,
    `curl -X DELETE 'https://queue/jobs?state=dead'`,
  ],
  [
    'kubernetes',
    `PATCH ${api}/apis/apps/v1/namespaces/shop/deployments/billing/scale`,
    '{"spec":{"replicas":5}}',
    'kubectl scale -n shop deployments.apps/billing --replicas=5',
  ],
  [
    'kubernetes',
    `PATCH ${api}/apis/apps/v1/namespaces/shop/deployments/billing`,
    `{"metadata":{"annotations":{"why":"it's slow"}}}`,
    `kubectl patch -n shop deployments.apps/billing --type=strategic -p '{"metadata":{"annotations":{"why":"it'\\''s slow"}}}'`,
  ],
  [
    'kubernetes',
    `PATCH ${api}/apis/argoproj.io/v1alpha1/namespaces/shop/rollouts/billing`,
    '{"spec":{"paused":true}}',
    `kubectl patch -n shop rollouts.argoproj.io/billing --type=merge -p '{"spec":{"paused":true}}'`,
  ],
  [
    'kubernetes',
    `DELETE ${api}/api/v1/namespaces/shop/pods/billing-7c9f`,
    '{"kind":"DeleteOptions"}',
    'kubectl delete -n shop pods/billing-7c9f',
  ],
  ['kubernetes', `POST ${api}/api/v1/namespaces/shop/pods/billing/eviction`, '{}', undefined],
  [
    'kubernetes',
    `PATCH ${api}/api/v1/namespaces/shop/configmaps/a?fieldManager=opsdeck`,
    'kind: X',
    undefined,
  ],
  [
    'postgres',
    '$1=41: SELECT pg_terminate_backend($1)',
    undefined,
    `psql -c 'SELECT pg_terminate_backend(41)'`,
  ],
  [
    'postgres',
    '$1="o\'brien: x" $2=null: UPDATE a SET b = $1, c = $2',
    undefined,
    String.raw`psql -c 'UPDATE a SET b = '\''o'\'''\''brien: x'\'', c = NULL'`,
  ],
  ['postgres', 'log in as reader', undefined, undefined],
  ['kafka', 'CreatePartitions orders count 12', undefined, undefined],
])('%s: %s', (type, line, body, command) => {
  expect(typedCommand({ line, target: 0, ...(body === undefined ? {} : { body }) }, type)).toBe(command);
});

test('a command of the operation itself is kept', () => {
  expect(
    typedCommand({ line: 'start unit', command: 'ssh db1 systemctl restart pg', target: 0 }, 'host'),
  ).toBe('ssh db1 systemctl restart pg');
});

const open = (run = proposed()): Promise<User> => {
  const scene = shop();
  return openCockpit({
    size: [160, 50],
    scene: { ...scene, cockpit: { ...scene.cockpit, arming: armed, run } },
  });
};

const copied = (user: User): string =>
  Buffer.from(
    [...user.terminal.written().matchAll(/\u001b\]52;c;([^\u001b]*)\u001b\\/g)].at(-1)?.[1] ?? '',
    'base64',
  ).toString('utf8');

longTest('the full card shows the command of each request, and Y copies all of them', async () => {
  const user = await open();
  await user.press('tab');
  expect(cardOf(user).join('\n')).toMatch(/shell +curl -X POST -H 'Content-Type: application\/json'/);
  await user.press('Y');
  expect(copied(user).split('\n')).toEqual([
    expect.stringMatching(/^curl -X POST .*10\.4\.0\.7:8081\/actuator\/circuitbreakers\/psp$/),
    expect.stringMatching(/^curl -X POST .*10\.4\.0\.8:8081\/actuator\/circuitbreakers\/psp$/),
  ]);
  expect(user.rowWith('copied the commands. If you run them by hand, opsdeck')).toBeTruthy();
});

test('the result card copies the commands, too', async () => {
  const user = await open(endedRun('recovered', 'all checks passed'));
  await user.press('Y');
  expect(copied(user)).toMatch(/^curl -X POST /);
});

longTest('in share mode a command with masked names is not copied', async () => {
  const user = await open();
  await user.press('s Y');
  expect(user.rowWith('not copied, because a command contains a secret')).toBeTruthy();
});

longTest('the full card shows the commands, and both forms the key that copies them', async () => {
  const user = await open();
  expect(cardOf(user).join('\n')).not.toContain('curl ');
  expect(cardOf(user).at(-1)).toContain('Y copy as shell');
  await user.press('tab');
  const card = cardOf(user);
  const index = card.findIndex((line) => line.startsWith('shell'));
  expect(card[index]).toMatch(/^shell +curl -X POST /);
  expect(card.join('\n')).toContain('Y copies. Without the gates and checks of opsdeck');
});

longTest('on a short screen the full card shows the commands', async () => {
  const scene = shop();
  const user = await openCockpit({
    size: [80, 24],
    scene: { ...scene, cockpit: { ...scene.cockpit, arming: armed, run: proposed() } },
  });
  expect(cardOf(user).join('\n')).not.toContain('curl ');
  await user.press('tab down down down down down down');
  expect(cardOf(user).join('\n')).toContain('curl -X POST');
});

longTest('where the name is typed, a chord copies the commands, and the letter is typed', async () => {
  const user = await open(proposed({}, { typed: true }));
  expect(cardOf(user).join('\n')).toContain('ctrl-y copy as shell');
  await user.press('Y');
  expect(copied(user)).toBe('');
  await user.press('ctrl-y');
  expect(copied(user)).toMatch(/^curl -X POST /);
});

test('the commands of a run in progress can be copied', async () => {
  const user = await open(running());
  await user.press('Y');
  expect(copied(user)).toMatch(/^curl -X POST /);
});
