import fc from 'fast-check';
import { expect, test } from 'vitest';
import { shop } from '../screens/support/shop.ts';
import { openCockpit, type Settings, type User } from '../screens/support/user.ts';
import { factor, family } from './support/attack.ts';
import { type FieldPath, fieldPaths, hostileValue, type Json, withField } from './support/forged-fields.ts';

const layout = {
  bands: [['health', 'matrix'], ['breakers']],
  place: 'overview',
  focus: 'health',
  split: { panes: ['breakers', 'pools'], from: 'breakers' },
};

const environment = 'shop/production';

/** Valid files of the screen: saved views and bookmarks, layouts, entered commands. */
const files: Readonly<Record<string, Json>> = {
  'views.json': {
    version: 1,
    columns: { breakers: { order: ['MAX SLOW'], off: ['MAX SLOW'], on: ['FAIL'], wide: true } },
    environments: {
      [environment]: {
        views: {
          morning: {
            ...{ pane: 'breakers', layout, filter: 'psp', order: 'worst first', windowMs: 3_600_000 },
            ...{ reversed: true, least: 'bad', sortColumn: 'FAIL', options: { window: 1, groups: 1 } },
            columns: { order: ['FAIL'], off: [], on: ['FAIL'], wide: false },
          },
        },
        bookmarks: { 'breakers psp': { pane: 'breakers', key: 'psp', label: 'psp' } },
      },
    },
  },
  'layouts.json': {
    version: 1,
    environments: { [environment]: { last: layout, layouts: { mine: layout, other: layout } } },
  },
  commands: ['view morning', 'layout mine', 'arm "a reason"'],
};

interface Place {
  readonly file: string;
  readonly path: FieldPath;
}

const places: readonly Place[] = Object.entries(files).flatMap(([file, json]) =>
  fieldPaths(json).map((path): Place => ({ file, path })),
);

/** The text of a file; the commands are lines. */
const textOf = (name: string, json: Json): string =>
  name === 'commands' && Array.isArray(json) ? json.map(String).join('\n') : JSON.stringify(json);

/** Names of objects are forged, too: a view or a pane may be called like anything. */
const forged = ({ file, path }: Place, value: Json | undefined, renames: boolean): Record<string, string> =>
  Object.fromEntries(
    Object.entries(files).map(([name, json]) => {
      if (name !== file) return [name, textOf(name, json)];
      const text = textOf(name, withField(json, path, renames ? 'renamed' : value));
      const last = path.at(-1);
      return [
        name,
        renames && typeof last === 'string'
          ? text.replace(
              `${JSON.stringify(last)}:`,
              () => `${JSON.stringify(typeof value === 'string' ? value : JSON.stringify(value))}:`,
            )
          : text,
      ];
    }),
  );

const keepOf = (texts: Record<string, string>): NonNullable<Settings['keep']> => ({
  read: async (name) => texts[name],
  write: async (name, text) => {
    texts[name] = text;
  },
  setAside: async (name) => {
    delete texts[name];
    return `/state/${name}.broken`;
  },
});

const command = async (user: User, text: string): Promise<void> => {
  await user.press(':');
  await user.type(text);
  await user.press('enter');
};

const control = '\u001b]52;c;AAAA\u0007\u009b31m\u202e\r\n\u2028';
/** What would act on the terminal, or turn its text around. */
const hostile = /\u001b\]52|\u0007|\u009b|[\u202a-\u202e\u2066-\u2069\u2028]/u;

/** Opens the cockpit and uses all that the files name, by every way to it. */
const look = async (texts: Record<string, string>, echoes: boolean): Promise<void> => {
  const user = await openCockpit({ size: [120, 36], scene: shop(), keep: keepOf(texts) });
  if (echoes)
    user.terminal.stdout.write(
      Object.values(texts)
        .map((text) => text.replaceAll('\\u001b', '\u001b'))
        .join(''),
    );
  try {
    for (const text of ['views', 'view morning', 'layout mine', 'bookmarks', 'view renamed']) {
      await command(user, text);
      await user.press('j enter esc esc');
    }
    await user.press(': up up up esc 0 , esc');
    await user.wait('2s');
    const screen = user.terminal.rows().join('\n');
    expect(screen).not.toMatch(/internal error|pane broken/);
    expect(user.terminal.written()).not.toMatch(hostile);
    // Nothing of a file acts, and keys still do.
    expect(user.given.map(([name]) => name)).not.toContain('confirm');
    expect(user.given.map(([name]) => name)).not.toContain('arm');
    await user.press('?');
    const after = user.terminal.rows().join('\n');
    const state = `alternate screen ${user.terminal.onAlternate()}, asked ${JSON.stringify(user.given.map(([name]) => name))}`;
    expect(after === screen, `? changed nothing, ${state}:\n${screen}`).toBe(false);
  } finally {
    user.ui.stop();
  }
};

test('the files as they are do what they say', async () => {
  const texts = Object.fromEntries(Object.entries(files).map(([name, json]) => [name, textOf(name, json)]));
  const user = await openCockpit({ size: [120, 36], scene: shop(), keep: keepOf(texts) });
  await command(user, 'view morning');
  expect(user.rows().join('\n')).not.toMatch(/cannot open|no longer exists|no (?:column|order)/);
  expect(user.rowWith('billing-0')).toContain('psp');
  expect(user.rows().join('\n')).not.toContain('search-0');
});

family('forged screen files', ({ attack }) => {
  attack('saved views, layouts and commands draw text and start nothing, whatever a field of them says', {
    rounds: 20,
    inputs: fc.record({
      nth: fc.nat({ max: places.length - 1 }),
      value: fc.oneof(hostileValue, fc.constantFrom<Json>(control, '__proto__', 1e308, -1, 0.5)),
      renames: fc.boolean(),
    }),
    corpus: places
      .map((_, nth) => ({ nth, value: control, renames: nth % 2 === 0 }))
      .filter((_, index) => factor >= 1 || index % 4 === 0),
    defense: false,
    sabotaged: true,
    holds: ({ nth, value, renames }, echoes) =>
      look(forged(places[nth] ?? { file: '', path: [] }, value, renames), echoes),
    // Every field is one try of the corpus, and each opens a cockpit.
    cpuLimitMs: 180_000,
  });
});
