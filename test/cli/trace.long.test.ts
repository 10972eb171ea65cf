import { readFile, stat } from 'node:fs/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { traceLinesIn } from '../../scripts/coverage/touches.ts';
import type { TraceLine } from '../../scripts/trace/lines.ts';
import { traceLines, zTraceLine } from '../../scripts/trace/lines.ts';
import type { TraceEvent } from '../../src/domain/runs/trace.ts';
import { openCockpitIn } from '../simulation/cockpit.ts';
import { openWorkspace, type Workspace } from '../simulation/workspace.ts';

type DeepReadonly<T> = T extends object ? { readonly [K in keyof T]: DeepReadonly<T[K]> } : T;

/** Every event that the program emits is described in docs/reference/trace.md; the compiler checks this. */
const described = (
  event: TraceEvent & { readonly at: string; readonly env?: string },
): DeepReadonly<TraceLine> => event;

let workspace: Workspace;
beforeEach(() => {
  workspace = openWorkspace({ env: {} });
});
afterEach(() => workspace[Symbol.asyncDispose]());

const traceOf = async (): Promise<readonly TraceLine[]> =>
  traceLinesIn(await readFile(workspace.path('a.trace'), 'utf8'));

const whats = (lines: readonly TraceLine[]): ReadonlySet<string> => new Set(lines.map(({ what }) => what));

const rehearsed = ['--env', 'event-bus/production', '--rehearse', 'dependency-down', '--trace', 'a.trace'];

describe('a trace', () => {
  test('records a check: opened sources, start and end of each read, and each verdict', async () => {
    const { code } = await workspace.run(['check', '--json', ...rehearsed]);
    const lines = await traceOf();
    expect(lines.at(0)).toMatchObject({ what: 'start', trace: 1, command: 'check' });
    expect(lines.at(-1)).toMatchObject({ what: 'end', code });
    expect(whats(lines)).toEqual(
      new Set(['start', 'config', 'profile', 'poll-start', 'poll-end', 'verdict', 'end']),
    );
    const begun = lines.flatMap((line) => (line.what === 'poll-start' ? [line.feed] : []));
    const ended = lines.flatMap((line) => (line.what === 'poll-end' ? [line.feed] : []));
    expect(begun.length).toBeGreaterThan(5);
    expect([...ended].sort()).toEqual([...begun].sort());
    expect(lines.filter((line) => line.what === 'verdict')).toContainEqual(
      expect.objectContaining({ env: 'event-bus/production', was: 'none', level: 'crit' }),
    );
    expect((await stat(workspace.path('a.trace'))).mode & 0o777).toBe(0o600);
  });

  test('records a run: plan, gates, steps, verification before and after, and ending', async () => {
    const { code } = await workspace.run([
      ...['run', 'database-user', '--diagnose', '--arm', 'a test', '--confirm', 'event-bus-service'],
      ...['--env', 'event-bus/production', '--rehearse', 'bad-credential', '--trace', 'a.trace'],
    ]);
    expect([0, 5]).toContain(code);
    const lines = (await traceOf()).filter((line) => line.what === 'run');
    const events = lines.map(({ event }) => event);
    expect(events.filter((event, index) => event !== events[index - 1])).toEqual(
      expect.arrayContaining(['planned', 'diagnosed', 'gated', 'before', 'acting', 'acted', 'verifying']),
    );
    const [planned] = lines;
    expect(planned).toMatchObject({ event: 'planned', runbook: 'database-user' });
    expect(new Set(planned?.steps?.map(({ section }) => section))).toEqual(
      new Set(['diagnose', 'act', 'verify']),
    );
    expect(lines.find(({ event }) => event === 'gated')).toMatchObject({
      ok: true,
      checks: expect.arrayContaining([expect.objectContaining({ ok: true })]),
    });
    expect(lines.find(({ event }) => event === 'acted')).toMatchObject({ step: 'a2', ok: true });
    expect(lines.find(({ event }) => event === 'before')?.proofs).toContainEqual(
      expect.objectContaining({ value: 'false' }),
    );
    const last = lines.findLast(({ event }) => event === 'verifying');
    expect(new Set(last?.proofs?.map(({ value }) => value))).toEqual(new Set(['true']));
    expect(lines.at(-1)).toMatchObject({ event: 'ended', ending: 'recovered' });
  });

  test('records logs: opening and closing of each stream, and the first match of a view', async () => {
    await workspace.run(['logs', '--view', 'errors', ...rehearsed]);
    const lines = await traceOf();
    const opened = lines.filter((line) => line.what === 'stream-open');
    expect(opened.length).toBeGreaterThan(0);
    expect(
      lines
        .filter((line) => line.what === 'stream-close')
        .map(({ stream }) => stream)
        .sort(),
    ).toEqual(opened.map(({ stream }) => stream).sort());
    expect(lines).toContainEqual(expect.objectContaining({ what: 'first-line', view: 'errors' }));
  });

  test('records the cockpit: opened sources and reads until it exits', async () => {
    const cockpit = await openCockpitIn(workspace, rehearsed);
    await cockpit.sees(/dependency-down/);
    await workspace.wait(20_000);
    await cockpit[Symbol.asyncDispose]();
    const lines = await traceOf();
    expect(lines.at(0)).toMatchObject({ what: 'start', command: 'cockpit' });
    expect(lines.at(-1)).toMatchObject({ what: 'end', code: 0 });
    expect(whats(lines)).toEqual(
      new Set(['start', 'config', 'profile', 'poll-start', 'poll-end', 'backfill', 'verdict', 'end']),
    );
  });

  test('records the reason if a profile cannot be opened', async () => {
    await workspace.put('mine/dev.yaml', 'opsdeck: 1\nsystem: shop\nenv: dev\ntier: dev\nsourcse: {}\n');
    await workspace.run(['check', '--profiles', 'mine', '--trace', 'a.trace']);
    expect(await traceOf()).toContainEqual(
      expect.objectContaining({
        what: 'refused',
        complaints: ['mine/dev.yaml:5:1: unknown key "sourcse". Did you mean "sources"?'],
      }),
    );
  });

  test('does not overwrite a file that is not a trace, and executes nothing', async () => {
    await workspace.put('a.trace', 'dear diary\n');
    const { code, stderr, stdout } = await workspace.run(['check', ...rehearsed]);
    expect([code, stdout, stderr]).toEqual([
      4,
      '',
      'opsdeck: cannot write trace a.trace: the file is not a trace of opsdeck\nChoose another file with --trace FILE.\n',
    ]);
    expect(workspace.simulators).toEqual([]);
    expect(await readFile(workspace.path('a.trace'), 'utf8')).toBe('dear diary\n');
  });

  test('works for every command; a second run is appended', async () => {
    await workspace.run(['validate', '--trace', 'a.trace']);
    await workspace.run(['--trace', 'a.trace', 'completion', 'bash']);
    const lines = await traceOf();
    expect(lines.flatMap((line) => (line.what === 'start' ? [line.command] : []))).toEqual([
      'validate',
      'completion',
    ]);
    expect(lines.filter(({ what }) => what === 'end')).toHaveLength(2);
  });
});

test('the reference describes each kind of line once', () => {
  const names = traceLines.map((schema) => schema.shape.what.value);
  expect(new Set(names).size).toBe(names.length);
  const end = { at: '2026-03-04T10:15:07.000Z', what: 'end', code: 0 } as const;
  expect(zTraceLine.parse(described(end))).toEqual(end);
});
