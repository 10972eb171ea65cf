import { describe, expect, test } from 'vitest';
import type { ChecklistStatus } from '../../src/domain/checklists/status.ts';
import { dueText } from '../../src/ui/features/checklists/rows.ts';
import { everyNth, longTest, sampled } from '../support/layer.ts';
import { fault, noon } from '../support/made-facts.ts';
import { checklists } from './support/checklists.ts';
import { openCockpit, type Settings, type User } from './support/user.ts';

const openPane = async (settings: Settings = {}): Promise<User> => {
  const user = await openCockpit({ size: [120, 36], scene: checklists(), ...settings });
  await user.press(':');
  await user.type('checklists');
  await user.press('enter');
  return user;
};

/** Opens the first list and moves the cursor down. */
const onItem = async (down: number, settings: Settings = {}): Promise<User> => {
  const user = await openPane(settings);
  await user.press('enter');
  for (let presses = 0; presses < down; presses++) await user.press('j');
  return user;
};

describe('Checklists', () => {
  longTest('shows overdue lists in the pane and in the header', async () => {
    const user = await openPane();
    expect(user.rowWith('Daily checks')).toMatch(/2 of 3 +overdue by 15m/);
    // Its week began after its last due time, which was missed.
    expect(user.rowWith('Weekly checks')).toMatch(/0 of 1 +overdue by 2d/);
    expect(user.rows().join('\n')).toContain('2 checklists overdue');
  });

  test.each([
    [3 * 3_600_000, 'due in 3h'],
    [-5 * 3_600_000, 'was due 5h ago'],
  ])('a list without a record, %i ms before its due time', (ms, text) => {
    const status = { dueAt: noon + ms, hasEnded: false, settled: 0, items: [{}] };
    expect(dueText(status as unknown as ChecklistStatus, noon)).toBe(text);
  });

  longTest('shows each state with its box, its time and its evidence', async () => {
    const user = await onItem(0);
    expect(user.rowWith('The new version builds')).toMatch(/\[=\].*by a check +08:15:07 +Build is success/);
    expect(user.rowWith('All tests pass')).toMatch(/\[ \].*check fails +10:13:07 +Unit tests is failure/);
    expect(user.rowWith('The security scan')).toMatch(/\[\?\].*unknown +the ledger has not been read/);
    expect(user.rowWith('Synthetic checks')).toMatch(/\[!\].*overridden +10:00:07 +ana@desk-3: the probe/);
    expect(user.rowWith('Migrations are')).toMatch(/\[x\].*done +10:01:47 +ana@desk-3: on staging/);
    expect(user.rowWith('Benchmarks are')).toMatch(/\[-\].*not needed +10:05:07 +ana@desk-3: a change of/);
    expect(user.rowWith('Stakeholders are')).toMatch(/\[ \].*open +see Contacts/);
  });

  longTest('lists earlier periods, with the missed ones, and the time zone', async () => {
    const user = await openPane();
    await user.press('j');
    const screen = user.rows().join('\n');
    expect(screen).toContain('daily 10:00 UTC');
    expect(screen).toMatch(/2026-03-03 {2}completed Tue 03 Mar 10:15:07 by ana@desk-3: 3 of 3/);
    expect(screen).toMatch(/2026-03-02 {2}incomplete: 1 of 3/);
    expect(screen).toMatch(/2026-03-01 {2}missed/);
  });

  longTest('shows the notes of an item and the data at the time of an override', async () => {
    expect((await onItem(5)).rows().join('\n')).toContain('ana@desk-3: took 4 min on a copy of production');
    expect((await onItem(4)).rows().join('\n')).toContain('the data at that time: checkout is down');
  });

  test.each(
    sampled(
      [
        ['ticks an open item', 7, ['space'], ['before-deploy', 'told', 'done', '']],
        ['withdraws a tick', 5, ['space'], ['before-deploy', 'migrations', 'open', '']],
      ] as const,
      everyNth(2),
    ),
  )('space %s', async (_name, down, keys, command) => {
    const user = await onItem(down);
    for (const key of keys) await user.press(key);
    expect(user.given).toContainEqual(['markChecklistItem', ...command]);
  });

  test('an item that the check decides is overridden only with a reason', async () => {
    const user = await onItem(2);
    await user.press('space');
    await user.press('enter');
    expect(user.rows().join('\n')).toContain('say why you override the check');
    expect(user.given).toEqual([]);
    await user.type('flaky since Monday');
    await user.press('enter');
    expect(user.given).toContainEqual([
      'markChecklistItem',
      'before-deploy',
      'tests',
      'override',
      'flaky since Monday',
    ]);
  });

  longTest('a tick of a check cannot be withdrawn', async () => {
    const user = await onItem(1);
    await user.press('space');
    expect(user.given).toEqual([]);
    expect(user.rows().join('\n')).toContain('the check decides');
  });

  test.each(
    sampled(
      [
        ['-', 'not-needed'],
        ['!', 'note'],
      ] as const,
      everyNth(2),
    ),
  )('%s asks for a text and records %s', async (key, mark) => {
    const user = await onItem(7);
    await user.press(key);
    await user.type('no team is affected');
    await user.press('enter');
    expect(user.given).toContainEqual([
      'markChecklistItem',
      'before-deploy',
      'told',
      mark,
      'no team is affected',
    ]);
  });

  longTest(
    'L reads the data of an item that a person decides, and shows it with its age, and what could not be read',
    async () => {
      const scene = checklists();
      const { checklists: lists = [] } = scene.cockpit ?? {};
      const withData = lists.map((status, index) =>
        index > 0
          ? status
          : {
              ...status,
              items: status.items.map((item) =>
                item.item.id === 'told' ? { ...item, item: { ...item.item, use: 'pg.statements' } } : item,
              ),
            },
      );
      const user = await onItem(7, {
        scene: { ...scene, cockpit: { ...scene.cockpit, checklists: withData } },
      });
      expect(user.rows().join('\n')).toContain('L reads pg.statements');
      await user.press('L');
      expect(user.given).toContainEqual(['readChecklistItem', 'before-deploy', 'told']);
      const lines = Array.from({ length: 30 }, (_, nth) => `statement ${nth}`);
      await user.happens(() =>
        user.cockpit.setState({
          checklistData: {
            'before-deploy told': {
              lines,
              faults: [fault('denied', 'no permission', 'pg')],
              at: noon - 4000,
              done: true,
            },
          },
        }),
      );
      const screen = user.rows().join('\n');
      expect(screen).toContain('pg.statements, 4s ago:');
      expect(screen).toContain('statement 0');
    },
  );

  longTest('L and data belong to items with a source only', async () => {
    const user = await onItem(7);
    await user.press('L');
    expect(user.given).toEqual([]);
    expect(user.rows().join('\n')).toContain('this item has no data to read');
  });

  test('D saves the list and its history as Markdown, p opens them in the pager', async () => {
    const user = await onItem(7);
    await user.press('D');
    const saved = user.given.find(([command]) => command === 'save');
    expect(saved?.[1]).toBe('checklist-before-deploy.md');
    expect(String(saved?.[2])).toContain('- [x] Migrations are');
    expect(String(saved?.[2])).toContain('history');
    await user.press('p');
    expect(user.rowWith('opsdeck cannot hand this terminal to another program')).toBeTruthy();
  });

  test('d ends the list', async () => {
    const user = await onItem(1);
    await user.press('d');
    expect(user.given).toContainEqual(['endChecklist', 'before-deploy']);
  });

  test('shared, it shows no names', async () => {
    const user = await onItem(4, { shared: true });
    expect(user.rows().join('\n')).not.toContain('ana@desk-3');
  });
});
