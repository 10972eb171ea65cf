import { describe, expect, test } from 'vitest';
import { declaredIncidentOf } from '../../src/domain/incidents/declared-incident.ts';
import type { LogView } from '../../src/domain/profile/profile.ts';
import type { LoadedAround } from '../../src/logs/ring/logs-state.ts';
import { noon } from '../support/made-facts.ts';
import { type MadeLines, madeLines } from './support/lines.ts';
import { bodyOf, cardOf, headRow } from './support/screen.ts';
import { shopLines, shopStreams, shopWith } from './support/shop-lines.ts';
import { openCockpit, type Settings, type User } from './support/user.ts';

const open = async (
  lines: MadeLines = shopLines(),
  settings: Settings = {},
  views: readonly LogView[] = [],
): Promise<User> => {
  const scene = shopWith(lines);
  const { open: environment } = scene.cockpit ?? {};
  const user = await openCockpit({
    ...settings,
    scene: {
      ...scene,
      cockpit: {
        ...scene.cockpit,
        ...(environment === undefined ? {} : { open: { ...environment, logViews: views } }),
      },
    },
  });
  await user.press('8');
  return user;
};

/** The selected row. */
const selected = (user: User): string =>
  user.rows().find((_, row) => row > 2 && user.terminal.cellAt(1, row).inverse) ?? '';

const chips = (user: User): readonly string[] =>
  [...(user.rows()[3] ?? '').matchAll(/\[([^\]]*)\]/g)].map(([, chip = '']) => chip);

test('up pauses, new lines are counted, and G follows again', async () => {
  const lines = shopLines();
  const user = await open(lines);
  expect(selected(user)).toContain('retry 3 of 5');
  await user.press('k');
  expect(selected(user)).toContain('order=c03d');
  expect(user.rows()[2]).toContain('PAUSED, 0 new');
  const before = user.rows().slice(9, 30);
  await user.happens(() => {
    lines.put({ text: 'INFO one more' }, { text: 'INFO and another' });
    user.cockpit.setState({ logs: lines.state() });
  });
  expect(user.rows()[2]).toContain('PAUSED, 2 new');
  expect(user.rows().slice(9, 30)).toEqual(before);
  await user.press('G');
  expect(user.rows()[2]).toContain('follow');
  expect(selected(user)).toContain('and another');
  expect(user.given.filter(([name]) => name === 'logs.hold')).toEqual([
    ['logs.hold', true],
    ['logs.hold', false],
  ]);
});

test('f and space pause and follow', async () => {
  const user = await open();
  await user.press('f');
  expect(user.rows()[2]).toContain('PAUSED');
  await user.press('space');
  expect(user.rows()[2]).toContain('follow');
});

test('f pauses at the visible lines, also after the cursor was elsewhere', async () => {
  const lines = shopLines();
  const user = await open(lines);
  await user.press('g G f');
  const before = user.rows().slice(9, 30);
  expect(selected(user)).toContain('retry 3 of 5');
  await user.happens(() => {
    lines.put({ text: 'INFO one more' }, { text: 'INFO and another' });
    user.cockpit.setState({ logs: lines.state() });
  });
  expect(user.rows()[2]).toContain('PAUSED, 2 new');
  expect(user.rows().slice(9, 30)).toEqual(before);
});

test('enter on the newest line pauses: new lines do not move it', async () => {
  const lines = shopLines();
  const user = await open(lines);
  await user.press('enter');
  expect(user.rows()[2]).toContain('PAUSED, 0 new');
  await user.happens(() => {
    lines.put({ text: 'INFO one more' });
    user.cockpit.setState({ logs: lines.state() });
  });
  expect(selected(user)).toContain('retry 3 of 5');
  expect(user.rowWith('   line ')).toContain('retry 3 of 5');
  await user.press('enter');
  expect(user.rows()[2]).toContain('PAUSED, 1 new');
});

