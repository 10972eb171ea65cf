import { afterEach, describe, expect, test } from 'vitest';
import { answerApprovals } from '../../src/cli/approvals/answer.ts';
import type { ApprovalFlags } from '../../src/cli/approvals/flags.ts';
import type { ApprovalRecord } from '../../src/domain/runs/approval.ts';
import type { PresentCockpit } from '../../src/domain/team/presence.ts';
import { openLedger } from '../../src/persistence/ledger/ledger.ts';
import { readLedger } from '../../src/persistence/ledger/read-ledger.ts';
import { createApprovalDesk } from '../../src/runs/approvals/answer-approval.ts';
import { openStage } from '../runs/stage.ts';
import { openWorkspace } from '../simulation/workspace.ts';
import { shopProfile } from '../support/shop-profile.ts';

const open = new AsyncDisposableStack();
afterEach(() => open.disposeAsync());

/** A run of ana that waits, and `opsdeck approvals` of another person on the same ledger. */
const waitingRun = async () => {
  let dir = '';
  const approvals = async (run: string): Promise<readonly ApprovalRecord[]> =>
    (await readLedger(dir, { run })).map(({ seq, who, host, system, env, merged, entry }) => ({
      ...{ seq, user: who, host, role: 'opsdeck', system, env, merged: merged !== undefined, entry },
    }));
  const stage = await openStage({
    ...{ tier: 'production', danger: 'destructive', approvals },
    guard: { approval: { danger: 'destructive', forMs: 600_000, mayBreak: false } },
    admission: async () => ({ is: 'open', why: '' }),
    cockpit: () => 'cockpit-7',
  });
  dir = stage.stateDir;
  stage.arming.arm('INC-7');
  const proposal = await stage.propose();
  const going = stage.go(proposal);
  await going.until('approval-requested');
  const command = async (
    args: readonly string[],
    options: ApprovalFlags = {},
    user = 'ben',
    present?: readonly PresentCockpit[],
  ) => {
    const [out, errors]: [string[], string[]] = [[], []];
    const desk = createApprovalDesk({
      profile: stage.engine.profile,
      ledger: await openLedger(dir),
      ...{ state: { dir, approvals }, who: { user, host: `${user}-desk`, pid: 1 } },
      ...{ clock: stage.clock, mask: (text: string) => text },
    });
    const output = {
      line: (text: string) => void out.push(text),
      lines: (texts: readonly string[]) => void out.push(...texts),
      json: (value: unknown) => void out.push(JSON.stringify(value)),
      error: (text: string) => void errors.push(text),
    };
    const context = { clock: stage.clock };
    const call = { args, options, context, output, present: async () => present };
    const code = await answerApprovals(call, desk);
    return { code, stdout: out.join('\n'), stderr: errors.join('\n') };
  };
  return { stage, going, command, run: proposal.run };
};

