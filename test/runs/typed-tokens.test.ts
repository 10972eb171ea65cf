import { expect, test } from 'vitest';
import type { OperatorAnswers } from '../../src/domain/runs/run.ts';
import { longTest } from '../support/layer.ts';
import { closeStep, openStage, type Stage } from './stage.ts';

const pod = 'event-bus-service-6d987dff79-hk285';
const sibling = 'event-bus-service-6d987dff79-ktx4b';

const stage = async (): Promise<Stage> => {
  const made = await openStage({ act: [{ ...closeStep, gate: 'typed' }] });
  for (const name of [pod, sibling]) made.server.states.set(name, 'open');
  return made;
};

longTest('the executor says what may be typed, and accepts it only from a person who types', async () => {
  await using made = await stage();
  const proposal = await made.propose({ name: pod });
  expect(proposal).toMatchObject({ names: [pod], tokens: ['hk285'] });
  expect(await made.go(proposal, { by: 'typed', names: ['hk285'] }).end()).toMatchObject({
    ending: 'recovered',
  });
  expect(made.server.changes).toEqual([`POST /breakers/${pod} closed`]);
});

test.each<[string, Partial<OperatorAnswers>]>([
  ['a flag', { by: 'flag', names: ['hk285'] }],
  ['a key', { by: 'key', names: ['hk285'] }],
  ['a paste', { by: 'typed', pasted: true, names: ['hk285'] }],
  ['a part of it', { by: 'typed', names: ['hk28'] }],
  ['more of the name than the token', { by: 'typed', names: ['6d987dff79-hk285'] }],
  ['the token of a sibling', { by: 'typed', names: ['ktx4b'] }],
  ['nothing', { by: 'typed', names: [''] }],
  ['the token and a stranger', { by: 'typed', names: ['hk285', 'ktx4b'] }],
])('%s does not confirm by the token: nothing is sent', async (_, answers) => {
  await using made = await stage();
  const ended = await made.go(await made.propose({ name: pod }), answers).end();
  expect(ended).toMatchObject({ ending: 'forbidden' });
  expect(made.server.changes).toEqual([]);
});

test('a token that a view changed in its copy of the proposal is not accepted', async () => {
  await using made = await stage();
  const proposal = await made.propose({ name: pod });
  const ended = await made.go({ ...proposal, tokens: ['x'] }, { by: 'typed', names: ['x'] }).end();
  expect(ended).toMatchObject({ ending: 'forbidden' });
  expect(made.server.changes).toEqual([]);
});

test('a name that the facts know as the end of another one is typed longer', async () => {
  await using made = await stage();
  made.server.states.set('other-hk285', 'open');
  await made.engine.readNow(['bus/breakers'], new AbortController().signal);
  expect(await made.propose({ name: pod })).toMatchObject({ tokens: ['6d987dff79-hk285'] });
});

/** Steps with no gate, with a confirmation, and with a name to type. */
const gated = async (): Promise<Stage> => {
  const close = (id: string, name: string): typeof closeStep => ({
    ...closeStep,
    id,
    title: `Close ${name}`,
    with: { name, to: 'closed' },
  });
  const made = await openStage({
    danger: 'as-step',
    act: [
      { ...close('a1', 'broker'), danger: 'safe' },
      { ...close('a2', 'ledger'), danger: 'disruptive' },
      { ...close('a3', pod), danger: 'destructive', gate: 'typed' },
    ],
  });
  for (const name of ['broker', 'ledger', pod]) made.server.states.set(name, 'open');
  return made;
};

longTest(
  'only the names of the steps that ask for it are typed, which confirms the other steps',
  async () => {
    await using made = await gated();
    const proposal = await made.propose({ name: 'broker' });
    expect(proposal).toMatchObject({
      names: ['broker', 'ledger', pod],
      confirmNames: ['ledger', pod],
      typeNames: [pod],
      tokens: ['broker', 'ledger', 'hk285'],
    });
    const going = made.go(proposal, { by: 'typed', names: ['hk285'] });
    expect(await going.end()).toMatchObject({ ending: 'recovered' });
    expect(going.events).toContainEqual(
      expect.objectContaining({ event: 'confirmed', names: ['ledger', pod] }),
    );
    expect(made.server.changes).toHaveLength(3);
  },
);

test.each<[string, Partial<OperatorAnswers>, string]>([
  ['no name is typed', { by: 'typed', names: [] }, `type the exact name of the target: "${pod}"`],
  ['another one is typed', { by: 'typed', names: ['ledger'] }, `type the exact name of the target: "${pod}"`],
  [
    'a script leaves one out',
    { by: 'flag', names: [pod] },
    'type the exact name of the target: "ledger" (--confirm NAME)',
  ],
])('nothing is sent when %s', async (_, answers, why) => {
  await using made = await gated();
  const ended = await made.go(await made.propose({ name: 'broker' }), answers).end();
  expect(ended).toMatchObject({ ending: 'forbidden', why: expect.stringContaining(why) });
  expect(made.server.changes).toEqual([]);
});

longTest.each([
  ['with the name of a step without a gate', ['broker', 'ledger', pod]],
  ['without it', ['ledger', pod]],
])('a script confirms by the full names, %s', async (_, names) => {
  await using made = await gated();
  const ended = await made.go(await made.propose({ name: 'broker' }), { by: 'flag', names }).end();
  expect(ended).toMatchObject({ ending: 'recovered' });
});

test('the name of the environment, typed out of habit, never confirms', async () => {
  await using made = await stage();
  const { env } = made.engine.profile;
  const target = `event-bus-service-archive-${env}`;
  made.server.states.set(target, 'open');
  const proposal = await made.propose({ name: target });
  expect(proposal).toMatchObject({ names: [target], tokens: [`archive-${env}`] });
  expect(await made.go(proposal, { by: 'typed', names: [env] }).end()).toMatchObject({ ending: 'forbidden' });
  expect(made.server.changes).toEqual([]);
});
