import { describe, expect, test } from 'vitest';
import type { ChangeCoverage, JournalEntry } from '../../../src/domain/facts/journal.ts';
import type { Snapshot } from '../../../src/domain/facts/snapshot.ts';
import type { Danger } from '../../../src/domain/runbooks/operation.ts';
import type { Runbook } from '../../../src/domain/runbooks/runbook.ts';
import type { RankingContext } from '../../../src/runs/runbooks/judge-suggestion.ts';
import { rankSuggestions } from '../../../src/runs/runbooks/rank-suggestions.ts';
import { suggestOnce } from '../../../src/runs/runbooks/suggest.ts';
import { breaker, health, noon, snapshotWith } from '../../support/made-facts.ts';

const minute = 60_000;

const runbook = (id: string, more: Partial<Runbook> = {}): Runbook => ({
  id,
  title: id,
  covers: [],
  params: [],
  diagnose: [],
  act: [],
  verify: [],
  position: { file: 'test.yaml', line: 1, col: 1 },
  ...more,
});

const rollback = (deployment: string, more: Partial<Runbook> = {}): Runbook =>
  runbook('roll-back', {
    act: [{ id: 'a1', title: 'Roll back', use: 'k8s.rollback', with: { deployment } }],
    ...more,
  });

const rolledOut: JournalEntry = {
  at: noon - 2 * minute,
  kind: 'image',
  level: 'ok',
  what: 'deployment bus',
  change: 'image 1.8.0 → 1.9.0, revision 4 → 5',
  source: 'k8s',
};

/** Health and breakers of services; every row has the time of the reading as its start. */
const broken = snapshotWith({
  health: [health('bus', { status: 'down' }), health('broker', { status: 'down' })],
  breakers: [breaker('broker', { service: 'bus', state: 'open' })],
});

const busDown = 'any(health[service = bus] | status = down)';
const brokerDown = 'any(health[service = broker] | status = down)';
const breakerOpen = 'any(breakers | state = open)';

const since = (snapshot: Snapshot, time: number): Snapshot => ({
  ...snapshot,
  kinds: Object.fromEntries(
    Object.entries(snapshot.kinds).map(([kind, view]) => [
      kind,
      { ...view, rows: view.rows.map((row) => ({ ...row, since: time })) },
    ]),
  ) as unknown as Snapshot['kinds'],
});

const rank = (runbooks: readonly Runbook[], snapshot: Snapshot, more: Partial<RankingContext> = {}) =>
  rankSuggestions(suggestOnce(runbooks, snapshot, noon), {
    snapshot,
    dependencies: { bus: ['broker'] },
    journal: [],
    openedAt: noon - 10 * minute,
    now: noon,
    limitOf: () => undefined,
    urgencyOf: () => undefined,
    ...more,
  });

const order = (...args: Parameters<typeof rank>): readonly string[] =>
  rank(...args).suggestions.flatMap(({ runbook: { id }, fits }) => (fits === 'yes' ? [id] : []));