test('a blank line before a stack trace is not a row', async () => {
  const lines = madeLines(shopStreams.slice(0, 1));
  lines.put(
    { text: 'ERROR Application run failed', level: 'error' },
    { text: '', kind: 'continuation' },
    { text: 'java.net.BindException: in use', kind: 'continuation' },
    { text: '\tat a.b.C.d(C.java:1)', kind: 'continuation' },
    { text: 'ERROR failed', level: 'error' },
    { text: '', kind: 'continuation' },
  );
  const user = await open(lines);
  expect(user.rowWith('BindException')).toContain('in use (+1 line, enter opens)');
  expect(selected(user)).toContain('failed');
  expect(user.rows()[3]).toContain('lines 1 to 6 of 6');
  await user.press('k');
  expect(selected(user)).toContain('BindException');
  await user.press('k');
  expect(selected(user)).toContain('run failed');
});

test('filter chips: include, exclude, level, stream; backspace removes the last one', async () => {
  const user = await open();
  await user.press('+');
  await user.type('/psp|retry/');
  expect(user.rowWith('+ /psp|retry/_')).toContain('65 of 84 lines match');
  await user.press('enter -');
  await user.type('Call OK');
  expect(user.rowWith('- Call OK_')).toContain('0 of 82 lines would be hidden');
  await user.press('ctrl-u');
  await user.type('call ok');
  await user.press('enter v v o');
  expect(chips(user)).toEqual([
    '+ /psp|retry/ hides 2',
    '- call ok hides 61',
    'level ≥ WARN hides 63',
    'stream billing-0 hides 37',
  ]);
  await user.press('backspace');
  expect(user.rowWith('removed: stream billing-0')).toBeTruthy();
  await user.press('O v v');
  expect(chips(user)).toEqual([
    '+ /psp|retry/ hides 2',
    '- call ok hides 61',
    'not stream billing-0 hides 47',
  ]);
});

test('matches of a chip are highlighted while it is typed, then those of the previous search again', async () => {
  const user = await open();
  await user.press('/');
  await user.type('psp timeout');
  expect(user.rowWith(' /psp timeout_')).toMatch(/_ +2 +enter/);
  await user.press('enter + r e t r y');
  expect(user.rowWith('+ retry_')).toContain('1 of 84 lines match');
  expect(user.rowWith('retry 3 of 5')).toContain('›');
  await user.press('esc');
  expect(user.rows()[2]).toContain('/psp timeout/ 2 of 2');
  await user.press('- r e t r y enter');
  expect(user.rows()[2]).toContain('/psp timeout/ 2 of 2');
});

const backtracking = 'x'.repeat(200);

test('a pattern with exponential backtracking times out without blocking the screen', async () => {
  const lines = shopLines();
  lines.put(
    { text: backtracking },
    { text: backtracking },
    { text: backtracking },
    { text: 'INFO the last one' },
  );
  const user = await open(lines);
  await user.press('+');
  await user.type('/(?=x)(x+x+)+y/');
  expect(user.rowWith('+ /(?=x)(x+x+)+y/_')).toContain('too slow on some lines');
  await user.press('enter');
  expect(user.rowWith('timed out on some lines')).toContain(
    '/(?=x)(x+x+)+y/ timed out on some lines: opsdeck has disabled the filter, which hides nothing',
  );
  expect(selected(user)).toContain('the last one');
  expect(chips(user)).toEqual(['+ /(?=x)(x+x+)+y/ timed out']);
  await user.press('backspace /');
  await user.type('/(?=x)(x+x+)+y/');
  await user.press('enter');
  expect(user.rows()[2]).toContain('/(?=x)(x+x+)+y/ timed out');
  await user.press('n');
  expect(selected(user)).toContain('the last one');
});

test('T filters by a time range, shown as a chip', async () => {
  const user = await open();
  await user.press('T');
  await user.type('10:14:30-10:15');
  await user.press('enter');
  expect(chips(user)[0]).toMatch(/^10:14:30–10:15 hides \d+$/);
  await user.press('T');
  await user.type('10:15..');
  await user.press('enter');
  expect(chips(user)[0]).toMatch(/^from 10:15 hides \d+$/);
  expect(chips(user)).toHaveLength(1);
});

