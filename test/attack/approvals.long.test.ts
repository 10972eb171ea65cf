import fc from 'fast-check';
import { expect } from 'vitest';
import type { ApprovalRule } from '../../src/domain/runbooks/guard.ts';
import type { ApprovalRecord } from '../../src/domain/runs/approval.ts';
import { readLedger } from '../../src/persistence/ledger/read-ledger.ts';
import { openStage } from '../runs/stage.ts';
import { family } from './support/attack.ts';
import { fieldPaths, hostileValue, type Json, withField } from './support/forged-fields.ts';

const users: Readonly<Record<string, string>> = { ana: 'opsdeck_ana', ben: 'opsdeck_ben' };
const rule: ApprovalRule = { danger: 'destructive', forMs: 600_000, mayBreak: false, users };

/** The database user that the trigger sets for a record of a colleague, whoever it names. */
type Writer = 'mallory' | 'opsdeck_ana' | 'opsdeck_ben';

/** A run that waits, and one record that a colleague adds to its ledger. Returns the number of calls that were sent. */
const sentWith = async (role: Writer, forge: (record: ApprovalRecord) => ApprovalRecord): Promise<number> => {
  let dir = '';
  let forged: ApprovalRecord | undefined;
  const approvals = async (run: string): Promise<readonly ApprovalRecord[]> => {
    const records = (await readLedger(dir, { run })).map(
      ({ seq, who, host, system, env, merged, entry }): ApprovalRecord => ({
        ...{ seq, user: who, host, role: users[who] ?? who, system, env },
        ...{ merged: merged !== undefined, isSealed: true, entry },
      }),
    );
    return forged === undefined ? records : [...records, forged];
  };
  await using stage = await openStage({
    ...{ tier: 'production', danger: 'destructive', guard: { approval: rule }, approvals },
    admission: async () => ({ is: 'open', why: '' }),
  });
  dir = stage.stateDir;
  stage.arming.arm('INC-7');
  const proposal = await stage.propose();
  const going = stage.go(proposal);
  await going.until('approval-requested');
  const request = going.events.find(({ event }) => event === 'approval-requested');
  if (request?.event !== 'approval-requested') throw new Error('no request');
  forged = forge({
    ...{ seq: 1000, user: 'ben', host: 'ben-desk', role, system: 'demo', env: 'production' },
    ...{ merged: false, isSealed: true },
    entry: { event: 'approved', run: proposal.run, at: request.at, plan: request.plan },
  });
  await going.end();
  return stage.server.changes.length;
};

const forgedAt =
  (nth: number, value: Json | undefined, role: Writer) =>
  (record: ApprovalRecord): ApprovalRecord => {
    const json = JSON.parse(JSON.stringify(record));
    const paths = fieldPaths(json);
    // A colleague cannot choose the database user.
    return {
      ...(withField(json, paths[nth % paths.length] ?? [], value) as object),
      role,
    } as unknown as ApprovalRecord;
  };

const asIs = (record: ApprovalRecord): ApprovalRecord => record;

family('forged approvals', ({ attack }) => {
  attack(
    'no record that another database user than that of the approver writes is an approval, whatever it says',
    {
      rounds: 20,
      inputs: fc.record({
        nth: fc.nat({ max: 200 }),
        value: hostileValue,
        role: fc.constantFrom<Writer>('mallory', 'opsdeck_ana'),
      }),
      defense: (nth: number, value: Json | undefined, role: Writer) =>
        sentWith(role, forgedAt(nth, value, role)),
      // The approver wrote it.
      sabotaged: () => sentWith('opsdeck_ben', asIs),
      notices: /expected 1 to be \+?0/,
      holds: async ({ nth, value, role }, sent) => {
        expect(await sent(nth, value, role)).toBe(0);
      },
      cpuLimitMs: 300_000,
    },
  );
});