describe('order', () => {
  const symptom = runbook('restart-bus', { when: busDown });
  const breakers = runbook('close-breaker', { when: breakerOpen });
  const cause = runbook('restore-broker', { when: brokerDown });

  test('the cause comes before its symptoms, whatever the order in the profile', () => {
    expect(order([symptom, breakers, cause], broken)[0]).toBe('restore-broker');
    const { suggestions } = rank([symptom, breakers, cause], broken);
    expect(suggestions.slice(1).map(({ reason }) => reason)).toEqual([
      'symptom: restore-broker fixes the cause',
      'symptom: restore-broker fixes the cause',
    ]);
  });
  test('what was tried comes after what can run, what cannot run last, with its reason', () => {
    const other = runbook('restart-broker', { when: brokerDown });
    const { suggestions } = rank([cause, other, symptom], broken, {
      hindranceOf: ({ id }) => {
        if (id === 'restore-broker') return { is: 'blocked', why: 'cannot run now: no revision before 1' };
        return id === 'restart-broker' ? { is: 'tried', why: 'tried 10:02: refused' } : undefined;
      },
    });
    expect(suggestions.map(({ runbook: { id }, hindrance, reason }) => [id, hindrance, reason])).toEqual([
      ['restart-bus', undefined, undefined],
      ['restart-broker', 'tried', 'tried 10:02: refused'],
      ['restore-broker', 'blocked', 'cannot run now: no revision before 1'],
    ]);
  });
  test('at equal evidence what verifies nothing comes after what can end it, and before what destroys', () => {
    const names = ['read-logs', 'reset-data', 'restart'];
    const dangers = { 'read-logs': 'safe', 'reset-data': 'destructive', restart: 'disruptive' } as const;
    const all = names.map((id) =>
      runbook(id, { when: brokerDown, ...(id === 'read-logs' ? { verify: 'none' } : {}) }),
    );
    const suggestions = suggestOnce(all, broken, noon).map((suggestion) => ({
      ...suggestion,
      danger: dangers[suggestion.runbook.id as keyof typeof dangers],
    }));
    const ranked = rankSuggestions(suggestions, {
      ...{ snapshot: broken, dependencies: {}, journal: [], openedAt: noon, now: noon },
      ...{ limitOf: () => undefined, urgencyOf: () => undefined },
    });
    expect(ranked.suggestions.map(({ runbook: { id } }) => id)).toEqual([
      'restart',
      'read-logs',
      'reset-data',
    ]);
  });
  test('what the latest run has found comes first, unless it cannot run', () => {
    expect(order([symptom, breakers, cause], broken, { foundNext: 'restart-bus' })[0]).toBe('restart-bus');
    const hindranceOf = ({ id }: Runbook) =>
      id === 'restart-bus' ? ({ is: 'tried', why: 'tried 10:02: failed' } as const) : undefined;
    const found = order([symptom, breakers, cause], broken, { foundNext: 'restart-bus', hindranceOf });
    expect(found[0]).toBe('restore-broker');
    expect(found.at(-1)).toBe('restart-bus');
  });
  test('the environment is clear when nothing is past its limit', () => {
    expect(rank([cause], broken).isClear).toBe(false);
    expect(rank([cause], snapshotWith({ health: [health('bus')] })).isClear).toBe(true);
  });
  test('a symptom stays first while its cause is well', () => {
    const well = snapshotWith({
      health: [health('bus', { status: 'down' }), health('broker')],
      breakers: [breaker('mail', { service: 'bus', state: 'open' })],
    });
    expect(order([symptom, cause], well)).toEqual(['restart-bus']);
  });
  test('without a dependency, the urgency decides, then the profile', () => {
    const alone = snapshotWith({
      health: [health('bus', { status: 'down' }), health('shop', { status: 'down' })],
    });
    const other = runbook('restart-shop', { when: 'any(health[service = shop] | status = down)' });
    expect(order([symptom, other], alone)).toEqual(['restart-bus', 'restart-shop']);
    const urgencyOf = (id: string) => (id === 'restart-shop' ? 1 : undefined);
    expect(order([symptom, other], alone, { urgencyOf })).toEqual(['restart-shop', 'restart-bus']);
  });
  test('runbooks that do not match keep the order of the profile, behind those that do', () => {
    const all = [runbook('manual'), runbook('calm', { when: 'all(breakers | state = closed)' }), symptom];
    expect(rank(all, broken).suggestions.map(({ runbook: { id } }) => id)).toEqual([
      'restart-bus',
      'manual',
      'calm',
    ]);
  });
});