test("T ' filters by the range of the marked lines; # sets context lines before and after", async () => {
  const user = await open();
  await user.press('k m k k m T');
  expect(user.rowWith(' time _')).toContain("': range of the marked lines");
  await user.press("' enter");
  expect(user.given.findLast(([name]) => name === 'logs.setFilters')?.[1]).toMatchObject([{ is: 'time' }]);
  expect(user.rows()[3]).toMatch(/lines 1 to \d of \d /);
  await user.press('backspace + p s p enter # 3 , 0 enter');
  expect(chips(user).at(-1)).toBe('3 before');
  await user.press('# x enter');
  expect(user.rowWith('context lines x_')).toContain('not a number of lines');
  await user.press('ctrl-u 2 enter');
  expect(chips(user).at(-1)).toBe('±2 lines');
});

test('E lists what it exports, and names the key that saves all lines', async () => {
  const user = await open();
  await user.press('E');
  expect(user.rowWith('S saves all shown lines')).toBeTruthy();
});

test('a duplicate chip is not added', async () => {
  const user = await open();
  await user.press('+ p s p enter - h e a l enter + p s p enter');
  expect(chips(user)).toEqual(['- heal hides 1', '+ psp hides 3']);
  expect(user.rowWith('this filter is already active')).toBeTruthy();
});

test('an invalid pattern reports the error and its position, and keeps the filter', async () => {
  const user = await open();
  await user.press('-');
  await user.type('/a(b/');
  expect(user.rowWith('- /a(b/_')).toContain('unterminated group · filter unchanged');
  await user.press('enter');
  expect(user.rowWith('- /a(b/_')).toContain('unterminated group');
  await user.press('esc');
  expect(chips(user)).toEqual([]);
  expect(user.given.some(([name]) => name === 'logs.setFilters')).toBe(false);
});

test('no lines and no matching lines have different messages', async () => {
  const empty = await open(madeLines(shopStreams.slice(0, 1)));
  expect(empty.rowWith('No lines yet: 1 stream open')).toBeTruthy();
  const lines = madeLines(shopStreams);
  lines.put({ text: 'one' }, { text: 'two' });
  const user = await open(lines);
  await user.press('+');
  await user.type('three');
  await user.press('enter');
  expect(user.rowWith('No lines pass: 1 chip hides 2 lines · backspace removes the last')).toBeTruthy();
});

test('an open stream that waits for its file names the reason, and is not counted as without lines', async () => {
  const [first, second] = shopStreams;
  if (first === undefined || second === undefined) throw new Error('the shop has two streams');
  const fault = {
    kind: 'missing',
    source: 'k8s',
    message: 'the log file does not exist yet: opsdeck waits for the file',
    at: 0,
  } as const;
  const waiting = { ...first, fault };
  const only = await open(madeLines([waiting]));
  expect(only.rowWith('billing-0: the log file does not exist yet: opsdeck waits for the file')).toBeTruthy();
  expect(only.rows().join('\n')).not.toContain('No lines yet');
  const both = await open(madeLines([waiting, second]));
  expect(both.rowWith('No lines yet: 1 stream open')).toBeTruthy();
  expect(both.rowWith('billing-0: the log file does not exist yet: opsdeck waits for the file')).toBeTruthy();
});

test('n and N cycle through matches. The title counts them', async () => {
  const user = await open();
  await user.press('/');
  await user.type('TIMEOUT');
  expect(user.rowWith(' /TIMEOUT_')).toContain('no match');
  await user.press('ctrl-u');
  await user.type('timeout');
  await user.press('enter');
  expect(selected(user)).toContain('› 10:15:02.114');
  expect(user.rows()[2]).toContain('/timeout/ 2 of 2');
  await user.press('n');
  expect(selected(user)).toContain('› 10:14:44.530');
  await user.press('N');
  expect(selected(user)).toContain('› 10:15:02.114');
  await user.press('k');
  expect(user.rows()[2]).toContain('/timeout/ 2');
});

test('matches are inverse and do not shift text', async () => {
  const user = await open(shopLines(), { color: '256' });
  const before = user.rowWith('order=9f21').indexOf('psp');
  await user.press('/');
  await user.type('timeout');
  await user.press('enter');
  expect(user.rowWith('order=9f21').indexOf('psp')).toBe(before);
  expect(user.lookOf('timeout after 3000 ms order=9f21')).toMatchObject({ inverse: true });
});

