import { describe, expect, test } from 'vitest';
import type { ApprovalRule, AuthorityLevel } from '../../../src/domain/runbooks/guard.ts';
import type { ApprovalRecord } from '../../../src/domain/runs/approval.ts';
import type { RunEvent } from '../../../src/domain/runs/run.ts';
import {
  approvalRuleOf,
  approvalVerdict,
  approversText,
  type ExpectedApproval,
  requesterProblem,
} from '../../../src/runs/policy/approvals.ts';

const rule: ApprovalRule = { danger: 'destructive', forMs: 600_000, mayBreak: false };
const expected: ExpectedApproval = {
  ...{ run: 'run-1', runbook: 'wipe', danger: 'destructive', system: 'shop', env: 'production' },
  ...{ plan: 'plan-a', user: 'ana', elapsedMs: 1000, isConfirmed: false },
};

const record = (
  seq: number,
  user: string,
  entry: Partial<RunEvent>,
  more: Partial<ApprovalRecord> = {},
): ApprovalRecord => ({
  ...{ seq, user, host: `${user}-desk`, role: 'opsdeck', system: 'shop', env: 'production', merged: false },
  entry: { run: 'run-1', at: 0, ...entry } as RunEvent,
  ...more,
});
const approvalRecord = record(2, 'ana', { event: 'approval-requested', plan: 'plan-a', forMs: 600_000 });
const yes = (seq: number, user: string, more: Partial<ApprovalRecord> = {}, plan = 'plan-a') =>
  record(seq, user, { event: 'approved', plan }, more);

const judge = (
  records: readonly ApprovalRecord[],
  more: Partial<ExpectedApproval> = {},
  by: ApprovalRule = rule,
  authority?: readonly AuthorityLevel[],
) => approvalVerdict(records, { ...expected, ...more }, by, authority);

test('an approval of this plan by another person counts', () => {
  expect(judge([approvalRecord, yes(3, 'ben')])).toMatchObject({
    is: 'approved',
    by: { user: 'ben', seq: 3 },
  });
});

