import { array, assert, constantFrom, nat, property, record, string } from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { ApprovalRule } from '../../../src/domain/runbooks/guard.ts';
import type { ApprovalRecord } from '../../../src/domain/runs/approval.ts';
import type { RunEvent } from '../../../src/domain/runs/run.ts';
import { type ApprovalVerdict, approvalVerdict, approversText } from '../../../src/runs/policy/approvals.ts';
import { codePoint } from '../../support/code-points.ts';
import { longTest, rounds } from '../../support/layer.ts';

const unmapped: ApprovalRule = { danger: 'destructive', forMs: 600_000, mayBreak: false };
const run = { runbook: 'wipe', danger: 'destructive' } as const;

const written = (seq: number, user: string, role: string, event: Partial<RunEvent>): ApprovalRecord => ({
  ...{ seq, user, host: 'desk', role, system: 'shop', env: 'production', merged: false },
  entry: { run: 'run-1', at: 0, plan: 'plan-a', ...event } as RunEvent,
});

/** The verdict on a run of `requester` that `approver` has approved, each with a database user of their own. */
const verdictOn = (requester: string, approver: string, rule = unmapped): ApprovalVerdict =>
  approvalVerdict(
    [
      written(1, requester, 'db_requester', { event: 'approval-requested', forMs: 600_000 }),
      written(2, approver, 'db_approver', { event: 'approved' }),
    ],
    {
      ...{ run: 'run-1', ...run, system: 'shop', env: 'production', plan: 'plan-a' },
      ...{ user: requester, elapsedMs: 0, isConfirmed: false },
    },
    rule,
    undefined,
  );

/** Characters that read like the letter before them: from confusables.txt of Unicode, and from letters that it lacks. */
const lookAlikes: Readonly<Record<string, readonly string[]>> = {
  a: ['а', 'α', 'ɑ', 'ａ', '𝐚', 'ᴀ', 'á', 'a\u0323', 'ª', 'Ꭺ'],
  b: ['Ь', 'ｂ', '𝖻', 'ʙ', 'в'],
  e: ['е', 'ҽ', 'ｅ', 'ℯ', 'é', 'ᴇ'],
  i: ['і', 'ı', 'İ', 'ι', 'ｉ', 'Ⅰ', '1', 'l', '|', 'ǃ'],
  l: ['I', 'ӏ', 'ⅼ', '1', '|', 'ł', 'ן'],
  m: ['rn', 'м', 'ｍ', 'ⅿ', 'ᴍ', 'rn\u0335'],
  n: ['п', 'ո', 'ｎ', 'ñ', 'ɴ'],
  o: ['0', 'о', 'ο', 'օ', '০', '〇', 'ø', 'ᴏ'],
  r: ['г', 'ｒ', 'ꭇ', 'ʀ'],
  s: ['ѕ', 'ſ', 'ｓ', 'ꜱ', 'ş'],
};
const invisible = [
  '\u200b',
  '\u00ad',
  '\u202e',
  '\u2060',
  '\ufe0f',
  '\u{e0061}',
  '\u2800',
  '\u3164',
  '\u0000',
];

describe('an account that reads like the one of the requester approves nothing', () => {
  test.each([
    ['lina', 'Iina'],
    ['lina', '1ina'],
    ['ali', 'all'],
    ['olga', '0lga'],
    ['mia', 'rnia'],
    ['ana lee', 'analee'],
  ])('%j requests, %j approves: two accounts in ASCII', (requester, approver) => {
    expect(verdictOn(requester, approver)).toMatchObject({
      is: 'waiting',
      why: expect.stringContaining(
        `${approver} reads like ${requester}, who requested the run: if they are two persons, map both in guard.approval.users`,
      ),
    });
    expect(verdictOn(approver, requester).is).toBe('waiting');
  });

  test.each([
    ['аna', 'U+0430'],
    ['aná', 'U+00E1'],
    ['ana\u0323', 'U+1EA1'],
    ['ana\u2800', 'U+2800'],
    ['anᴀ', 'U+1D00'],
    ['anna\u{10ffff}', 'U+10FFFF'],
    ['анна', 'U+0430'],
    ['an\u{1f600}a', 'U+1F600'],
  ])('%j is not judged by its look', (approver, code) => {
    const why = `${approver} contains ${code}, and may read like the account of another person: map the account in guard.approval.users`;
    expect(verdictOn('ana', approver)).toMatchObject({ is: 'waiting', why: expect.stringContaining(why) });
    expect(verdictOn(approver, 'ben')).toEqual({ is: 'ended', why });
  });

  test.each(['ana\u200b', 'ａｎａ', 'ANA', 'ªna', '\u{e0061}ana'])('%j is the requester', (approver) => {
    expect(verdictOn('ana', approver)).toMatchObject({
      why: expect.stringContaining('requested the run: another person must approve'),
    });
  });

  longTest('any letter, replaced by one that looks like it', () => {
    const names = constantFrom('ana', 'ben', 'mario', 'lisa', 'olebarn', 'simone');
    const edit = record({ at: nat(30), which: nat(30), hidden: constantFrom('', ...invisible) });
    const changes = array(edit, { minLength: 1, maxLength: 4 });
    assert(
      property(names, changes, constantFrom('upper', 'lower', 'as is'), (name, edits, letters) => {
        const chars = [...name];
        for (const { at, which, hidden } of edits) {
          const like = lookAlikes[name[at % name.length] ?? ''] ?? [''];
          chars[at % name.length] = `${hidden}${like[which % like.length]}`;
        }
        const disguised = chars.join('');
        const approver = {
          upper: disguised.toUpperCase(),
          lower: disguised.toLowerCase(),
          'as is': disguised,
        };
        expect([approver[letters], verdictOn(name, approver[letters]).is]).not.toContain('approved');
        expect([approver[letters], verdictOn(approver[letters], name).is]).not.toContain('approved');
      }),
      { numRuns: rounds(3000), seed: 20261123 },
    );
  });

  test('arbitrary names: what approves is printable ASCII under every Unicode form', () => {
    assert(
      property(string({ unit: codePoint, maxLength: 6 }), (approver) => {
        if (verdictOn('ana', approver).is !== 'approved') return;
        const visible = approver.replace(/[\p{Default_Ignorable_Code_Point}\p{C}]/gu, '').normalize('NFKC');
        // The domain is not part of the account.
        expect(visible.toUpperCase().replace(/^.*\\|@.*$/gsu, '')).toMatch(/^[\s -~]+$/);
      }),
      { numRuns: rounds(3000), seed: 20261123 },
    );
  });
});

describe('other persons approve as before', () => {
  test.each([
    ['ana', 'ben'],
    ['ana', 'hana'],
    ['ana.b', 'ana-b'],
    ['anton', 'antonia'],
    ['user2', 'user3'],
  ])('%j and %j', (requester, approver) => {
    expect(verdictOn(requester, approver).is).toBe('approved');
  });

  test.each([
    ['ali', 'all'],
    ['ana', 'анна'],
    ['josé', 'jose'],
  ])('%j and %j, where the profile maps both', (requester, approver) => {
    const users = { [requester]: 'db_requester', [approver]: 'db_approver' };
    expect(verdictOn(requester, approver).is).not.toBe('approved');
    expect(verdictOn(requester, approver, { ...unmapped, users }).is).toBe('approved');
  });

  test('only they are named on the card', () => {
    const level = { id: 'lead', title: '', may: 'destructive', also: [] } as const;
    const who = ['ana', 'апа', 'ali', 'all', 'ben'];
    expect(approversText(run, unmapped, [{ ...level, who }], 'ali')).toBe('ana, ben');
  });
});