test('[ and ] jump to errors and gaps', async () => {
  const user = await open();
  const seen: string[] = [];
  for (let turn = 0; turn < 4; turn++) {
    await user.press('[');
    seen.push(selected(user).trim());
  }
  expect(seen.map((row) => /order=\w+|dropped|gap/.exec(row)?.[0])).toEqual([
    'order=c03d',
    'dropped',
    'order=9f21',
    'gap',
  ]);
  await user.press('[');
  expect(user.rowWith('no error or gap before this line')).toBeTruthy();
  await user.press(']');
  expect(selected(user)).toContain('order=9f21');
});

test('T jumps to a time in the selected time zone', async () => {
  const user = await open();
  await user.press('T');
  await user.type('10:09:47');
  await user.press('enter');
  expect(selected(user)).toContain('10:09:47.000');
  await user.press('T');
  await user.type('2026-03-04T10:12');
  await user.press('enter');
  expect(selected(user)).toContain('10:12:07.000');
  await user.press('T');
  await user.type('later');
  await user.press('enter');
  expect(user.rowWith('time later_')).toContain('this is not a time. Write 10:14');
});

test('T loads the lines around a time that is not loaded; esc cancels; b goes on before them', async () => {
  const lines = shopLines();
  const user = await open(lines);
  const goTo = async (time: string): Promise<(result: LoadedAround) => void> => {
    await user.press('T');
    await user.type(time);
    await user.press('enter');
    const [name, at, loaded] = user.given.findLast(([command]) => command === 'logs.around') ?? [];
    expect([name, at]).toEqual(['logs.around', Date.parse('2026-03-04T03:00:00Z')]);
    return loaded as (result: LoadedAround) => void;
  };
  const end = (loaded: (result: LoadedAround) => void, result: LoadedAround): Promise<void> =>
    user.happens(() => {
      loaded(result);
      lines.change({ older: { is: 'idle' } });
      user.cockpit.setState({ logs: lines.state() });
    });
  const canceled = await goTo('03:00');
  expect(user.rowWith('loading the lines around 03-04 03:00:00: press esc to cancel')).toBeTruthy();
  await user.happens(() => {
    lines.change({ older: { is: 'loading' } });
    user.cockpit.setState({ logs: lines.state() });
  });
  await user.press('esc');
  expect(user.given.at(-1)).toEqual(['logs.cancel']);
  await end(canceled, { is: 'canceled' });
  expect(user.rowWith('canceled: the lines around 03-04 03:00:00 are not loaded')).toBeTruthy();

  const loaded = await goTo('03:00');
  const { first } = lines.state().ring;
  await end(loaded, { is: 'loaded', row: first + 2, end: first, problems: [] });
  expect(user.rowWith('03-04 03:00:00 are loaded: b loads older ones, f follows the newest')).toBeTruthy();
  expect(selected(user)).toContain(
    lines
      .state()
      .ring.row(first + 2)
      ?.text.slice(-10),
  );

  const failed = await goTo('03:00');
  await end(failed, { is: 'none', problems: ['app.log: permission denied'] });
  expect(user.rowWith('app.log: permission denied')).toBeTruthy();
  const none = await goTo('03:00');
  await end(none, { is: 'none', problems: [] });
  expect(
    user.rowWith('no stream has lines as old as 03-04 03:00:00: the cursor is on the oldest one'),
  ).toBeTruthy();
});

test('t switches to relative time; w wraps long lines', async () => {
  const lines = shopLines();
  lines.put({ text: `2026-03-04T10:15:06Z INFO ${'long words '.repeat(20)}`, ago: 500, level: 'info' });
  const user = await open(lines, { size: [80, 24] });
  await user.press('t t w');
  expect(headRow(user.rows(), 'Logs')).toMatch(/^▌8 Logs {2}\d+ {2}follow {2}wrapped /);
  expect(bodyOf(user.rows(), 'Logs').slice(-5)).toEqual([
    '       0s billing-0    INFO  long words long words long words long words long',
    '                             words long words long words long words long',
    '                             words long words long words long words long',
    '                             words long words long words long words long',
    '                             words long words long words long words',
  ]);
  expect(user.rowWith('order=9f21')).toMatch(/^ +22s billing-0 /);
});