describe('deny by default', () => {
  test.each([
    ['no record', [], /no request/],
    ['no request', [yes(3, 'ben')], /no request/],
    [
      'a request for another plan',
      [{ ...approvalRecord, entry: { ...approvalRecord.entry, plan: 'plan-b' } as RunEvent }, yes(3, 'ben')],
      /no request/,
    ],
    ['a request by another person', [{ ...approvalRecord, user: 'zoe' }, yes(3, 'ben')], /no request/],
    ['a merged request', [{ ...approvalRecord, merged: true }, yes(3, 'ben')], /no request/],
    ['no approval', [approvalRecord], /no other person has approved the run yet/],
    ['the requester', [approvalRecord, yes(3, 'ana')], /ana requested the run/],
    [
      'the requester on another host',
      [approvalRecord, yes(3, 'ana', { host: 'vm-9' })],
      /ana requested the run/,
    ],
    ['the requester in another case', [approvalRecord, yes(3, 'ANA')], /requested the run/],
    ['the requester in another form', [approvalRecord, yes(3, 'ａｎａ')], /requested the run/],
    ['the requester with an invisible character', [approvalRecord, yes(3, 'an\u200ba')], /requested the run/],
    ['the requester in a domain', [approvalRecord, yes(3, 'ana@corp.example')], /requested the run/],
    ['the requester in a Windows domain', [approvalRecord, yes(3, 'CORP\\Ana')], /requested the run/],
    ['a person without a name', [approvalRecord, yes(3, ' ')], /another person must approve the run/],
    ['root', [approvalRecord, yes(3, 'root')], /root is a shared account/],
    ['an id without an account', [approvalRecord, yes(3, 'uid 1000')], /uid 1000 is a shared account/],
    [
      'another plan',
      [approvalRecord, yes(3, 'ben', {}, 'plan-b')],
      /the approval is for another plan of the run/,
    ],
    [
      'another run',
      [approvalRecord, yes(3, 'ben', { entry: { event: 'approved', plan: 'plan-a', run: 'run-2', at: 0 } })],
      /another run/,
    ],
    [
      'another environment',
      [approvalRecord, yes(3, 'ben', { env: 'staging' })],
      /given in another environment, shop\/staging/,
    ],
    [
      'another system',
      [approvalRecord, yes(3, 'ben', { system: 'bank' })],
      /given in another environment, bank\/production/,
    ],
    ['without the database', [approvalRecord, yes(3, 'ben', { merged: true })], /without the state database/],
    ['before the request', [yes(1, 'ben'), approvalRecord], /no other person has approved the run yet/],
  ])('%s does not count', (_, records, why) => {
    const verdict = judge(records);
    expect(verdict.is).not.toBe('approved');
    expect(verdict).toMatchObject({ why: expect.stringMatching(why) });
  });

  test.each([
    ['expired', [approvalRecord, yes(3, 'ben')], { elapsedMs: 600_001 }, /older than 10m/],
    [
      'refused',
      [
        approvalRecord,
        yes(3, 'ben'),
        record(4, 'zoe', { event: 'approval-refused', plan: 'plan-a', why: 'not now' }),
      ],
      {},
      'zoe@zoe-desk refused the run: not now',
    ],
    [
      'withdrawn',
      [
        approvalRecord,
        yes(3, 'ben'),
        record(4, 'ben', { event: 'approval-withdrawn', plan: 'plan-a', why: 'wrong host' }),
      ],
      {},
      /ben@ben-desk withdrew the approval: wrong host/,
    ],
    [
      'used',
      [approvalRecord, yes(3, 'ben'), record(4, 'ana', { event: 'confirmed', names: [] })],
      {},
      /was used for an earlier start/,
    ],
    [
      'used twice',
      [
        approvalRecord,
        yes(3, 'ben'),
        record(4, 'ana', { event: 'confirmed', names: [] }),
        record(5, 'ana', { event: 'confirmed', names: [] }),
      ],
      { isConfirmed: true },
      /was used for an earlier start/,
    ],
    [
      'acted upon',
      [approvalRecord, yes(3, 'ben'), record(4, 'ana', { event: 'acting', step: 'a', title: '' })],
      {},
      /was used for an earlier start/,
    ],
    [
      'of an ended run',
      [
        approvalRecord,
        yes(3, 'ben'),
        record(4, 'ana', { event: 'ended', ending: 'cancelled', why: '', sent: [] }),
      ],
      {},
      /has ended/,
    ],
  ] as const)('an approval that is %s ends the request', (_, records, more, why) => {
    expect(judge(records, more)).toMatchObject({ is: 'ended', why: expect.stringMatching(why) });
  });

  test('the plan that is sent must be the approved one', () => {
    expect(judge([approvalRecord, yes(3, 'ben')], { plan: 'plan-b' }).is).toBe('ended');
  });

  test.each(['root', 'uid 0', ' '])('the shared account %j cannot request an approval', (user) => {
    expect(judge([{ ...approvalRecord, user }, yes(3, 'ben')], { user })).toMatchObject({ is: 'ended' });
  });

  test('an approval that is given again after a refusal does not count', () => {
    const no = record(3, 'zoe', { event: 'approval-refused', plan: 'plan-a', why: 'not now' });
    expect(judge([approvalRecord, no, yes(4, 'ben')]).is).toBe('ended');
  });

  test('a refusal counts whoever wrote the record, and whatever plan it names', () => {
    const no = record(4, 'ana', { event: 'approval-refused', plan: 'plan-b', why: 'not now' });
    expect(judge([approvalRecord, yes(3, 'ben'), no]).is).toBe('ended');
  });

  test('time does not end a run between its calls', () => {
    const records = [
      ...[approvalRecord, yes(3, 'ben'), record(4, 'ana', { event: 'confirmed', names: [] })],
      record(5, 'ana', { event: 'acting', step: 'a', title: '' }),
    ];
    expect(judge(records, { isConfirmed: true, elapsedMs: 900_000 }).is).toBe('approved');
  });
});

