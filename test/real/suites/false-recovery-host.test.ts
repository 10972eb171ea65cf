import { describe, test } from 'vitest';
import { isNotRecovered, isRecovered, patientMs, type Situation } from '../false-recovery/attempt.ts';
import { openWallClock } from '../false-recovery/clock.ts';
import { type FakeSystemctl, openFakeSystemctl } from '../false-recovery/systemctl.ts';

const mebibyte = 1024 * 1024;
const leaking = 900 * mebibyte;
const normal = 90 * mebibyte;
const running = { active: 'active', sub: 'running' } as const;
const failed = { active: 'failed', sub: 'failed' } as const;

/** The unit is restarted with `systemctl`, which accepts the job. */
const about = ({ unit, dir }: FakeSystemctl, when: string, verify: Situation['verify']): Situation => ({
  sources: { here: { type: 'host', local: true, units: [unit] } },
  when,
  act: { use: 'here.systemctl', with: { unit, verb: 'restart' } },
  confirm: unit,
  verify,
  env: { PATH: `${dir}:${process.env.PATH}` },
});

const rows = 'workloads[kind = unit and name = orders]';
const leaks = `any(${rows} | memoryBytes > ${500 * mebibyte})`;
const hasStartedAgain = `all(${rows} | startedAt > \${before})`;

describe.concurrent('a unit of a host', { timeout: patientMs }, () => {
  test('the clock of the host is set back by 30 s after a restart without effect: not recovered', async () => {
    await using systemctl = await openFakeSystemctl({ ...running, memoryBytes: leaking });
    await using clock = await openWallClock();
    const situation = about(systemctl, leaks, [hasStartedAgain]);
    const env = { ...situation.env, ...clock.env };
    await isNotRecovered(
      { ...situation, env, afterwards: () => clock.setBack(30) },
      /clock|invocation|same run/i,
    );
  });

  test('systemd waits to start it again after a restart without effect: not recovered', async () => {
    await using systemctl = await openFakeSystemctl(failed);
    const wait = () => systemctl.become({ active: 'activating', sub: 'auto-restart', restarts: 5 });
    const hasFailed = `any(${rows} | status = failed)`;
    await isNotRecovered(
      { ...about(systemctl, hasFailed, [`not ${hasFailed}`]), afterwards: wait },
      /activating|auto-restart|failed/i,
    );
  });

  test('it has started again, with a new invocation: recovered', async () => {
    await using systemctl = await openFakeSystemctl({ ...running, memoryBytes: leaking });
    const restart = () => systemctl.restart({ ...running, memoryBytes: normal });
    await isRecovered({ ...about(systemctl, leaks, [`not ${leaks}`, hasStartedAgain]), afterwards: restart });
  });

  test('a failed unit runs again: recovered', async () => {
    await using systemctl = await openFakeSystemctl(failed);
    await isRecovered({
      ...about(systemctl, `any(${rows} | status = failed)`, [`all(${rows} | ready = 1)`]),
      afterwards: () => systemctl.restart(running),
    });
  });
});
