import { expect, test } from 'vitest';
import { openShell } from './pty.ts';

test('a blind drill of the built program: named only by the score card, which stays at the prompt', {
  timeout: 120_000,
}, async () => {
  await using shell = await openShell(process.execPath, { columns: 120, rows: 40 });
  shell.type('$NODE $OPSDECK drill demo/production slow-service --blind; echo "exit $?"');
  await shell.sees('blind drill');
  await shell.sees(/✗ .*catalog/);
  expect(shell.pty.screen().join('\n')).not.toContain('slow-service');
  shell.pty.press('?');
  await shell.sees('HELP');
  shell.pty.press('?');
  await shell.sees(/HINTS .*1 given/);
  shell.pty.press('q');
  await shell.sees('blind drill');
  shell.pty.press('q');
  await shell.sees('DRILL demo/production slow-service: NOT RECOVERED');
  await shell.sees(/hints +1/);
  await shell.sees('exit 1');
  shell.type('clear; $NODE $OPSDECK drill --history');
  await shell.sees(/demo\/production +slow-service +\S+ +not recovered/);
});
