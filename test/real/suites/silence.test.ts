import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { secret } from '../../contract/wired.ts';
import { type Acting, oneStep, openActing, proof } from '../acting.ts';
import { alertmanagerStates, endSilences, silencesOf } from '../alert-states.ts';
import { alertmanagerRig } from '../rigs/alertmanager.ts';
import { user } from '../servers/passwords.ts';
import { underTest } from '../setting.ts';

const server = underTest();
const alert = 'ShopOnFire';
let acting: Acting;

/** Alertmanager says that an alert is silenced, or no longer, some ten seconds after the silence changes. */
const stateIs = (state: string) => proof(`all(alerts[name = "${alert}"] | state = ${state})`, 30_000);
const silence = oneStep('am.silence', { alert, for: '1h', reason: 'a drill' }, [stateIs('silenced')]);
const expire = oneStep('am.expire', { alert }, [stateIs('firing')]);

const inForce = async (): Promise<number> =>
  (await silencesOf(server)).filter((entry) => entry.alertname === alert && entry.state === 'active').length;

describe('silence and expire, through the executor', () => {
  beforeAll(() => alertmanagerRig.settled?.(server));
  beforeEach(async () => {
    acting = await openActing('am', 'alertmanager', {
      url: `http://127.0.0.1:${server.port}`,
      auth: { basic: { user, password: secret } },
    });
  });
  afterEach(async () => {
    await acting[Symbol.asyncDispose]();
    await endSilences(server, alert);
  });

  test('silences an alert: recovered. The undo expires that silence', async () => {
    const ran = await acting.run(silence);
    expect(ran.ended.ending).toBe('recovered');
    expect(ran.proposal.steps[0]?.plan?.targets).toMatchObject([{ name: alert }]);
    expect((await alertmanagerStates(server)).get(alert)).toBe('suppressed');
    expect(await inForce()).toBe(1);

    const undone = await acting.undo(ran);
    expect(undone.ended).toMatchObject({
      ending: 'recovered',
      why: expect.stringMatching(/^removed: /),
    });
    expect(await inForce()).toBe(0);
    expect((await alertmanagerStates(server)).get(alert)).toBe('active');
    expect(await acting.ledgerHolds()).toBe(true);
  });

  test('expires a silence by the name of its alert. The undo creates it again', async () => {
    await acting.run(silence);
    const ran = await acting.run(expire);
    expect(ran.ended.ending).toBe('recovered');
    expect(await inForce()).toBe(0);

    await acting.undo(ran);
    expect(await inForce()).toBe(1);
    expect((await acting.run(expire)).ended.ending).toBe('recovered');
  });

  test('rejects an unknown alert, and silences nothing', async () => {
    const before = (await silencesOf(server)).length;
    const { ended } = await acting.run(
      oneStep('am.silence', { alert: 'ShopOnFyre', for: '1h', reason: 'a drill' }, []),
    );
    expect(ended).toMatchObject({
      ending: 'not-applicable',
      why: expect.stringContaining('no alert matches alertname="ShopOnFyre" now'),
    });
    expect(await silencesOf(server)).toHaveLength(before);
  });
});