describe('opsdeck approvals', () => {
  test('list and show print the plan, its reason and what to type', async () => {
    const { stage, going, command, run } = await waitingRun();
    await using _ = stage;
    for (const args of [['list'], ['show', run]]) {
      const { code, stdout } = await command(args);
      expect(code).toBe(0);
      expect(stdout).toMatch(new RegExp(`^${run}  ana@vm-1 waits for the approval of: `));
      expect(stdout).toContain('reason: INC-7');
      expect(stdout).toContain(`to approve, run: opsdeck approvals approve ${run} --confirm broker`);
    }
    const [value] = (await command(['list'], { json: true })).stdout
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(value).toMatchObject({ run, user: 'ana', isOwn: false, tokens: ['broker'], isApproved: false });
    going.cancel();
    await going.end();
    expect(await command(['list'])).toEqual({
      code: 0,
      stdout: 'No runs are waiting for approval',
      stderr: '',
    });
    expect(await command(['show', run])).toMatchObject({
      ...{ code: 1, stderr: `opsdeck: run ${run} is not waiting for approval. See opsdeck approvals list` },
    });
  });

  test('list and show say that the cockpit of the requester is gone, and not where that is unknown', async () => {
    const { stage, going, command } = await waitingRun();
    await using _ = stage;
    const gone =
      'requester offline: cockpit closed, so an approval has no effect unless the cockpit is opened again';
    const here = { id: 'cockpit-7' } as PresentCockpit;
    expect((await command(['list'], {}, 'ben', [])).stdout).toContain(gone);
    expect((await command(['list'], {}, 'ben', [here])).stdout).not.toContain('gone');
    expect((await command(['list'])).stdout).not.toContain('gone');
    going.cancel();
    await going.end();
  });

  test('approve needs the name of each target, and then the run goes on', async () => {
    const { stage, going, command, run } = await waitingRun();
    await using _ = stage;
    expect(await command(['approve', run])).toMatchObject({
      ...{
        code: 3,
        stderr: expect.stringContaining('type the exact name of the target: broker (--confirm NAME)'),
      },
    });
    expect(stage.server.changes).toEqual([]);
    expect(await command(['approve', run], { confirm: ['broker'] })).toEqual({
      ...{ code: 0, stdout: `${run}: approved`, stderr: '' },
    });
    expect(await going.end()).toMatchObject({ ending: 'recovered' });
  });

  test('the requester cannot approve', async () => {
    const { stage, going, command, run } = await waitingRun();
    await using _ = stage;
    expect(await command(['approve', run], { confirm: ['broker'] }, 'ANA')).toMatchObject({
      ...{ code: 3, stderr: expect.stringContaining('ANA requested the run') },
    });
    const own = await command(['list'], {}, 'ana');
    expect(own.stdout).toContain('you requested this run, so another person must approve the run');
    expect(own.stdout).not.toContain('to approve');
    going.cancel();
    await going.end();
    expect(stage.server.changes).toEqual([]);
  });

  test('refuse ends the run with the reason, and nothing is sent', async () => {
    const { stage, going, command, run } = await waitingRun();
    await using _ = stage;
    expect(await command(['refuse', run], { reason: 'peak hours' })).toMatchObject({
      ...{ code: 0, stdout: `${run}: refused` },
    });
    expect(await going.end()).toMatchObject({
      ...{ ending: 'forbidden', why: expect.stringContaining('refused the run: peak hours') },
    });
    expect(stage.server.changes).toEqual([]);
  });
});

describe('the command line', () => {
  const api = 'http://127.0.0.1:1';

  test.each([
    [['approve'], /missing required argument 'run': opsdeck approvals approve RUN/],
    [['show'], /missing required argument 'run'/],
    [['refuse', 'r-1'], /refuse requires --reason REASON/],
    [['permit', 'r-1'], /list, show, approve, refuse/],
    [['list'], /shop\/own has no state database/],
  ])('%j is a usage error', async (args, says) => {
    await using workspace = openWorkspace();
    await workspace.put('profiles/own.yaml', shopProfile(api, '', 'own'));
    const { code, stdout, stderr } = await workspace.run(['approvals', ...args, '--env', 'shop/own']);
    expect({ code, stdout }).toEqual({ code: 4, stdout: '' });
    expect(stderr).toMatch(says);
  });

  test.each([['list'], ['show', 'r-1'], ['approve', 'r-1'], ['refuse', 'r-1', '--reason', 'x']])(
    '%s answers nothing while the state database is unavailable',
    async (...args) => {
      await using workspace = openWorkspace();
      const state = 'state: postgres://opsdeck@127.0.0.1:1/opsdeck\n';
      await workspace.put('profiles/shared.yaml', shopProfile(api, state, 'shared'));
      const { code, stdout, stderr } = await workspace.run(['approvals', ...args, '--env', 'shop/shared']);
      expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
      expect(stderr).toContain('127.0.0.1:1/opsdeck');
      expect(stderr).not.toContain('internal error');
    },
  );

  test('help and completion name its actions', async () => {
    await using workspace = openWorkspace();
    const help = await workspace.run(['approvals', '--help']);
    expect(help.code).toBe(0);
    expect(help.stdout).toMatch(/^Examples:\n(?: .*\n){2,}/m);
    expect((await workspace.run(['--help'])).stdout).toMatch(/^ {2}approvals[ |]/m);
    for (const shell of ['bash', 'fish'])
      expect((await workspace.run(['completion', shell])).stdout).toContain('list show approve refuse');
    expect((await workspace.run(['completion', 'zsh'])).stdout).toContain('approvals) _arguments');
  });
});
