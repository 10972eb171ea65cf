import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { promises } from '../../contract/promises.ts';
import { breakApi, repairHost } from '../host/root.ts';
import { until } from '../machine/until.ts';
import { type HostVictim, hostStageOf, installForContract } from '../rigs/host.ts';
import { detailOf, underTest } from '../setting.ts';
import { onHost } from '../ssh/client.ts';
import { openRealHost } from '../ssh/source.ts';

const server = underTest();
const name = detailOf(server, 'alias');
const unit = 'eventmesh-api';
const pidOf = async (of: string): Promise<number> =>
  Number((await onHost(server, `systemctl show -p MainPID --value ${of}`)).output);

// The poll rate is tested with the embedded sshd: here each of its hundreds of reads would be a login.
/** The main process of the worker, with the boot and the start time of proc(5). */
const worker = async (): Promise<HostVictim> => {
  const pid = await pidOf('eventmesh-worker');
  const { output } = await onHost(
    server,
    `cut -c1-8 /proc/sys/kernel/random/boot_id; sed 's/.*) //' /proc/${pid}/stat`,
  );
  const [boot, stat = ''] = output.split('\n');
  return { pid, start: `${boot}+${stat.split(' ')[19]}` };
};

const stage = hostStageOf(server, await worker());
describe('host contract', () => {
  let uninstall: () => Promise<void>;
  beforeAll(async () => {
    uninstall = await installForContract(server);
  });
  afterAll(() => uninstall());
  promises(stage);
});

describe('operations', () => {
  afterEach(() => repairHost(server));

  test('a restart through sudo starts a new process of the unit', async () => {
    await using host = await openRealHost(server);
    const before = await pidOf(unit);
    const plan = await host.plan('systemctl', { unit, verb: 'restart' });
    expect(plan.targets[0]?.saw).toBe(`active (running), pid ${before}`);
    expect(await host.answer(plan)).toMatchObject({ ok: true, status: 'exited with status 0' });
    expect(await pidOf(unit)).not.toBe(before);
    expect(await host.drift(plan)).toMatchObject({ planned: `active (running), pid ${before}` });
  });

  test('a restart of a broken unit succeeds, and the unit shows as failed shortly afterwards', async () => {
    await using host = await openRealHost(server);
    await breakApi(server);
    expect(await host.answer(await host.plan('systemctl', { unit, verb: 'restart' }))).toMatchObject({
      ok: true,
    });
    await until('the unit shows as failed', async () => (await host.row(unit))?.status === 'failed');
    expect(await host.row(unit)).toMatchObject({ ready: 0, detail: 'exit 1' });
    expect(await host.row('port 8080')).toMatchObject({ status: 'not bound', ready: 0 });
    expect(await host.shown('journal', { unit, lines: 20, include: 'giving up' })).toEqual([
      expect.stringMatching(/ERROR cannot read \/etc\/eventmesh\/broken: giving up$/),
    ]);
  });

  test('without sudo a stop is rejected and has no effect', async () => {
    await using host = await openRealHost(server, { sudo: false });
    const before = await pidOf(unit);
    expect(await host.answer(await host.plan('systemctl', { unit, verb: 'stop' }))).toMatchObject({
      ok: false,
      status: expect.stringMatching(
        /^exited with status \d+: Failed to stop .*(Access denied|authentication required)/,
      ),
    });
    expect(await pidOf(unit)).toBe(before);
  });

  test('S4-I4: another process holds the port and a start fails; after that process is killed, a start succeeds', async () => {
    await using host = await openRealHost(server);
    await onHost(server, `sudo -n systemctl stop ${unit}`);
    await onHost(server, 'setsid nohup busybox httpd -f -p 8080 >/dev/null 2>&1 </dev/null & sleep 0.3');
    expect(await host.row('port 8080')).toMatchObject({ status: 'held by busybox', ready: 0 });
    await host.answer(await host.plan('systemctl', { unit, verb: 'start' }));
    await until('the unit has failed', async () => (await host.row(unit))?.status === 'failed');

    const kill = await host.plan('kill', { port: 8080 });
    expect(kill.targets[0]?.saw).toBe('busybox httpd -f -p 8080');
    expect(await host.drift(kill)).toBeUndefined();
    expect(await host.answer(kill)).toMatchObject({ ok: true });
    await until(
      'the process has exited',
      async () => (await host.drift(kill))?.found === 'the process has already ended',
    );

    expect(await host.answer(await host.plan('systemctl', { unit, verb: 'start' }))).toMatchObject({
      ok: true,
    });
    await until('the port is bound', async () => (await host.row('port 8080'))?.status === 'bound');
    expect(await host.row(unit)).toMatchObject({ status: 'active (running)', ready: 1 });
  });

  test('exit status 255 of a program is not an ssh failure; a cancel kills the remote program', async () => {
    await using host = await openRealHost(server);
    const own = await host.plan('exec', { argv: ['sh', '-c', 'echo Connection refused; exit 255'] });
    expect(await host.answer(own)).toMatchObject({ status: 'exited with status 255: Connection refused' });

    const stop = new AbortController();
    // Its child ignores SIGTERM and has its own session.
    const stubborn = "trap '' TERM; setsid sleep 988 & echo here; exec sleep 987";
    const long = await host.plan('exec', { argv: ['sh', '-c', stubborn] });
    const answer = await host.answer(long, stop.signal, () => stop.abort(new DOMException('', 'AbortError')));
    expect(answer?.status).toMatch(/^canceled\. Process \d+ was killed there, with all child processes/);
    expect((await onHost(server, 'pgrep -f "sleep 98[78]$"')).status).toBe(1);
  });
});

