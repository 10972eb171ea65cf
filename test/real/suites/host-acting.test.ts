import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Runbook } from '../../../src/domain/runbooks/runbook.ts';
import type { RunEvent } from '../../../src/domain/runs/run.ts';
import { type Acting, oneStep, openActing } from '../acting.ts';
import { until } from '../machine/until.ts';
import { detailOf, underTest } from '../setting.ts';
import { onHost } from '../ssh/client.ts';

const server = underTest();
let acting: Acting;

const exec = (...argv: readonly string[]): Runbook => {
  const book = oneStep('hosts.exec', { argv }, 'none');
  return { ...book, act: book.act.map((act) => ({ ...act, danger: 'safe' })) };
};

/** Matches an output event with this line. */
const outputs =
  (line: string) =>
  (event: RunEvent): boolean =>
    event.event === 'output' && JSON.stringify(event).includes(line);

const isRunning = async (pattern: string): Promise<boolean> =>
  (await onHost(server, `pgrep -f '${pattern}'`)).status === 0;

describe('exec over ssh, through the executor', () => {
  beforeEach(async () => {
    acting = await openActing('hosts', 'host', {
      ssh: [detailOf(server, 'alias')],
      config: detailOf(server, 'ssh'),
    });
  });
  afterEach(() => acting[Symbol.asyncDispose]());

  test('the remote login shell does not expand an argv. The exit status is that of the program', async () => {
    const ran = await acting.run(exec('printf', '%s\n', '$HOME; echo more', "it's"));
    expect(ran.events.some(outputs('$HOME; echo more'))).toBe(true);
    expect(ran.events.some(outputs("it's"))).toBe(true);
    expect(ran.events).toContainEqual(expect.objectContaining({ event: 'acted', ok: true }));
    expect(await acting.ledgerHolds()).toBe(true);
    expect((await acting.run(exec('sh', '-c', 'exit 7'))).ended).toMatchObject({ ending: 'failed' });
  });

  test('a cancel kills the remote program and its child processes, even if they ignore SIGTERM', async () => {
    const own = `sleep 7${process.pid}`;
    const child = `sleep 8${process.pid}`;
    const stubborn = `trap '' TERM; setsid ${child} & echo here; exec ${own}`;
    const ran = await acting.cancelAt(exec('sh', '-c', stubborn), outputs('here'));
    expect(ran.ended.ending).toBe('cancelled');
    for (const line of [own, child])
      await until(`${line} is gone`, async () => !(await isRunning(`^${line}$`)));
    expect(ran.ended.sent).toEqual([expect.stringMatching(/^ssh .* outcome is unknown: canceled/)]);
    expect(await acting.ledgerHolds()).toBe(true);
  });

  test('a detached program outlives its run and the connection; its undo ends exactly that process', async () => {
    const line = `sleep 6${process.pid}`;
    const ran = await acting.run(oneStep('hosts.start', { name: 'sleeper', argv: line.split(' ') }, 'none'));
    expect(ran.events).toContainEqual(expect.objectContaining({ event: 'acted', ok: true }));
    const { output } = await onHost(server, `pgrep -xf '${line}'`);
    // It leads a session of its own, and has no run mark.
    const shown = await onHost(
      server,
      `ps -o sid=,pgid= -p ${output.trim()}; tr '\\0' '\\n' < /proc/${output.trim()}/environ`,
    );
    expect(shown.output.trim().split(/\s+/).slice(0, 2)).toEqual([output.trim(), output.trim()]);
    expect(shown.output).not.toContain('OPSDECK_RUN');
    const again = await acting.run(oneStep('hosts.start', { name: 'sleeper', argv: ['sleep', '1'] }, 'none'));
    expect(again.events.some((event) => event.event === 'acted')).toBe(false);
    const ended = await acting.run(oneStep('hosts.stop', { name: 'sleeper' }, 'none'));
    expect(ended.events).toContainEqual(expect.objectContaining({ event: 'acted', ok: true }));
    await until(`${line} is gone`, async () => !(await isRunning(`^${line}$`)));
    expect(await acting.ledgerHolds()).toBe(true);
  });
});