test('marked lines are counted, can be jumped to, and are copied as written', async () => {
  const user = await open();
  await user.press('[ [ [ m j m');
  expect(user.rows()[2]).toContain('2 marked');
  await user.press("G ' ");
  expect(selected(user)).toContain('order=9f21');
  await user.press('y');
  const code = [...user.terminal.written().matchAll(/\u001b\]52;c;([^\u001b]*)\u001b\\/g)].at(-1)?.[1];
  expect(Buffer.from(code ?? '', 'base64').toString()).toBe(
    '2026-03-04T10:14:44.530Z ERROR psp timeout after 3000 ms order=9f21\n  at PspClient.call(PspClient.java:118)',
  );
});

test('context lines are faint and marked', async () => {
  const user = await open();
  await user.press('+');
  await user.type('9f21');
  await user.press('enter )');
  expect(user.rows()[3]).toContain('[±1 lines]');
  const around = bodyOf(user.rows(), 'Logs').filter((line) => line.startsWith(' · '));
  expect(around).toEqual([
    ' · 10:12:47.000 billing-0    INFO  psp call ok 256 ms order=70226',
    ' · 10:15:02.114 billing-0  ✗ ERROR psp timeout after 3000 ms order=c03d',
  ]);
  expect(user.rowWith('order=9f21')).toMatch(/^ {3}10:14:44\.530 /);
  await user.press('(');
  expect(user.rows()[3]).not.toContain('around');
});

test('h and l move on the histogram, . shows all panes at that time', async () => {
  const user = await open();
  await user.press('h');
  expect(selected(user)).toContain('restarted');
  await user.press('h');
  expect(selected(user)).toContain('at PspClient');
  await user.press('l');
  expect(selected(user)).toContain('1,204 dropped');
  await user.press('.');
  expect(user.rowWith('.: history is off')).toBeTruthy();
});

test('older lines are loaded at the top, or with b; if that is impossible, the reason is shown', async () => {
  const lines = shopLines();
  const user = await open(lines);
  await user.press('g');
  expect(user.rowWith('-- b load older --')).toBeTruthy();
  await user.press('k');
  expect(user.given.at(-1)).toEqual(['logs.older']);
  await user.happens(() => {
    lines.change({ older: { is: 'unable', why: 'the daemon keeps one file' } });
    user.cockpit.setState({ logs: lines.state() });
  });
  await user.press('b');
  expect(user.rowWith('cannot load older lines: the daemon keeps one file')).toBeTruthy();
});

test('a view of the profile replaces the chips', async () => {
  const user = await open(shopLines(), {}, [
    { name: 'errors', title: 'what failed', include: ['timeout|refused'], exclude: ['healthz'] },
  ]);
  await user.press('v V');
  expect(cardOf(user)).toEqual([
    'VIEWS  8 Logs                                                                                    1',
    '▸  errors                   what failed · + /timeout|refused/ - /healthz/',
    'enter show · esc close',
  ]);
  await user.press('enter');
  expect(chips(user)).toEqual(['+ /timeout|refused/ hides 64', '- /healthz/ hides 1']);
  await user.type(':logs: err');
  await user.press('enter');
  expect(user.rowWith('Logs: what failed')).toBeTruthy();
});

