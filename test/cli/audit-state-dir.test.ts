import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openWorkspace } from '../simulation/workspace.ts';

test.each(['verify', 'show', 'export'])(
  'audit %s of a named state directory that does not exist is an error',
  async (what) => {
    await using workspace = openWorkspace();
    const absent = join(workspace.home, 'typo');
    const { code, stdout, stderr } = await workspace.run(['audit', what, '--state-dir', absent]);
    expect({ code, stdout }).toEqual({ code: 4, stdout: '' });
    expect(stderr).toContain(
      `state directory ${absent} does not exist, so there is no ledger to read. Correct --state-dir`,
    );
  },
);
