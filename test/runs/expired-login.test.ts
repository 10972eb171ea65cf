import { expect, test } from 'vitest';
import type { ExpiredLogin, Proposal } from '../../src/domain/runs/proposal.ts';
import type { LoginResult, RunEvent } from '../../src/domain/runs/run.ts';
import { closeStep, events, openStage } from './stage.ts';

const login = ['aws', 'sso', 'login'];
const again: LoginResult = { ok: true, why: 'aws sso login: exited with status 0' };

/** An operator who renews the login when asked, and the logins they were asked for. */
const operatorWho = (renew: () => void) => {
  const expiredLogins: ExpiredLogin[] = [];
  return {
    asked: expiredLogins,
    login: async (denied: ExpiredLogin): Promise<LoginResult> => {
      expiredLogins.push(denied);
      renew();
      return again;
    },
  };
};
const loginsIn = (all: readonly RunEvent[]): readonly string[] =>
  events(all).filter((name) => ['acting', 'login', 'renewed', 'ended'].includes(name));
const refusalOf = ({ refusal }: Proposal) => refusal;

test('rejects a plan that an expired login prevents, and names the command that renews it', async () => {
  await using stage = await openStage({ login });
  stage.server.readStatus = 401;
  const refusal = refusalOf(await stage.propose());
  expect(refusal).toMatchObject({ ending: 'failed', login: { source: 'bus', argv: login } });
  expect(refusal?.why).toMatch(/answered 401.*. The login has expired. To renew: aws sso login$/);
});

test('a target that cannot be reread: asks for the login, rereads the target, and only then acts', async () => {
  await using stage = await openStage({ login });
  const proposal = await stage.propose();
  stage.server.readStatus = 401;
  const operator = operatorWho(() => {
    expect(stage.server.changes).toEqual([]);
    stage.server.readStatus = 200;
  });
  const going = stage.go(proposal, { login: operator.login });
  expect(await going.end()).toMatchObject({ ending: 'recovered' });
  expect(operator.asked).toMatchObject([{ source: 'bus', argv: login }]);
  expect(loginsIn(going.events)).toEqual(['login', 'renewed', 'acting', 'ended']);
  expect(going.events.find(({ event }) => event === 'renewed')).toMatchObject({ ok: true, why: again.why });
  expect(stage.server.changes).toHaveLength(1);
});

test('without an operator nothing is sent, and the ending names the command', async () => {
  await using stage = await openStage({ login });
  const proposal = await stage.propose();
  stage.server.readStatus = 401;
  const going = stage.go(proposal);
  const ended = await going.end();
  expect(ended).toMatchObject({ ending: 'failed', sent: [] });
  expect(ended.why).toMatch(/. The login has expired. To renew: aws sso login$/);
  expect(loginsIn(going.events)).toEqual(['login', 'ended']);
  expect(stage.server.changes).toEqual([]);
});

test('resends a request that got a 401, after rereading its target', async () => {
  await using stage = await openStage({ login });
  const proposal = await stage.propose();
  stage.server.status = 401;
  const operator = operatorWho(() => {
    stage.server.status = 200;
  });
  const reads = stage.server.reads;
  const going = stage.go(proposal, { login: operator.login });
  expect(await going.end()).toMatchObject({ ending: 'recovered', undo: [expect.anything()] });
  expect(loginsIn(going.events)).toEqual(['acting', 'login', 'renewed', 'acting', 'ended']);
  expect(stage.server.changes).toHaveLength(2);
  expect(stage.server.reads - reads).toBeGreaterThan(2);
});

test('never resends a request without a response, even after a renewal', async () => {
  const second = { ...closeStep, id: 'a2', with: { name: 'ledger', to: 'closed' } };
  await using stage = await openStage({ login, act: [closeStep, second] });
  stage.server.status = 500;
  const operator = operatorWho(() => {});
  const ended = await stage.go(await stage.propose(), { login: operator.login }).end();
  expect(ended.ending).toBe('failed');
  expect(operator.asked).toEqual([]);
  expect(stage.server.changes).toHaveLength(1);
});

test('without a login in the profile a 401 fails the run without a prompt', async () => {
  await using stage = await openStage();
  const proposal = await stage.propose();
  stage.server.status = 401;
  const operator = operatorWho(() => {});
  const go = stage.go(proposal, { login: operator.login });
  expect(await go.end()).toMatchObject({ ending: 'failed' });
  expect(stage.server.changes).toHaveLength(1);
});

test('renewing a login does not renew arming that expired meanwhile', async () => {
  await using stage = await openStage({ login, tier: 'production', guard: { cancelWindowMs: 0 } });
  stage.arming.arm('psp outage');
  const proposal = await stage.propose();
  stage.server.readStatus = 401;
  const operator = operatorWho(() => {
    stage.server.readStatus = 200;
    stage.arming.disarm();
  });
  const ended = await stage.go(proposal, { login: operator.login }).end();
  expect(ended).toMatchObject({ ending: 'forbidden', sent: [] });
  expect(stage.server.changes).toEqual([]);
});

test.each([true, false])(
  'an unreadable condition of a step: asks for the login; renewed %s',
  async (renews) => {
    const step = { ...closeStep, needs: 'any(breakers | state = open)' };
    await using stage = await openStage({ login, act: [step], verify: 'none' });
    const proposal = await stage.propose();
    const operator = operatorWho(() => {
      expect(stage.server.changes).toEqual([]);
      stage.server.readStatus = 200;
    });
    // Its target has been reread by then: the condition is read last.
    const going = stage.go(proposal, {
      names: proposal.names,
      ...(renews ? { login: operator.login } : {}),
      found: () => {
        stage.server.readStatus = 401;
        return [];
      },
    });
    const ended = await going.end();
    if (renews) {
      expect(ended).toMatchObject({ ending: 'recovered' });
      expect(loginsIn(going.events)).toEqual(['login', 'renewed', 'acting', 'ended']);
      return;
    }
    expect(ended).toMatchObject({ ending: 'not-applicable', sent: [] });
    expect(ended.why).toMatch(/: unknown, .*. The login has expired. To renew: aws sso login$/);
    expect(loginsIn(going.events)).toEqual(['login', 'ended']);
    expect(stage.server.changes).toEqual([]);
  },
);

test('checks that became unreadable are read again after a renewal, with their full duration', async () => {
  await using stage = await openStage({ login });
  const proposal = await stage.propose();
  const operator = operatorWho(() => {
    stage.server.readStatus = 200;
  });
  const going = stage.go(proposal, {
    login: async (denied) => {
      await stage.clock.advance(60_000);
      return operator.login(denied);
    },
  });
  await going.until('acted');
  stage.server.readStatus = 401;
  expect(await going.end()).toMatchObject({ ending: 'recovered' });
  expect(loginsIn(going.events)).toEqual(['acting', 'login', 'renewed', 'ended']);
});

test('a cancel while waiting for a login ends the run at once', async () => {
  await using stage = await openStage({ login });
  const proposal = await stage.propose();
  stage.server.readStatus = 401;
  const going = stage.go(proposal, { login: () => new Promise(() => {}) });
  await going.until('login');
  going.cancel();
  expect(await going.end()).toMatchObject({
    ending: 'cancelled',
    why: 'canceled while the target was being rechecked',
    sent: [],
  });
});