describe('recent changes', () => {
  const down = since(snapshotWith({ health: [health('bus', { status: 'down' })] }), noon);
  const restart = runbook('restart-bus', { when: busDown });

  test('the rollback of a rollout just before comes first, with the reason, even without a when', () => {
    const { suggestions, trigger } = rank([restart, rollback('bus')], down, { journal: [rolledOut] });
    expect(suggestions.map(({ runbook: { id } }) => id)).toEqual(['roll-back', 'restart-bus']);
    expect(suggestions[0]).toMatchObject({
      fits: 'yes',
      why: '',
      reason: 'bus 1.9.0 rolled out 2 min before the first problem',
    });
    expect(trigger?.entry).toBe(rolledOut);
  });
  test('also the rollback of a workload that the problem depends on', () => {
    const shop = since(snapshotWith({ health: [health('shop', { status: 'down' })] }), noon);
    const journal = [rolledOut];
    expect(order([rollback('bus')], shop, { journal, dependencies: { shop: ['bus'] } })).toEqual([
      'roll-back',
    ]);
    expect(order([rollback('bus')], shop, { journal })).toEqual([]);
  });
  test('`reverts` names the workload of a rollback that is no rollback operation', () => {
    const script = runbook('deploy-previous', { reverts: ['bus'] });
    expect(order([script], down, { journal: [rolledOut] })).toEqual(['deploy-previous']);
  });
  test('a deployment hours before the first readings, which had the problem already, suggests no rollback that has no match of its own', () => {
    const openedAt = noon - 5000;
    const journal = [{ ...rolledOut, at: noon - 3 * 60 * minute }];
    const byCondition = { ...rollback('bus'), when: busDown };
    expect(order([rollback('bus'), restart], down, { journal, openedAt })).toEqual(['restart-bus']);
    expect(order([restart, byCondition], down, { journal, openedAt })).toEqual(['roll-back', 'restart-bus']);
    const { suggestions, trigger } = rank([rollback('bus')], down, { journal, openedAt });
    // The change is named, and the key next to it previews its rollback.
    expect(trigger?.entry).toBe(journal[0]);
    expect(suggestions[0]).toMatchObject({ fits: 'never', revertsTrigger: true });
    const recent = [{ ...rolledOut, at: noon - 30 * minute }];
    expect(order([rollback('bus')], down, { journal: recent, openedAt })).toEqual(['roll-back']);
  });
  test('not the rollback of a change that opsdeck made itself', () => {
    const own = { ...rolledOut, kind: 'run', at: rolledOut.at - 1000, what: 'Roll back bus' } as const;
    expect(order([restart, rollback('bus')], down, { journal: [own, rolledOut] })).toEqual(['restart-bus']);
  });
  test('a matching rollback without any deployment comes last and says so, if deployments are read', () => {
    const coverage: ChangeCoverage = { since: 0, read: ['k8s'], unread: [], isReading: false };
    const workload = {
      source: 'k8s',
      at: noon,
      kind: 'deployment',
      namespace: '',
      name: 'bus',
      owner: '',
      node: '',
    };
    const watched = since(
      snapshotWith({
        health: [health('bus', { status: 'down' })],
        workloads: [{ ...workload, kind: 'deployment', status: 'available' }],
      }),
      noon,
    );
    const all = [rollback('bus', { when: busDown }), restart];
    expect(order(all, watched)).toEqual(['roll-back', 'restart-bus']);
    expect(order(all, watched, { coverage })).toEqual(['restart-bus', 'roll-back']);
    expect(rank(all, watched, { coverage }).suggestions[1]?.reason).toBe(
      'no deployment of bus recorded before the problem',
    );
  });
  test('a rollback is not suggested while a dependency of the workload is missing', () => {
    const [suggestion] = rank([rollback('bus', { when: busDown })], broken).suggestions;
    expect(suggestion).toMatchObject({
      fits: 'no',
      why: 'a rollback does not bring back broker, which is missing',
    });
  });
});

