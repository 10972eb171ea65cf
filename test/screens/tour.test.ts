import { describe, expect, test } from 'vitest';
import { tourSteps } from '../../src/ui/features/tour/steps.ts';
import type { StateFiles } from '../../src/ui/shell/contract/state-files.ts';
import { everyNth, longDescribe, longTest, sampled } from '../support/layer.ts';
import { proposed } from './support/runs.ts';
import { placeOf } from './support/screen.ts';
import { shop } from './support/shop.ts';
import { openCockpit, type Scene, type User } from './support/user.ts';

/** The shop on the simulator. */
const simulated = (incident?: string): Scene => {
  const made = { ...shop(), cockpit: { ...shop().cockpit, messages: [] } };
  const { open } = made.cockpit ?? {};
  if (open === undefined) throw new Error('the shop is not open');
  return {
    ...made,
    cockpit: {
      ...made.cockpit,
      open: {
        ...open,
        embedded: true,
        incidents: ['psp-down'],
        ...(incident === undefined ? {} : { incident }),
      },
    },
  };
};

const start = async (user: User): Promise<void> => {
  await user.type(':tour');
  await user.press('enter');
};

/** The title of the step, without its number; '' without a tour. */
const title = (user: User): string =>
  /TOUR {2}(.*?) {2,}/.exec(user.rows().find((row) => row.includes('TOUR ')) ?? '')?.[1] ?? '';

/** The lines of the box. */
const box = (user: User): readonly string[] => {
  const rows = user.rows();
  const from = rows.findIndex((row) => row.includes('TOUR '));
  const to = rows.findIndex((row, index) => index > from && /esc (end the tour|closes the card)/.test(row));
  const left = (rows[from] ?? '').indexOf('TOUR ') - 2;
  return from === -1 ? [] : rows.slice(from, to + 1).map((row) => row.slice(left));
};

test.each(
  sampled(
    [
      [80, 24],
      [120, 36],
      [200, 60],
    ] as const,
    everyNth(3),
  ),
)('every step fits %i×%i, and enter goes through all of them', async (columns, rows) => {
  const user = await openCockpit({ size: [columns, rows], scene: simulated('psp-down') });
  await start(user);
  const seen: string[] = [];
  for (let nth = 0; nth < 30 && title(user) !== ''; nth++) {
    seen.push(title(user));
    const lines = box(user);
    expect(lines.length, title(user)).toBeGreaterThanOrEqual(3);
    expect(lines.at(-1), title(user)).toMatch(/n next · esc end the tour/);
    expect(lines.join(' ')).not.toContain('…');
    await user.press('n');
  }
  const applying = tourSteps.filter(({ id }) => id !== 'real' && id !== 'drill').map((step) => step.title);
  expect(seen).toEqual(applying);
});

longTest('the keys that a step asks for do what they say, and go on', async () => {
  const user = await openCockpit({ size: [120, 36], scene: simulated('psp-down') });
  await start(user);
  expect(title(user)).toBe('The header');
  await user.press('enter');
  expect(title(user)).toBe('Problems: what is wrong');
  expect(user.rowWith('press W · n next · esc end the tour')).toBeTruthy();
  await user.press('W');
  expect(placeOf(user)).toMatch(/^ Problems/);
  expect(title(user)).toBe('Panes');
  await user.press('1');
  expect(placeOf(user)).toMatch(/^ Health/);
  expect(title(user)).toBe('Open a row');
  // Other keys work as always.
  await user.press('j');
  expect(title(user)).toBe('Open a row');
  // Here enter is the key of the step.
  await user.press('enter');
  expect(title(user)).toBe('Threshold matrix: signals');
  await user.press('2 enter');
  expect(title(user)).toBe('Logs');
  await user.press('8');
  expect(title(user)).toBe('The suggested runbook');
  await user.press('R');
  expect(title(user)).toBe('The preview');
  // In a list its keys come first.
  expect(user.rowWith('esc closes the card')).toBeTruthy();
  await user.press('enter');
  expect(user.given.map(([name]) => name)).toContain('propose');
  expect(title(user)).toBe('The preview');
});

longTest('a card keeps its keys: enter there is never the tour', async () => {
  const user = await openCockpit({ size: [120, 40], scene: simulated('psp-down') });
  await start(user);
  await user.press('n n n n n n n n');
  expect(title(user)).toBe('The preview');
  await user.happens(() => user.cockpit.setState({ run: proposed() }));
  expect(title(user)).toBe('Arming');
  await user.press('n');
  expect(title(user)).toBe('Arming');
  expect(user.rowWith('esc closes the card')).toBeTruthy();
});

