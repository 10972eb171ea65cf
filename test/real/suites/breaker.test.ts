import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { secret } from '../../contract/wired.ts';
import { type Acting, oneStep, openActing, proof } from '../acting.ts';
import { user } from '../servers/passwords.ts';
import { underTest } from '../setting.ts';
import { shopAt } from '../shop.ts';

const server = underTest();
const shop = shopAt(server);
let acting: Acting;

const closed = 'all(breakers[name = "broker"] | state = closed)';
const move = (to: string, state: string, name = 'broker') =>
  oneStep('shop.breaker', { name, to }, [proof(`all(breakers[name = "${name}"] | state = ${state})`)]);

describe('breaker, through the executor', () => {
  beforeEach(async () => {
    acting = await openActing('shop', 'actuator', {
      service: 'shop',
      url: `http://127.0.0.1:${server.port}/actuator`,
      auth: { basic: { user, password: secret } },
    });
  });
  afterEach(async () => {
    await acting[Symbol.asyncDispose]();
    await shop.reset('broker');
  });

  test('closes a breaker that failed calls opened: recovered, and calls succeed again', async () => {
    await shop.trip('broker');
    expect(await shop.states()).toEqual({ broker: 'OPEN', psp: 'CLOSED' });
    expect(await shop.call('broker')).toBe(503);
    await shop.repairDependency('broker');

    const { proposal, ended, events } = await acting.run(move('close', 'closed'));
    expect(proposal).toMatchObject({ danger: 'disruptive', names: ['broker'], gate: { confirm: true } });
    expect(proposal.steps[0]?.plan?.targets).toMatchObject([{ name: 'broker', saw: 'OPEN' }]);
    expect(ended).toMatchObject({ ending: 'recovered', why: closed });
    expect(events.find(({ event }) => event === 'acted')).toMatchObject({ ok: true });
    expect(await shop.states()).toEqual({ broker: 'CLOSED', psp: 'CLOSED' });
    expect(await shop.call('broker')).toBe(200);
    expect(await acting.ledgerHolds()).toBe(true);
    expect(JSON.stringify(events)).not.toContain(secret);
  });

  test('a success response is not recovery: the dependency still fails, and the breaker reopens', async () => {
    await shop.trip('broker');
    const calls = setInterval(() => void shop.call('broker'), 20);
    try {
      const book = oneStep('shop.breaker', { name: 'broker', to: 'close' }, [proof(closed, 2500, 1500)]);
      const { ended, events } = await acting.run(book);
      expect(events.find(({ event }) => event === 'acted')).toMatchObject({ ok: true });
      expect(ended.ending).toBe('executed-not-recovered');
    } finally {
      clearInterval(calls);
    }
  });

  test('rejects an unknown name without creating a breaker', async () => {
    const proposal = await acting.propose(move('close', 'closed', 'borker'));
    expect(proposal.refusal).toMatchObject({
      ending: 'not-applicable',
      why: expect.stringContaining('no instance has a circuit breaker "borker". Available: broker, psp'),
    });
    const { ended } = await acting.run(move('close', 'closed', 'borker'));
    expect(ended.ending).toBe('not-applicable');
    expect(Object.keys(await shop.states())).toEqual(['broker', 'psp']);
  });

  test.each([
    { to: 'force-open', state: 'forced-open', word: 'FORCED_OPEN', status: 503 },
    { to: 'disable', state: 'disabled', word: 'DISABLED', status: 200 },
  ])('$to. The undo closes the breaker again', async ({ to, state, word, status }) => {
    const ran = await acting.run(move(to, state));
    expect(ran.ended.ending).toBe('recovered');
    expect((await shop.states()).broker).toBe(word);
    expect(await shop.call('broker')).toBe(status);

    const undone = await acting.undo(ran);
    expect(undone.proposal.undoes).toBe(ran.proposal.run);
    expect(undone.ended).toMatchObject({
      ending: 'recovered',
      why: expect.stringContaining('restored: '),
    });
    expect(await shop.states()).toEqual({ broker: 'CLOSED', psp: 'CLOSED' });
    expect(await shop.call('broker')).toBe(200);
  });
});