describe('runbooks that lead nowhere', () => {
  const asks = (from: string, where?: string) =>
    runbook('choose', {
      when: busDown,
      params: [
        { name: 'it', type: 'choice', title: 'Session', from, ...(where === undefined ? {} : { where }) },
      ],
    });

  test('choices that cannot be read are a reason not to suggest it', () => {
    const [suggestion] = rank([asks('sessions.pid')], broken).suggestions;
    expect(suggestion).toMatchObject({
      fits: 'unknown',
      why: 'there are no choices for Session now: unavailable: no source provides sessions',
    });
  });
  test('so is nothing to choose', () => {
    const [suggestion] = rank([asks('breakers.name', 'state = half-open')], broken).suggestions;
    expect(suggestion).toMatchObject({ fits: 'unknown', why: 'there is nothing to choose for Session now' });
  });
  test('choices that depend on another parameter are not known yet, and no reason', () =>
    expect(order([asks('breakers.name', 'service = "${param.service}"')], broken)).toEqual(['choose']));
  test('with a choice it is suggested', () =>
    expect(order([asks('breakers.name', 'state = open')], broken)).toEqual(['choose']));
});

describe('least harm', () => {
  const isDown = 'any(health[service = bus] | status = down)';
  const down = snapshotWith({
    health: [health('bus', { status: 'down' }), health('broker', { status: 'down' })],
  });
  const dangerous = (runbooks: readonly Runbook[], dangers: Readonly<Record<string, Danger>>) =>
    rankSuggestions(
      suggestOnce(runbooks, down, noon).map((suggestion) => {
        const danger = dangers[suggestion.runbook.id];
        return danger === undefined ? suggestion : { ...suggestion, danger };
      }),
      {
        ...{ snapshot: down, dependencies: {}, journal: [], openedAt: noon, now: noon },
        ...{ limitOf: () => undefined, urgencyOf: () => undefined },
      },
    ).suggestions.map(({ runbook: { id } }) => id);

  test('with other evidence the order of the profile stays: it may be nearer to the cause', () => {
    const all = [runbook('purge', { when: isDown }), runbook('create', { when: brokerDown })];
    expect(dangerous(all, { purge: 'destructive', create: 'safe' })).toEqual(['purge', 'create']);
  });
  test('at equal evidence, the least dangerous runbook comes first, whatever the order in the profile', () => {
    const all = ['purge', 'unknown', 'restart', 'show', 'create'].map((id) => runbook(id, { when: isDown }));
    expect(
      dangerous(all, { purge: 'destructive', restart: 'disruptive', show: 'read', create: 'safe' }),
    ).toEqual(['create', 'restart', 'show', 'purge', 'unknown']);
  });
});

describe('while a run acts', () => {
  const restart = runbook('restart-bus', { when: busDown });
  const reset = runbook('reset-bus', { when: busDown });
  const shop = since(
    snapshotWith({ health: [health('shop', { status: 'down' }), health('bus', { status: 'down' })] }),
    noon,
  );
  const underChange = { runbook: 'restart-bus', names: new Set(['bus']), since: noon - 3 * minute };
  const standing = (...args: Parameters<typeof rank>) =>
    rank(...args).suggestions.map(({ runbook: { id }, fits, why }) => [id, fits, why]);

  test('its objects, and what depends on them, match nothing; other objects do', () => {
    const other = runbook('restart-shop', { when: 'any(health[service = shop] | status = down)' });
    expect(standing([restart, reset, other], shop, { underChange, dependencies: {} })).toEqual([
      ['restart-shop', 'yes', expect.any(String)],
      ['restart-bus', 'no', 'this runbook is already running: wait until that run ends'],
      ['reset-bus', 'no', 'another run changes the object now: restart-bus'],
    ]);
    expect(standing([other], shop, { underChange, dependencies: { shop: ['bus'] } })).toEqual([
      ['restart-shop', 'no', 'another run changes the object now: restart-bus'],
    ]);
  });
  test('what it changes has triggered nothing, and is not rolled back', () => {
    const options = { journal: [rolledOut], dependencies: { shop: ['bus'] } };
    expect(order([rollback('bus')], shop, options)).toEqual(['roll-back']);
    const during = rank([rollback('bus')], shop, { ...options, underChange });
    expect(during.trigger).toBeUndefined();
    expect(during.suggestions[0]?.fits).toBe('never');
  });
});