test('N goes back; esc ends the tour and says how to start it again', async () => {
  const user = await openCockpit({ scene: simulated('psp-down') });
  await start(user);
  await user.press('N n N');
  expect(title(user)).toBe('The header');
  await user.press('esc');
  expect(title(user)).toBe('');
  expect(user.rowWith('tour ended. Start again with :tour')).toBeTruthy();
  await user.press('n');
  expect(title(user)).toBe('');
});

test('a step that is done already waits for n instead of being skipped', async () => {
  const user = await openCockpit({ scene: simulated('psp-down') });
  await user.press('W');
  await start(user);
  await user.press('n');
  expect(title(user)).toBe('Problems: what is wrong');
  await user.press('j');
  expect(title(user)).toBe('Problems: what is wrong');
  await user.press('n');
  expect(title(user)).toBe('Panes');
});

longDescribe('without a drill', () => {
  longTest('the tour asks for one, and goes on when it runs', async () => {
    const user = await openCockpit({ scene: simulated() });
    await start(user);
    await user.press('n');
    expect(title(user)).toBe('Break the simulator');
    await user.happens(() =>
      user.cockpit.setState(({ open }) =>
        open === undefined ? {} : { open: { ...open, incident: 'psp-down' } },
      ),
    );
    expect(title(user)).toBe('Problems: what is wrong');
  });
});

test('on a real environment it says so, names the simulator, and asks for no action', async () => {
  const user = await openCockpit({ scene: shop() });
  await start(user);
  await user.press('n');
  expect(title(user)).toBe('A real environment');
  expect(
    box(user)
      .join(' ')
      .replaceAll(/[║│\s]+/g, ' '),
  ).toContain('opsdeck --env demo/production --rehearse dependency-down, then :tour');
  const questions: string[] = [];
  for (let nth = 0; nth < 30 && title(user) !== ''; nth++) {
    questions.push(/press (\S+)/.exec(box(user).at(-1) ?? '')?.[1] ?? '');
    await user.press('n');
  }
  expect(questions.filter((key) => key !== '')).toEqual(['W', '1', 'enter', '2', 'enter', '8', 'J', '?']);
  expect(user.given.filter(([name]) => !/^(read|logs)/.test(name))).toEqual([]);
});

describe('the offer of the first start', () => {
  const files = (
    texts: Record<string, string> = {},
  ): StateFiles & { readonly texts: Record<string, string> } => ({
    texts,
    read: async (name) => texts[name],
    write: async (name, text) => {
      texts[name] = text;
    },
    setAside: async (name) => name,
  });
  const line = 'new here? :tour explains this screen';

  longTest('is one line that the first key answers, for good', async () => {
    const keep = files();
    const user = await openCockpit({ scene: simulated(), keep });
    expect(user.rowWith(line)).toBeTruthy();
    expect(keep.texts.tour).toBeUndefined();
    await user.press('j');
    expect(user.rows().join('\n')).not.toContain(line);
    expect(keep.texts.tour).toBe('offered\n');
    const again = await openCockpit({ scene: simulated(), keep });
    expect(again.rows().join('\n')).not.toContain(line);
  });

  test(':tour is an answer, too', async () => {
    const keep = files();
    const user = await openCockpit({ scene: simulated(), keep });
    await start(user);
    expect(title(user)).toBe('The header');
    expect(keep.texts.tour).toBe('offered\n');
  });

  test.each([['layouts.json'], ['commands']])('is not made to someone who has %s', async (name) => {
    const user = await openCockpit({
      scene: simulated(),
      keep: files({ [name]: name === 'commands' ? 'now\n' : '{"version":1,"environments":{}}' }),
    });
    expect(user.rows().join('\n')).not.toContain(line);
  });

  test('waits for the next start when there is a warning', async () => {
    const keep = files();
    const made = simulated();
    const messages = [{ at: 0, level: 'warn', text: 'config.yaml:3: key x is already bound' } as const];
    const user = await openCockpit({ scene: { ...made, cockpit: { ...made.cockpit, messages } }, keep });
    await user.press('j');
    expect(user.rowWith('config.yaml:3')).toBeTruthy();
    expect(keep.texts.tour).toBeUndefined();
  });

  test('is not made when the answer cannot be remembered', async () => {
    const user = await openCockpit({
      scene: simulated(),
      keep: { ...files(), read: () => Promise.reject(new Error('EACCES')) },
    });
    expect(user.rows().join('\n')).not.toContain(line);
  });
});