describe('readings', () => {
  test('CPU needs two readings', async () => {
    await using host = await openRealHost(server);
    expect((await host.health()).samples).toMatchObject([{ why: expect.any(String) }]);
    await onHost(server, 'sleep 0.2');
    const [cpu] = (await host.health()).samples ?? [];
    expect(cpu?.value).toBeGreaterThanOrEqual(0);
    expect(cpu?.value).toBeLessThanOrEqual(100);
  });

  test('the journal resumes after a mark', async () => {
    await using host = await openRealHost(server);
    const latest = await host.lines(`${name}/eventmesh-worker`, { lines: 4, follow: false });
    expect(latest).toHaveLength(4);
    const [first] = latest;
    const after = first?.is === 'line' ? (first.mark ?? '') : '';
    const rest = await host.lines(`${name}/eventmesh-worker`, { after, follow: false });
    expect(rest.slice(0, 3)).toEqual(latest.slice(1));
    const fourth = latest[3];
    const mark = fourth?.is === 'line' ? (fourth.mark ?? '') : '';
    const older = await host.older(`${name}/eventmesh-worker`, { mark, lines: 3 });
    expect(older.events).toEqual(latest.slice(0, 3));
  });

  test('follows a file across rotation', async () => {
    await using host = await openRealHost(server, { files: ['/tmp/opsdeck-*.log'] });
    await onHost(server, 'rm -f /tmp/opsdeck-*; echo one > /tmp/opsdeck-a.log');
    const texts: string[] = [];
    const following = host.follow(`${name}:/tmp/opsdeck-a.log`, (event) => {
      if (event.is === 'chunk') texts.push(...Buffer.from(event.bytes).toString().trim().split('\n'));
    });
    await until('the first line is read', async () => texts.includes('one'));
    await onHost(server, 'mv /tmp/opsdeck-a.log /tmp/opsdeck-b.log; echo two > /tmp/opsdeck-a.log');
    await until('the next line is read', async () => texts.includes('two'));
    await following.end();
    expect(texts).toEqual(['one', 'two']);
    await until(
      'no process is left on the host',
      async () => (await onHost(server, 'pgrep -x tail')).status === 1,
    );
  });

  test('doctor reports missing units and permissions with remedies', async () => {
    await using host = await openRealHost(server, { files: ['/etc/shadow'], units: [unit, 'absent'] });
    const findings = await host.doctor();
    expect(findings.filter(({ ok }) => !ok)).toMatchObject([
      { what: `${name}: unit absent not found`, remedy: expect.stringContaining('list-units') },
      { what: `${name}: /etc/shadow is not readable`, remedy: expect.stringContaining('adm') },
    ]);
  });

  test('connects to a port of the host through the tunnel', async () => {
    await using host = await openRealHost(server);
    expect(await host.getThrough(8080, '/health')).toContain('{"status":"UP"}');
    await expect(host.getThrough(9, '/')).rejects.toThrow('connection refused');
  });
});