test('a view keeps the displayed time', async () => {
  const user = await open(shopLines(), {}, [{ name: 'errors', include: ['timeout'], exclude: [] }]);
  await user.press('T 1 0 : 1 4 - enter v V enter');
  expect(chips(user)[0]).toMatch(/^from 10:14/);
  expect(chips(user)[1]).toMatch(/^\+ \/timeout\//);
  expect(chips(user)).toHaveLength(2);
});

test('F lists the chips: one is removed, one edited', async () => {
  const user = await open();
  await user.press('v - h e a l enter F');
  expect(cardOf(user)).toEqual([
    'CHIPS  8 Logs                                                                                    2',
    '▸  level ≥ INFO             hides nothing',
    '   - heal                   hides 1',
    'enter edit · backspace remove · esc close',
  ]);
  await user.press('backspace');
  await user.press('enter ctrl-u r e t r y enter');
  expect(chips(user)).toEqual(['- retry hides 1']);
});

test('C shows fields as columns', async () => {
  const user = await open();
  await user.press('C');
  expect(cardOf(user)).toEqual([
    'COLUMNS  8 Logs                                                                                  1',
    '▸  order                    in 65 of 70 lines: c03d',
    'enter show or hide the column · esc close',
  ]);
  await user.press('enter esc');
  expect(user.rowWith('order=c03d').indexOf('c03d')).toBeLessThan(user.rowWith('order=c03d').indexOf('psp'));
});

test('C offers fields with differing values first', async () => {
  const lines = madeLines(shopStreams);
  lines.put(
    ...Array.from({ length: 9 }, (_, nth) => ({
      text: `level=info pid=7 order=${nth} msg="call ok" user=u${nth}`,
    })),
    { text: 'level=info rare=1 msg=once' },
  );
  const user = await open(lines);
  await user.press('C');
  const at = (name: string): number =>
    user.rows().findIndex((row) => new RegExp(`[║│] .{3,4}${name} `).test(row));
  expect(at('order')).toBeGreaterThan(0);
  expect(at('user')).toBeLessThan(at('pid'));
  expect(at('pid')).toBeLessThan(at('rare'));
});

test('S shows the scope, the format and the number of lines to save', async () => {
  const user = await open();
  await user.press('- h e a l enter S');
  expect(cardOf(user)).toEqual([
    'SAVE  8 Logs                                                                              83 lines',
    '▸ which   shown  all    the lines that pass the filter chips',
    '  as      text  json    raw lines',
    '  names   real  anonymized    lines keep their real names. Secrets are masked',
    '  to opsdeck-production-logs-20260304T101507Z.log in the current directory, readable by you only',
    'h l change · j k · enter save · v editor · p pager · esc close',
  ]);
  await user.press('j l enter');
  const [, name, text] = user.given.find(([command]) => command === 'save') ?? [];
  expect(name).toBe('opsdeck-production-logs-20260304T101507Z.jsonl');
  const rows = [...(text as Iterable<string>)]
    .join('')
    .trimEnd()
    .split('\n')
    .map((row) => JSON.parse(row));
  expect(rows).toHaveLength(83);
  expect(rows.at(-1)).toEqual({
    time: '2026-03-04T10:15:05.800Z',
    source: 'k8s',
    stream: 'checkout-2',
    kind: 'line',
    level: 'info',
    message: 'retry 3 of 5 order=c03d',
    fields: { order: 'c03d' },
    line: '2026-03-04T10:15:05.800Z INFO  retry 3 of 5 order=c03d',
  });
});

describe('a adds lines to the timeline of the open incident', () => {
  const incident = declaredIncidentOf('INC-7', [
    {
      seq: 1,
      at: noon,
      who: 'ana@desk-3',
      entry: {
        ...{ event: 'declared', system: 'shop', env: 'production', title: 'Payments fail', severity: '' },
        ...{ reason: '', impact: '', services: '', commander: '' },
      },
    },
  ]);
  const added = (user: User) =>
    user.given.flatMap(([name, id, event]) => (name === 'addToIncident' ? [[id, event] as const] : []));

  test('the line under the cursor, with its source and its own time', async () => {
    const user = await open();
    await user.happens(() => user.cockpit.setState({ incidents: incident === undefined ? [] : [incident] }));
    await user.press('a');
    expect(added(user)).toEqual([
      [
        'INC-7',
        expect.objectContaining({
          event: 'observed',
          kind: 'bookmark',
          text: expect.stringMatching(/^\S+ .*: .*retry 3 of 5/),
          seenAt: expect.any(Number),
        }),
      ],
    ]);
    expect(user.rows().join('\n')).toContain('1 line added to INC-7');
    // The same line again is the same entry: its key does not change.
    await user.press('a');
    const [first, second] = added(user).map(([, event]) => (event as { readonly key: string }).key);
    expect(second).toBe(first);
    // It is stored unmasked, so it is a digest and not the line.
    expect(first).toMatch(/^[0-9a-f]{32}$/);
  });

  test('the marked lines instead, and nothing without an open incident', async () => {
    const user = await open();
    await user.press('a');
    expect(added(user)).toEqual([]);
    expect(user.rows().join('\n')).toContain('there is no open incident: press ! to declare one');
    await user.happens(() => user.cockpit.setState({ incidents: incident === undefined ? [] : [incident] }));
    await user.press('m k m');
    await user.press('a');
    expect(added(user)).toHaveLength(2);
    expect(user.rows().join('\n')).toContain('2 lines added to INC-7');
  });
});