describe('roles', () => {
  const authority: readonly AuthorityLevel[] = [
    { id: 'engineer', title: '', who: ['*'], may: 'disruptive', also: [] },
    { id: 'lead', title: '', who: ['carla', 'ana'], may: 'destructive', also: [] },
  ];

  test('who may not run it may not approve the run', () => {
    expect(judge([approvalRecord, yes(3, 'ben')], {}, rule, authority)).toMatchObject({
      is: 'waiting',
      why: expect.stringContaining('destructive actions require lead'),
    });
    expect(judge([approvalRecord, yes(3, 'ben'), yes(4, 'carla')], {}, rule, authority).is).toBe('approved');
  });

  test('names who may approve', () => {
    const run = { runbook: 'wipe', danger: 'destructive' } as const;
    expect(approversText(run, rule, authority, 'ana')).toBe('carla');
    expect(approversText(run, rule, undefined, 'ana')).toBe('any person except ana');
    expect(approversText({ ...run, danger: 'disruptive' }, rule, authority, 'ana')).toBe(
      'any person except ana',
    );
    const users = { ana: 'db_ana', Ana: 'db_ana2', ben: 'db_ben', carla: 'db_carla' };
    expect(approversText(run, { ...rule, users }, undefined, 'ana')).toBe('ben, carla');
    expect(approversText(run, { ...rule, users }, authority, 'ana')).toBe('carla');
    expect(approversText(run, { ...rule, users: { ana: 'db_ana' } }, undefined, 'ana')).toBe(
      'the profile names no account that may approve the run',
    );
    expect(
      approversText(run, rule, [{ id: 'l', title: '', who: ['ana'], may: 'destructive', also: [] }], 'ana'),
    ).toBe('the profile names no account that may approve the run');
  });
});

describe('database users', () => {
  const mapped: ApprovalRule = { ...rule, users: { ana: 'db_ana', ben: 'db_ben', zoe: 'db_ana' } };
  const request = { ...approvalRecord, role: 'db_ana' };

  test('a record of the mapped user counts', () => {
    expect(judge([request, yes(3, 'ben', { role: 'db_ben' })], {}, mapped).is).toBe('approved');
  });

  test('a record that the requester forged under another name does not', () => {
    expect(judge([request, yes(3, 'ben', { role: 'db_ana' })], {}, mapped)).toMatchObject({
      is: 'waiting',
      why: expect.stringContaining(
        'ben has the database user db_ben, but db_ana wrote the record, so another person may have written it',
      ),
    });
  });

  test('an account without a database user, or with that of the requester, does not', () => {
    expect(judge([request, yes(3, 'tom', { role: 'db_tom' })], {}, mapped).is).toBe('waiting');
    expect(judge([request, yes(3, 'zoe', { role: 'db_ana' })], {}, mapped).is).toBe('waiting');
    expect(judge([request, yes(3, 'constructor', { role: 'x' })], {}, mapped).is).toBe('waiting');
  });

  test('a shared account counts with a database user of its own', () => {
    const shared = { ...mapped, users: { ...mapped.users, root: 'db_root' } };
    expect(judge([request, yes(3, 'root', { role: 'db_root' })], {}, shared).is).toBe('approved');
  });

  test('who may request an approval', () => {
    expect(requesterProblem('ana', mapped)).toBeUndefined();
    expect(requesterProblem('tom', mapped)).toBe(
      'guard.approval.users has no database user for tom. Add one to the profile',
    );
    expect(requesterProblem('ana', rule)).toBeUndefined();
    expect(requesterProblem('root', rule)).toContain('shared account');
  });

  test('a request by another database user ends', () => {
    expect(judge([approvalRecord, yes(3, 'ben', { role: 'db_ben' })], {}, mapped).is).toBe('ended');
  });
});

describe('which runs need an approval', () => {
  const run = { danger: 'destructive' } as const;
  test.each([
    ['from the danger of the guard on', { approval: rule }, {}, run, true],
    ['not below it', { approval: rule }, {}, { danger: 'disruptive' }, false],
    ['what its runbook demands', {}, { approval: true }, { danger: 'safe' }, true],
    ['nothing without a rule', {}, {}, run, false],
    ['no reading', { approval: { ...rule, danger: 'safe' } }, { approval: true }, { danger: 'read' }, false],
    ['no drill', { approval: rule }, { approval: true }, { ...run, drill: true }, false],
    ['no automatic reset', { approval: rule }, {}, { ...run, reset: true }, false],
  ] as const)('%s', (_, guard, runbook, entry, needed) => {
    expect(approvalRuleOf(guard, runbook, entry) !== undefined).toBe(needed);
  });
});
